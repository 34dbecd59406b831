"""Rotates, deskews and resizes grey pictures, and moves boxes back to where they were before."""

from __future__ import annotations

import numpy as np
from PIL import Image


def rotate(image: np.ndarray, quarters: int) -> np.ndarray:
    """Rotate a picture (rows, columns) by quarter turns, counterclockwise."""
    return np.ascontiguousarray(np.rot90(image, quarters)) if quarters % 4 else image


def rotate_boxes(boxes: np.ndarray, quarters: int, shape: tuple[int, ...]) -> np.ndarray:
    """Rotate the boxes of a picture along with it.

    Args:
        boxes: (n, 4) x1, y1, x2, y2.
        quarters: quarter turns counterclockwise, may be negative.
        shape: (rows, columns) of the picture before.
    """
    rows, columns = shape
    for _ in range(quarters % 4):
        x1, y1, x2, y2 = boxes.T
        boxes = np.stack([y1, columns - x2, y2, columns - x1], axis=1)
        rows, columns = columns, rows
    return boxes


def deskew(image: np.ndarray, degrees: float) -> np.ndarray:
    """Rotate a picture (rows, columns) uint8 counterclockwise, enlarged by a grey border that holds its corners."""
    if not degrees:
        return image
    border = int(np.median(image[::8, ::8]))
    return np.asarray(Image.fromarray(image).rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=border))


def undo_deskew_boxes(boxes: np.ndarray, degrees: float, level: tuple[int, ...], whole: tuple[int, ...]) -> np.ndarray:
    """Move boxes of a deskewed picture back to the picture before: centres rotate, sides keep their lengths.

    Args:
        boxes: (n, 4) x1, y1, x2, y2.
        degrees: that the picture was rotated by, counterclockwise.
        level, whole: (rows, columns) of the deskewed picture and of the one before.
    """
    if not degrees:
        return boxes
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    x, y = (boxes[:, :2] + half - np.array(level[::-1]) / 2).T
    centre = np.stack([cos * x - sin * y, sin * x + cos * y], axis=1) + np.array(whole[::-1]) / 2
    return np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)


def resize(gray: np.ndarray, scale: float) -> np.ndarray:
    """Scale a picture (rows, columns) uint8."""
    rows, columns = (max(1, round(n * scale)) for n in gray.shape)
    if (rows, columns) == gray.shape:
        return gray
    kind = Image.Resampling.BOX if scale < 0.5 else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(gray).resize((columns, rows), kind, reducing_gap=2.0))
