"""One page in several sizes: the one that its cells want, and what one size hides another may show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..imaging.transforms import resized
from .calibration import doubt
from .detections import Detections
from .detectors import Detector
from .detectors.postprocess import log_odds, raised, suppress
from .lattice import settle
from .model import Thresholds

# A page that fills the picture has about 30 cells on a line: at this longer side they are some 22 pixels wide.
PAGE_SIDE = 1376
LARGEST_SIDE = 3200
# Fewer certain cells than this say little of their size.
FEW = 12
# A page with more wrong cells than this share, by what the detector itself says of each, is looked at again in several
# sizes: a dot that is hidden in one shows in another. Where still much is in doubt, as under large print, in more.
# Cells that show faintly in one look count beside those of the others.
# The look that told the doubts counts as well.
CLOSER = ((0.005, (1.15, 1.3)), (0.05, (1.45, 1.6)))
GLIMPSE = 0.15

# Cells of two looks are the same where their centres are nearer than these shares of a cell's width.
ACROSS, DOWN = 0.25, 0.32
# Log odds beyond these say no more; a look that shows no cell says this much against each dot.
MOST = 6.0
# How much the best look says of whether there is a cell; the rest is said by what half of the looks agree on.
BEST = 0.65


def fused(looks: Sequence[Detections], thresholds: Thresholds) -> Detections:
    """The cells that the looks show together; the odds of their dots are the mean of what all looks give them.

    Args:
        looks: what was found on the same page, also faintly; boxes in its pixels.
        thresholds: of a candidate, of a dot, and of overlap.
    """
    boxes = np.concatenate([look.boxes for look in looks])
    confidence = np.concatenate([look.confidence for look in looks])
    # Of cells that are as certain that of the first look stays, so that engines which round differently keep the same.
    order = np.argsort(-confidence.round(3), kind="stable")
    order = order[confidence[order] >= thresholds.candidate]
    kept = order[suppress(boxes[order], thresholds.overlap)]
    odds = np.stack([_odds(look, boxes[kept]) for look in looks])
    scores = _probability(odds.mean(axis=0))
    best = np.minimum(log_odds(confidence[kept]), MOST)
    there = _probability(BEST * best + (1 - BEST) * np.median(odds.max(axis=2), axis=0))
    cells = Detections(boxes[kept], raised(scores, thresholds.dot), scores, there)
    return cells.only(there >= thresholds.candidate)


def _probability(odds: np.ndarray) -> np.ndarray:
    return (1 / (1 + np.exp(-odds))).astype(np.float32)


def _odds(look: Detections, boxes: np.ndarray) -> np.ndarray:
    """(n, 6) log odds of the dots of cells at (n, 4) places."""
    odds = np.full((len(boxes), 6), -MOST)
    if not len(look) or not len(boxes):
        return odds
    width = float(np.median(boxes[:, 2] - boxes[:, 0]))
    across, down = (np.abs(_middle(boxes, axis)[:, None] - _middle(look.boxes, axis)) / width for axis in (0, 1))
    distance = np.where((across < ACROSS) & (down < DOWN), across + down, np.inf)
    nearest = distance.argmin(axis=1)
    there = np.isfinite(distance.min(axis=1))
    odds[there] = np.clip(log_odds(look.scores[nearest[there]]), -MOST, MOST)
    return odds


def _middle(boxes: np.ndarray, axis: int) -> np.ndarray:
    return (boxes[:, axis] + boxes[:, axis + 2]) / 2


def page_scale(gray: np.ndarray) -> float:
    """By how much to enlarge a picture whose page fills it."""
    return min(1.0, PAGE_SIDE / max(gray.shape))


def detected(detector: Detector, gray: np.ndarray, scale: float) -> Detections:
    """All that shows in a picture looked at in one size, also faintly, in its own pixels."""
    image = resized(gray, scale)
    cells = detector.detect([image], GLIMPSE)[0]
    back = np.array([gray.shape[1] / image.shape[1], gray.shape[0] / image.shape[0]] * 2, np.float32)
    return Detections(cells.boxes * back, cells.dots, cells.scores, cells.confidence)


def at_its_size(
    detector: Detector, gray: np.ndarray, scale: float, others: tuple[int, ...] = ()
) -> tuple[Detections, float]:
    """The candidates at the size that shows the most, and that size: a page's, else one of `others`, and then what
    its cells want.

    Args:
        gray: (rows, columns) uint8, larger by its border where it was leveled.
        scale: that shows a page.
        others: longer sides of the picture, pixels.
    """
    wanted, certain = detector.manifest.input, detector.manifest.thresholds.confidence
    longest = max(gray.shape)
    best = detected(detector, gray, scale)
    if count(best, certain) < FEW:
        for side in others:
            # Only small pictures are blown up: what a large one does not show at its own size is not there.
            other = min(side / longest, max(1.0, PAGE_SIDE / longest))
            if abs(np.log(other / scale)) < 0.2:
                continue
            found = detected(detector, gray, other)
            # Specks that pass for a cell at one size or another are no reason to prefer it.
            if count(found, certain) > max(3, 2 * count(best, certain)):
                best, scale = found, other
    sure = best.only(best.confidence >= certain)
    if len(sure) < 3:
        return best, scale
    better = wanted.cell_width / float(np.median(sure.boxes[:, 2] - sure.boxes[:, 0]))
    better = min(better, LARGEST_SIDE / longest)
    # Close enough is left alone: a second pass costs as much as the first and changes little.
    if 0.8 < better / scale < 1.25:
        return best, scale
    again = detected(detector, gray, better)
    return (again, better) if count(again, certain) > 0.8 * len(sure) else (best, scale)


def closer(detector: Detector, gray: np.ndarray, look: Detections) -> Detections:
    """The candidates of a picture, by several looks at it where too many of them are doubtful.

    Args:
        gray: (rows, columns) uint8.
        look: all that a first look at it showed, also faintly.
    """
    wanted, thresholds = detector.manifest.input.cell_width, detector.manifest.thresholds
    cells = look.only(look.confidence >= thresholds.candidate)
    sure = cells.only(cells.confidence >= thresholds.confidence)
    if len(sure) < FEW:
        return cells
    width = float(np.median(sure.boxes[:, 2] - sure.boxes[:, 0]))
    looks = [look]
    for share, sizes in CLOSER:
        if doubt(settle(cells, thresholds.confidence), thresholds) <= share:
            break
        scales = (min(size * wanted / width, LARGEST_SIDE / max(gray.shape)) for size in sizes)
        looks += [detected(detector, gray, scale) for scale in scales]
        cells = fused(looks, thresholds)
    return cells


def count(cells: Detections, certain: float) -> int:
    """How many cells a look has found for certain."""
    return int((cells.confidence >= certain).sum())
