"""Cells when the picture they are in is turned or mirrored."""

from __future__ import annotations

import numpy as np

from easybraille.recognition.detections import (
    HALF_TURN,
    MIRROR,
    Detections,
    digits,
    mask,
    mirror,
    permute_dots,
    rotate_half_turn,
)

# Dots 1 2 3 are the left column from above, 4 5 6 the right one.
SCORES = np.float32([[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]])
CELL = Detections(np.float32([[10, 20, 30, 55]]), np.uint8([mask("1235")]), SCORES, np.float32([0.9]))


def test_a_mask_has_a_bit_for_each_raised_dot():
    assert mask("1") == 0b1 and mask("6") == 0b100000 and mask("125") == 0b10011
    assert [digits(number) for number in (0b1, 0b100000, 0b10011, 63)] == ["1", "6", "125", "123456"]


def test_a_cell_on_its_head_has_its_first_dot_where_the_sixth_was():
    turned = rotate_half_turn(CELL, (100, 200))
    assert turned.boxes.tolist() == [[170, 45, 190, 80]]
    assert digits(int(turned.dots[0])) == "2456"
    assert turned.scores.tolist() == SCORES[:, ::-1].tolist()
    assert rotate_half_turn(turned, (100, 200)).dots.tolist() == CELL.dots.tolist()


def test_a_mirrored_cell_has_its_columns_exchanged():
    seen = mirror(CELL, 200)
    assert seen.boxes.tolist() == [[170, 20, 190, 55]]
    assert digits(int(seen.dots[0])) == "2456"
    assert seen.scores.tolist() == SCORES[:, [3, 4, 5, 0, 1, 2]].tolist()
    assert mirror(seen, 200).boxes.tolist() == CELL.boxes.tolist()


def test_every_mask_comes_back_when_it_is_turned_or_mirrored_twice():
    every = np.arange(64, dtype=np.uint8)
    for order in (HALF_TURN, MIRROR):
        assert permute_dots(permute_dots(every, order), order).tolist() == every.tolist()


def test_some_of_the_cells_are_those_of_a_mask_or_of_indices():
    both = Detections(*(np.concatenate([value, value]) for value in (CELL.boxes, CELL.dots, SCORES, CELL.confidence)))
    both.confidence[1] = 0.5
    assert len(both) == 2
    assert both.only(both.confidence < 0.6).confidence.tolist() == [0.5]
    assert both.only(np.array([1, 0])).confidence.tolist() == [np.float32(0.5), np.float32(0.9)]
