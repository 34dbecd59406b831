"""Ink is taken off so that the dots under it show."""

from __future__ import annotations

import numpy as np

from easybraille.ink import lifted


def striped(ink: float) -> np.ndarray:
    """Even paper with a faint dot beside a black bar, and one under it."""
    paper = np.full((120, 120), 160.0)
    paper[55:58, 20:23] += 8
    paper[:, 60:80] *= ink
    paper[55:58, 68:71] += 8 * 0.6
    return paper.astype(np.uint8)


def test_ink_becomes_pale_and_dots_strong():
    before, after = striped(0.2), lifted(striped(0.2), 22.0).astype(int)
    bar, paper = after[20:40, 65:75].mean(), after[20:40, 10:40].mean()
    assert paper - bar < 0.8 * (before[20:40, 10:40].mean() - before[20:40, 65:75].mean())
    assert after[56, 21] - after[40, 21] > 2 * (int(before[56, 21]) - int(before[40, 21]))
    assert after[56, 69] > after[40, 69]


def test_even_light_is_left_and_uneven_light_is_evened_out():
    slope = np.tile(np.linspace(60, 220, 300), (300, 1)).astype(np.uint8)
    assert np.ptp(lifted(slope, 22.0)[50:-50, 50:-50].astype(int)) < 0.25 * 160
