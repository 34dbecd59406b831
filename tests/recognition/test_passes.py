"""At which scales a picture is detected."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from easybraille.model_store import SHIPPED
from easybraille.recognition.detections import Detections
from easybraille.recognition.model import read_manifest
from easybraille.recognition.passes import detect_at_best_scale, detect_at_scale, page_scale

MANIFEST = read_manifest(SHIPPED)
WANTED, CERTAIN = MANIFEST.input.cell_width, MANIFEST.thresholds.confidence


class Ruled:
    """A detector that finds as many cells as `count` says of a picture's longer side, `width` wide in the page."""

    engine, device, manifest = "onnxruntime", "cpu", MANIFEST

    def __init__(self, page: int, width: float, count: Callable[[int], int] = lambda side: 40):
        self.page, self.width, self.count = page, width, count
        self.sides: list[int] = []

    def detect(self, images: Sequence[np.ndarray], candidate: float | None = None) -> list[Detections]:
        found = []
        for image in images:
            self.sides.append(max(image.shape))
            number, scale = self.count(max(image.shape)), max(image.shape) / self.page
            x = np.linspace(0, image.shape[1] - self.width * scale, number)
            boxes = np.stack([x, 0 * x, x + self.width * scale, 0 * x + 30], 1).astype(np.float32)
            certain = np.full(number, 0.99, np.float32)
            found.append(Detections(boxes, np.ones(number, np.uint8), np.zeros((number, 6), np.float32), certain))
        return found


@pytest.mark.parametrize(
    ("shape", "scale"), [((2752, 900), 0.5), ((900, 2752), 0.5), ((1376, 100), 1), ((500, 300), 1)]
)
def test_a_page_is_seen_with_its_longer_side_at_1376_pixels_and_never_enlarged(shape, scale):
    assert page_scale(np.zeros(shape, np.uint8)) == scale


def test_boxes_are_in_pixels_of_the_picture_at_any_scale():
    detector = Ruled(1000, 30)
    cells = detect_at_scale(detector, np.zeros((1000, 1000), np.uint8), 0.5)
    assert detector.sides == [500]
    assert np.allclose(cells.boxes[:, 2] - cells.boxes[:, 0], 30)


@pytest.mark.parametrize(("size", "again"), [(1.2, False), (1.3, True), (0.83, False), (0.75, True)], ids=str)
def test_a_page_is_detected_again_where_its_cells_are_a_quarter_larger_or_smaller_than_wanted(size, again):
    detector = Ruled(1000, size * WANTED)
    _, scale = detect_at_best_scale(detector, np.zeros((1000, 1000), np.uint8), 1.0)
    assert len(detector.sides) == 1 + again
    assert scale == pytest.approx(1 / size if again else 1.0)


def test_a_picture_is_enlarged_to_3200_pixels_at_most():
    detector = Ruled(2000, WANTED / 4)
    _, scale = detect_at_best_scale(detector, np.zeros((2000, 900), np.uint8), 1.0)
    assert scale == pytest.approx(1.6) and max(detector.sides) == 3200


@pytest.mark.parametrize(("count", "again"), [(2, False), (3, True)])
def test_three_cells_tell_the_size_of_a_pages_cells(count, again):
    detector = Ruled(1000, 2 * WANTED, lambda side: count)
    detect_at_best_scale(detector, np.zeros((1000, 1000), np.uint8), 1.0)
    assert len(detector.sides) == 1 + again


@pytest.mark.parametrize(("left", "scale"), [(31, 1.0), (34, 0.5)])
def test_the_second_scale_counts_unless_it_shows_a_fifth_less(left, scale):
    detector = Ruled(1000, 2 * WANTED, lambda side: 40 if side == 1000 else left)
    cells, chosen = detect_at_best_scale(detector, np.zeros((1000, 1000), np.uint8), 1.0)
    assert chosen == pytest.approx(scale)
    assert len(cells) == (40 if scale == 1.0 else left)
