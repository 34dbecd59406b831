"""What comes after the network takes time that grows with the cells, and not with their square."""

from __future__ import annotations

import numpy as np
import pytest

from bench.grow import growth, lattice
from easybraille.recognition.detectors.postprocess import suppress
from easybraille.recognition.neighbours import best_of_rivals, near_pairs, nearest

FEW, MANY = 300, 3000
# Ten times the cells: a square would be 100. Half of that leaves room for caches and other work on the machine.
MOST = 35


@pytest.fixture(scope="module")
def grown() -> dict[str, dict[int, float]]:
    return growth((FEW, MANY), 3)


@pytest.mark.parametrize("stage", ["suppression", "fusion of three looks", "lattice", "layout", "words", "text"])
def test_ten_times_the_cells_take_far_less_than_a_hundred_times_the_time(grown, stage):
    assert grown[stage][MANY] < MOST * max(grown[stage][FEW], 1e-4)


def test_pairs_are_those_that_stand_near_each_other():
    rng = np.random.default_rng(0)
    points, others = rng.uniform(0, 100, (200, 2)), rng.uniform(-20, 130, (300, 2))
    across, down = rng.uniform(1, 20, 200), 7.0
    apart = np.abs(points[:, None] - others[None])
    wanted = set(
        zip(*(side.tolist() for side in np.nonzero((apart[..., 0] < across[:, None]) & (apart[..., 1] < down))))
    )
    first, then = near_pairs(points, others, across, down)
    assert set(zip(first.tolist(), then.tolist())) == wanted
    assert len(first) == len(wanted)


def test_many_points_are_compared_in_blocks():
    points = np.random.default_rng(0).uniform(0, 1000, (5000, 2))
    first, then = near_pairs(points, points, 3.0, 3.0)
    assert (np.abs(points[first] - points[then]) < 3.0).all()
    assert (np.diff(first) >= 0).all()
    assert set(first.tolist()) == set(range(5000))


def test_nothing_is_near_nothing():
    assert [len(side) for side in near_pairs(np.empty((0, 2)), np.ones((3, 2)), 1.0, 1.0)] == [0, 0]


def test_the_nearest_pair_of_each_point_is_found():
    first, distance = np.array([0, 0, 2, 2, 2]), np.array([3.0, 1.0, 5.0, 4.0, 4.0])
    assert nearest(first, distance).tolist() == [1, 3]


def test_what_is_removed_removes_nothing_itself():
    # 0 removes 1, so 1 cannot remove 2.
    assert best_of_rivals(4, np.array([0, 1, 2]), np.array([1, 2, 3])).tolist() == [True, False, True, False]


def test_suppression_keeps_what_one_box_after_the_other_would():
    cells, rng = lattice(60), np.random.default_rng(1)
    places = rng.permutation(np.repeat(cells.boxes, 5, axis=0)) + rng.normal(0, 4, (300, 4)).astype(np.float32)
    assert suppress(places, 0.3).tolist() == one_by_one(places, 0.3)


def one_by_one(boxes: np.ndarray, overlap: float) -> list[int]:
    """Greedy suppression as it is defined: the best box stays, and removes all that overlap it."""
    left, kept = list(range(len(boxes))), []
    while left:
        kept.append(left[0])
        left = [i for i in left[1:] if iou(boxes[kept[-1]], boxes[i]) <= overlap]
    return kept


def iou(one: np.ndarray, other: np.ndarray) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(width, 0) * max(height, 0)
    return float(
        shared / ((one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1]) - shared)
    )
