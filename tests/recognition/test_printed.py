"""Printed and cropped Braille: hinted dots, light on dark, cells that touch the edge, letters that stand apart."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from easybraille.recognition.detections import Detections, mask
from easybraille.recognition.lattice import raise_lines
from easybraille.recognition.layout import arrange_lines
from easybraille.recognition.page_detection import detect_front
from easybraille.recognition.printed import without_placeholders
from tests.made_page import rendered
from training.synthetic import Sheet, dot_positions

LINES = [
    [mask(cell) for cell in line.split()] for line in ("135 1 234 45 123 15", "13 24 1345 1245 135 2345", "1 12 14")
]
SHEET = Sheet(dot_pitch=14, cell_pitch=34, line_pitch=60)
ORIGIN = (40.0, 40.0)


def printed(ink: int, paper: int, hint: int | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A page of round dots of one grey, its boxes and masks; missing dots hinted at in another grey."""
    image = np.full((230, 270), paper, np.uint8)
    dots, boxes, masks = dot_positions(LINES, SHEET, ORIGIN)
    missing, _, _ = dot_positions([[cell ^ 63 for cell in line] for line in LINES], SHEET, ORIGIN)
    for places, grey in ((dots, ink), (missing, hint)):
        for x, y in places if grey is not None else ():
            cv2.circle(image, (round(float(x) * 16), round(float(y) * 16)), 64, int(grey), -1, cv2.LINE_AA, 4)
    return image, boxes, masks


def sure(boxes: np.ndarray, masks: np.ndarray) -> Detections:
    scores = np.where((masks[:, None] >> np.arange(6)) & 1, 0.99, 0.01).astype(np.float32)
    return Detections(boxes.astype(np.float32), masks.astype(np.uint8), scores, np.full(len(masks), 0.99, np.float32))


def test_dots_that_are_only_hinted_at_in_grey_are_not_raised():
    image, boxes, masks = printed(ink=10, paper=250, hint=170)
    cells = without_placeholders(image, sure(boxes, np.full(len(masks), 0b111111)))
    assert cells.dots.tolist() == masks.tolist()


def test_full_cells_of_one_ink_stay_full():
    image, boxes, masks = printed(ink=10, paper=250, hint=10)
    full = sure(boxes, np.full(len(masks), 0b111111))
    assert without_placeholders(image, full).dots.tolist() == full.dots.tolist()


def test_cells_without_a_placeholder_among_their_dots_are_left_as_they_are():
    image, boxes, masks = printed(ink=10, paper=250, hint=170)
    assert without_placeholders(image, sure(boxes, masks)).dots.tolist() == masks.tolist()


def read(reader, image: np.ndarray) -> list[int]:
    found = detect_front(reader.detector, image)
    order = np.lexsort((found.boxes[:, 0], (found.boxes[:, 1] / SHEET.line_pitch).round()))
    return found.cells.dots[order].tolist()


def test_light_dots_on_dark_read_like_dark_ones_on_light(reader):
    dark, _, masks = printed(ink=10, paper=245)
    assert read(reader, dark) == read(reader, 255 - dark) == masks.tolist()


def test_a_picture_cut_at_its_cells_reads_like_one_with_a_margin(reader):
    large = Sheet(dot_pitch=24, cell_pitch=58, line_pitch=96, radius=7.2, relief=4.4, light=95, grain=0.03)
    page = rendered("El sol sale", sheet=large)
    x1, y1 = page.boxes[:, :2].min(axis=0).astype(int) + 1
    x2, y2 = page.boxes[:, 2:].max(axis=0).astype(int) - 1
    found = detect_front(reader.detector, page.image[y1:y2, x1:x2])
    assert found.cells.dots[found.boxes[:, 0].argsort()].tolist() == page.dots.tolist()
    assert np.abs(np.sort(found.boxes[:, 0]) + x1 - np.sort(page.boxes[:, 0])).max() < 0.3 * page.cell_width


def test_a_picture_lower_than_a_cell_is_read_without_complaint(reader):
    assert detect_front(reader.detector, np.full((9, 700), 200, np.uint8)).cells.dots.tolist() == []


def test_a_line_of_letters_that_stands_a_row_too_low_is_moved_up():
    low = [[mask(cell) for cell in "2 23 25 256 26 235".split()]]
    _, boxes, masks = dot_positions(low, replace(SHEET, cell_pitch=44), ORIGIN)
    cells = raise_lines(sure(boxes, masks), arrange_lines(boxes))
    assert cells.dots.tolist() == [mask(cell) for cell in "1 12 14 145 15 124".split()]
    # The dots stay where they are in the picture: the box goes down by one of them.
    assert np.allclose(cells.boxes[:, 1] - boxes[:, 1], SHEET.dot_pitch, atol=0.5)


@pytest.mark.parametrize(
    ("signs", "pitch"), [("36 36 36 36 36 36", 44), ("2 23 25 256 26 235", 34)], ids=["a rule", "lowered digits"]
)
def test_a_rule_and_digits_that_stand_close_stay_where_they_are(signs, pitch):
    line = [mask(cell) for cell in signs.split()]
    _, boxes, masks = dot_positions([line], replace(SHEET, cell_pitch=pitch), ORIGIN)
    assert raise_lines(sure(boxes, masks), arrange_lines(boxes)).dots.tolist() == masks.tolist()


