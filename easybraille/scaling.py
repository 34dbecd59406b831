"""Cells at whatever size they come: the picture is brought to the scale that the detector knows."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .detectors import Detections, Detector

# A page that fills the picture has about 30 cells on a line: at this longer side they are some 22 pixels wide.
PAGE_SIDE = 1376
# Other sizes to try where the first shows next to nothing: a few cells photographed large, or a page far away.
OTHER_SIDES = (688, 2400, 344)
FEW = 12
LARGEST_SIDE = 3200


def find_cells(detector: Detector, gray: np.ndarray) -> Detections:
    """The cells of a picture of any size.

    One pass where the page fills the picture, a second where its cells turn out smaller or larger than the detector
    likes, more only where next to nothing is found.

    Args:
        gray: (rows, columns) uint8.

    Returns:
        Detections with boxes in pixels of `gray`.
    """
    wanted = detector.manifest.input
    longest = max(gray.shape)
    scale = min(1.0, PAGE_SIDE / longest)
    best = _at(detector, gray, scale)
    if len(best) < FEW:
        for side in OTHER_SIDES:
            other = min(side / longest, 2.0)
            if abs(np.log(other / scale)) < 0.2:
                continue
            found = _at(detector, gray, other)
            if _weight(found) > 1.5 * _weight(best):
                best, scale = found, other
    if len(best) < 3:
        return best
    better = wanted.cell_width / float(np.median(best.boxes[:, 2] - best.boxes[:, 0]))
    better = min(better, LARGEST_SIDE / longest)
    # Close enough is left alone: a second pass costs as much as the first and changes little.
    if 0.8 < better / scale < 1.25:
        return best
    again = _at(detector, gray, better)
    return again if _weight(again) > 0.8 * _weight(best) else best


def _weight(cells: Detections) -> float:
    """How much a pass has found: certain cells count, doubtful ones hardly."""
    return float((cells.confidence**2).sum())


def _at(detector: Detector, gray: np.ndarray, scale: float) -> Detections:
    rows, columns = (max(1, round(n * scale)) for n in gray.shape)
    image = gray
    if (rows, columns) != gray.shape:
        kind = Image.Resampling.BOX if scale < 0.5 else Image.Resampling.BILINEAR
        image = np.asarray(Image.fromarray(gray).resize((columns, rows), kind, reducing_gap=2.0))
    cells = detector.detect([image])[0]
    back = np.array([gray.shape[1] / columns, gray.shape[0] / rows] * 2, np.float32)
    return Detections(cells.boxes * back, cells.dots, cells.scores, cells.confidence)
