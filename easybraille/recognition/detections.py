"""The cells found in one picture, and how they change when the picture is turned or mirrored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..imaging.transforms import rotate_boxes

DOTS = 6
# Where each dot comes to stand, by index.
HALF_TURN = np.array([5, 4, 3, 2, 1, 0])
MIRROR = np.array([3, 4, 5, 0, 1, 2])


_DIGITS = ["".join(str(i + 1) for i in range(DOTS) if mask >> i & 1) for mask in range(1 << DOTS)]


@dataclass(frozen=True, slots=True)
class Detections:
    """Cells found in one picture.

    Attributes:
        boxes: (n, 4) float32, x1, y1, x2, y2 in pixels of the network's input.
        dots: (n,) uint8 bit masks, bit 0 for dot 1 up to bit 5 for dot 6; never 0.
        scores: (n, 6) float32, the probability of each dot.
        confidence: (n,) float32, the probability of the most certain class: a dot, or a whole cell.
    """

    boxes: np.ndarray
    dots: np.ndarray
    scores: np.ndarray
    confidence: np.ndarray

    def __len__(self) -> int:
        return len(self.dots)

    def only(self, which: np.ndarray) -> Detections:
        """Select cells by index or by a mask (n,)."""
        return Detections(self.boxes[which], self.dots[which], self.scores[which], self.confidence[which])


def joined(cells: Detections, others: Detections) -> Detections:
    """Two sets of cells of one picture as one."""
    names = ("boxes", "dots", "scores", "confidence")
    return Detections(*(np.concatenate([getattr(each, name) for each in (cells, others)]) for name in names))


def digits(mask: int) -> str:
    """A bit mask as the digits of its raised dots: 0b10011 → "125"."""
    return _DIGITS[mask]


def mask(digits: str) -> int:
    """The digits of raised dots as a bit mask: "125" → 0b10011."""
    return sum(1 << (int(digit) - 1) for digit in digits)


def rotate_half_turn(cells: Detections, shape: tuple[int, ...]) -> Detections:
    """Rotate cells by 180 degrees, boxes and dots.

    Args:
        shape: (rows, columns) of the picture.
    """
    return _with_permuted_dots(cells, rotate_boxes(cells.boxes, 2, shape), HALF_TURN)


def mirror(cells: Detections, columns: int) -> Detections:
    """Mirror cells left to right, as the reader of the sheet's other side feels them.

    Args:
        columns: of the picture.
    """
    flip, shift = np.array([-1, 1, -1, 1], np.float32), np.array([columns, 0, columns, 0], np.float32)
    boxes = cells.boxes[:, [2, 1, 0, 3]] * flip + shift
    return _with_permuted_dots(cells, boxes, MIRROR)


def permute_dots(dots: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Permute the dots of masks (n,): dot i becomes the former dot order[i]."""
    return (((dots[:, None] >> order) & 1) << np.arange(6)).sum(axis=1).astype(np.uint8)


def _with_permuted_dots(cells: Detections, boxes: np.ndarray, order: np.ndarray) -> Detections:
    return Detections(boxes, permute_dots(cells.dots, order), cells.scores[:, order], cells.confidence)
