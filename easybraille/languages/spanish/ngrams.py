"""Frequencies of runs of up to five cells in the words of a language, and the probability of a cell after others.

A run of cells is represented by its key, one number, so that an array of runs is looked up in one call.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

# `python -m training.ngrams` makes it.
SPANISH = Path(__file__).with_name("ngrams.npz")
# Longest run of cells that is counted.
ORDER = 5
BLANK = 0
# How many parts in a million of a run's beginning weigh as much as the shorter beginning does.
BACK_OFF = 40.0
# How often another blank follows one.
BLANKS = 0.3


def key(run: Sequence[int]) -> int:
    """Return a run of up to `ORDER` cells as one number: a 1, then six bits a cell."""
    number = 1
    for mask in run:
        number = number << 6 | mask
    return number


NOTHING, START = key(()), key((BLANK,))
_LONGEST = key((0,) * ORDER)


def after(before: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """Return the keys of what stands before the next cell: the cells since the last blank, fewer than `ORDER`.

    Args:
        before: keys of what stands before these cells.
        cell: masks of the cells.
    """
    run = before << 6 | cell
    run = np.where(run >= _LONGEST, run % (_LONGEST >> 6) + (_LONGEST >> 6), run)
    return np.where(cell == BLANK, START, run)


class NGrams:
    """Model of how likely a cell is after others.

    Args:
        keys: (n,) of runs of cells, in order; the first is that of none.
        counts: (n,) how often each comes, parts in a million of all cells.
    """

    def __init__(self, keys: np.ndarray, counts: np.ndarray):
        self._keys, self._counts = keys.astype(np.int64), counts.astype(float)

    def log(self, before: np.ndarray, cell: np.ndarray) -> np.ndarray:
        """Return log probabilities of cells after runs, by their keys; arrays that broadcast.

        The counts of a run are interpolated with those of its shorter ending; the shortest has equal probabilities.
        """
        before, cell = np.broadcast_arrays(before, cell)
        result = np.full(before.shape, 1 / 64)
        for length in range(ORDER):
            tail = 1 << 6 * length
            run = before % tail + tail
            count, with_cell = self._count(run), self._count(run << 6 | cell)
            longer = (with_cell + BACK_OFF * result) / (count + BACK_OFF)
            result = np.where(before >= tail, longer, result)
        return np.log(np.where((before == START) & (cell == BLANK), BLANKS, result))

    def _count(self, keys: np.ndarray) -> np.ndarray:
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where(self._keys[at] == keys, self._counts[at], 0.0)


@cache
def spanish() -> NGrams:
    """Return the model of Spanish words."""
    with np.load(SPANISH) as table:
        return NGrams(table["runs"], table["counts"])
