"""Light from the side: its axis, and a sheet with dots and dents as light from the top would show it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from easybraille.recognition.lighting import estimate_light_axis, relight
from easybraille.recognition.page_detection import detect_back, detect_front
from training.pages import LabelledPage
from training.score import score
from training.sweep import SHEET, text_page
from training.synthetic import Sheet, random_lines, render


@cache
def sheet(light: float, back: float = 0.9) -> LabelledPage:
    return text_page(replace(SHEET, light=light, back=back), np.random.default_rng(0))


def piece(light: float) -> np.ndarray:
    kind = Sheet(light=light, grain=0.03, back=0.9)
    rng = np.random.default_rng(0)
    return render(random_lines(rng, 6, 14), kind, (300, 420), rng).image


def apart(axis: float, other: float) -> float:
    """Degrees between two axes."""
    return abs((axis - other + 90) % 180 - 90)


@pytest.mark.parametrize("light", [0, 30, 60, 90, 120, 150, 180, 210])
def test_the_axis_of_the_light_is_told_whichever_end_it_comes_from(light):
    # Angles of light are counted against the clock, those of pictures with it: down is 90 there.
    assert apart(estimate_light_axis(piece(light)), -light) < 8


@pytest.mark.parametrize("light", [180, 340])
def test_a_sheet_with_two_sides_reads_in_light_from_the_side(reader, light):
    page = sheet(light)
    found = detect_front(reader.detector, page.image)
    assert found.rotation == 0
    assert score(found.boxes, found.cells.dots, page.boxes, page.dots).f1 > 0.85


def test_its_back_shows_in_the_opposite_light(reader):
    image = sheet(180).image
    front = detect_front(reader.detector, image)
    back = detect_back(reader.detector, image, front)
    assert back.light != front.light
    assert len(back.cells) > 250


def test_a_sheet_with_one_side_has_no_back_in_any_light(reader):
    image = sheet(270, back=0).image
    assert len(detect_back(reader.detector, image, detect_front(reader.detector, image)).cells) == 0


def test_relighting_exchanges_dots_and_dents_with_the_end_that_the_light_comes_from():
    gray = piece(180)
    one, other = (relight(gray, 0.0, reverse).astype(float) for reverse in (False, True))
    steps = [np.diff(image, axis=0).ravel() for image in (one, other)]
    assert np.corrcoef(*steps)[0, 1] < -0.3
