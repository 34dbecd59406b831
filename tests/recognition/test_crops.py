"""Crops around uncertain cells show these cells as the whole page does, and little else."""

from __future__ import annotations

import numpy as np
import pytest

from easybraille.recognition.crops import crops_around, detect_in_crops, inside
from easybraille.recognition.detections import Detections
from easybraille.recognition.lattice import settle
from easybraille.recognition.passes import detect_at_scale, detect_with_fusion, page_scale
from tests.made_page import rendered
from training.score import score

TEXT = "\n".join(["El sol sale por la mañana", "y los pájaros cantan en", "los árboles de la plaza."] * 4)
# Cells are 22 pixels wide and 35 high.
SHAPE = (1000, 900)


def at(*centres: tuple[float, float]) -> np.ndarray:
    return np.array([(x - 11, y - 17.5, x + 11, y + 17.5) for x, y in centres], np.float32)


def cells_in(boxes: np.ndarray) -> Detections:
    count = len(boxes)
    return Detections(boxes, np.ones(count, np.uint8), np.zeros((count, 6), np.float32), np.ones(count, np.float32))


@pytest.mark.parametrize(
    ("centres", "count"),
    [
        ([(300, 300)], 1),
        ([(300, 300), (360, 302)], 1),
        ([(100, 300), (700, 300)], 2),
        ([(300, 300), (300, 360)], 2),
        ([(300, 300), (300, 320)], 1),
    ],
)
def test_cells_of_one_line_whose_surroundings_meet_share_a_crop(centres, count):
    assert len(crops_around(at(*centres), SHAPE)) == count


def test_a_crop_shows_four_cells_to_each_side_and_one_and_a_half_above_and_below_within_the_page():
    (crop,) = crops_around(at((450, 500)), SHAPE)
    assert (crop.x1, crop.y1, crop.x2, crop.y2) == (351, 430, 549, 570)
    (corner,) = crops_around(at((12, 18)), SHAPE)
    assert (corner.x1, corner.y1) == (0, 0)


def test_a_cell_counts_within_a_cell_of_the_uncertain_one():
    crops = crops_around(at((450, 500)), SHAPE)
    near, far = cells_in(at((471, 500), (450, 534))), cells_in(at((473, 500), (450, 536)))
    assert inside(crops, near).all() and not inside(crops, far).any()


def test_crops_show_their_cells_where_and_as_the_page_does(reader):
    page, detector = rendered(TEXT), reader.detector
    scale = page_scale(page.image)
    whole = detect_at_scale(detector, page.image, scale)
    chosen = np.random.default_rng(1).permutation(len(page.boxes))[:12]
    crops = crops_around(page.boxes[chosen], page.image.shape)
    cells, wanted = detect_in_crops(detector, page.image, crops, scale, 0.5), whole.only(inside(crops, whole))
    assert len(cells) == len(wanted) < 0.3 * len(whole)
    assert score(cells.boxes, cells.dots, wanted.boxes, wanted.dots).f1 == 1


class Seen:
    """A detector that notes the pixels of each picture it is given and makes some cells of the first one uncertain."""

    def __init__(self, detector, uncertain: slice):
        self.engine, self.device, self.manifest = detector.engine, detector.device, detector.manifest
        self.detector, self.uncertain = detector, uncertain
        self.pixels: list[int] = []

    def detect(self, images, candidate=None):
        self.pixels += [image.size for image in images]
        found = self.detector.detect(images, candidate)
        if len(self.pixels) == 1:
            order = np.lexsort((found[0].boxes[:, 0], (found[0].boxes[:, 1] / 20).round()))[self.uncertain]
            found[0].scores[order, 0] = 0.4
        return found


@pytest.mark.parametrize(("uncertain", "whole"), [(slice(40, 44), False), (slice(0, None, 5), True)])
def test_a_few_uncertain_cells_are_detected_again_without_the_page_and_many_with_it(reader, uncertain, whole):
    page = rendered(TEXT)
    detector = Seen(reader.detector, uncertain)
    first = detect_at_scale(detector, page.image, page_scale(page.image))
    thresholds = detector.manifest.thresholds
    settled = settle(first.only(first.confidence >= thresholds.candidate), thresholds.confidence)
    cells = detect_with_fusion(detector, page.image, first, settled)
    assert score(cells.boxes, cells.dots, page.boxes, page.dots).f1 == 1
    assert len(detector.pixels) >= 3
    assert (max(detector.pixels[1:]) > detector.pixels[0]) == whole
    if not whole:
        assert sum(detector.pixels[1:]) < 0.3 * detector.pixels[0]
