"""Doubtful cells are read by the letters around them, as a person reads a worn page.

How often runs of up to five cells come in Spanish words says how likely a cell is after those before it. Where the
picture leaves open what a cell is, or whether there is one, what it shows and what its word makes likely are weighed
together: the posterior of a hidden Markov model whose states are the cells before, by forward and backward passes
(Rabiner 1989, "A tutorial on hidden Markov models"). Where the page does not look like Spanish, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..recognition import layout
from .spanish.ngrams import BLANK, NOTHING, START, after, spanish

LANGUAGE = "es"
# A cell this certain stays what it is; one this clear says which language it may be.
CERTAIN, CLEAR = 0.95, 0.6
# What else a cell may be is looked at from this probability on, and so many patterns at most.
LEAST, MOST = 1e-4, 16
# The cells of a word tell of one another, so none is evidence of its own.
WEIGHT = 0.6
# So many ways to read a word's beginning are followed.
WAYS = 64
# Nats a cell above which a page is not Spanish: chosen between pages of a primer as they are seen, with all that is
# wrong in them, and English and Russian.
FOREIGN = 3.7
ENOUGH = 25
NUMBER = 0b111100


def read(likely: np.ndarray, there: np.ndarray, lines: Sequence[Sequence[int]]) -> np.ndarray:
    """What the cells of a Spanish page are likely to be, given what stands around them.

    Args:
        likely: (n, 64) probabilities of each cell's dot patterns by what the picture shows.
        there: (n,) the probability that there is a cell at all.
        lines: indices of the cells of each line, `layout.BLANK` for a blank.

    Returns:
        (n, 64) probabilities, the first of each that there is no cell.
    """
    result = likely * there[:, None]
    result[:, BLANK] = 1 - there
    certain = result.max(axis=1, initial=0) >= CERTAIN
    for word in _words(lines):
        if not certain[word].all():
            _read(result, certain, word)
    return result


def fits(likely: np.ndarray, lines: Sequence[Sequence[int]], language: str) -> bool:
    """Whether a page that is to be read in a language can be read here, and looks like it; arguments as of `read`."""
    return language == LANGUAGE and surprise(likely, lines) <= FOREIGN


def surprise(likely: np.ndarray, lines: Sequence[Sequence[int]]) -> float:
    """Mean nats that a clear cell of a page costs; infinite for too few."""
    befores, cells = [], []
    for word in _words(lines):
        before = START
        for mask in [*(_clear(likely, i) for i in word), BLANK]:
            if mask < 0:
                before = NOTHING
                continue
            if before != NOTHING:
                befores.append(before)
                cells.append(mask)
            before = int(after(np.array(before), np.array(mask)))
    if len(cells) < ENOUGH:
        return float("inf")
    return -float(spanish().log(np.array(befores), np.array(cells)).mean())


def _clear(likely: np.ndarray, i: int) -> int:
    """The pattern of a clear cell, else -1."""
    return int(likely[i].argmax()) if likely[i].max() >= CLEAR else -1


def _words(lines: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Indices of the cells between blanks."""
    for line in lines:
        word: list[int] = []
        for i in [*line, layout.BLANK]:
            if i != layout.BLANK:
                word.append(i)
            elif word:
                yield word
                word = []


def _read(likely: np.ndarray, certain: np.ndarray, word: list[int]) -> None:
    """Put the posteriors of a word's doubtful cells into `likely`."""
    choices = [_choices(likely[i], bool(certain[i])) for i in word]
    model = spanish()
    states, forward = np.array([START]), np.zeros(1)
    passes = []
    for place, (i, masks) in enumerate(zip(word, choices)):
        steps = np.log(likely[i, masks])[None] + np.zeros((len(states), 1))
        if not _in_number(choices, place):
            steps = steps + WEIGHT * model.log(states[:, None], masks[None])
        then, where = np.unique(after(states[:, None], masks[None]), return_inverse=True)
        reached = np.full(len(then), -np.inf)
        np.logaddexp.at(reached, where.ravel(), (forward[:, None] + steps).ravel())
        followed = np.argsort(-reached, kind="stable")[:WAYS]
        passes.append((forward, steps, where.reshape(steps.shape), len(then), followed))
        states, forward = then[followed], reached[followed]
    ends = 0.0 if _in_number(choices, len(word)) else WEIGHT
    backward = ends * model.log(states, np.array(BLANK))
    for i, masks, (forward, steps, where, count, followed) in reversed(list(zip(word, choices, passes))):
        onwards = np.full(count, -np.inf)
        onwards[followed] = backward
        onwards = steps + onwards[where]
        if not certain[i]:
            log = np.logaddexp.reduce(forward[:, None] + onwards, axis=0)
            likely[i] = 0.0
            likely[i, masks] = np.exp(log - np.logaddexp.reduce(log))
        backward = np.logaddexp.reduce(onwards, axis=1)


def _choices(likely: np.ndarray, certain: bool) -> np.ndarray:
    """The patterns that a place may hold; (64,) probabilities."""
    best = np.argsort(-likely, kind="stable")[: 1 if certain else MOST]
    return best[likely[best] >= min(LEAST, likely[best[0]])]


def _in_number(choices: list[np.ndarray], place: int) -> bool:
    """Whether a place comes after a number sign in its word: its letters are digits then."""
    return any(masks.tolist() == [NUMBER] for masks in choices[:place])
