"""What the network says, turned into cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DOTS = 6
# What a manifest calls six classes, one a dot, several true at once: the only ones that `decode` understands.
SCHEME = "dots"


@dataclass(frozen=True, slots=True)
class Detections:
    """Cells found in one picture, best first.

    Attributes:
        boxes: (n, 4) float32, x1, y1, x2, y2 in pixels of the network's input.
        dots: (n,) uint8 bit masks, bit 0 for dot 1 up to bit 5 for dot 6; never 0.
        scores: (n, 6) float32, the probability of each dot.
        confidence: (n,) float32, the probability of the most certain dot.
    """

    boxes: np.ndarray
    dots: np.ndarray
    scores: np.ndarray
    confidence: np.ndarray

    def __len__(self) -> int:
        return len(self.dots)

    def only(self, which: np.ndarray) -> Detections:
        """Some of the cells, by index or by a mask (n,)."""
        return Detections(self.boxes[which], self.dots[which], self.scores[which], self.confidence[which])


def digits(mask: int) -> str:
    """A bit mask as the digits of its raised dots: 0b10011 → "125"."""
    return "".join(str(i + 1) for i in range(DOTS) if mask >> i & 1)


def decode(output: np.ndarray, confidence: float, dot_threshold: float = 0.5, overlap: float = 0.3) -> Detections:
    """Turn a detection head's output into cells.

    Args:
        output: (4 + 6, n) float array as Ultralytics' Detect head gives it for one picture: centre x, centre y,
            width, height in input pixels, then the sigmoid of each dot.
        confidence: a place counts as a cell when its most certain dot reaches this.
        dot_threshold: a dot of a cell is raised when its score reaches this, and the most certain one in any case.
        overlap: of two cells whose intersection over union exceeds this, the less certain one goes.
    """
    scores = output[4 : 4 + DOTS].T
    strongest = scores.max(axis=1)
    candidates = np.flatnonzero(strongest >= confidence)
    candidates = candidates[np.argsort(-strongest[candidates], kind="stable")]
    centre, size = output[:2, candidates].T, output[2:4, candidates].T
    boxes = np.concatenate([centre - size / 2, centre + size / 2], axis=1)
    kept = suppress(boxes, overlap)
    scores = scores[candidates[kept]]
    raised = scores >= np.minimum(dot_threshold, scores.max(axis=1, keepdims=True))
    dots = (raised << np.arange(DOTS)).sum(axis=1).astype(np.uint8)
    return Detections(
        boxes[kept].astype(np.float32),
        dots,
        scores.astype(np.float32),
        strongest[candidates[kept]].astype(np.float32),
    )


def suppress(boxes: np.ndarray, overlap: float) -> np.ndarray:
    """Non-maximum suppression: indices of the boxes that stay, in their order.

    Args:
        boxes: (n, 4) float array of x1, y1, x2, y2, best first.
        overlap: the largest intersection over union that two kept boxes may have.
    """
    kept: list[int] = []
    alive = np.ones(len(boxes), bool)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    # A box only meets others whose top edges are close: look at those instead of at the whole page.
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
