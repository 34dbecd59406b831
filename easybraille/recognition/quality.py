"""Measures what is wrong with a photograph, as codes of advice for the person with the camera."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from .page_detection import DetectedSide

SMALL_CELL = 13.0
DARK = 45
UNCERTAIN = 0.2
UNSURE = 0.8
# Probability of the direction below which the reader is told so.
SURE = 0.9
# Share of the fine detail that is left after blurring once more, at cells 22 pixels wide: sharp pictures keep about
# 0.6 of it; from here on fewer than 98 of 100 cells are read right.
BLURRED = 0.79
# Cells this near to the picture's edge, in cell widths, are evidence that others lie beyond it.
EDGE = 0.5
CUT = 3


def assess(gray: np.ndarray, front: DetectedSide, confidence: np.ndarray) -> list[str]:
    """Assess a picture; the codes of what is wrong with it, the most important first.

    Args:
        gray: (rows, columns) uint8, as it was read.
        front: the cells of its front.
        confidence: (n,) of each of them.
    """
    codes = []
    boxes = front.boxes
    width = float(np.median(front.cells.boxes[:, 2] - front.cells.boxes[:, 0])) if len(boxes) else 0.0
    if not width:
        codes.append("no_braille")
    elif width < SMALL_CELL:
        codes.append("too_small")
    if width and count_at_edge(boxes, gray.shape, EDGE * width) >= CUT:
        codes.append("cut_off")
    if bright(gray) < DARK:
        codes.append("too_dark")
    if width and blur_ratio(gray, boxes, width) > BLURRED:
        codes.append("blurred")
    if front.light in ("left", "right"):
        codes.append("two_sided_lit_from_side")
    elif front.light_from == 270 and not front.one_sided:
        codes.append("light_from_below")
    if front.quarters:
        codes.append("upside_down" if front.quarters == 2 else "sideways")
    if width and front.sure < SURE:
        codes.append("direction_uncertain")
    if width and float((confidence < UNSURE).mean()) > UNCERTAIN:
        codes.append("uncertain")
    return codes


def bright(gray: np.ndarray) -> int:
    """The grey value that nine tenths of the pixels (rows, columns) uint8 do not exceed."""
    up_to = np.cumsum(Image.fromarray(gray).histogram())
    return int(np.searchsorted(up_to, 0.9 * gray.size))


def count_at_edge(boxes: np.ndarray, shape: tuple[int, ...], near: float) -> int:
    """Count the boxes (n, 4) within `near` pixels of that edge of a picture (rows, columns) which has the most."""
    rows, columns = shape
    gaps = np.stack([boxes[:, 0], boxes[:, 1], columns - boxes[:, 2], rows - boxes[:, 3]])
    return int((gaps < near).sum(axis=1).max())


def blur_ratio(gray: np.ndarray, boxes: np.ndarray, width: float) -> float:
    """The share of the mean gradient that is left after blurring by a fifteenth of a cell's width.

    Crete et al., "The blur effect" (2007): a sharp picture loses much by it, a blurred one next to nothing.

    Args:
        gray: (rows, columns) uint8.
        boxes: (n, 4) of its cells; a crop around the median one is measured.
        width: of a cell, pixels.
    """
    x, y = np.median((boxes[:, :2] + boxes[:, 2:]) / 2, axis=0)
    reach = 10 * width
    piece = Image.fromarray(gray).crop(
        (
            max(0, int(x - reach)),
            max(0, int(y - reach)),
            min(gray.shape[1], int(x + reach)),
            min(gray.shape[0], int(y + reach)),
        )
    )
    scale = 22 / width
    size = (max(2, round(piece.width * scale)), max(2, round(piece.height * scale)))
    piece = piece.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)
    return _mean_gradient(piece.filter(ImageFilter.GaussianBlur(1.5))) / max(_mean_gradient(piece), 1e-6)


def _mean_gradient(image: Image.Image) -> float:
    values = np.asarray(image, np.float32)
    return float(np.abs(np.diff(values, axis=0)).mean() + np.abs(np.diff(values, axis=1)).mean())
