"""Estimates the light of a photograph, and relights it as light from the top of the page would show the sheet.

Under oblique light, paper is bright where it rises towards the light. For small slopes the picture is, but for a
constant, the derivative of the height of the paper in the direction in which the light travels (Pentland, "Linear
shape from shading", 1990). Two derivatives of one height map are related by a filter, so that what another light
would show follows from one picture: a raised dot and a dent, which look alike where they are lit from the side, are
told apart by a detector that has learnt light from the top.
"""

from __future__ import annotations

import numpy as np

# Standard deviation of the blur, pixels at cells about 22 wide, that takes the shades of the paper from its relief.
SHADES = 8.0
# How much of the directions that the light does not show is left out: they are all noise.
NOISE = 0.02
# By how much light is turned at most, degrees: the detector reads well in light up to 45 degrees from the top, and
# what is turned less keeps more of the picture as it is.
TURN = 45.0
# Detail that is stronger than so many times the usual is an edge of the sheet or ink, not paper.
STRONG = 4.0


def estimate_light_axis(gray: np.ndarray) -> float:
    """Estimate the axis of the light, degrees from -90 to 90: 0 is horizontal, 90 vertical.

    Relief changes most along the light: the axis is the main direction of the structure tensor of the fine detail.
    A picture does not show from which of its two ends the light comes, since dots lit from one side look like dents
    lit from the other.

    Args:
        gray: (rows, columns) uint8, cells about 22 pixels wide.
    """
    if min(gray.shape) < 2:  # a line of pixels has no second direction
        return 90.0
    down, across = np.gradient(_relief(gray))
    power = down**2 + across**2
    # A few strong edges say no more than as many dots.
    weight = np.minimum(1.0, STRONG * power.mean() / np.maximum(power, 1e-6))
    xx, yy, xy = ((weight * product).sum() for product in (across**2, down**2, across * down))
    return float(np.rad2deg(0.5 * np.arctan2(2 * xy, xx - yy)))


def relight(gray: np.ndarray, axis: float, reverse: bool = False) -> np.ndarray:
    """Relight a picture (rows, columns) uint8 as light from nearer to the top of the page would show it.

    Args:
        gray: (rows, columns) uint8, cells about 22 pixels wide.
        axis: that the light falls along, see `estimate_light_axis`.
        reverse: take it that the light comes from the right, where it runs level, instead of from the left.
    """
    # The light travels along `axis` to the right; turned towards 90 degrees it travels down the page.
    travels = axis + (180.0 if reverse else 0.0)
    to_top = (90.0 - travels + 180.0) % 360.0 - 180.0
    wanted = travels + np.sign(to_top) * max(abs(to_top) - TURN, 0.0)
    detail = _relief(gray)
    strength = STRONG * np.sqrt((np.minimum(np.abs(detail), 20.0) ** 2).mean())
    relief = detail.clip(-strength, strength)
    rows, columns = (_quick(side + 64) for side in gray.shape)
    spectrum = np.fft.rfft2(relief, (rows, columns))
    across, down = np.fft.rfftfreq(columns)[None], np.fft.fftfreq(rows)[:, None]
    along, then = (np.cos(np.deg2rad(a)) * across + np.sin(np.deg2rad(a)) * down for a in (travels, wanted))
    norm = np.maximum(across**2 + down**2, 1e-12)
    turned = np.fft.irfft2(spectrum * (then * along / (along**2 + NOISE * norm)), (rows, columns))
    turned = turned[: gray.shape[0], : gray.shape[1]]
    turned *= relief.std() / max(float(turned.std()), 1e-6)
    return (gray - detail + turned).clip(0, 255).astype(np.uint8)


def _relief(gray: np.ndarray) -> np.ndarray:
    """High-pass filter a picture (rows, columns): float32 without the shades that reach further than a dot."""
    values = np.pad(gray.astype(np.float32), [(0, _quick(side + 64) - side) for side in gray.shape], mode="edge")
    across, down = np.fft.rfftfreq(values.shape[1])[None], np.fft.fftfreq(values.shape[0])[:, None]
    detail = 1 - np.exp(-2 * (np.pi * SHADES) ** 2 * (across**2 + down**2))
    return np.fft.irfft2(np.fft.rfft2(values) * detail, values.shape)[: gray.shape[0], : gray.shape[1]]


def _quick(length: int) -> int:
    """The smallest length from here on with a fast Fourier transform: 32 times small primes."""
    return next(n * 32 for n in range(-(-length // 32), 10**6) if _smooth(n))


def _smooth(number: int) -> bool:
    for prime in (2, 3, 5):
        while number % prime == 0:
            number //= prime
    return number == 1
