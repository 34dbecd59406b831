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
