"""Cells become lines and words on turned, leaning and curved pages."""

from __future__ import annotations

import numpy as np
import pytest

from easybraille import languages
from easybraille.recognition.layout import BLANK, arrange_lines

PAGE = """\
      El nido

  En la rama más alta del olmo
dos jilgueros hicieron su casa.
Llovió, y no se cayó.

  Vino el viento: tampoco.
¿Quién les enseñó?    17"""
PITCH, CELL, LINE = 13.0, 32.0, 52.0


def written(text: str) -> tuple[np.ndarray, list[list[int]]]:
    """Boxes of a text's cells on a flat page, and its lines as indices with blanks."""
    boxes, grid = [], []
    for row, cells in enumerate(languages.get("es").write(text)):
        line = []
        for column, dots in enumerate(cells):
            line.append(len(boxes) if dots else BLANK)
            if dots:
                x, y = 100 + column * CELL, 100 + row * LINE
                boxes.append((x - 0.3 * PITCH, y - 0.3 * PITCH, x + 1.3 * PITCH, y + 2.3 * PITCH))
        grid.append(line)
    return np.array(boxes), grid


def bent(boxes: np.ndarray, turn=0.0, lean=0.0, curve=0.0, jitter=0.0) -> np.ndarray:
    """The boxes on a page that is turned by degrees, leans away and sags by `curve` pixels at 500 from its middle."""
    centre, size = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    place = centre - centre.mean(axis=0)
    near = 1 / (1 + lean * place @ [0.3, 1.0] / 1000)
    place = place * near[:, None]
    place[:, 1] += curve * (place[:, 0] / 500) ** 2
    angle = np.deg2rad(turn)
    place = place @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) + 700
    place += np.random.default_rng(5).normal(0, jitter, place.shape)
    size = size * near[:, None]
    return np.concatenate([place - size / 2, place + size / 2], axis=1)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"jitter": 1.5},
        {"turn": 6, "jitter": 1},
        {"turn": -12, "jitter": 1},
        {"lean": 0.3, "turn": 2, "jitter": 1},
        {"lean": -0.25, "jitter": 1},
        {"curve": 25, "jitter": 1},
        {"curve": -25, "turn": 3, "lean": 0.15, "jitter": 1},
    ],
    ids=str,
)
def test_lines_words_indents_and_empty_lines_survive(how):
    boxes, grid = written(PAGE)
    assert arrange_lines(bent(boxes, **how)) == grid


def test_the_order_of_the_detections_does_not_matter():
    boxes, _ = written(PAGE)
    order = np.random.default_rng(1).permutation(len(boxes))
    shuffled = [[BLANK if i == BLANK else int(order[i]) for i in line] for line in arrange_lines(boxes[order])]
    assert shuffled == arrange_lines(boxes)


def test_a_missed_cell_leaves_a_blank_and_moves_nothing():
    boxes, grid = written("uno dos tres\ncuatro cinco")
    gone = 4
    without = arrange_lines(np.delete(boxes, gone, axis=0))
    expected = [[BLANK if i in (gone, BLANK) else i - (i > gone) for i in line] for line in grid]
    assert without == expected


def test_one_cell_is_a_line():
    assert arrange_lines(np.array([[10.0, 10.0, 31.0, 44.0]])) == [[0]]


def test_no_cells_are_no_lines():
    assert arrange_lines(np.empty((0, 4))) == []


def test_double_spaced_lines_have_empty_lines_between():
    boxes, _ = written("uno dos tres\n\ncuatro cinco\n\nseis siete")
    assert [bool(line) for line in arrange_lines(boxes)] == [True, False, True, False, True]


def test_any_boxes_give_each_cell_once():
    rng = np.random.default_rng(7)
    for count in (2, 3, 10, 60):
        corner = rng.uniform(0, 900, (count, 2))
        boxes = np.concatenate([corner, corner + rng.uniform(5, 60, (count, 2))], axis=1)
        found = [i for line in arrange_lines(boxes) for i in line if i != BLANK]
        assert sorted(found) == list(range(count))
