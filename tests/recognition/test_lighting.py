"""Light from the side: its axis, and a sheet with dots and dents as light from the top would show it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from easybraille.recognition.lighting import _quick, estimate_light_axis, relight
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


def bumps(size: tuple[int, int] = (256, 320)) -> np.ndarray:
    """The height of a sheet with a few dots and dents."""
    rng, (rows, columns) = np.random.default_rng(6), size
    y, x = np.mgrid[:rows, :columns]
    height = np.zeros(size)
    for sign in (1, -1) * 40:
        down, across = rng.uniform(20, rows - 20), rng.uniform(20, columns - 20)
        height += sign * np.exp(-((y - down) ** 2 + (x - across) ** 2) / (2 * 2.5**2))
    return height


def lit(height: np.ndarray, travels: float) -> np.ndarray:
    """The picture of a sheet in light that travels so, degrees clockwise from rightwards: its derivative that way."""
    down, across = np.gradient(height)
    slope = np.cos(np.deg2rad(travels)) * across + np.sin(np.deg2rad(travels)) * down
    return (150 + 120 * slope).clip(0, 255).astype(np.uint8)


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one.ravel().astype(float), other.ravel().astype(float))[0, 1])


# Light from the top travels down, at 90 degrees; light is turned up to 45 degrees from there.
@pytest.mark.parametrize(
    ("axis", "reverse", "sign", "shown"),
    [
        (0, False, 1, 45),
        (20, False, 1, 45),
        (-20, False, 1, 45),
        (60, False, 1, 60),
        (0, True, -1, 135),
        (20, True, -1, 135),
        (-20, True, -1, 135),
        (-60, True, -1, 120),
    ],
)
def test_relighting_shows_the_sheet_as_the_other_light_would(axis, reverse, sign, shown):
    height = bumps()
    relit = relight(lit(height, axis), axis, reverse)
    assert likeness(relit, lit(sign * height, shown)) > 0.85


@pytest.mark.parametrize("size", [(97, 203), (70, 300), (128, 128)])
def test_pictures_of_any_size_are_relit_without_a_seam(size):
    height = bumps(size)
    relit = relight(lit(height, 0), 0.0)
    assert relit.shape == size
    assert likeness(relit, lit(height, 45)) > 0.75


@pytest.mark.parametrize(("length", "fast"), [(97, 128), (192, 192), (193, 256), (321, 384)])
def test_transforms_run_at_multiples_of_32_without_prime_factors_beyond_five(length, fast):
    assert _quick(length) == fast


def test_shades_of_the_paper_stay_and_the_relief_keeps_its_strength():
    height = bumps()
    shade = np.linspace(-60, 60, height.shape[1])[None]
    gray = (lit(height, 0) + shade).clip(0, 255).astype(np.uint8)
    relit = relight(gray, 0.0)
    for side in (slice(30, 80), slice(-80, -30)):
        assert relit[:, side].mean() == pytest.approx(gray[:, side].mean(), abs=3)
    assert (relit - shade).std() == pytest.approx((gray - shade).std(), rel=0.5)


def test_a_black_frame_does_not_tell_the_axis_of_the_light():
    gray = piece(0).copy()
    gray[:12], gray[-12:] = 0, 0
    assert apart(estimate_light_axis(gray), 0) < 12
