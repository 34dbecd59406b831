"""The scores of the measuring sets, on pages of which the right score is known by counting."""

from __future__ import annotations

import numpy as np
import pytest

from training.measuring import PageScore, cell_error_rate, edits, near_f1, row

BOXES = np.float32([[30 * i, 0, 30 * i + 20, 32] for i in range(4)])
DOTS = np.uint8([1, 3, 9, 25])


def test_cells_whose_boxes_are_drawn_tighter_are_right_where_their_centres_agree():
    tight = BOXES + np.float32([4, 6, -4, -6])
    assert near_f1(tight, DOTS, BOXES, DOTS) == 1


def test_a_cell_with_other_dots_and_one_out_of_place_are_wrong():
    assert near_f1(BOXES, np.uint8([1, 3, 9, 1]), BOXES, DOTS) == pytest.approx(0.75)
    assert near_f1(BOXES + np.float32([10, 0, 10, 0]), DOTS, BOXES, DOTS) == 0


def test_each_labelled_cell_is_taken_once():
    twice = np.concatenate([BOXES, BOXES])
    assert near_f1(twice, np.concatenate([DOTS, DOTS]), BOXES, DOTS) == pytest.approx(2 * 4 / 12)


@pytest.mark.parametrize(
    ("wanted", "got", "changes"),
    [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("flaw", "lawn", 2)],
)
def test_edits_are_those_of_the_textbook(wanted, got, changes):
    assert edits([ord(c) for c in wanted], [ord(c) for c in got]) == changes


def test_the_cell_error_rate_counts_a_missing_cell_once():
    assert cell_error_rate(BOXES[1:], DOTS[1:], BOXES, DOTS) == pytest.approx(0.25)


def test_a_row_names_the_worst_page_and_those_that_are_lost():
    pages = [
        PageScore("a", 0.99, 9, 9, 0, 1.0),
        PageScore("b", 0.98, 9, 9, 0, 1.0),
        PageScore("c", 0.1, 9, 9, 180, 4.0),
    ]
    assert row("set", pages) == "| set | 3 | 0.9800 | 0.6900 | 0.1000 | 1 | 1 | 2.00 |"
