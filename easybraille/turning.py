"""Pictures and their cells turned by quarters, and mirrored."""

from __future__ import annotations

import numpy as np

from .detectors import Detections

# Where each dot comes to stand, by index.
HALF_TURN = np.array([5, 4, 3, 2, 1, 0])
MIRROR = np.array([3, 4, 5, 0, 1, 2])


def turned(image: np.ndarray, quarters: int) -> np.ndarray:
    """A picture (rows, columns) turned by quarters counterclockwise."""
    return np.ascontiguousarray(np.rot90(image, quarters)) if quarters % 4 else image


def turned_boxes(boxes: np.ndarray, quarters: int, shape: tuple[int, int]) -> np.ndarray:
    """Boxes of a picture, where they are once it is turned.

    Args:
        boxes: (n, 4) x1, y1, x2, y2.
        quarters: counterclockwise, may be negative.
        shape: (rows, columns) of the picture before.
    """
    rows, columns = shape
    for _ in range(quarters % 4):
        x1, y1, x2, y2 = boxes.T
        boxes = np.stack([y1, columns - x2, y2, columns - x1], axis=1)
        rows, columns = columns, rows
    return boxes


def upside_down(cells: Detections, shape: tuple[int, int]) -> Detections:
    """Cells of a picture turned by 180 degrees, dots and all.

    Args:
        shape: (rows, columns) of the picture.
    """
    return _with_dots(cells, turned_boxes(cells.boxes, 2, shape), HALF_TURN)


def mirrored(cells: Detections, columns: int) -> Detections:
    """Cells of a picture mirrored left to right, as the reader of the sheet's other side feels them.

    Args:
        columns: of the picture.
    """
    boxes = cells.boxes[:, [2, 1, 0, 3]] * np.float32([-1, 1, -1, 1]) + np.float32([columns, 0, columns, 0])
    return _with_dots(cells, boxes, MIRROR)


def permuted(dots: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Masks (n,) whose dot i becomes the former dot order[i]."""
    return (((dots[:, None] >> order) & 1) << np.arange(6)).sum(axis=1).astype(np.uint8)


def _with_dots(cells: Detections, boxes: np.ndarray, order: np.ndarray) -> Detections:
    return Detections(boxes, permuted(cells.dots, order), cells.scores[:, order], cells.confidence)
