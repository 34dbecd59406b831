"""Whether two engines find the same cells, and which weights to prefer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from easybraille.recognition.detections import Detections

from .measure import Measured


@dataclass(frozen=True)
class Tolerance:
    """What still counts as the same.

    Attributes:
        box: pixels of the picture that a side of a box may differ.
        confidence: what confidence and the score of a dot may differ.
        cells: share of all cells that may differ by more than these.
        f1: F1 that fewer bits may cost; where no picture has a truth, the share of cells that may be read otherwise.
    """

    box: float = 1.0
    confidence: float = 0.02
    cells: float = 0.001
    f1: float = 0.002


@dataclass
class Comparison:
    """Cells of one engine against those of another, over all pictures.

    Attributes:
        cells: in the first; same: cells that have a twin in the other.
        dots: cells in one place with other dots; moved: with a box beyond the tolerance; doubted: with a confidence
            beyond it; missing, added: cells that only the first or only the other has.
        box, confidence: largest difference between twins.
        pages: of each picture, how many cells are not the same.
    """

    cells: int = 0
    same: int = 0
    dots: int = 0
    moved: int = 0
    doubted: int = 0
    missing: int = 0
    added: int = 0
    box: float = 0.0
    confidence: float = 0.0
    pages: list[int] = field(default_factory=list)

    @property
    def different(self) -> int:
        """Cells that are not the same."""
        return self.dots + self.moved + self.doubted + self.missing + self.added

    @property
    def differing(self) -> float:
        """Their share of the first one's cells."""
        return self.different / max(1, self.cells)

    @property
    def otherwise(self) -> float:
        """Share of cells that are read otherwise: with other dots, or by one engine only."""
        return (self.dots + self.missing + self.added) / max(1, self.cells)


def compare(first: Sequence[Detections], other: Sequence[Detections], tolerance: Tolerance) -> Comparison:
    """Match the cells of each picture, the most certain first, each with the nearest that is left.

    Args:
        first, other: one Detections a picture, boxes in its pixels.
    """
    result = Comparison()
    for a, b in zip(first, other, strict=True):
        before = result.different
        _compare_page(a, b, tolerance, result)
        result.pages.append(result.different - before)
    return result


def _compare_page(a: Detections, b: Detections, tolerance: Tolerance, result: Comparison) -> None:
    result.cells += len(a)
    free = np.ones(len(b), bool)
    middle = (b.boxes[:, :2] + b.boxes[:, 2:]) / 2
    for i in range(len(a)):
        away = np.abs(middle - (a.boxes[i, :2] + a.boxes[i, 2:]) / 2).max(axis=1, initial=0.0)
        near = np.flatnonzero(free & (away < (a.boxes[i, 2] - a.boxes[i, 0]) / 2))
        if not len(near):
            result.missing += 1
            continue
        j = near[away[near].argmin()]
        free[j] = False
        box = float(np.abs(a.boxes[i] - b.boxes[j]).max())
        confidence = float(max(abs(a.confidence[i] - b.confidence[j]), np.abs(a.scores[i] - b.scores[j]).max()))
        if a.dots[i] != b.dots[j]:
            result.dots += 1
        elif box > tolerance.box:
            result.moved += 1
        elif confidence > tolerance.confidence:
            result.doubted += 1
        else:
            result.same += 1
            result.box = max(result.box, box)
            result.confidence = max(result.confidence, confidence)
    result.added += int(free.sum())


def good_enough(full: Measured, fewer: Measured, comparison: Comparison, tolerance: Tolerance) -> bool:
    """Whether weights of fewer bits read as well as the full ones."""
    if full.score is not None and fewer.score is not None:
        return full.score.f1 - fewer.score.f1 <= tolerance.f1
    return comparison.otherwise <= tolerance.f1


def recommend(full: Measured, fewer: dict[str, tuple[Measured, bool]]) -> tuple[str, str]:
    """Which precision to choose, and why.

    Args:
        full: ONNX in full precision.
        fewer: the others by precision, each with whether it reads as well.
    """
    good = {precision: one for precision, (one, enough) in fewer.items() if enough}
    if good:
        precision = min(good, key=lambda name: good[name].milliseconds)
        gain = full.milliseconds / good[precision].milliseconds
        if gain >= 1.15:
            return precision, f"it reads as well and {gain:.1f} times as fast"
    if fewer:
        return "fp32", "fewer bits cost too many cells" if not good else "fewer bits gain too little time here"
    return "fp32", "nothing else was measured (--smaller)"
