"""Several looks at one page: what one size hides, another may show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .detections import Detections
from .detectors.postprocess import log_odds, raised_dots, suppress
from .model import Thresholds

# Cells of two looks are the same where their centres are nearer than these shares of a cell's width.
ACROSS, DOWN = 0.25, 0.32
# Log odds beyond these say no more; a look that shows no cell says this much against each dot.
MAX_LOG_ODDS = 6.0
# How much the best look says of whether there is a cell; the rest is said by what half of the looks agree on.
BEST_WEIGHT = 0.65


def fuse(looks: Sequence[Detections], thresholds: Thresholds) -> Detections:
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
    best = np.minimum(log_odds(confidence[kept]), MAX_LOG_ODDS)
    there = _probability(BEST_WEIGHT * best + (1 - BEST_WEIGHT) * np.median(odds.max(axis=2), axis=0))
    cells = Detections(boxes[kept], raised_dots(scores, thresholds.dot), scores, there)
    return cells.only(there >= thresholds.candidate)


def _probability(odds: np.ndarray) -> np.ndarray:
    return (1 / (1 + np.exp(-odds))).astype(np.float32)


def _odds(look: Detections, boxes: np.ndarray) -> np.ndarray:
    """(n, 6) log odds of the dots of cells at (n, 4) places."""
    odds = np.full((len(boxes), 6), -MAX_LOG_ODDS)
    if not len(look) or not len(boxes):
        return odds
    width = float(np.median(boxes[:, 2] - boxes[:, 0]))
    across, down = (np.abs(_middle(boxes, axis)[:, None] - _middle(look.boxes, axis)) / width for axis in (0, 1))
    distance = np.where((across < ACROSS) & (down < DOWN), across + down, np.inf)
    nearest = distance.argmin(axis=1)
    there = np.isfinite(distance.min(axis=1))
    odds[there] = np.clip(log_odds(look.scores[nearest[there]]), -MAX_LOG_ODDS, MAX_LOG_ODDS)
    return odds


def _middle(boxes: np.ndarray, axis: int) -> np.ndarray:
    return (boxes[:, axis] + boxes[:, axis + 2]) / 2
