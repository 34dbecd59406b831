"""Runs the detector on a picture at the scales that it needs: that of its cells, and more where it is uncertain."""

from __future__ import annotations

import numpy as np

from ..imaging.transforms import resize
from .calibration import error_probabilities, expected_error_rate
from .crops import Crop, crops_around, detect_in_crops, inside
from .detections import Detections, joined
from .detectors import Detector
from .lattice import settle
from .model import Thresholds
from .multiscale import fuse

# A page that fills the picture has about 30 cells on a line: at this longer side they are some 22 pixels wide.
PAGE_SIDE = 1376
LARGEST_SIDE = 3200
# Fewer certain cells than this are little evidence of their size and direction.
MIN_CERTAIN_CELLS = 12
# Fewer do not even tell the scale at which to detect them again.
MIN_SIZED_CELLS = 3
# Multi-scale fusion: a page whose expected error rate exceeds the first number is detected again at these multiples of
# its scale, since a dot that is hidden at one scale shows at another. The second round adds scales where the rate stays
# high, as under large print. The first pass is fused with them.
FUSION_ROUNDS = ((0.005, (1.15, 1.3)), (0.05, (1.45, 1.6)))
# A cell with at least the first confidence that is wrong with at least the second probability is uncertain. Crops
# around the uncertain cells are detected again in place of the page, unless these crops have the third share of it:
# cells that look certain may be wrong as well where so many do not.
PRESENT, UNCERTAIN, LARGEST_SHARE = 0.3, 0.05, 0.4
# A cell that is faint at one scale counts beside those of the others.
FAINT_CANDIDATE = 0.15


def page_scale(gray: np.ndarray) -> float:
    """The scale at which a page that fills the picture has cells of the preferred width."""
    return min(1.0, PAGE_SIDE / max(gray.shape))


def detect_at_scale(detector: Detector, gray: np.ndarray, scale: float) -> Detections:
    """All cells of a picture at one scale, faint ones included, boxes in its own pixels."""
    image = resize(gray, scale)
    cells = detector.detect([image], FAINT_CANDIDATE)[0]
    back = np.array([gray.shape[1] / image.shape[1], gray.shape[0] / image.shape[0]] * 2, np.float32)
    return Detections(cells.boxes * back, cells.dots, cells.scores, cells.confidence)


def detect_at_best_scale(detector: Detector, gray: np.ndarray, scale: float) -> tuple[Detections, float]:
    """All cells at the scale that shows the most, and that scale: the given one, or that of its cells.

    Args:
        gray: (rows, columns) uint8, larger by its border where it was deskewed.
        scale: to begin with.
    """
    wanted, certain = detector.manifest.input, detector.manifest.thresholds.confidence
    longest = max(gray.shape)
    best = detect_at_scale(detector, gray, scale)
    sure = best.only(best.confidence >= certain)
    if len(sure) < MIN_SIZED_CELLS:
        return best, scale
    better = wanted.cell_width / float(np.median(sure.boxes[:, 2] - sure.boxes[:, 0]))
    better = min(better, LARGEST_SIDE / longest)
    # A second pass costs as much as the first and changes little where the first was close enough.
    if 0.8 < better / scale < 1.25:
        return best, scale
    again = detect_at_scale(detector, gray, better)
    return (again, better) if count_certain(again, certain) > 0.8 * len(sure) else (best, scale)


def detect_with_fusion(detector: Detector, gray: np.ndarray, first: Detections, settled: Detections) -> Detections:
    """The candidates of a picture, by multi-scale fusion where too many of them are expected to be wrong.

    Args:
        gray: (rows, columns) uint8.
        first: all cells of the first pass, faint ones included.
        settled: its candidates, settled on their lattice.
    """
    wanted, thresholds = detector.manifest.input.cell_width, detector.manifest.thresholds
    cells = first.only(first.confidence >= thresholds.candidate)
    sure = cells.only(cells.confidence >= thresholds.confidence)
    if len(sure) < MIN_SIZED_CELLS:
        return cells
    width = float(np.median(sure.boxes[:, 2] - sure.boxes[:, 0]))
    passes = [first]
    crops: list[Crop] = []
    for share, sizes in FUSION_ROUNDS:
        if expected_error_rate(settled, thresholds) <= share:
            break
        scales = [min(size * wanted / width, LARGEST_SIDE / max(gray.shape)) for size in sizes]
        # A short text may have cells that the first pass does not show at all: it is detected whole.
        if len(sure) >= MIN_CERTAIN_CELLS:
            crops = crops or _uncertain_parts(gray, first if len(passes) == 1 else cells, thresholds)
        if crops:
            passes += [detect_in_crops(detector, gray, crops, scale, FAINT_CANDIDATE) for scale in scales]
            again = fuse([one.only(inside(crops, one)) for one in passes], thresholds)
            cells = joined(again, cells.only(~inside(crops, cells)))
        else:
            passes += [detect_at_scale(detector, gray, scale) for scale in scales]
            cells = fuse(passes, thresholds)
        settled = settle(cells, thresholds.confidence)
    return cells


def _uncertain_parts(gray: np.ndarray, cells: Detections, thresholds: Thresholds) -> list[Crop]:
    """The crops around the uncertain cells of a page; none where these are a large part of the page."""
    uncertain = (cells.confidence >= PRESENT) & (error_probabilities(cells, thresholds) >= UNCERTAIN)
    crops = crops_around(cells.boxes[uncertain], gray.shape) if uncertain.any() else []
    return crops if sum(crop.area for crop in crops) < LARGEST_SHARE * gray.size else []


def count_certain(cells: Detections, certain: float) -> int:
    """The number of cells whose confidence reaches `certain`."""
    return int((cells.confidence >= certain).sum())
