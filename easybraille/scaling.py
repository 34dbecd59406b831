"""Cells at whatever size and in whatever light they come: the picture is brought to what the detector knows."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .detectors import Detections, Detector
from .lattice import settle

# A page that fills the picture has about 30 cells on a line: at this longer side they are some 22 pixels wide.
PAGE_SIDE = 1376
# Other sizes to try where the first shows next to nothing: a few cells photographed large, or a page far away.
OTHER_SIDES = (688, 2400, 344)
LARGEST_SIDE = 3200
FEW = 12
UPSIDE_DOWN = np.array([2, 1, 0, 5, 4, 3])


def find_cells(detector: Detector, gray: np.ndarray) -> Detections:
    """The cells of a picture of any size, lit from any side.

    One pass where the page fills the picture, a second where its cells turn out smaller or larger than the detector
    likes, more only where next to nothing is found.

    Args:
        gray: (rows, columns) uint8.

    Returns:
        Detections with boxes in pixels of `gray`.
    """
    certain = detector.manifest.thresholds.confidence
    found = _at_its_size(detector, gray, OTHER_SIDES)
    if _certain(found, certain) < FEW:
        # The detector takes it that light comes from above. Mirrored top to bottom, light from below does. A page
        # with a dozen certain cells is left alone: the rest of what shows may be its back.
        other = _at_its_size(detector, gray[::-1])
        if _certain(other, certain) > 2 * _certain(found, certain) + FEW:
            found = _mirrored(other, len(gray))
    return settle(found, certain)


def _certain(cells: Detections, certain: float) -> int:
    """How many cells a pass has found for certain."""
    return int((cells.confidence >= certain).sum())


def _mirrored(cells: Detections, rows: int) -> Detections:
    """Cells of a picture seen mirrored top to bottom, as they are."""
    boxes = cells.boxes[:, [0, 3, 2, 1]] * np.float32([1, -1, 1, -1]) + np.float32([0, rows, 0, rows])
    bits = (cells.dots[:, None] >> UPSIDE_DOWN) & 1
    dots = (bits << np.arange(6)).sum(axis=1).astype(np.uint8)
    return Detections(boxes, dots, cells.scores[:, UPSIDE_DOWN], cells.confidence)


def _at_its_size(detector: Detector, gray: np.ndarray, others: tuple[int, ...] = ()) -> Detections:
    """The candidates at the size that shows the most: a page's, else one of `others`, and then what its cells want."""
    wanted, certain = detector.manifest.input, detector.manifest.thresholds.confidence
    longest = max(gray.shape)
    scale = min(1.0, PAGE_SIDE / longest)
    best = _at(detector, gray, scale)
    if _certain(best, certain) < FEW:
        for side in others:
            # Only small pictures are blown up: what a large one does not show at its own size is not there.
            other = min(side / longest, max(1.0, PAGE_SIDE / longest))
            if abs(np.log(other / scale)) < 0.2:
                continue
            found = _at(detector, gray, other)
            # Specks that pass for a cell at one size or another are no reason to prefer it.
            if _certain(found, certain) > max(3, 2 * _certain(best, certain)):
                best, scale = found, other
    sure = best.only(best.confidence >= certain)
    if len(sure) < 3:
        return best
    better = wanted.cell_width / float(np.median(sure.boxes[:, 2] - sure.boxes[:, 0]))
    better = min(better, LARGEST_SIDE / longest)
    # Close enough is left alone: a second pass costs as much as the first and changes little.
    if 0.8 < better / scale < 1.25:
        return best
    again = _at(detector, gray, better)
    return again if _certain(again, certain) > 0.8 * len(sure) else best


def _at(detector: Detector, gray: np.ndarray, scale: float) -> Detections:
    rows, columns = (max(1, round(n * scale)) for n in gray.shape)
    image = gray
    if (rows, columns) != gray.shape:
        kind = Image.Resampling.BOX if scale < 0.5 else Image.Resampling.BILINEAR
        image = np.asarray(Image.fromarray(gray).resize((columns, rows), kind, reducing_gap=2.0))
    cells = detector.detect([image])[0]
    back = np.array([gray.shape[1] / columns, gray.shape[0] / rows] * 2, np.float32)
    return Detections(cells.boxes * back, cells.dots, cells.scores, cells.confidence)
