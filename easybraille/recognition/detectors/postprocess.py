"""Turns the network's output into cells: thresholds, classes, non-maximum suppression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..detections import DOTS, Detections
from ..model import Classes
from ..neighbours import best_of_rivals, near_pairs

SIX_DOTS = Classes(scheme="dots", names=[f"dot{i + 1}" for i in range(DOTS)])


def log_odds(scores: np.ndarray | float) -> np.ndarray:
    """The log odds of probabilities, clipped to what single precision distinguishes from 0 and 1."""
    scores = np.clip(np.asarray(scores, float), 1e-6, 1 - 1e-6)
    return np.log(scores / (1 - scores))


def decode(
    output: np.ndarray,
    confidence: float,
    dot_threshold: float = 0.5,
    overlap: float = 0.3,
    classes: Classes = SIX_DOTS,
) -> Detections:
    """Turn a detection head's output into cells.

    Args:
        output: (4 + classes, n) float array as Ultralytics' Detect head gives it for one picture: centre x, centre y,
            width, height in input pixels, then the sigmoid of each class.
        confidence: a place counts as a cell when its most certain class reaches this.
        dot_threshold: where each class is a dot, one of a cell is raised when its score reaches this, and the most
            certain one in any case.
        overlap: of two cells whose intersection over union exceeds this, the less certain one goes.
        classes: what the classes stand for.
    """
    strongest = output[4:].max(axis=0)
    candidates = np.flatnonzero(strongest >= confidence)
    # Of equally confident neighbours the first wins, so that engines which round differently choose the same.
    candidates = candidates[np.argsort(-strongest[candidates].round(3), kind="stable")]
    centre, size = output[:2, candidates].T, output[2:4, candidates].T
    boxes = np.concatenate([centre - size / 2, centre + size / 2], axis=1)
    kept = suppress(boxes, overlap)
    class_scores = output[4:, candidates[kept]].T
    if classes.scheme == "dots":
        dots, scores = _dots_of_dot_classes(class_scores, dot_threshold, classes)
    else:
        dots, scores = _dots_of_cell_classes(class_scores, classes)
    cells = Detections(
        boxes[kept].astype(np.float32),
        dots,
        scores.astype(np.float32),
        strongest[candidates[kept]].astype(np.float32),
    )
    return cells if dots.all() else cells.only(dots > 0)


def flank_output(output: np.ndarray, flanks: Sequence[str], flank: str) -> np.ndarray:
    """The part of a head's output that one of its layers gives.

    Args:
        output: (4 + classes, n), the places of each layer after those of the one before.
        flanks: what the layers are, in their order.
        flank: the wanted one.

    Returns:
        (4 + classes, n / layers).
    """
    places = output.shape[1] // len(flanks)
    first = flanks.index(flank) * places
    return output[:, first : first + places]


def _dots_of_dot_classes(class_scores: np.ndarray, threshold: float, classes: Classes) -> tuple[np.ndarray, np.ndarray]:
    """Masks (n,) and scores (n, 6) where each class is a dot; class_scores: (n, 6)."""
    scores = class_scores[:, [classes.dots.index(str(i + 1)) for i in range(DOTS)]]
    return raised_dots(scores, threshold), scores


def raised_dots(scores: np.ndarray, threshold: float) -> np.ndarray:
    """Masks (n,) of the dots whose score (n, 6) reaches the threshold, and of each cell's most certain one."""
    up = scores >= np.minimum(threshold, scores.max(axis=1, keepdims=True))
    return (up << np.arange(DOTS)).sum(axis=1).astype(np.uint8)


def _dots_of_cell_classes(class_scores: np.ndarray, classes: Classes) -> tuple[np.ndarray, np.ndarray]:
    """Masks (n,) and scores (n, 6) where each class is a whole cell; class_scores: (n, classes).

    A dot's score is its marginal: the share of the classes that raise it, each weighed by its own score.
    """
    raises = np.array([[str(i + 1) in dots for i in range(DOTS)] for dots in classes.dots])
    masks = (raises << np.arange(DOTS)).sum(axis=1).astype(np.uint8)
    return masks[class_scores.argmax(axis=1)], class_scores @ raises / class_scores.sum(axis=1, keepdims=True)


def suppress(boxes: np.ndarray, overlap: float) -> np.ndarray:
    """Non-maximum suppression: indices of the boxes that stay, in their order.

    Args:
        boxes: (n, 4) float array of x1, y1, x2, y2, best first.
        overlap: the largest intersection over union that two kept boxes may have.
    """
    if len(boxes) < 2:
        return np.arange(len(boxes))
    size = boxes[:, 2:] - boxes[:, :2]
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    # What two boxes share is more than `overlap` of either side of either box, so that their sides differ by less than
    # 1 / overlap, and their centres are nearer than this.
    share = max(overlap, 0.01)
    reach = np.maximum(1.0, size * (1 - share) * max(1.0, 0.5 / share))
    better, worse = near_pairs(centre, centre, *reach.T)
    ahead = better < worse
    better, worse = better[ahead], worse[ahead]
    width, height = (
        np.minimum(boxes[better, axis + 2], boxes[worse, axis + 2])
        - np.maximum(boxes[better, axis], boxes[worse, axis])
        for axis in (0, 1)
    )
    areas = size[:, 0] * size[:, 1]
    shared = width.clip(0) * height.clip(0)
    rivals = shared > overlap * (areas[worse] + areas[better] - shared)
    return np.flatnonzero(best_of_rivals(len(boxes), better[rivals], worse[rivals]))
