"""Detects the uncertain cells of a page again without the rest of it: crops around them, packed into one picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ..imaging.transforms import resize
from .detections import Detections
from .detectors import Detector

# What the network sees of a cell's surroundings: cells to both sides, and heights of a cell above and below.
CELLS_BESIDE, CELLS_ABOVE = 4.0, 1.5
# A crop's cells count up to this share of a cell beyond the uncertain ones: their neighbours may be misplaced as well.
REACH = 0.5


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a page, in its pixels.

    Attributes:
        x1, y1, x2, y2: what the network sees.
        inner: x1, y1, x2, y2 within which the centres of its cells count.
    """

    x1: int
    y1: int
    x2: int
    y2: int
    inner: tuple[float, float, float, float]

    @property
    def area(self) -> int:
        """Its pixels."""
        return (self.x2 - self.x1) * (self.y2 - self.y1)


def crops_around(boxes: np.ndarray, shape: tuple[int, ...]) -> list[Crop]:
    """The crops that show some cells with their surroundings; few crops, and together not much larger than needed.

    Args:
        boxes: (n, 4) of the cells, at least one.
        shape: (rows, columns) of the page.
    """
    width, height = (float(np.median(boxes[:, axis + 2] - boxes[:, axis])) for axis in (0, 1))
    beside, above = CELLS_BESIDE * width, CELLS_ABOVE * height
    crops = []
    for line in _runs(boxes, axis=1, gap=0.0):
        for run in _runs(line, axis=0, gap=2 * beside):
            (x1, y1), (x2, y2) = run[:, :2].min(axis=0), run[:, 2:].max(axis=0)
            seen = (
                max(0, math.floor(x1 - beside)),
                max(0, math.floor(y1 - above)),
                min(shape[1], math.ceil(x2 + beside)),
                min(shape[0], math.ceil(y2 + above)),
            )
            across, down = REACH * width, REACH * height
            crops.append(Crop(*seen, (x1 - across, y1 - down, x2 + across, y2 + down)))
    return crops


def inside(crops: list[Crop], cells: Detections) -> np.ndarray:
    """Whether each of a page's cells (n,) counts in one of its crops."""
    x, y = ((cells.boxes[:, axis] + cells.boxes[:, axis + 2]) / 2 for axis in (0, 1))
    found = np.zeros(len(cells), bool)
    for x1, y1, x2, y2 in (crop.inner for crop in crops):
        found |= (x1 <= x) & (x <= x2) & (y1 <= y) & (y <= y2)
    return found


def detect_in_crops(
    detector: Detector, gray: np.ndarray, crops: list[Crop], scale: float, candidate: float
) -> Detections:
    """The cells that count in some crops of a page, by one run of the detector; boxes in pixels of the page.

    Args:
        gray: (rows, columns) uint8.
        scale: of the crops.
        candidate: see `Detector.detect`.
    """
    images = [resize(gray[crop.y1 : crop.y2, crop.x1 : crop.x2], scale) for crop in crops]
    places, (rows, columns) = _shelves([image.shape for image in images])
    packed = np.full((rows, columns), detector.manifest.input.padding, np.uint8)
    for image, (top, left) in zip(images, places):
        packed[top : top + image.shape[0], left : left + image.shape[1]] = image
    cells = detector.detect([packed], candidate)[0]
    centre = (cells.boxes[:, :2] + cells.boxes[:, 2:]) / 2
    boxes, counts = cells.boxes.copy(), np.zeros(len(cells), bool)
    found = replace(cells, boxes=boxes)
    for crop, image, (top, left) in zip(crops, images, places):
        x, y = (centre - np.array([left, top])).T
        here = (x >= 0) & (x < image.shape[1]) & (y >= 0) & (y < image.shape[0])
        back = np.array([(crop.x2 - crop.x1) / image.shape[1], (crop.y2 - crop.y1) / image.shape[0]] * 2)
        boxes[here] = (boxes[here] - np.array([left, top] * 2)) * back + np.array([crop.x1, crop.y1] * 2)
        counts[here] = inside([crop], found.only(here))
    return found.only(counts)


def _runs(boxes: np.ndarray, axis: int, gap: float) -> list[np.ndarray]:
    """The boxes (n, 4) in groups that are more than a gap apart along an axis, 0 across and 1 down."""
    boxes = boxes[boxes[:, axis].argsort(kind="stable")]
    reached = np.maximum.accumulate(boxes[:, axis + 2])
    breaks = 1 + np.flatnonzero(boxes[1:, axis] - reached[:-1] > gap)
    return [boxes[begin:end] for begin, end in pairwise([0, *breaks.tolist(), len(boxes)])]


def _shelves(shapes: list[tuple[int, ...]]) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """The places (row, column) of pictures on a canvas, and its (rows, columns): shelf by shelf, the highest first."""
    longest = max(columns for _, columns in shapes)
    wide = max(longest, math.isqrt(sum(rows * columns for rows, columns in shapes)))
    places = [(0, 0)] * len(shapes)
    top = left = high = used = 0
    for i in sorted(range(len(shapes)), key=lambda i: (-shapes[i][0], -shapes[i][1])):
        rows, columns = shapes[i]
        if left + columns > wide:
            top, left, high = top + high, 0, 0
        places[i] = (top, left)
        left, high = left + columns, max(high, rows)
        used = max(used, left)
    return places, (top + high, used)
