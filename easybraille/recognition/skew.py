"""Estimates the skew of a page: the angle at which its lines of Braille run."""

from __future__ import annotations

import numpy as np

# Periods of rows and columns of dots, pixels: from widely spaced lines down to the dots of a small cell.
MAX_PERIOD, MIN_PERIOD = 60, 9
STEP = 0.5
# The edge of a sheet is far stronger than any dot: gradients are clipped at this multiple of their mean.
MAX_DETAIL = 2.0
# Ratio of the strongest angle to the median one from which it counts: Braille has 2.3 and more, noise less.
MIN_PROMINENCE = 1.8


def estimate_skew(piece: np.ndarray) -> float:
    """Estimate the angle of the lines of Braille, degrees clockwise, from -45 to 45; 0 where no angle stands out.

    Dots form rows and columns in any light, so the power spectrum is strong along two perpendicular rays: one for what
    repeats along the lines, one for what repeats across them.

    Args:
        piece: (rows, columns) uint8, cells from 7 to 60 pixels wide.
    """
    if min(piece.shape) < MAX_PERIOD:
        return 0.0
    detail = np.hypot(*np.gradient(piece.astype(np.float32)))
    detail = np.minimum(detail, MAX_DETAIL * detail.mean())
    rows, columns = piece.shape
    window = np.outer(np.hanning(rows), np.hanning(columns))
    power = np.abs(np.fft.fft2((detail - detail.mean()) * window)) ** 2
    degrees = np.arange(-45, 45, STEP)
    often = np.arange(1 / MAX_PERIOD, 1 / MIN_PERIOD, 0.5 / max(piece.shape))  # times a pixel
    along = np.outer(np.cos(np.deg2rad(degrees)), often)
    across = np.outer(np.sin(np.deg2rad(degrees)), often)
    rays = _sample_spectrum(power, along, across) + _sample_spectrum(power, -across, along)
    # Low frequencies are much stronger than high ones without being better evidence: each is normalised.
    strength = (rays / np.maximum(rays.mean(axis=0), 1e-9)).sum(axis=1)
    strength = sum(weight * np.roll(strength, by) for by, weight in zip(range(-2, 3), (1, 2, 3, 2, 1)))
    return float(degrees[strength.argmax()]) if strength.max() > MIN_PROMINENCE * np.median(strength) else 0.0


def _sample_spectrum(power: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The values of a spectrum (rows, columns) at frequencies across and down, cycles a pixel."""
    rows, columns = power.shape
    return power[np.rint(y * rows).astype(int), np.rint(x * columns).astype(int)]
