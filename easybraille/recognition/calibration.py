"""Calibrates what the network says: the probability of each dot pattern of a cell, and that there is a cell at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .detections import Detections, digits
from .detectors.postprocess import log_odds
from .model import Thresholds

# Temperature scaling: the network's odds raised to this power come true as often as they say.
# `python -m training.reliability` finds it on the development pages and draws how it holds on others.
SHARPNESS = 1.1
# Factor on the odds that an uncertain cell exists where it has a place on the lattice: chosen so that full stops stay.
LATTICE_ODDS = 3.0
_PATTERNS = np.arange(64)
_RAISED = ((_PATTERNS[:, None] >> np.arange(6)) & 1).astype(float)


@dataclass(frozen=True, slots=True)
class CellReadings:
    """What each cell of a page may be.

    Attributes:
        dots: (n,) uint8 masks, as the cells are read.
        patterns: (n, 64) the probability of each dot pattern.
        present: (n,) the probability that there is a cell at all.
        by_word: (n,) bool, whether the cell's word says something else than the picture alone.
    """

    dots: np.ndarray
    patterns: np.ndarray
    present: np.ndarray
    by_word: np.ndarray

    @property
    def confidence(self) -> np.ndarray:
        """(n,) the probability that all dots of a cell are right."""
        confidence: np.ndarray = self.patterns[np.arange(len(self.dots)), self.dots]
        return confidence

    def only(self, which: np.ndarray) -> CellReadings:
        """Some of the cells, by index (m,)."""
        return CellReadings(self.dots[which], self.patterns[which], self.present[which], self.by_word[which])

    def digits(self, grid: Sequence[Sequence[int]]) -> list[list[str]]:
        """Lines of cells as their raised dots, "125"; "" for a blank."""
        return [["" if i < 0 else digits(int(self.dots[i])) for i in line] for line in grid]


def pattern_probabilities(scores: np.ndarray, even: float, sharpness: float = SHARPNESS) -> np.ndarray:
    """The probabilities (n, 64) of each dot pattern by its mask; a cell has at least one dot, so the first is 0.

    Args:
        scores: (n, 6) the network's probability of each dot.
        even: the score at which a dot is as likely raised as not; the threshold by which cells are read.
        sharpness: power of the odds.
    """
    logit = sharpness * (log_odds(scores) - log_odds(even))
    # All patterns share the term of no dot raised at all; a raised one adds its log odds.
    log = logit @ _RAISED.T
    log[:, 0] = -np.inf
    log -= log.max(axis=1, keepdims=True)
    likely = np.exp(log)
    return likely / likely.sum(axis=1, keepdims=True)


def presence_probabilities(confidence: np.ndarray, certain: float) -> np.ndarray:
    """The probabilities (n,) that cells which the lattice has kept exist at all.

    Args:
        confidence: (n,) of each.
        certain: the confidence from which a cell is certain to exist. A place on the lattice is evidence for others.
    """
    odds = LATTICE_ODDS * confidence.astype(float) / np.maximum(1 - confidence, 1e-6)
    return np.where(confidence >= certain, 1.0, odds / (1 + odds))


def error_probabilities(cells: Detections, thresholds: Thresholds) -> np.ndarray:
    """The probabilities (n,) that cells are wrong: that there is none, or one with other dots."""
    likely = pattern_probabilities(cells.scores, thresholds.dot).max(axis=1, initial=0)
    wrong: np.ndarray = 1 - likely * presence_probabilities(cells.confidence, thresholds.confidence)
    return wrong


def expected_error_rate(cells: Detections, thresholds: Thresholds) -> float:
    """The expected share of cells that are wrong: no cell, or one with other dots."""
    return float(error_probabilities(cells, thresholds).mean()) if len(cells) else 0.0


def alternatives(
    likely: np.ndarray, dots: np.ndarray, most: int = 3, least: float = 0.05
) -> list[list[tuple[int, float]]]:
    """The other patterns that each cell may have: masks and probabilities, the likeliest first.

    Args:
        likely: (n, 64) of each cell.
        dots: (n,) what it was read as.
        most, least: how many at most, and from which probability on.
    """
    others = likely >= least
    others[:, 0] = False
    others[np.arange(len(dots)), dots] = False
    found: list[list[tuple[int, float]]] = [[] for _ in dots]
    for i, mask in np.argwhere(others).tolist():
        found[i].append((mask, float(likely[i, mask])))
    return [sorted(cell, key=lambda other: -other[1])[:most] for cell in found]
