"""Door signs: what their print says in Braille, and where its cells are found in a picture."""

from __future__ import annotations

import csv
from dataclasses import replace

import cv2
import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

from easybraille.document import Cell, Document, Line, Model, Page
from easybraille.languages.cells import unicode_of
from easybraille.recognition.detections import digits, mask
from training import signs
from training.flat import discs
from training.pages import in_development, measured_sign
from training.placing import dot_positions
from training.score import overlaps
from training.signs import measure
from training.signs.align import aligned
from training.synthetic import Sheet


def test_a_signs_cells_are_what_its_print_says_in_russian_braille():
    # Russian Braille: the letter В is ⠺, a number sign goes before each number, the full stop is ⠲.
    assert [digits(cell) for cell in signs.cells("В.0.27")] == ["2456", "3456", "245", "256", "3456", "12", "1245"]
    assert [digits(cell) for cell in signs.cells("лестница 4")][:2] == ["123", "15"]
    assert 0 in signs.cells("лестница 4") and signs.readings("А.0.15 (1)")[1] == signs.cells("А.0.15")


def test_the_tables_hold_what_the_print_says():
    tables = sorted(signs.HERE.glob("*.csv"))
    assert len(tables) == 55
    for path in tables:
        rows = list(csv.DictReader(path.open()))
        said = [[cell for cell in reading if cell] for reading in signs.readings(signs.TEXTS[path.stem])]
        assert [mask(row["dots"]) for row in rows] in said
        left = [float(row["x1"]) for row in rows]
        assert left == sorted(left)


def test_some_signs_only_measure():
    measured = [path for path in signs.HERE.glob("*.csv") if measured_sign(path)]
    assert len(measured) >= 10 and all(in_development(path.stem, 4) for path in measured)


def drawn(text: str, tilt: float = 0.0):
    """A light plate on a dark wall with a sign's dots, and print above; the boxes of its cells."""
    sheet = Sheet(dot_pitch=14.0, cell_pitch=37.0, line_pitch=60.0)
    dots, boxes, _ = dot_positions([signs.cells(text)], sheet, (150.0, 200.0))
    plate = np.full((400, 700), 40, np.uint8)
    plate[60:300, 60:640] = 220
    cv2.putText(plate, "B.0.27", (150, 160), cv2.FONT_HERSHEY_SIMPLEX, 3, 30, 12)
    image = plate - 190 * discs(plate.shape, dots, 4.0)
    image += np.random.default_rng(0).normal(0, 4, image.shape)
    turn = cv2.getRotationMatrix2D((350, 200), tilt, 1)
    picture = cv2.warpAffine(np.clip(image, 0, 255).astype(np.uint8), turn, (700, 400), borderValue=40)
    middles = ((boxes[:, :2] + boxes[:, 2:]) / 2) @ turn[:, :2].T + turn[:, 2]
    half = (boxes[0, 2:] - boxes[0, :2]) / 2
    return picture, np.concatenate([middles - half, middles + half], 1)


@pytest.mark.parametrize("tilt", [0.0, 4.0])
def test_the_cells_of_a_sign_are_found_among_its_dark_spots(tilt):
    picture, wanted = drawn("В.0.27", tilt)
    boxes, dots = aligned(picture, "В.0.27").boxes()
    assert dots.tolist() == [cell for cell in signs.cells("В.0.27") if cell]
    assert overlaps(boxes, wanted).max(axis=1).min() > 0.8


def test_cells_that_a_sign_does_not_show_are_not_found():
    picture, _ = drawn("В.0.27")
    assert aligned(picture, "Б.1.15") is None


def test_what_a_longer_sign_begins_with_is_not_all_of_it():
    picture, _ = drawn("В.2.21(1)")
    found = aligned(picture, "В.2.21 (1)")
    assert len([cell for cell in found.masks if cell]) == 11


def document(cells: list[int], doubtful: str | None = None) -> Document:
    """A document of one line with these cells; `doubtful` is the reason to doubt the last one, if any."""
    row = [Cell(digits(cell), unicode_of(digits(cell)), "?", doubtful=None) for cell in cells]
    row[-1] = replace(row[-1], doubtful=doubtful)
    line = Line("", "", row)
    page = Page("", 1, 1, "front", 100, 100, 0, "", "", [line], [], [])
    return Document("ru", "", Model("", "", "", "onnxruntime"), [page])


@pytest.mark.parametrize(
    ("change", "wrong", "reason", "doubtful"),
    [
        (lambda cells: cells, 0, None, False),
        (lambda cells: cells[1:], 1, None, False),
        (lambda cells: [*cells[:-1], 63], 1, "by_its_word", True),
        (lambda cells: [*cells, 1, 1], 2, None, False),
    ],
    ids=["correct", "first cell missing", "last cell wrong and marked as doubtful", "two extra cells"],
)
def test_a_sign_is_compared_with_what_its_print_asks_for(change, wrong, reason, doubtful):
    wanted = [cell for cell in signs.cells(signs.TEXTS["IMG_2441"]) if cell]
    sign = measure.compared("IMG_2441", document(change(wanted), reason))
    assert (sign.wrong, sign.length, sign.doubtful) == (wrong, len(wanted), doubtful)


def test_a_sign_whose_brackets_are_left_out_in_braille_is_right_as_well():
    name = next(name for name, text in signs.TEXTS.items() if "(" in text)
    for reading in signs.readings(signs.TEXTS[name]):
        assert measure.compared(name, document([cell for cell in reading if cell])).wrong == 0


def test_signs_are_summed_up_by_their_cells():
    some = [measure.Sign("a", 0, 7, False, ""), measure.Sign("b", 2, 3, False, ""), measure.Sign("c", 1, 10, True, "")]
    assert measure.summary(some) == "3 signs: 85.0% of 20 cells right, 1 exact, 1 wrong and not marked as doubtful"
