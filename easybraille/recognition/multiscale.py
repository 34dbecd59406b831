"""Multi-scale fusion: combines the detections of one page at several scales (test-time augmentation)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .detections import Detections
from .detectors.postprocess import log_odds, raised_dots, suppress
from .model import Thresholds
from .neighbours import near_pairs, nearest

# Two detections are the same cell where their centres are nearer than these shares of a cell's width.
ACROSS, DOWN = 0.25, 0.32
# Log odds are clipped here; a pass that shows no cell counts with this much against each dot.
MAX_LOG_ODDS = 6.0
# Weight of the best pass in the odds that a cell exists; the rest goes to the median of all passes.
BEST_WEIGHT = 0.65


def fuse(passes: Sequence[Detections], thresholds: Thresholds) -> Detections:
    """Fuse the detections of several passes; the log odds of a dot are the mean over all passes.

    Args:
        passes: detections of the same page, faint ones included; boxes in its pixels.
        thresholds: of a candidate, of a dot, and of overlap.
    """
    boxes = np.concatenate([one.boxes for one in passes])
    confidence = np.concatenate([one.confidence for one in passes])
    # Of equally confident cells the first pass wins, so that engines which round differently keep the same one.
    order = np.argsort(-confidence.round(3), kind="stable")
    order = order[confidence[order] >= thresholds.candidate]
    kept = order[suppress(boxes[order], thresholds.overlap)]
    odds = np.stack([_odds(one, boxes[kept]) for one in passes])
    scores = _probability(odds.mean(axis=0))
    best = np.minimum(log_odds(confidence[kept]), MAX_LOG_ODDS)
    there = _probability(BEST_WEIGHT * best + (1 - BEST_WEIGHT) * np.median(odds.max(axis=2), axis=0))
    cells = Detections(boxes[kept], raised_dots(scores, thresholds.dot), scores, there)
    return cells.only(there >= thresholds.candidate)


def _probability(odds: np.ndarray) -> np.ndarray:
    return (1 / (1 + np.exp(-odds))).astype(np.float32)


def _odds(found: Detections, boxes: np.ndarray) -> np.ndarray:
    """The log odds (n, 6) that one pass gives to the dots of cells at `boxes` (n, 4)."""
    odds = np.full((len(boxes), 6), -MAX_LOG_ODDS)
    if not len(found) or not len(boxes):
        return odds
    width = float(np.median(boxes[:, 2] - boxes[:, 0]))
    middle, others = ((b[:, :2] + b[:, 2:]) / 2 for b in (boxes, found.boxes))
    cell, other = near_pairs(middle, others, ACROSS * width, DOWN * width)
    there = nearest(cell, np.abs(middle[cell] - others[other]).sum(axis=1))
    odds[cell[there]] = np.clip(log_odds(found.scores[other[there]]), -MAX_LOG_ODDS, MAX_LOG_ODDS)
    return odds
