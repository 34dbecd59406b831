"""Where the light of a labelled photograph comes from, measured on its dots."""

from __future__ import annotations

import cv2
import numpy as np

# Pieces, down and across, whose light is measured by itself: a lamp near the page turns it from one to the next.
GRID = (3, 3)
# Dots that a piece needs, and how far they must agree: the length of the mean of their unit vectors.
ENOUGH, AGREED = 40, 0.25


def measured(image: np.ndarray, boxes: np.ndarray, dots: np.ndarray) -> np.ndarray | None:
    """The direction that the light comes from, over the picture.

    A raised dot is brighter towards the light than away from it: the direction is that of the first moment of the
    detail around each dot, its median taken over the dots of a piece.

    Args:
        image: (rows, columns) uint8.
        boxes, dots: (n, 4) and (n,) of cells that are raised.

    Returns:
        (3, 3, 2) unit vectors, x to the right and y up, each the mean over a piece of the picture; None where the dots
        disagree.
    """
    places = positions(boxes, dots)
    if len(places) < ENOUGH:
        return None
    pitch = float(np.median(boxes[dots > 0][:, 2] - boxes[dots > 0][:, 0])) / 1.6
    picture = image.astype(np.float32)
    detail = cv2.GaussianBlur(picture, (0, 0), 0.12 * pitch) - cv2.GaussianBlur(picture, (0, 0), 1.2 * pitch)
    reach = max(2, round(0.45 * pitch))
    offset = np.arange(-reach, reach + 1)
    x, y = np.round(places).astype(int).T
    inside = (x >= reach) & (y >= reach) & (x < image.shape[1] - reach) & (y < image.shape[0] - reach)
    places, x, y = places[inside], x[inside], y[inside]
    pieces = detail[y[:, None, None] + offset[:, None], x[:, None, None] + offset]
    moment = np.stack([(pieces * offset).sum((1, 2)), -(pieces * offset[:, None]).sum((1, 2))], 1)
    unit = moment / np.maximum(np.linalg.norm(moment, axis=1, keepdims=True), 1e-6)
    if len(unit) < ENOUGH or np.linalg.norm(unit.mean(0)) < AGREED:
        return None
    whole = np.median(unit, axis=0)
    row, column = (
        np.minimum(places[:, axis] / size * n, n - 1).astype(int)
        for axis, size, n in ((1, image.shape[0], GRID[0]), (0, image.shape[1], GRID[1]))
    )
    field = np.empty((*GRID, 2), np.float32)
    for at in np.ndindex(GRID):
        here = unit[(row == at[0]) & (column == at[1])]
        agreed = len(here) >= ENOUGH and np.linalg.norm(here.mean(0)) >= AGREED
        direction = np.median(here, axis=0) if agreed else whole
        field[at] = direction / max(float(np.linalg.norm(direction)), 1e-6)
    return field


def positions(boxes: np.ndarray, dots: np.ndarray) -> np.ndarray:
    """Where the raised dots of cells stand, by the rule that a box is the grid grown by 0.3 dot distances: (m, 2)."""
    which, dot = np.nonzero((dots[:, None] >> np.arange(6)) & 1)
    box = boxes[which]
    across, down = (box[:, 2] - box[:, 0]) / 1.6, (box[:, 3] - box[:, 1]) / 2.6
    return np.stack([box[:, 0] + across * (0.3 + dot // 3), box[:, 1] + down * (0.3 + dot % 3)], 1)


def at(field: np.ndarray | None, points: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The light at points of a picture, between the middles of the field's pieces.

    Args:
        field: (rows, columns, 2) as `measured` gives it; None where only that it comes from above is known.
        points: (n, 2) x, y in pixels.
        shape: (rows, columns) of the picture.

    Returns:
        (n, 2) vectors; x is NaN where `field` is None.
    """
    if field is None:
        return np.tile(np.float32([np.nan, 1]), (len(points), 1))
    x = (points[:, 0] / shape[1] * field.shape[1] - 0.5).astype(np.float32)
    y = (points[:, 1] / shape[0] * field.shape[0] - 0.5).astype(np.float32)
    if not len(points):
        return np.zeros((0, 2), np.float32)
    return cv2.remap(field.astype(np.float32), x[None], y[None], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0]
