"""What lies around and on a sheet: a desk, a hand at its edge, staples."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from .pages import Dents, LabelledPage


def surround(page: LabelledPage, origin: tuple[float, float], rng: np.random.Generator) -> LabelledPage:
    """The page with one or two of these; nothing is said of cells that they cover."""
    covered = np.zeros(page.image.shape, np.uint8)
    image = page.image.copy()
    if rng.random() < 0.7:
        desk(image, origin, page.cell_width, rng)
    if rng.random() < 0.35:
        hand(image, covered, rng)
    if rng.random() < 0.25:
        staples(image, page.cell_width, rng)
    if not covered.any():
        return replace(page, image=image)
    dents = Dents(page.dents.boxes, uncovered(page.dents.boxes, page.dents.dots, covered), page.dents.known)
    return replace(page, image=image, dots=uncovered(page.boxes, page.dots, covered), dents=dents)


def uncovered(boxes: np.ndarray, dots: np.ndarray, covered: np.ndarray) -> np.ndarray:
    """Dot masks, 0 where a part of the cell is covered."""
    if not len(boxes):
        return dots
    inside = np.clip(boxes, 0, np.tile(covered.shape[::-1], 2)).astype(int)
    hidden = np.array([covered[y1:y2, x1:x2].any() for x1, y1, x2, y2 in inside.tolist()])
    return np.where(hidden, 0, dots).astype(np.uint8)


def desk(image: np.ndarray, origin: tuple[float, float], cell_width: float, rng: np.random.Generator) -> None:
    """What lies beyond the sheet's left and upper edge, drawn in place: grain, weave or stripes of any size."""
    height, width = image.shape
    surface = rng.uniform(15, 235) + rng.uniform(2, 25) * cv2.resize(
        rng.standard_normal((height // int(rng.integers(2, 40)) + 2, width // int(rng.integers(2, 40)) + 2)),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    x, y = (o - rng.uniform(0.3, 0.9) * cell_width for o in origin)
    for outside in (np.s_[:, : max(0, int(x))], np.s_[: max(0, int(y)), :]):
        if rng.random() < 0.7:
            image[outside] = np.clip(surface[outside], 0, 255)


def hand(image: np.ndarray, covered: np.ndarray, rng: np.random.Generator) -> None:
    """One to four fingers that reach in from an edge, with their shadow; drawn in place, and into `covered`."""
    size = image.shape[0]
    quarters = int(rng.integers(4))
    shape = np.zeros(image.shape, np.uint8)
    thick = size * rng.uniform(0.06, 0.13)
    start = rng.uniform(0.1, 0.9) * size
    for finger in range(int(rng.integers(1, 5))):
        x = int(start + finger * thick * 1.15)
        reach = int(size * rng.uniform(0.08, 0.35))
        cv2.line(shape, (x, -10), (int(x + rng.normal(0, thick / 2)), reach), 255, int(thick), cv2.LINE_AA)
    shape = np.ascontiguousarray(np.rot90(shape, quarters))
    shade = cv2.GaussianBlur(shape, (0, 0), thick / 4).astype(np.float32) / 255
    skin = np.clip(rng.uniform(60, 210) * (0.55 + 0.5 * shade) + rng.normal(0, 3, image.shape), 0, 255)
    shadow = cv2.GaussianBlur(np.roll(shape, int(thick / 4), axis=(0, 1)), (0, 0), thick / 5).astype(np.float32) / 255
    share = shape.astype(np.float32) / 255
    dark = image * (1 - rng.uniform(0.1, 0.5) * shadow)
    image[:] = np.clip(dark * (1 - share) + skin * share, 0, 255)
    covered |= shape


def staples(image: np.ndarray, cell_width: float, rng: np.random.Generator) -> None:
    """Wires with a bright and a dark edge, a row of them; drawn in place."""
    size = image.shape[0]
    x, y = rng.uniform(0, size, 2)
    length, upright = cell_width * rng.uniform(0.6, 2.0), rng.random() < 0.5
    for number in range(int(rng.integers(1, 4))):
        step = number * size * 0.3
        ends = np.array([[x, y], [x + (0 if upright else length), y + (length if upright else 0)]])
        ends += (0, step) if upright else (step, 0)
        width = int(rng.integers(1, 4))
        for off, tone in ((width, rng.integers(0, 90)), (0, rng.integers(170, 256))):
            start, end = np.round(ends + off).astype(int).tolist()
            cv2.line(image, start, end, int(tone), width, cv2.LINE_AA)
