"""What the network answers becomes cells: thresholds, classes, and one cell for a place."""

from __future__ import annotations

import numpy as np
import pytest

from easybraille.recognition.detectors.postprocess import decode, flank_output, log_odds, raised_dots, suppress
from easybraille.recognition.model import Classes


def answer(*cells: tuple[float, float, list[float]]) -> np.ndarray:
    """Cells 20 wide and 32 high by their centres, each with the score of each class."""
    return np.array([[x, y, 20, 32, *scores] for x, y, scores in cells]).T


def test_a_place_is_a_cell_whose_most_certain_class_reaches_the_confidence():
    output = answer((50, 60, [0.5, 0.1, 0.1, 0.1, 0.1, 0.1]), (150, 60, [0.49, 0.4, 0.1, 0.1, 0.1, 0.1]))
    cells = decode(output, 0.5)
    assert cells.boxes.tolist() == [[40, 44, 60, 76]]
    assert cells.confidence.tolist() == [0.5]
    assert cells.scores[0].tolist() == pytest.approx([0.5, 0.1, 0.1, 0.1, 0.1, 0.1])


def test_a_dot_is_raised_that_reaches_its_threshold_and_the_most_certain_one_always():
    output = answer((50, 60, [0.9, 0.35, 0.34, 0, 0, 0.36]), (150, 60, [0.2, 0.3, 0.1, 0, 0, 0]))
    assert decode(output, 0.25, 0.35).dots.tolist() == [0b100011, 0b10]
    assert raised_dots(np.array([[0.6, 0.5, 0.4, 0, 0, 0]]), 0.5).tolist() == [0b11]


def test_the_most_certain_cell_comes_first_and_the_first_of_equals():
    output = answer(*((x, 60, [score, 0, 0, 0, 0, 0]) for x, score in ((50, 0.8), (150, 0.9), (250, 0.8001))))
    assert decode(output, 0.5).boxes[:, 0].tolist() == [140, 40, 240]


@pytest.mark.parametrize(("apart", "overlap", "left"), [(10, 0.3, 1), (11, 0.3, 2), (6, 0.5, 1), (7, 0.5, 2)])
def test_of_two_cells_that_overlap_the_less_certain_goes(apart, overlap, left):
    # Boxes 20 wide, moved by d: the intersection over union is (20 - d) / (20 + d).
    output = answer((50, 60, [0.7, 0, 0, 0, 0, 0]), (50 + apart, 60, [0.9, 0, 0, 0, 0, 0]))
    cells = decode(output, 0.5, overlap=overlap)
    assert len(cells) == left
    assert cells.boxes[0, 0] == 40 + apart


def test_suppression_agrees_with_comparing_every_pair():
    rng = np.random.default_rng(2)
    corner, size = rng.uniform(0, 300, (400, 2)), rng.uniform(5, 60, (400, 2))
    boxes = np.concatenate([corner, corner + size], axis=1)
    kept: list[int] = []
    for i, box in enumerate(boxes):
        shared = [
            np.prod(np.clip(np.minimum(box[2:], boxes[k, 2:]) - np.maximum(box[:2], boxes[k, :2]), 0, None))
            for k in kept
        ]
        areas = [np.prod(size[i]) + np.prod(size[k]) for k in kept]
        if all(s <= 0.3 * (area - s) for s, area in zip(shared, areas)):
            kept.append(i)
    assert suppress(boxes, 0.3).tolist() == kept
    assert suppress(np.empty((0, 4)), 0.3).tolist() == []


def test_where_each_class_is_a_whole_cell_a_dots_score_is_the_share_of_the_cells_with_it():
    classes = Classes(scheme="patterns", names=["a", "b", "d"], dots=["1", "12", "145"])
    cells = decode(answer((50, 60, [0.6, 0.3, 0.1])), 0.5, classes=classes)
    assert cells.dots.tolist() == [0b1]
    assert cells.scores[0].tolist() == pytest.approx([1.0, 0.3, 0, 0.1, 0.1, 0])


def test_dots_are_found_in_any_order_of_the_classes():
    classes = Classes(scheme="dots", names=list("cabfed"), dots=list("312654"))
    cells = decode(answer((50, 60, [0.9, 0.1, 0.2, 0.8, 0.3, 0.4])), 0.5, classes=classes)
    assert cells.dots.tolist() == [0b100100]
    assert cells.scores[0].tolist() == pytest.approx([0.1, 0.2, 0.9, 0.4, 0.3, 0.8])


def test_nothing_is_found_in_an_answer_without_certainty():
    assert len(decode(answer((50, 60, [0.4] * 6)), 0.5)) == 0


def test_each_flank_has_its_part_of_the_answer():
    output = np.arange(20).reshape(2, 10)
    assert flank_output(output, ["upper", "lower"], "lower").tolist() == [[5, 6, 7, 8, 9], [15, 16, 17, 18, 19]]
    assert flank_output(output, ["upper", "lower"], "upper").tolist() == [[0, 1, 2, 3, 4], [10, 11, 12, 13, 14]]


def test_log_odds_are_those_of_the_probability_and_finite():
    assert log_odds(np.array([0.5, 0.8, 0.2])).tolist() == pytest.approx([0, np.log(4), -np.log(4)])
    assert log_odds(np.array([0.0, 1.0])).tolist() == pytest.approx([-13.8, 13.8], abs=0.1)
