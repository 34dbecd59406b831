"""Cells become lines and words on turned, leaning and curved pages."""

from __future__ import annotations

import numpy as np
import pytest

from easybraille import languages
from easybraille.recognition.layout import BLANK, arrange_lines, drop_cells

PAGE = """\
      El nido

  En la rama más alta del olmo
dos jilgueros hicieron su casa.
Llovió, y no se cayó.

  Vino el viento: tampoco.
¿Quién les enseñó?    17"""
PITCH, CELL, LINE = 13.0, 32.0, 52.0


# Wide blanks, an indent and a full line: more than a page of prose has.
TABLE = (
    PAGE
    + """
Uno dos tres, cuatro y cinco seis
     a     b        c           d
siete ocho nueve diez once"""
)


def written(text: str, cell: float = CELL, line_pitch: float = LINE) -> tuple[np.ndarray, list[list[int]]]:
    """Boxes of a text's cells on a flat page, and its lines as indices with blanks."""
    boxes, grid = [], []
    for row, cells in enumerate(languages.get("es").write(text)):
        line = []
        for column, dots in enumerate(cells):
            line.append(len(boxes) if dots else BLANK)
            if dots:
                x, y = 100 + column * cell, 100 + row * line_pitch
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


# Beyond what embossers do (cells 6.0 to 6.8 mm apart, lines 10 mm, dots 2.5 mm: ISO 17049) and a camera should show.
@pytest.mark.parametrize("text", [PAGE, TABLE], ids=["prose", "table"])
@pytest.mark.parametrize(
    "pitches",
    [{"cell": 25}, {"cell": 41}, {"line_pitch": 40}, {"line_pitch": 70}, {"cell": 26, "line_pitch": 42}],
    ids=str,
)
def test_cells_and_lines_may_be_narrow_or_wide_apart(text, pitches):
    boxes, grid = written(text, **pitches)
    assert arrange_lines(boxes) == grid
    assert arrange_lines(bent(boxes, jitter=0.5)) == grid


@pytest.mark.parametrize(
    ("text", "how"),
    [
        *[(PAGE, how) for how in ({"turn": 26}, {"turn": -26}, {"curve": 50}, {"curve": -50}, {"jitter": 4})],
        *[(PAGE, how) for how in ({"lean": 0.8}, {"lean": -0.8})],
        *[(TABLE, how) for how in ({"turn": 26}, {"turn": -26}, {"curve": 10}, {"curve": -10}, {"jitter": 3})],
        *[(TABLE, how) for how in ({"lean": 0.3}, {"lean": -0.3})],
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else ("table" if value == TABLE else "prose"),
)
def test_a_page_may_be_bent_up_to_these_limits(text, how):
    boxes, grid = written(text)
    assert arrange_lines(bent(boxes, **how)) == grid


# With less than three neighbours on a page its pitch is the standard's; nothing on the page itself tells it.
FEW_CELLS = """\
ab    c


  d"""


@pytest.mark.parametrize("how", [{}, {"turn": 25}, {"turn": -25}], ids=str)
def test_a_few_cells_are_placed_by_the_pitches_of_the_standard(how):
    boxes, grid = written(FEW_CELLS, cell=6.2 * PITCH / 2.5, line_pitch=10 * PITCH / 2.5)
    assert arrange_lines(bent(boxes, **how)) == grid


def test_letters_that_are_all_set_apart_keep_the_blanks_between_them():
    boxes, grid = written("a b c d e f g h\ni j k l m n o p", cell=27)
    assert arrange_lines(boxes) == grid


@pytest.mark.parametrize("line_pitch", [2.0 * 1.6 * PITCH, 3.3 * 1.6 * PITCH], ids=["close", "far"])
def test_empty_lines_are_counted_by_the_pages_own_line_pitch(line_pitch):
    boxes, grid = written("uno dos\ntres\n\n\n\ncuatro\ncinco", line_pitch=line_pitch)
    assert arrange_lines(boxes) == grid


def test_cells_that_stand_below_each_other_are_lines_of_their_own():
    boxes, grid = written("a\n b\n  c\n   d\n    e")
    assert arrange_lines(boxes) == grid


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


def test_a_cell_that_is_dropped_leaves_a_blank_and_moves_nothing():
    assert drop_cells([[0, 1, BLANK, 2], [3, 4]], np.array([0, 2, 3, 4])) == [[0, BLANK, BLANK, 1], [2, 3]]


def test_cells_dropped_at_the_end_of_a_line_leave_no_blanks():
    assert drop_cells([[0, 1], [2, BLANK, 3], [4]], np.array([0, 1, 2, 4])) == [[0, 1], [2], [3]]


def test_a_line_that_loses_all_its_cells_stays_empty_between_others_and_goes_at_the_edges():
    assert drop_cells([[0], [1], [2], [3]], np.array([1, 3])) == [[0], [], [1]]


def test_a_column_of_dropped_cells_at_the_left_goes():
    assert drop_cells([[0, 1, 2], [BLANK, 3, 4], [5, BLANK, 6, 7]], np.array([1, 2, 3, 4, 6, 7])) == [
        [0, 1],
        [2, 3],
        [BLANK, 4, 5],
    ]


def test_nothing_dropped_is_the_same_lines_and_everything_dropped_is_none():
    grid = [[0, BLANK, 1], [], [BLANK, 2]]
    assert drop_cells(grid, np.arange(3)) == grid
    assert drop_cells(grid, np.array([], int)) == []


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
