"""Turns the network's output into cells: thresholds, classes, non-maximum suppression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..detections import DOTS, Detections
from ..model import Classes

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
    kept: list[int] = []
    alive = np.ones(len(boxes), bool)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    # A box only overlaps others whose top edges are close, so only those are compared.
    by_top = np.argsort(boxes[:, 1], kind="stable")
    tops = boxes[by_top, 1]
    tallest = float((boxes[:, 3] - boxes[:, 1]).max(initial=0.0))
    for i in range(len(boxes)):
        if not alive[i]:
            continue
        kept.append(i)
        near = by_top[np.searchsorted(tops, boxes[i, 1] - tallest) : np.searchsorted(tops, boxes[i, 3], side="right")]
        width = np.minimum(boxes[near, 2], boxes[i, 2]) - np.maximum(boxes[near, 0], boxes[i, 0])
        height = np.minimum(boxes[near, 3], boxes[i, 3]) - np.maximum(boxes[near, 1], boxes[i, 1])
        shared = width.clip(0) * height.clip(0)
        alive[near[shared > overlap * (areas[near] + areas[i] - shared)]] = False
    return np.array(kept, dtype=np.intp)
