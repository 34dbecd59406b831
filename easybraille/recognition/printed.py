"""Removes the placeholders of printed Braille: pale dots that mark the places of missing ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .detections import Detections
from .detectors.postprocess import raised_dots

# A box is a grid of dots 1 x 2 distances apart with a margin of 0.3 distances around it.
WIDE, MARGIN = 1.6, 0.3
# Number of cells from which two kinds of dots can be distinguished, and the least share of either kind.
ENOUGH, LEAST = 4, 0.05
# Grey values by which ink is darker than paper at least; no embossed dot is as dark in its middle on the whole page.
INK = 60.0
# Placeholders have at most the first share of the darkness of dots; either kind varies by at most the second.
PALE, WAVER = 0.6, 0.2
# Placeholders are darker than the paper between them by this share of the darkness of dots, but for one in five of the
# places without a dot: where those are as light as the paper, some dots are paler than others by light and shade.
HINT, HINTED = 0.1, 0.8
# Places in a cell, in distances right of and below its first dot: the dots, and the paper between four of them.
DOTS = tuple((column, row) for column in (0, 1) for row in (0, 1, 2))
GAPS = ((0.5, 0.5), (0.5, 1.5))
# Tolerance of a box's position, in box widths.
ASTRAY = 0.1
# Cells so many pixels wide show their shades well enough: of a larger picture, every second or third pixel counts.
WIDE_ENOUGH = 16
# The score of a placeholder.
NOT_RAISED = 0.02


def without_placeholders(gray: np.ndarray, cells: Detections) -> Detections:
    """Remove the dots that are clearly paler than the others, as on pages that teach Braille.

    Nothing changes where dots are not of two clearly distinct kinds, or not printed.

    Args:
        gray: (rows, columns) uint8.
        cells: in it.
    """
    if len(cells) < ENOUGH:
        return cells
    raised = (cells.dots[:, None] >> np.arange(6)) & 1 == 1
    width = float(np.median(cells.boxes[:, 2] - cells.boxes[:, 0]))
    step = max(1, int(width / WIDE_ENOUGH))
    gray, boxes, width = gray[::step, ::step], cells.boxes / step, width / step
    # A box may be off by a part of a dot, so the darkest place nearby counts.
    near = [np.tile(np.array([x, y]) * ASTRAY * width, 2) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    sums, white = _sums(gray), float(np.percentile(gray[::4, ::4], 90))
    dark = white - np.min([_shades(sums, boxes + by, DOTS) for by in near], axis=0)
    values = np.sort(dark[raised])
    # The cut between two kinds is where the variance within them is least (Otsu 1979).
    count = np.arange(1, len(values))
    below, above = values.cumsum()[:-1] / count, (values.sum() - values.cumsum()[:-1]) / (len(values) - count)
    cut = int((count * (len(values) - count) * (above - below) ** 2).argmax()) + 1
    pale, ink = values[:cut], values[cut:]
    apart = (
        min(len(pale), len(ink)) >= LEAST * len(values)
        and np.median(ink) >= INK
        and np.median(pale) <= PALE * np.median(ink)
        and max(np.quantile(np.abs(kind - np.median(kind)), 0.8) for kind in (pale, ink)) <= WAVER * np.median(ink)
    )
    if not apart:
        return cells
    missing = dark < (pale[-1] + ink[0]) / 2
    paper = white - _shades(sums, boxes, GAPS).mean(axis=1, keepdims=True)
    if ((dark - paper)[missing] >= HINT * np.median(ink)).mean() < HINTED:
        return cells
    scores = np.where(raised & missing, np.float32(NOT_RAISED), cells.scores)
    kept = scores.max(axis=1) > 0.5
    dots = raised_dots(scores, 0.5)
    return Detections(cells.boxes, dots, scores, cells.confidence).only(kept)


def _sums(gray: np.ndarray) -> np.ndarray:
    """The sums (rows + 1, columns + 1) of a picture above and left of each of its corners (integral image)."""
    sums = np.zeros((gray.shape[0] + 1, gray.shape[1] + 1), np.uint32)
    np.cumsum(gray, axis=0, dtype=np.uint32, out=sums[1:, 1:])
    np.cumsum(sums[1:, 1:], axis=1, out=sums[1:, 1:])
    return sums


def _shades(sums: np.ndarray, boxes: np.ndarray, places: Sequence[tuple[float, float]]) -> np.ndarray:
    """The mean grey (n, places) around places of each cell, in an area as wide as half the distance of dots.

    Args:
        sums: of the picture, see `_sums`.
        boxes: (n, 4) in it.
        places: distances right of and below the first dot.
    """
    distance = (boxes[:, 2] - boxes[:, 0]) / WIDE
    tall = (boxes[:, 3] - boxes[:, 1] - 2 * MARGIN * distance) / 2
    rows, columns = sums.shape[0] - 1, sums.shape[1] - 1
    result = np.zeros((len(boxes), len(places)))
    for number, (column, row) in enumerate(places):
        x = boxes[:, 0] + (MARGIN + column) * distance
        y = boxes[:, 1] + MARGIN * distance + row * tall
        reach = np.maximum(1, distance / 4)
        left, right = (np.clip(np.rint(x + side * reach).astype(int), 0, columns) for side in (-1, 1))
        top, bottom = (np.clip(np.rint(y + side * reach).astype(int), 0, rows) for side in (-1, 1))
        area = np.maximum(1, (right - left) * (bottom - top))
        # What is above 2 ** 32 wraps around, in the sums and in their differences alike.
        result[:, number] = (sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]) / area
    return result
