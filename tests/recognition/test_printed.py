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


def test_cells_that_are_not_all_full_are_left_as_they_are():
    image, boxes, masks = printed(ink=10, paper=250, hint=170)
    assert without_placeholders(image, sure(boxes, masks)).dots.tolist() == masks.tolist()


def read(reader, image: np.ndarray) -> list[int]:
    found = detect_front(reader.detector, image)
    order = np.lexsort((found.boxes[:, 0], (found.boxes[:, 1] / SHEET.line_pitch).round()))
    return found.cells.dots[order].tolist()


def test_light_dots_on_dark_read_like_dark_ones_on_light(reader):
    dark, _, masks = printed(ink=10, paper=245)
    assert read(reader, 255 - dark) == masks.tolist()


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