FULL = 0b111111


def hinted(darkness: dict[tuple[int, int], int], count: int = 15, ink: int = 240) -> tuple[np.ndarray, Detections]:
    """Full cells printed with `ink` below white paper, but for the dots (cell, dot) that have another darkness."""
    lines = [[FULL] * 6, [FULL] * 6, [FULL] * 3]
    image = np.full((230, 270), 250, np.uint8)
    dots, boxes, masks = dot_positions(lines, SHEET, ORIGIN)
    places = dots.reshape(len(masks), 6, 2)[:count]
    for cell, six in enumerate(places):
        for dot, (x, y) in enumerate(six):
            grey = 250 - darkness.get((cell, dot), ink)
            cv2.circle(image, (round(float(x) * 16), round(float(y) * 16)), 64, grey, -1, cv2.LINE_AA, 4)
    return image, sure(boxes[:count], masks[:count])


def lost(darkness: dict[tuple[int, int], int], count: int = 15, ink: int = 240) -> int:
    """How many dots go from a page of full cells with some of another darkness."""
    image, full = hinted(darkness, count, ink)
    left = without_placeholders(image, full)
    return int(np.bitwise_count(full.dots).sum() - np.bitwise_count(left.dots).sum())


def every_second(darkness: int, count: int = 15) -> dict[tuple[int, int], int]:
    return {(cell, dot): darkness for cell in range(count) for dot in (1, 3, 5)}


@pytest.mark.parametrize(("count", "goes"), [(3, 0), (4, 12)])
def test_four_cells_are_enough_to_tell_two_kinds_of_dots(count, goes):
    assert lost(every_second(60), count) == goes


@pytest.mark.parametrize(("share", "goes"), [(0.65, 0), (0.55, 45)])
def test_placeholders_are_at_most_six_tenths_as_dark_as_dots(share, goes):
    assert lost(every_second(round(240 * share))) == goes


@pytest.mark.parametrize(("ink", "goes"), [(55, 0), (66, 45)])
def test_dots_are_printed_that_are_sixty_greys_darker_than_the_paper(ink, goes):
    assert lost(every_second(ink // 4), ink=ink) == goes


@pytest.mark.parametrize(("dots", "goes"), [(4, 0), (5, 5)])
def test_a_twentieth_of_the_dots_is_a_kind_of_its_own(dots, goes):
    assert lost({(cell, 2): 60 for cell in range(dots)}) == goes


@pytest.mark.parametrize("taken", [2, 8, 15])
def test_placeholders_go_however_many_of_them_are_taken_for_dots(taken):
    image, cells = hinted(every_second(60))
    cells.dots[taken:], cells.scores[taken:] = 0b10101, np.float32([0.99, 0.01] * 3)
    assert without_placeholders(image, cells).dots.tolist() == [0b10101] * 15


@pytest.mark.parametrize(("spread", "goes"), [(30, 0), (20, 45)])
def test_placeholders_are_of_one_grey(spread, goes):
    uneven = {place: 75 + (spread if number % 2 else -spread) for number, place in enumerate(every_second(0))}
    assert lost(uneven) == goes


@pytest.mark.parametrize("by", [(-2, 0), (2, 0), (0, -2), (0, 2), (2, 2), (-2, -2)], ids=str)
def test_boxes_may_be_a_tenth_of_their_width_off(by):
    image, cells = hinted(every_second(60))
    moved = replace(cells, boxes=cells.boxes + np.float32([*by, *by]))
    assert without_placeholders(image, moved).dots.tolist() == [0b10101] * 15


def test_a_cell_of_placeholders_alone_is_none_and_a_placeholder_is_seen_as_such():
    image, cells = hinted({**every_second(60), **{(4, dot): 60 for dot in range(6)}})
    left = without_placeholders(image, cells)
    assert left.dots.tolist() == [0b10101] * 14
    assert (left.scores[:, [1, 3, 5]] < 0.025).all() and (left.scores[:, [0, 2, 4]] > 0.9).all()
    assert left.boxes.tolist() == np.delete(cells.boxes, 4, axis=0).tolist()


@pytest.mark.parametrize(("cells", "pitch", "moves"), [(3, 44, False), (4, 44, True), (4, 38, False), (4, 40, True)])
def test_a_line_is_moved_up_that_has_four_letters_far_apart(cells, pitch, moves):
    line = [mask(cell) for cell in "2 23 25 256".split()[:cells]]
    _, boxes, masks = dot_positions([line], replace(SHEET, cell_pitch=pitch), ORIGIN)
    assert (raise_lines(sure(boxes, masks), arrange_lines(boxes)).dots.tolist() != masks.tolist()) == moves


def test_a_line_of_two_signs_in_turn_stays():
    line = [mask(cell) for cell in "2 23 2 23 2 23".split()]
    _, boxes, masks = dot_positions([line], replace(SHEET, cell_pitch=44), ORIGIN)
    assert raise_lines(sure(boxes, masks), arrange_lines(boxes)).dots.tolist() == masks.tolist()
