"""Cells settle on the lattice that the certain ones show."""

from __future__ import annotations

import numpy as np
import pytest

from easybraille import languages
from easybraille.recognition.detections import Detections, joined, mask
from easybraille.recognition.lattice import moved_across, moved_down, settle

PITCH, CELL, LINE = 13.0, 32.0, 52.0
TEXT = "el tren, a las 9. ya\ni, e, a, o ........ 7\nfin de la jornada, a"
CERTAIN = 0.7


def written(text: str) -> Detections:
    """A text's cells on a flat page, all certain."""
    boxes, dots = [], []
    for row, line in enumerate(languages.get("es").write(text)):
        for column, cell in enumerate(line):
            if cell:
                x, y = 50 + column * CELL, 60 + row * LINE
                boxes.append((x - 0.3 * PITCH, y - 0.3 * PITCH, x + 1.3 * PITCH, y + 2.3 * PITCH))
                dots.append(mask(cell))
    count = len(dots)
    return Detections(
        np.float32(boxes), np.uint8(dots), np.zeros((count, 6), np.float32), np.full(count, 0.95, np.float32)
    )


def taken_for_another(cells: Detections, which: int, dot: int) -> Detections:
    """A lone dot that was taken for another one: the same dot on the page, in a box beside its own."""
    (was,) = (i for i in range(6) if cells.dots[which] == 1 << i)
    boxes, dots = cells.boxes.copy(), cells.dots.copy()
    shift = np.float32([was // 3 - dot // 3, was % 3 - dot % 3]) * PITCH
    boxes[which] += np.tile(shift, 2)
    dots[which] = 1 << dot
    return Detections(boxes, dots, cells.scores, cells.confidence)


def as_set(cells: Detections) -> set[tuple[int, ...]]:
    centres = (cells.boxes[:, :2] + cells.boxes[:, 2:]) / 2
    return {(*np.round(c / 4).astype(int).tolist(), int(d)) for c, d in zip(centres, cells.dots)}


LONE = [i for i, dots in enumerate(written(TEXT).dots) if int(dots).bit_count() == 1]


def test_there_are_lone_dots_to_test_with():
    assert len(LONE) > 12


@pytest.mark.parametrize("dot", range(6))
def test_a_lone_dot_taken_for_another_becomes_itself_again(dot):
    truth = written(TEXT)
    for which in LONE:
        settled = settle(taken_for_another(truth, which, dot), CERTAIN)
        assert as_set(settled) == as_set(truth)


def test_a_whole_row_of_lone_dots_is_followed():
    cells = truth = written(TEXT)
    for which in LONE[6:]:
        cells = taken_for_another(cells, which, 1)
    assert as_set(settle(cells, CERTAIN)) == as_set(truth)


def test_what_stands_right_stays():
    truth = written(TEXT)
    assert as_set(settle(truth, CERTAIN)) == as_set(truth)


def test_a_doubtful_cell_stays_only_in_its_place():
    truth = written(TEXT)
    doubtful = truth.confidence.copy()
    doubtful[4] = 0.5
    in_place = Detections(truth.boxes, truth.dots, truth.scores, doubtful)
    assert len(settle(in_place, CERTAIN)) == len(truth)
    boxes = truth.boxes.copy()
    boxes[4] += np.float32([0.5, 0.5, 0.5, 0.5]) * PITCH
    between = Detections(boxes, truth.dots, truth.scores, doubtful)
    assert len(settle(between, CERTAIN)) == len(truth) - 1


def test_two_readings_of_one_dot_become_one():
    truth = written(TEXT)
    other = taken_for_another(truth, LONE[3], 4)
    both = joined(truth, other.only(np.array([LONE[3]])))
    assert as_set(settle(both, CERTAIN)) == as_set(truth)


@pytest.mark.parametrize(("text", "confidence", "cells"), [("n", 0.95, 0), ("n", 0.99, 1), ("sol", 0.95, 3)])
def test_a_cell_without_others_must_be_all_the_more_certain(text, confidence, cells):
    alone = written(text)
    alone.confidence[:] = confidence
    assert len(settle(alone, CERTAIN)) == cells


def test_a_few_specks_are_no_cells():
    specks = written("a b")
    low = Detections(specks.boxes, specks.dots, specks.scores, np.full(2, 0.5, np.float32))
    assert len(settle(low, CERTAIN)) == 0


def test_any_cells_come_back_without_an_error():
    rng = np.random.default_rng(3)
    for count in (0, 1, 9, 200):
        corner = rng.uniform(0, 800, (count, 2))
        boxes = np.concatenate([corner, corner + (21, 34)], axis=1).astype(np.float32)
        cells = Detections(
            boxes,
            rng.integers(1, 64, count).astype(np.uint8),
            np.zeros((count, 6), np.float32),
            rng.uniform(0.4, 1, count).astype(np.float32),
        )
        assert len(settle(cells, CERTAIN)) <= count


def test_a_mask_moves_by_rows_and_columns_as_long_as_no_dot_leaves_the_cell():
    assert [moved_down(mask("1"), rows) for rows in (0, 1, 2, 3, -1)] == [mask("1"), mask("2"), mask("3"), 0, 0]
    assert [moved_down(mask("25"), rows) for rows in (-1, 1)] == [mask("14"), mask("36")]
    assert [moved_down(mask("13"), rows) for rows in (-1, 1)] == [0, 0]
    assert [moved_across(mask("12"), columns) for columns in (0, 1, 2, -1)] == [mask("12"), mask("45"), 0, 0]
    assert [moved_across(mask("56"), columns) for columns in (-1, 1)] == [mask("23"), 0]
    assert [moved_across(mask("14"), columns) for columns in (-1, 1)] == [0, 0]


@pytest.mark.parametrize(("certain", "stay"), [(2, 0), (3, 4)])
def test_three_certain_cells_are_a_lattice_on_which_another_has_its_place(certain, stay):
    cells = written("n" * (certain + 1))
    cells.confidence[-1] = 0.6
    assert len(settle(cells, CERTAIN)) == stay


def test_a_certain_cell_that_no_other_places_gives_an_uncertain_one_its_place():
    # Nothing on the second line has a dot in the last row.
    truth = written("nnn\nabc")
    shifted = taken_for_another(truth, 3, 3)
    shifted.confidence[3:] = 0.6, 0.6, 0.95
    assert as_set(settle(shifted, CERTAIN)) == as_set(truth)


@pytest.mark.parametrize(("count", "confidence", "stay"), [(2, 0.975, 0), (2, 0.985, 2), (3, 0.71, 3), (3, 0.69, 0)])
def test_three_cells_support_each_other_and_fewer_must_be_all_but_certain(count, confidence, stay):
    cells = written("n" * count)
    cells.confidence[:] = confidence
    assert len(settle(cells, CERTAIN)) == stay


@pytest.mark.parametrize(("confidence", "moves"), [(0.997, True), (0.999, False)])
def test_a_cell_of_which_the_network_is_all_but_certain_stays_where_it_is(confidence, moves):
    truth = written(TEXT)
    cells = taken_for_another(truth, LONE[3], 4)
    cells.confidence[LONE[3]] = confidence
    assert (as_set(settle(cells, CERTAIN)) == as_set(truth)) == moves


@pytest.mark.parametrize(("blanks", "moves"), [(3, True), (5, False)])
def test_a_lone_dot_is_placed_by_cells_up_to_four_places_away(blanks, moves):
    truth = written("nnnnnnnnnnnn\n\n\nn" + " " * blanks + "a")
    cells = taken_for_another(truth, len(truth) - 1, 1)
    assert (as_set(settle(cells, CERTAIN)) == as_set(truth)) == moves


def test_the_scores_move_with_the_dots_and_nothing_was_seen_where_they_come_from():
    truth = written(TEXT)
    which = LONE[3]
    cells = taken_for_another(truth, which, 4)
    cells.scores[which] = [0.01, 0.02, 0.03, 0.04, 0.95, 0.06]
    settled = settle(cells, CERTAIN)
    at = int(np.abs(settled.boxes - truth.boxes[which]).sum(axis=1).argmin())
    was = int(truth.dots[which]).bit_length() - 1
    assert settled.scores[at, was] == np.float32(0.95)
    by = np.array([was // 3 - 1, was % 3 - 1])
    kept = {(dot // 3 + by[0], dot % 3 + by[1]): dot for dot in range(6)}
    expected = [cells.scores[which, kept[dot // 3, dot % 3]] if (dot // 3, dot % 3) in kept else 0 for dot in range(6)]
    assert settled.scores[at].tolist() == expected
