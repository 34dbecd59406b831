"""What is said of the side of a page that was detected."""

from __future__ import annotations

import numpy as np
import pytest

from easybraille.imaging.transforms import rotate
from easybraille.recognition.detections import Detections, rotate_half_turn
from easybraille.recognition.orientation import UPRIGHT, UPSIDE_DOWN
from easybraille.recognition.page_detection import DetectedSide, detect_back, detect_front
from tests.recognition.test_views import COLUMNS, NONE, ROWS, TEXT, TwoSided, cells_of


@pytest.mark.parametrize(
    ("base", "way", "quarters", "rotation"),
    [
        (0, UPRIGHT, 0, 0),
        (1, UPRIGHT, 1, 270),
        (2, UPRIGHT, 2, 180),
        (3, UPRIGHT, 3, 90),
        (0, UPSIDE_DOWN, 2, 180),
        (1, UPSIDE_DOWN, 3, 90),
        (3, UPSIDE_DOWN, 1, 270),
    ],
)
def test_a_page_is_turned_clockwise_by_what_is_left_of_a_whole_turn(base, way, quarters, rotation):
    side = DetectedSide(NONE, NONE.boxes, [], base=base, way=way)
    assert (side.quarters, side.rotation) == (quarters, rotation)


@pytest.mark.parametrize(
    ("light", "upright", "upside_down"), [("top", 90, 270), ("foot", 270, 90), ("left", 180, 0), ("right", 0, 180)]
)
def test_light_is_told_on_the_page_as_it_is_read(light, upright, upside_down):
    for way, degrees in ((UPRIGHT, upright), (UPSIDE_DOWN, upside_down)):
        assert DetectedSide(NONE, NONE.boxes, [], light=light, way=way).light_from == degrees


def test_a_clear_page_costs_one_pass_and_is_sure():
    detector = TwoSided(cells_of(TEXT))
    front = detect_front(detector, detector.gray)
    assert detector.asked == 1
    assert front.sure > 0.999 and front.rotation == 0 and not front.one_sided
    assert np.allclose(np.sort(front.boxes, axis=0), np.sort(cells_of(TEXT).boxes, axis=0))


def test_how_sure_the_direction_is_is_the_logistic_of_the_lead_in_units_of_the_prior():
    # Full cells on one row, flush at both ends, look the same both ways: the lead is twice the prior.
    cells = cells_of(TEXT).only(np.arange(20))
    full = Detections(cells.boxes, np.full(20, 63, np.uint8), np.ones((20, 6), np.float32), cells.confidence)
    detector = TwoSided(full)
    front = detect_front(detector, detector.gray)
    assert front.sure == pytest.approx(1 / (1 + np.exp(-2)), abs=0.01)


def test_the_direction_that_was_said_is_sure_and_no_other_is_tried():
    detector = TwoSided(rotate_half_turn(cells_of(TEXT), (ROWS, COLUMNS)))
    front = detect_front(detector, detector.gray, rotation=0)
    assert front.rotation == 0 and front.sure == 1.0


def test_a_page_on_its_head_is_read_the_right_way_up_with_its_boxes_where_they_were():
    there = rotate_half_turn(cells_of(TEXT), (ROWS, COLUMNS))
    detector = TwoSided(there)
    front = detect_front(detector, detector.gray)
    assert front.rotation == 180 and front.light_from == 270
    assert np.allclose(np.sort(front.boxes, axis=0), np.sort(there.boxes, axis=0))
    assert sorted(front.cells.dots) == sorted(cells_of(TEXT).dots)


def test_a_page_that_is_said_to_be_on_its_head_is_turned_first():
    detector = TwoSided(cells_of(TEXT))
    front = detect_front(detector, rotate(detector.gray, 2), rotation=180)
    assert front.rotation == 180
    assert np.allclose(
        np.sort(front.boxes, axis=0), np.sort(rotate_half_turn(cells_of(TEXT), (ROWS, COLUMNS)).boxes, axis=0)
    )


def test_a_sheet_of_which_the_opposite_light_shows_nothing_mirrored_has_no_back():
    detector = TwoSided(cells_of(TEXT), cells_of("a b"))
    front = detect_front(detector, detector.gray)
    assert len(detect_back(detector, detector.gray, front).cells) == 0
