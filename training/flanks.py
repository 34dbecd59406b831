"""What the head says of each place: cells whose marks are lit on their upper, lower, left or right flank.

A raised dot is bright on the flank that faces the light, a dent on the one that faces away from it. A picture shows the
flank, and which of the two it means is one sign for the whole sheet. So the network answers what it can see: a
detection layer of its own for each flank, each with six dots and a box, since a cell of the front and one of the back
may share their middle. Light from above puts the front into the first layer and the back into the second, light from
the left into the third and fourth, and light from a corner into both pairs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Directions in the picture, x to the right and y up, in the order of the head's layers.
FLANKS = {"up": (0, 1), "down": (0, -1), "left": (-1, 0), "right": (1, 0)}
DIRECTIONS = np.array(list(FLANKS.values()), np.float32)
# What part of the light must fall along a direction for its flank to be told from the opposite one: sin 17°. Between
# two directions both pairs of layers are clear, and light from anywhere leaves at least one pair.
CLEAR = 0.3
# The same where the head has layers for one pair only: no other shows what is lit from beside, so these show it unless
# the light is level to 3 degrees.
CLEAR_ALONE = 0.05
STRIDE = 8


def layers(output: np.ndarray, flanks: Sequence[str] = tuple(FLANKS)) -> dict[str, np.ndarray]:
    """The answer of each flank's layer.

    Args:
        output: (4 + classes, n) of the whole head: the places of one layer after those of another.
        flanks: that the layers are of, in their order.

    Returns:
        (4 + classes, n / layers) of each, by the names of the flanks.
    """
    return dict(zip(flanks, np.split(output, len(flanks), axis=1)))


def along(lit: np.ndarray) -> np.ndarray:
    """How far marks are lit along each flank.

    Args:
        lit: (n, 2) direction of the bright flank, x to the right and y up, at most 1 long; x is NaN where unknown.

    Returns:
        (4, n), from -1 to 1; NaN where unknown.
    """
    lit = np.asarray(lit, np.float32).reshape(-1, 2)
    return np.stack([lit[:, 1], -lit[:, 1], -lit[:, 0], lit[:, 0]])


def targets(
    boxes: np.ndarray,
    dots: np.ndarray,
    lit: np.ndarray,
    unlabelled: np.ndarray,
    size: int,
    flanks: Sequence[str] = tuple(FLANKS),
) -> np.ndarray:
    """What every layer should say at each place of its grid.

    Args:
        boxes, dots: (n, 4) and (n,) the cells of both sides, see `target`.
        lit: (n, 2) where the bright flank of each cell's marks faces, see `along`.
        unlabelled: (k, 2) the same of the marks of sides of which not all cells are labelled.
        size: side of the crop in pixels.
        flanks: of `FLANKS`, those that the head has layers for, in their order.

    Returns:
        (11, flanks * size / 8, size / 8) float32: the `target` of each flank, one below the other.
    """
    layers = []
    chosen = [list(FLANKS).index(flank) for flank in flanks]
    clear = CLEAR if {"up", "left"} <= set(flanks) else CLEAR_ALONE
    for cells, others in zip(along(lit)[chosen], along(unlabelled)[chosen]):
        here = ~(cells < -clear)
        layer = target(boxes[here], np.where(cells > clear, dots, 0)[here], size)
        if (~(others < -clear)).any():
            layer[10][layer[10] == 0] = -1.0
        layers.append(layer)
    return np.concatenate(layers, axis=1)


def target(boxes: np.ndarray, dots: np.ndarray, size: int) -> np.ndarray:
    """What the head should say at each place of its grid.

    Args:
        boxes: (n, 4) x1, y1, x2, y2 in pixels.
        dots: (n,) bit masks; 0 for a place of which nothing is known.
        size: side of the crop in pixels.

    Returns:
        (11, size / 8, size / 8) float32: six dots; distances to the left, top, right and bottom side in strides;
        and the kind of place: 1 a cell's middle, 0 background, -1 neither, not to be learnt from.
    """
    side = size // STRIDE
    result = np.zeros((11, side * side), np.float32)
    grid = (np.arange(side) + 0.5) * STRIDE
    x, y = np.tile(grid, side), np.repeat(grid, side)
    x1, y1, x2, y2 = boxes[dots == 0].T[..., None]
    unknown = ((x1 <= x) & (x < x2) & (y1 <= y) & (y < y2)).any(axis=0)
    boxes, dots = boxes[dots > 0], dots[dots > 0]
    if not len(boxes):
        result[10] = np.where(unknown, -1.0, 0.0)
        return result.reshape(11, side, side)
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    centre_x, centre_y = ((boxes[:, :2] + boxes[:, 2:]) / 2).T
    across = np.abs(x[None] - centre_x[:, None]) / width[:, None]
    down = np.abs(y[None] - centre_y[:, None]) / height[:, None]
    near = np.maximum(across / 0.3, down / 0.28)
    owner = near.argmin(axis=0)
    middle = near.min(axis=0) < 1
    nearest = near.argmin(axis=1)
    # A small cell may hold no grid point in its middle; its nearest one answers for it.
    inside = (centre_x > 0) & (centre_y > 0) & (centre_x < size) & (centre_y < size)
    middle[nearest[inside]] = True
    owner[nearest[inside]] = np.flatnonzero(inside)
    kind = np.where(middle, 1.0, np.where(((across < 0.5) & (down < 0.48)).any(axis=0), -1.0, 0.0))
    # Half a cell at the edge can't be read: say nothing about it.
    seen_x = np.ptp(np.clip(boxes[:, [0, 2]], 0, size), axis=1)
    seen_y = np.ptp(np.clip(boxes[:, [1, 3]], 0, size), axis=1)
    cut = (seen_x < 0.85 * width) | (seen_y < 0.85 * height)
    kind[((across < 0.5) & (down < 0.48) & cut[:, None]).any(axis=0)] = -1.0
    kind[unknown & (kind == 0)] = -1.0
    result[:6] = (dots[owner][None] >> np.arange(6)[:, None]) & 1
    result[:6] *= kind > 0
    x1, y1, x2, y2 = boxes[owner].T
    result[6:10] = np.stack([x - x1, y - y1, x2 - x, y2 - y]) / STRIDE
    result[10] = kind
    return result.reshape(11, side, side)
