"""Braille printed or shown flat, as books about Braille and screens show it: discs instead of light and shade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from .pages import Dents, LabelledPage
from .paper import paper
from .placing import dot_positions

if TYPE_CHECKING:
    from .synthetic import Sheet

FINE = 4  # binary places below the pixel that cv2 draws discs with


def print_flat(
    lines: list[list[int]], sheet: Sheet, size: tuple[int, int], rng: np.random.Generator, origin: tuple[float, float]
) -> LabelledPage:
    """Dark dots on light, light ones on dark, colours of any grey; missing dots often hinted at, fainter than raised.

    Args:
        lines: dot masks of the page.
        sheet: its measures and its paper.
        size: (rows, columns) in pixels.
        origin: of the first cell's first dot.
    """
    rows, columns = int((size[0] - origin[1]) // sheet.line_pitch), int((size[1] - origin[0]) // sheet.cell_pitch)
    lines = [line[:columns] for line in lines[:rows]]
    dots, boxes, masks = dot_positions(lines, sheet, origin)
    missing, _, _ = dot_positions([[cell and cell ^ 63 for cell in line] for line in lines], sheet, origin)
    screen = rng.random() < 0.5
    ground = np.full(size, rng.uniform(150, 255), np.float32) + paper(size, 0.0 if screen else sheet.grain * 2, rng)
    radius = min(sheet.radius * rng.uniform(0.8, 1.5), 0.46 * sheet.dot_pitch)
    inked = discs(size, dots, radius)
    colour = rng.uniform(0, 0.65) * ground.mean()
    hint = rng.random()
    image = ground
    if hint < 0.35:  # ghosts: full discs that are paler than any raised dot
        image = mixed(image, discs(size, missing, radius * rng.uniform(0.7, 1.05)), rng.uniform(0.05, 0.4), colour)
    elif hint < 0.5:
        image = mixed(image, discs(size, missing, radius, 1), 1.0, colour)
    elif hint < 0.65:
        image = mixed(image, discs(size, missing, radius * 0.25), 1.0, colour)
    image = mixed(image, inked, 1.0, colour)
    if rng.random() < 0.4:
        image = 255 - image
    image = np.clip(image, 0, 255).astype(np.uint8)
    return LabelledPage("printed", "synthetic", image, boxes, masks, False, dents=Dents(known=True), flat=True)


def discs(size: tuple[int, int], places: np.ndarray, radius: float, line: int = -1) -> np.ndarray:
    """Discs, or rings of a line's width, as shares of each pixel: float32 of `size`."""
    layer = np.zeros(size, np.uint8)
    for x, y in np.round(places * 2**FINE).astype(int).tolist():
        cv2.circle(layer, (x, y), round(radius * 2**FINE), 255, line, cv2.LINE_AA, FINE)
    return layer.astype(np.float32) / 255


def mixed(image: np.ndarray, share: np.ndarray, strength: float, colour: float) -> np.ndarray:
    """The picture with a colour over it, as strong as `share` of each pixel times `strength`."""
    share = share * strength
    return image * (1 - share) + colour * share
