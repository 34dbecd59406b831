"""How likely a cell is what it was read as, and what else it may be."""

from __future__ import annotations

import numpy as np

from .detections import Detections
from .detectors.postprocess import log_odds
from .model import Thresholds

# The network is a little too sure of itself or not sure enough; its odds to this power come true as often as they say.
# `python -m training.reliability` finds it on the development pages and draws how it holds on others.
SHARPNESS = 1.1
# Odds that a doubtful cell which stands in its place among others is one, over those that the network gives it: chosen
# so that full stops stay.
ON_LATTICE = 3.0
_PATTERNS = np.arange(64)
_RAISED = ((_PATTERNS[:, None] >> np.arange(6)) & 1).astype(float)


def likelihoods(scores: np.ndarray, even: float, sharpness: float = SHARPNESS) -> np.ndarray:
    """Probabilities (n, 64) of each dot pattern by its mask; a cell has at least one dot, so the first is 0.

    Args:
        scores: (n, 6) what the network says of each dot.
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


def presence(confidence: np.ndarray, certain: float) -> np.ndarray:
    """Probabilities (n,) that cells which the lattice has kept are there at all.

    Args:
        confidence: (n,) of each.
        certain: from which one is beyond doubt. Of the others it says something that they have a place on the lattice.
    """
    odds = ON_LATTICE * confidence.astype(float) / np.maximum(1 - confidence, 1e-6)
    return np.where(confidence >= certain, 1.0, odds / (1 + odds))


def doubt(cells: Detections, thresholds: Thresholds) -> float:
    """The share of candidates that are likely wrong: no cell, or one with other dots."""
    if not len(cells):
        return 0.0
    likely = likelihoods(cells.scores, thresholds.dot).max(axis=1)
    return float(1 - (likely * presence(cells.confidence, thresholds.confidence)).mean())


def alternatives(likely: np.ndarray, dots: int, most: int = 3, least: float = 0.05) -> list[tuple[int, float]]:
    """What else a cell may be: masks and probabilities, the likeliest first; that there is none is no reading of it.

    Args:
        likely: (64,) of one cell.
        dots: what it was read as.
        most, least: how many at most, and from which probability on.
    """
    others = [int(mask) for mask in np.argsort(-likely, kind="stable") if mask not in (0, dots)]
    return [(mask, float(likely[mask])) for mask in others if likely[mask] >= least][:most]
