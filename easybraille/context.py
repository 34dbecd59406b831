"""Doubtful cells are read by the letters around them, as a person reads a worn page.

A language's letter trigrams say how likely a cell is after the two before it (blanks are cells, too). Where the picture
leaves open what a cell is, or whether there is one, what it shows and what its line makes likely are weighed together:
the posterior of a hidden Markov model of second order, by forward and backward passes (Rabiner 1989, "A tutorial on
hidden Markov models"). Where the page does not look like that language, nothing is changed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from . import languages
from .detectors.decode import mask
from .languages import Unwritable
from .layout import BLANK

# A cell this certain stays what it is; one this clear says which language it may be.
CERTAIN, CLEAR = 0.95, 0.6
# What else a cell may be is looked at from this probability on, and so many patterns at most.
LEAST, MOST = 1e-3, 8
# How many parts in a million of a trigram's beginning weigh as much as the shorter beginning does.
BACK_OFF = 400.0
# Share of what is no letter, and parts in a hundred of that by its dots, in the texts of examples/: the capital sign,
# full stop, comma, hyphen, number sign and so on. A tenth of it any pattern may be.
OTHER, ANYTHING = 0.08, 0.1
MARKS = {"46": 28, "3": 17, "2": 13, "36": 13, "3456": 10, "25": 5, "26": 5, "236": 5, "235": 3, "23": 1}
# Languages whose letters take one cell each, the same everywhere.
LANGUAGES = ("es", "ca", "gl", "eu")
# How often another blank follows one.
BLANKS = 0.3
# Trigrams of one text tell of one another, so none is evidence of its own.
WEIGHT = 0.4
# Nats a cell above which a page is not in the language. Spanish prose costs about 3, a primer's lists of words up to
# 4.2; Russian and Chinese 4.3 and more.
FOREIGN = 4.2
ENOUGH = 25
NUMBER = 0b111100


def read(likely: np.ndarray, there: np.ndarray, lines: Sequence[Sequence[int]], language: str) -> np.ndarray:
    """What the cells of a page are likely to be, given what stands around them.

    Args:
        likely: (n, 64) probabilities of each cell's dot patterns by what the picture shows.
        there: (n,) the probability that there is a cell at all.
        lines: indices of the cells of each line, `BLANK` for a blank.
        language: code; one that `fits`.

    Returns:
        (n, 64) probabilities, the first of each that there is no cell.
    """
    model = _model(language)
    result = likely * there[:, None]
    result[:, 0] = 1 - there
    certain = result.max(axis=1) >= CERTAIN
    for line in lines:
        if any(i != BLANK and not certain[i] for i in line):
            _read(result, certain, line, model)
    return result


def fits(likely: np.ndarray, lines: Sequence[Sequence[int]], language: str) -> bool:
    """Whether a page looks like a language that has a model; arguments as of `read`."""
    return surprise(likely, lines, language) <= FOREIGN


def surprise(likely: np.ndarray, lines: Sequence[Sequence[int]], language: str) -> float:
    """Mean nats that a clear cell after two clear ones costs by the language's model; infinite for too few."""
    model = _model(language)
    if model is None:
        return float("inf")
    costs = []
    for line in lines:
        cells = [0, 0, *(_clear(likely, i) for i in line), 0]
        costs += [-model[a, b, c] for a, b, c in zip(cells, cells[1:], cells[2:]) if min(a, b, c) >= 0 and (b or c)]
    return float(np.mean(costs)) / WEIGHT if len(costs) >= ENOUGH else float("inf")


def _clear(likely: np.ndarray, i: int) -> int:
    """The pattern of a clear cell or a blank, else -1."""
    if i == BLANK:
        return 0
    return int(likely[i].argmax()) if likely[i].max() >= CLEAR else -1


