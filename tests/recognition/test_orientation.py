"""Pages lie any way up, are lit from any side, and have two sides."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from easybraille import languages
from easybraille.imaging.transforms import rotate, rotate_boxes
from easybraille.recognition.detections import Detections, mirror, rotate_half_turn
from easybraille.recognition.orientation import (
    CROP_SIDE,
    MIRRORED,
    UPRIGHT,
    UPSIDE_DOWN,
    DirectionEvidence,
    direction_evidence,
    most_detailed_crop,
)
from tests.made_page import png, rendered
from training.pages import mask
from training.synthetic import Sheet, render

TEXT = "El sol sale por el este\ny se pone por el oeste.\nLa luna sale de noche,\ncuando todo duerme y calla."
BACK = "Mañana iremos al mercado\na comprar pan, queso y miel.\nDespués, si no llueve,\nvolveremos por el río."


def words(text: str) -> list[str]:
    return text.split()


def picture(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("L"))


def file(gray: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(gray).save(buffer, "PNG")
    return buffer.getvalue()


def boxes(page) -> np.ndarray:
    return np.array([cell.box for line in page.lines for cell in line.cells if cell.box])


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_photo_reads_the_same_and_says_how_it_was_turned(reader, letter, quarters):
    gray = picture(letter)
    (upright,) = reader.read(file(gray)).pages
    (page,) = reader.read(file(rotate(gray, quarters))).pages
    assert page.rotation == 90 * quarters  # clockwise, against the counterclockwise turn
    assert page.text == upright.text
    assert (page.height, page.width) == rotate(gray, quarters).shape
    expected = rotate_boxes(boxes(upright), quarters, gray.shape)
    assert np.allclose(boxes(page), expected, atol=3)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_page_is_turned_as_its_sender_says(reader, letter, rotation):
    gray = picture(letter)
    (upright,) = reader.read(file(gray)).pages
    (page,) = reader.read(file(rotate(gray, rotation // 90)), rotation=str(rotation)).pages
    assert (page.rotation, page.text) == (rotation, upright.text)
    assert "direction_uncertain" not in [advice.code for advice in page.advice]


def test_a_page_that_is_said_to_be_upright_is_not_turned(reader, letter):
    (page,) = reader.read(file(rotate(picture(letter), 2)), rotation="0").pages
    assert page.rotation == 0


def test_an_upright_photo_is_not_turned(reader, letter):
    assert reader.read(letter).pages[0].rotation == 0


@pytest.mark.parametrize("light", [90, 30, 150, 250, 290])
def test_the_light_may_come_from_above_aside_or_below(reader, light):
    (page,) = reader.read(png(rendered(TEXT, sheet=Sheet(light=light, grain=0.03)))).pages
    assert page.rotation == 0
    # One word may suffer: in grazing light single dots do.
    assert sum(got != wanted for got, wanted in zip(words(page.text), words(TEXT), strict=True)) <= 1


def two_sided(light: float = 100) -> np.ndarray:
    sheet = Sheet(light=light, grain=0.03, back=0.9)
    front, back = ([[mask(c) for c in line] for line in languages.get("es").write(text)] for text in (TEXT, BACK))
    size = (int(6 * sheet.line_pitch), int(32 * sheet.cell_pitch))
    return render(front, sheet, size, np.random.default_rng(1), back=back).image


@pytest.mark.parametrize("quarters", [0, 1, 2])
def test_both_sides_come_from_one_picture(reader, quarters):
    front, back = reader.read(file(rotate(two_sided(), quarters)), sides="both").pages
    assert [(p.side, p.number) for p in (front, back)] == [("front", 1), ("back", 2)]
    assert words(front.text) == words(TEXT)
    assert words(back.text) == words(BACK)
    assert front.rotation == back.rotation == 90 * quarters
    inside = boxes(back)
    assert (inside >= -3).all() and (inside[:, 2] <= back.width + 3).all() and (inside[:, 3] <= back.height + 3).all()


def test_the_back_is_mirrored_in_the_picture(reader):
    _, back = reader.read(file(two_sided()), sides="both").pages
    first = [cell.box[0] for cell in back.lines[0].cells if cell.box]
    assert first == sorted(first, reverse=True)


def test_a_sheet_without_dents_has_no_back(reader, letter):
    assert [page.side for page in reader.read(letter, sides="both").pages] == ["front"]


def detections(lines: list[list[int]]) -> Detections:
    """Cells for certain, one a mask, line by line; 0 is a blank."""
    places = [(row, column, dots) for row, line in enumerate(lines) for column, dots in enumerate(line) if dots]
    boxes = np.float32([[34 * c, 55 * r, 34 * c + 22, 55 * r + 36] for r, c, _ in places])
    dots = np.array([mask_ for *_, mask_ in places], np.uint8)
    scores = ((dots[:, None] >> np.arange(6)) & 1).astype(np.float32)
    return Detections(boxes, dots, scores, np.ones(len(dots), np.float32))


def written(text: str) -> list[list[int]]:
    return [[mask(cell) for cell in line] for line in languages.get("es").write(text)]


def odds(cells: Detections) -> np.ndarray:
    return direction_evidence(cells, len(cells), 0.9).odds


def test_a_text_on_its_head_and_one_seen_through_the_paper_are_told_from_an_upright_one():
    cells = detections(written(TEXT))
    upright = odds(cells)
    assert upright[UPRIGHT] > max(upright[UPSIDE_DOWN], upright[MIRRORED:].max()) + 60
    assert odds(rotate_half_turn(cells, (300, 1200)))[UPSIDE_DOWN] == pytest.approx(upright[UPRIGHT])
    assert odds(mirror(cells, 1200))[MIRRORED] == pytest.approx(upright[UPRIGHT])


SUMS = "\n".join(f"{a} + {b} = {a + b}" for a, b in ((17, 5), (23, 48), (9, 6), (112, 39), (64, 71), (80, 8)))
TABLE = "\n".join(" ".join(str(row * column) for column in range(1, 8)) for row in range(1, 9))


@pytest.mark.parametrize("text", [SUMS, TABLE], ids=["sums", "a table"])
def test_pages_of_numbers_are_told_from_ones_on_their_heads(text):
    said = odds(detections(written(text)))
    assert said[UPRIGHT] > said[[UPSIDE_DOWN, *range(MIRRORED, 4)]].max() + 20


def test_a_pair_that_a_page_repeats_counts_little_more_than_once():
    once = odds(detections(written("la casa")))
    often = odds(detections(written("la casa") * 8))
    assert often[UPRIGHT] < 4 * once[UPRIGHT]


def test_lines_that_begin_together_speak_for_the_end_they_begin_at():
    # A row of full cells looks the same every way: only where the lines end is left to tell.
    rows = [[63] * length for length in (9, 5, 7, 8, 4, 6)]
    said = odds(detections(rows))
    assert said[UPRIGHT] > said[UPSIDE_DOWN] and said[UPRIGHT] > said[MIRRORED]


def test_turning_four_times_changes_nothing():
    cells = detections([[1, 0b110]])
    again = rotate_boxes(rotate_boxes(cells.boxes, 3, (50, 80)), 1, (80, 50))
    assert np.array_equal(again, cells.boxes)
    assert list(rotate_half_turn(cells, (100, 100)).dots) == [32, 0b011000]
    assert list(mirror(cells, 100).dots) == [8, 0b110000]


def test_the_busiest_piece_is_where_the_fine_detail_is():
    gray = np.full((1400, 1000), 128, np.uint8)
    gray[900:1200, 500:900] += np.random.default_rng(0).integers(0, 30, (300, 400), np.uint8)
    gray[:, :60] = 0  # the table's edge
    piece = most_detailed_crop(gray, CROP_SIDE)
    assert piece.shape == (CROP_SIDE, CROP_SIDE)
    assert np.abs(np.diff(piece.astype(int))).mean() > 0.6 * 10 * 300 * 400 / CROP_SIDE**2


def test_a_pair_counts_for_a_way_as_often_as_languages_have_it_and_one_more_by_the_logarithm_of_its_number():
    # A line of one sign: the pair of it with itself, and those with the blanks at both ends.
    once, often = (odds(detections([[0b10] * length])) for length in (2, 9))
    ends = odds(detections([[0b10]]))
    pair = once - ends
    assert np.allclose(often, ends + pair * (1 + np.log(8)))


def test_no_single_pair_says_more_than_three():
    every = [odds(detections([[one, other]])) for one in range(1, 64, 5) for other in range(1, 64, 5)]
    assert np.abs(every).max() <= 9 + 1e-9
    assert np.abs(every).max() > 6


@pytest.mark.parametrize(
    ("lengths", "difference"), [((9, 5), 0), ((9, 5, 7), 4), ((9, 5, 7, 8), 6), (tuple(range(3, 15)), 12)], ids=str
)
def test_each_line_that_begins_flush_counts_one_for_that_end_up_to_six(lengths, difference):
    ragged = [[63] * length for length in lengths]
    flush_right = [[0] * (max(lengths) - length) + [63] * length for length in lengths]
    said = odds(detections(ragged))[UPRIGHT] - odds(detections(flush_right))[UPRIGHT]
    assert said == pytest.approx(difference)


@pytest.mark.parametrize(
    ("certain", "candidates", "fits"), [(12, 12, True), (11, 11, False), (13, 20, True), (13, 21, False), (0, 0, False)]
)
def test_light_and_cells_fit_where_two_thirds_of_a_dozen_cells_are_certain(certain, candidates, fits):
    evidence = DirectionEvidence(np.zeros(4), certain, candidates)
    assert evidence.fits == fits
    assert evidence.share == certain / max(1, candidates)


def test_cells_that_are_not_certain_are_no_evidence():
    cells = detections(written(TEXT))
    cells.confidence[5:] = 0.89
    said = direction_evidence(cells, len(cells), 0.9)
    assert (said.certain, said.candidates) == (5, len(cells))
    assert np.allclose(said.odds, direction_evidence(cells.only(np.arange(5)), 5, 0.9).odds)
    none = direction_evidence(cells.only(np.empty(0, int)), 7, 0.9)
    assert (none.certain, none.candidates, none.odds.tolist()) == (0, 7, [0, 0, 0, 0])


@pytest.mark.parametrize("at", [(0, 0), (0, 300), (250, 0), (250, 300)], ids=str)
def test_the_piece_lies_inside_the_picture_wherever_the_detail_is(at):
    gray = np.full((700, 760), 128, np.uint8)
    down, across = at
    gray[down : down + 420, across : across + 420] += np.random.default_rng(0).integers(0, 60, (420, 420), np.uint8)
    piece = most_detailed_crop(gray, CROP_SIDE)
    assert piece.shape == (CROP_SIDE, CROP_SIDE)
    assert (piece != 128).mean() > 0.85


@pytest.mark.parametrize("shape", [(416, 416), (100, 300), (20, 2000), (3, 900)], ids=str)
def test_a_small_or_thin_picture_is_its_own_piece(shape):
    piece = most_detailed_crop(np.full(shape, 128, np.uint8), CROP_SIDE)
    assert piece.shape == (min(shape[0], CROP_SIDE), min(shape[1], CROP_SIDE))
