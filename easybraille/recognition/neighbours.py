"""Finds pairs of cells that are near each other, and keeps the better one of two rivals, in time that grows with their
number and not with its square.
"""

from __future__ import annotations

import numpy as np

# Points that are compared at a time: what they take together stays small where all of them stand close.
_BLOCK = 1024


def near_pairs(
    points: np.ndarray, others: np.ndarray, across: np.ndarray | float, down: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """The indices (m,) and (m,) of each point and each of `others` that it reaches, by point.

    Args:
        points: (n, 2) x and y.
        others: (k, 2).
        across, down: how far all points reach, or each of them (n,); above 0.
    """
    if not len(points) or not len(others):
        return np.empty(0, int), np.empty(0, int)
    reach = np.stack(np.broadcast_arrays(across, down, points[:, 0])[:2], axis=1)
    # The others are sorted strip by strip, each as high as the longest reach, and from left to right: what a point
    # reaches stands side by side in its own strip, the one above and the one below.
    left, top = np.minimum(points.min(axis=0), others.min(axis=0)).astype(float)
    widest, high = reach.max(axis=0).astype(float)
    length = max(points[:, 0].max(), others[:, 0].max()) - left + 3 * widest
    strip = np.floor((others[:, 1] - top) / high)
    order = np.lexsort((others[:, 0], strip))
    places = (strip * length + (others[:, 0] - left))[order]
    strips = np.floor((points[:, 1] - top) / high)[:, None] + np.array([-1, 0, 1])
    here = strips * length + (points[:, :1] - left)
    begin = np.searchsorted(places, here - reach[:, :1])
    count = np.searchsorted(places, here + reach[:, :1], side="right") - begin
    pairs = []
    for start in range(0, len(points), _BLOCK):
        first = np.repeat(np.arange(start, min(start + _BLOCK, len(points))), count[start : start + _BLOCK].sum(axis=1))
        runs, lengths = begin[start : start + _BLOCK].ravel(), count[start : start + _BLOCK].ravel()
        then = order[np.arange(len(first)) + np.repeat(runs - lengths.cumsum() + lengths, lengths)]
        near = np.abs(points[first, 1] - others[then, 1]) < reach[first, 1]
        pairs.append((first[near], then[near]))
    return np.concatenate([first for first, _ in pairs]), np.concatenate([then for _, then in pairs])


def nearest(first: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """The places (m,) among pairs of the nearest one of each point; of equally near ones the first.

    Args:
        first: the points of the pairs.
        distance: of each pair.
    """
    order = np.lexsort((distance, first))
    return order[np.flatnonzero(np.diff(first[order], prepend=-1))]


def best_of_rivals(count: int, better: np.ndarray, worse: np.ndarray) -> np.ndarray:
    """Whether each of `count` cells stays, bool (count,): one that stays removes its rivals that are worse than it.

    Args:
        better, worse: the indices of each two rivals, in one order of all cells.
    """
    stays = np.ones(count, bool)
    while len(better):
        # What no better rival is left to remove stays for sure.
        safe = np.ones(count, bool)
        safe[worse] = False
        stays[worse[safe[better]]] = False
        undecided = stays[better] & stays[worse] & ~safe[better]
        better, worse = better[undecided], worse[undecided]
    return stays
