"""The score: cell precision, recall and F1."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Score:
    """Counts of one or more pages, added up by `add`.

    Attributes:
        found, labelled: cells; right: found cells with IoU at least 0.5 and equal dots; placed: without the dots.
        confused: (labelled mask, found mask) of placed cells with other dots.
    """

    found: int = 0
    labelled: int = 0
    right: int = 0
    placed: int = 0
    confused: list[tuple[int, int]] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Add another page's counts to these."""
        self.found += other.found
        self.labelled += other.labelled
        self.right += other.right
        self.placed += other.placed
        self.confused += other.confused

    @property
    def precision(self) -> float:
        """Share of found cells that are right; 1 where none was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of labelled cells that were read right; 1 where there are none."""
        return self.right / self.labelled if self.labelled else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.found + self.labelled
        return 2 * self.right / total if total else 1.0

    @property
    def boxes_f1(self) -> float:
        """F1 that asks only for the place."""
        total = self.found + self.labelled
        return 2 * self.placed / total if total else 1.0


def overlaps(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Intersection over union of boxes (n, 4) and (m, 4): (n, m)."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = (high - low).clip(0).prod(axis=2)
    area = (first[:, 2:] - first[:, :2]).prod(axis=1)[:, None] + (second[:, 2:] - second[:, :2]).prod(axis=1)
    return shared / (area - shared)


def score(boxes: np.ndarray, dots: np.ndarray, true_boxes: np.ndarray, true_dots: np.ndarray) -> Score:
    """Match found cells to labelled ones, best overlap first; each labelled cell is taken once.

    Args:
        boxes, true_boxes: (n, 4) and (m, 4), pixels.
        dots, true_dots: (n,) and (m,) bit masks.
    """
    result = Score(found=len(boxes), labelled=len(true_boxes))
    if not len(boxes) or not len(true_boxes):
        return result
    iou = overlaps(boxes, true_boxes)
    same = dots[:, None] == true_dots[None]
    result.right = len(_match(np.where(same, iou, 0)))
    pairs = _match(iou)
    result.placed = len(pairs)
    result.confused = [(int(true_dots[j]), int(dots[i])) for i, j in pairs if dots[i] != true_dots[j]]
    return result


def centred(boxes: np.ndarray, dots: np.ndarray, true_boxes: np.ndarray, true_dots: np.ndarray) -> Score:
    """Match found cells to labelled ones by centres, for labels whose boxes are drawn by another rule.

    A found cell is right if its centre lies within 0.45 of the width and 0.3 of the height of a labelled one not yet
    taken, and has the same dots.

    Args:
        boxes, dots, true_boxes, true_dots: see `score`.
    """
    result = Score(found=len(boxes), labelled=len(true_boxes))
    if not len(boxes) or not len(true_boxes):
        return result
    size = true_boxes[:, 2:] - true_boxes[:, :2]
    middle, true_middle = ((b[:, :2] + b[:, 2:]) / 2 for b in (boxes, true_boxes))
    off = np.abs(middle[:, None] - true_middle[None]) / size[None]
    # As overlaps are: 1 where the centres meet, 0.5 where they are as far apart as they may be.
    near = np.where((off <= (0.45, 0.3)).all(axis=2), 1 - 0.5 * (off / (0.45, 0.3)).max(axis=2), 0)
    result.right = len(_match(np.where(dots[:, None] == true_dots[None], near, 0)))
    result.placed = len(_match(near))
    return result


def matches(boxes: np.ndarray, true_boxes: np.ndarray) -> tuple[list[int], list[int]]:
    """Which found cells stand where which labelled ones do, whatever their dots: indices of both, in pairs."""
    if not len(boxes) or not len(true_boxes):
        return [], []
    pairs = _match(overlaps(boxes, true_boxes))
    return [i for i, _ in pairs], [j for _, j in pairs]


def _match(iou: np.ndarray, least: float = 0.5) -> list[tuple[int, int]]:
    """Pairs (found, labelled) with at least that overlap, greedily from the best."""
    found, labelled = np.nonzero(iou >= least)
    order = np.argsort(-iou[found, labelled], kind="stable")
    taken_found, taken_labelled, pairs = set(), set(), []
    for i, j in zip(found[order].tolist(), labelled[order].tolist()):
        if i not in taken_found and j not in taken_labelled:
            taken_found.add(i)
            taken_labelled.add(j)
            pairs.append((i, j))
    return pairs
