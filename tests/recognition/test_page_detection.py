"""What is said of the side of a page that was detected."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from easybraille.imaging.transforms import rotate
from easybraille.recognition import passes
from easybraille.recognition.detections import Detections, rotate_half_turn
from easybraille.recognition.orientation import UPRIGHT, UPSIDE_DOWN
from easybraille.recognition.page_detection import DetectedSide, detect_back, detect_front
from tests.recognition.test_views import COLUMNS, MANIFEST, NONE, ROWS, TEXT, TwoSided, cells_of


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


class Shown:
    """A detector that shows what a function of the picture says, in pixels of the picture as it was given."""

    engine, device, manifest = "onnxruntime", "cpu", MANIFEST

    def __init__(self, cells: Callable[[np.ndarray], Detections], gray: np.ndarray):
        self.cells, self.gray = cells, gray

    def detect(self, images: Sequence[np.ndarray], candidate: float | None = None) -> list[Detections]:
        return [self._scaled(self.cells(image), max(image.shape) / max(self.gray.shape)) for image in images]

    @staticmethod
    def _scaled(cells: Detections, scale: float) -> Detections:
        return Detections(cells.boxes * np.float32(scale), cells.dots, cells.scores, cells.confidence)


def symmetric(certain: int, faint: int) -> Detections:
    """Full cells on one line: they say nothing of their direction."""
    first = np.arange(certain + faint, dtype=np.float32)[:, None]
    boxes = np.float32([[10, 40, 32, 75]]) + first * np.float32([[30, 0, 30, 0]])
    confidence = np.float32([0.99] * certain + [0.6] * faint)
    return Detections(boxes, np.full(len(boxes), 63, np.uint8), np.ones((len(boxes), 6), np.float32), confidence)


def test_another_size_that_shows_a_few_more_cells_is_no_reason_to_leave_the_pages_own(monkeypatch):
    monkeypatch.setattr(passes, "FUSION_ROUNDS", ())  # uncertain cells are not detected again
    gray = TwoSided(NONE).gray
    small_and_turned = []

    def shown(image: np.ndarray) -> Detections:
        small = image.shape[1] == 688
        if image[:10, :10].mean() < 200:
            small_and_turned.append(small and image[-10:, -10:].mean() > 200)
            return NONE
        return symmetric(16, 14) if small else symmetric(12, 14)

    front = detect_front(Shown(shown, gray), gray)
    assert len(front.cells) == 12 + 14
    # In other lights the page is looked at in its own size alone.
    assert small_and_turned and not any(small_and_turned)


def test_another_size_that_certainly_shows_braille_is_taken():
    gray = np.full((ROWS, COLUMNS), 100, np.uint8)
    detector = Shown(lambda image: cells_of(TEXT) if image.shape[1] == 688 else symmetric(12, 14), gray)
    front = detect_front(detector, gray)
    assert sorted(front.cells.dots) == sorted(cells_of(TEXT).dots)
    assert np.allclose(np.sort(front.boxes, axis=0), np.sort(cells_of(TEXT).boxes, axis=0), atol=0.5)


def test_a_page_is_not_taken_to_lie_on_its_side_for_a_few_more_cells(monkeypatch):
    monkeypatch.setattr(passes, "FUSION_ROUNDS", ())  # uncertain cells are not detected again
    # It is brighter to the right: turned, it is brighter above or below.
    gray = np.tile(np.linspace(60, 200, 400).astype(np.uint8), (400, 1))

    def shown(image: np.ndarray) -> Detections:
        across = float(image[:, -40:].mean()) - float(image[:, :40].mean())
        down = float(image[-40:].mean()) - float(image[:40].mean())
        if abs(across) > abs(down):
            return symmetric(12, 12).only(np.arange(0 if across < 0 else 24))
        return symmetric(20, 0)

    front = detect_front(Shown(shown, gray), gray)
    assert front.rotation == 0 and len(front.cells) == 12 + 12
