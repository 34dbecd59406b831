"""How likely a cell is what it was read as."""

from __future__ import annotations

import numpy as np
import pytest

from easybraille.recognition.calibration import (
    SHARPNESS,
    CellReadings,
    alternatives,
    expected_error_rate,
    pattern_probabilities,
    presence_probabilities,
)
from easybraille.recognition.detections import Detections
from easybraille.recognition.detectors.postprocess import raised_dots
from easybraille.recognition.model import Thresholds


def test_the_patterns_of_a_cell_share_one_probability_and_no_cell_is_empty():
    likely = pattern_probabilities(np.float32([[0.9, 0.2, 0.5, 0.01, 0.99, 0.3], [0.1] * 6]), 0.5)
    assert np.allclose(likely.sum(axis=1), 1)
    assert (likely[:, 0] == 0).all()


def test_a_pattern_is_as_likely_as_its_dots_together():
    scores = np.float32([[0.9, 0.2, 0.001, 0.001, 0.001, 0.001]])
    likely = pattern_probabilities(scores, 0.5, 1.0)[0]
    assert likely[0b11] / likely[0b01] == pytest.approx(0.2 / 0.8, rel=1e-3)


def test_a_doubtful_dot_gives_the_other_reading_as_an_alternative():
    likely = pattern_probabilities(np.float32([[0.999, 0.4, 0.001, 0.001, 0.001, 0.001]]), 0.5, 1.0)
    assert alternatives(likely, np.uint8([0b01])) == [[(0b11, pytest.approx(0.4, abs=0.01))]]


def test_a_certain_cell_has_no_alternatives():
    likely = pattern_probabilities(np.float32([[0.999, 0.999, 0.001, 0.001, 0.001, 0.001]]), 0.5)
    assert alternatives(likely, np.uint8([0b11])) == [[]]


def test_what_is_read_by_the_threshold_is_what_is_likeliest():
    scores = np.float32([[0.99, 0.4, 0.01, 0.01, 0.01, 0.01]])
    assert pattern_probabilities(scores, 0.35)[0].argmax() == 0b11
    assert pattern_probabilities(scores, 0.5)[0].argmax() == 0b01


def test_a_doubtful_cell_on_the_lattice_is_likelier_there_than_the_network_says():
    there = presence_probabilities(np.float32([0.5, 0.8, 0.95]), 0.9)
    assert 0.5 < there[0] < there[1] < 1 and there[2] == 1


@pytest.mark.parametrize("scores, share", [([], 0), ([0.999], 0), ([0.999, 0.5], 0.125), ([0.5, 0.5], 0.25)])
def test_the_share_of_cells_that_are_likely_wrong_is_what_they_say_of_themselves(scores, share):
    dots = np.float32([[score, 0, 0, 0, 0, 0] for score in scores]).reshape(-1, 6)
    boxes = np.zeros((len(scores), 4), np.float32)
    cells = Detections(boxes, raised_dots(dots, 0.35), dots, dots.max(axis=1, initial=0))
    assert expected_error_rate(cells, Thresholds(confidence=0.9, candidate=0.5, dot=0.35)) == pytest.approx(
        share, abs=0.01
    )


def test_odds_are_sharpened_to_the_power_that_makes_them_come_true():
    scores = np.float32([[0.999, 0.8, 0.001, 0.001, 0.001, 0.001]])
    likely = pattern_probabilities(scores, 0.5)[0]
    assert likely[0b11] / likely[0b01] == pytest.approx(4**SHARPNESS, rel=1e-3)
    assert 1.0 < SHARPNESS < 1.3


@pytest.mark.parametrize(("confidence", "there"), [(0.5, 3 / 4), (0.8, 12 / 13), (0.89, 0.96), (0.9, 1.0)])
def test_a_place_on_the_lattice_makes_a_cell_three_times_as_likely_by_odds(confidence, there):
    assert presence_probabilities(np.array([confidence]), 0.9)[0] == pytest.approx(there, abs=0.001)


def test_three_alternatives_are_told_at_most_and_none_below_one_in_twenty():
    likely = np.zeros((2, 64))
    likely[0, [1, 2, 3, 4, 5, 6]] = 0.3, 0.25, 0.2, 0.15, 0.06, 0.04
    likely[1, [1, 2, 3, 4, 5, 6]] = 0.3, 0.25, 0.2, 0.15, 0.051, 0.049
    of_cells = alternatives(likely, np.array([1, 2]))
    assert of_cells == [[(2, 0.25), (3, 0.2), (4, 0.15)], [(1, 0.3), (3, 0.2), (4, 0.15)]]
    of_cells = alternatives(likely, np.array([1, 2]), most=9)
    assert [[mask for mask, _ in cell] for cell in of_cells] == [[2, 3, 4, 5], [1, 3, 4, 5]]


def test_some_of_the_readings_of_a_page_are_those_of_these_cells():
    likely = pattern_probabilities(np.float32([[0.9, 0.1, 0.1, 0.1, 0.1, 0.1], [0.1, 0.9, 0.1, 0.1, 0.1, 0.1]]), 0.5)
    readings = CellReadings(np.uint8([1, 2]), likely, np.array([0.8, 0.9]), np.array([False, True]))
    assert readings.confidence.tolist() == [likely[0, 1], likely[1, 2]]
    second = readings.only(np.array([1]))
    assert second.confidence.tolist() == [likely[1, 2]]
    assert second.present.tolist() == [0.9] and second.by_word.tolist() == [True]
    assert readings.digits([[1, -1, 0], []]) == [["2", "", "1"], []]