def _read(likely: np.ndarray, certain: np.ndarray, line: Sequence[int], model: np.ndarray) -> None:
    """Put the posteriors of a line's doubtful cells into `likely`."""
    choices = [_choices(likely, certain, i) for i in line]
    choices = [[0], [0], *choices, [0]]
    seen = (
        [np.zeros(1)] * 2
        + [np.zeros(1) if i == BLANK else np.log(likely[i, masks]) for i, masks in zip(line, choices[2:])]
        + [np.zeros(1)]
    )
    steps = [
        model[np.ix_(before, last, now)] if not _in_number(choices, k) else np.zeros((len(before), len(last), len(now)))
        for k, (before, last, now) in enumerate(zip(choices, choices[1:], choices[2:]), 2)
    ]
    forward = [np.zeros((1, 1))]
    for step, log in zip(steps, seen[2:]):
        forward.append(np.logaddexp.reduce(forward[-1][:, :, None] + step, axis=0) + log[None])
    backward = [np.zeros((len(choices[-2]), 1))]
    for step, log in zip(reversed(steps), reversed(seen[2:])):
        backward.append(np.logaddexp.reduce(step + (log[None] + backward[-1])[None], axis=2))
    backward.reverse()
    for k, i in enumerate(line):
        if i == BLANK or certain[i]:
            continue
        # Both hold the states (cell before, this cell) after position k + 2.
        log = np.logaddexp.reduce(forward[k + 1] + backward[k + 1], axis=0)
        posterior = np.exp(log - np.logaddexp.reduce(log))
        likely[i] = 0.0
        likely[i, choices[k + 2]] = posterior


def _choices(likely: np.ndarray, certain: np.ndarray, i: int) -> list[int]:
    """The patterns that a place may hold."""
    if i == BLANK:
        return [0]
    if certain[i]:
        return [int(likely[i].argmax())]
    best = np.argsort(-likely[i], kind="stable")[:MOST]
    return [int(dots) for dots in best if likely[i, dots] >= LEAST]


def _in_number(choices: list[list[int]], k: int) -> bool:
    """Whether a place comes after a number sign in its word: its letters are digits then."""
    while k > 0 and choices[k - 1] != [0]:
        k -= 1
        if choices[k] == [NUMBER]:
            return True
    return False


@cache
def _model(language: str) -> np.ndarray | None:
    """(64, 64, 64) weighed log probability of each cell after two others; None for other languages."""
    if language not in LANGUAGES:
        return None
    path = Path(languages.__file__).with_name("trigrams.json")
    trigrams = json.loads(path.read_text("utf-8"))[language]
    table = languages.get(language)
    counts = np.zeros((64, 64, 64))
    cell_of = {letter: _cell(table, letter) for letter in set("".join(trigrams))}
    for letters, count in trigrams.items():
        cells = [cell_of[letter] for letter in letters]
        if None not in cells:
            counts[tuple(cells)] += count
    other = np.full(64, ANYTHING / 63)
    other[0] = 0
    for dots, share in MARKS.items():
        other[mask(dots)] += (1 - ANYTHING) * share / sum(MARKS.values())
    single = (1 - OTHER) * counts.sum(axis=(0, 1)) / counts.sum() + OTHER * other
    pairs = counts.sum(axis=0)
    after_one = (pairs + BACK_OFF * single) / (pairs.sum(axis=1, keepdims=True) + BACK_OFF)
    after_two = (counts + BACK_OFF * after_one[None]) / (counts.sum(axis=2, keepdims=True) + BACK_OFF)
    log = np.log(np.maximum((1 - OTHER) * after_two + OTHER * other, 1e-9))
    # Letter trigrams have no two spaces in a row; lines of Braille have, before words that stand in columns.
    log[:, 0, 0] = np.log(BLANKS)
    return WEIGHT * log


def _cell(table: languages.Language, letter: str) -> int | None:
    """The mask of the one cell that a letter takes, 0 for a space; None where it takes more."""
    if letter == " ":
        return 0
    try:
        cells = table.write(letter)[0]
    except Unwritable:
        return None
    return mask(cells[0]) if len(cells) == 1 else None
