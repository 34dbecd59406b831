"""Decodes uncertain cells by the letters around them, with a hidden Markov model of Spanish words.

The states are the cells before a place; the model knows how often runs of up to five cells occur in Spanish words. What
the picture shows of a cell and what its word makes likely are combined into posteriors by forward and backward passes
(Rabiner 1989, "A tutorial on hidden Markov models"). A page that does not look like Spanish is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..recognition import layout
from ..recognition.calibration import CellReadings
from ..recognition.layout import Grid
from .spanish.ngrams import BLANK, ORDER, START, after, key, spanish

LANGUAGE = "es"
# A cell with at least the first probability is kept as it is; one with at least the second counts as evidence of the
# page's language.
CERTAIN, CLEAR = 0.95, 0.6
# Patterns of a cell that are considered: from this probability on, and so many at most.
MIN_PROBABILITY, MAX_PATTERNS = 1e-4, 16
# Weight of the word against the picture: the cells of a word depend on each other, so none is independent evidence.
WEIGHT = 0.6
# Beam width: so many readings of a word's beginning are followed.
MAX_STATES = 64
# Nats a cell above which a page is not Spanish: chosen between pages of a primer as they are seen, with all that is
# wrong in them, and English and Russian.
MAX_CROSS_ENTROPY = 3.7
MIN_CELLS = 25
NUMBER = 0b111100
UNCLEAR = -1


def decode(readings: CellReadings, grid: Grid, language: str) -> tuple[CellReadings, np.ndarray]:
    """The readings of a page with its uncertain cells decoded, where the page is and looks like Spanish.

    Args:
        readings: of the cells, by what the picture shows.
        grid: lines of their indices.
        language: in which the page is to be read.

    Returns:
        the readings of the cells that are kept, and their indices (m,): a cell that its word makes unlikely is dropped.
    """
    every = np.arange(len(readings.dots))
    uncertain = readings.patterns.max(axis=1, initial=0) * readings.present < CERTAIN
    if not uncertain.any() or not is_plausible(readings.patterns, grid, language):
        return readings, every
    patterns = posteriors(readings.patterns, readings.present, grid)
    dots = patterns.argmax(axis=1).astype(np.uint8)
    decoded = CellReadings(dots, patterns, readings.present, dots != readings.dots)
    kept = np.flatnonzero(dots)
    return decoded.only(kept), kept


def posteriors(patterns: np.ndarray, present: np.ndarray, grid: Grid) -> np.ndarray:
    """The probabilities of the cells of a Spanish page, given the cells around them.

    Args:
        patterns: (n, 64) probabilities of each cell's dot patterns by what the picture shows.
        present: (n,) the probability that there is a cell at all.
        grid: lines of the cells' indices.

    Returns:
        (n, 64) probabilities; the first of each is that of no cell.
    """
    result = patterns * present[:, None]
    result[:, BLANK] = 1 - present
    certain = result.max(axis=1, initial=0) >= CERTAIN
    for word in _words(grid):
        if not certain[word].all():
            _decode_word(result, certain, word)
    return result


def is_plausible(patterns: np.ndarray, grid: Grid, language: str) -> bool:
    """Whether a page can be decoded in a language and looks like it; arguments as of `posteriors`."""
    return language == LANGUAGE and cross_entropy(patterns, grid) <= MAX_CROSS_ENTROPY


def cross_entropy(patterns: np.ndarray, grid: Grid) -> float:
    """The mean negative log probability of a page's clear cells under the model, nats; infinite for too few cells."""
    masks = np.where(patterns.max(axis=1, initial=0) >= CLEAR, patterns.argmax(axis=1), UNCLEAR).tolist()
    contexts, cells = [], []
    for word in _words(grid):
        before = [BLANK]
        for mask in [*(masks[i] for i in word), BLANK]:
            if mask == UNCLEAR:
                before = []
                continue
            if before:
                contexts.append(key(before))
                cells.append(mask)
            before = [*before, mask][1 - ORDER :]
    if len(cells) < MIN_CELLS:
        return float("inf")
    return -float(spanish().log(np.array(contexts), np.array(cells)).mean())


def _words(grid: Grid) -> Iterator[list[int]]:
    """Indices of the cells between blanks."""
    for line in grid:
        word: list[int] = []
        for i in [*line, layout.BLANK]:
            if i != layout.BLANK:
                word.append(i)
            elif word:
                yield word
                word = []


def _decode_word(likely: np.ndarray, certain: np.ndarray, word: list[int]) -> None:
    """Replace the probabilities of a word's uncertain cells in `likely` by their posteriors."""
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
        followed = np.argsort(-reached, kind="stable")[:MAX_STATES]
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
    best = np.argsort(-likely, kind="stable")[: 1 if certain else MAX_PATTERNS]
    return best[likely[best] >= min(MIN_PROBABILITY, likely[best[0]])]


def _in_number(choices: list[np.ndarray], place: int) -> bool:
    """Whether a place comes after a number sign in its word: its letters are digits then."""
    return any(masks.tolist() == [NUMBER] for masks in choices[:place])
