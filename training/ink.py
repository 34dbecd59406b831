"""Ink across a page: print, pen strokes and ruled lines, with the dots still showing through it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONTS = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSerif", "DejaVuSans-Oblique", "DejaVuSansMono")
# Letters of a primer stand as wide apart as the cells that they repeat.
LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyzáéíñó   ABCDEFGLMPSY.,;0123456789"))


def ink(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw ink over a grey crop.

    Args:
        picture: (size, size) float32, 0 to 255.

    Returns:
        the same shape. Ink takes light away and keeps a part of the paper's gloss: that part of a dot's light and
        shade is what a camera still sees of it.
    """
    size = picture.shape[0]
    kind = rng.random()
    if kind < 0.65:
        layer = print_(size, rng)
    elif kind < 0.85:
        layer = strokes(size, rng)
    else:
        layer = rules(size, rng)
    share = layer * (rng.uniform(0.4, 1.0) / 255)
    colour = rng.uniform(10, 90) if rng.random() < 0.9 else rng.uniform(200, 255)
    relief = picture - cv2.GaussianBlur(picture, (0, 0), 6)
    inked = colour + relief * rng.uniform(0.1, 0.9)
    return picture * (1 - share) + inked * share


@lru_cache(maxsize=64)
def font(name: str, height: int) -> ImageFont.FreeTypeFont:
    """A font of matplotlib's, `height` pixels high."""
    import matplotlib

    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"), height)


def print_(size: int, rng: np.random.Generator) -> np.ndarray:
    """Lines of print from that of a book to that of a primer, as tall as a cell. Returns (size, size) float32."""
    layer = Image.new("L", (size, size))
    draw = ImageDraw.Draw(layer)
    # Half of it is a primer's: letters as tall as cells, since nothing hides dots as well.
    height = int(np.exp(rng.uniform(np.log(28 if rng.random() < 0.5 else 10), np.log(60))))
    letters = font(str(rng.choice(FONTS)), height)
    spacing = height * rng.uniform(0.0, 0.5) * (rng.random() < 0.6)
    pitch = height * rng.uniform(1.3, 3.0)
    y = rng.uniform(-height, pitch)
    while y < size:
        x = rng.uniform(-2 * height, 2 * height)
        while x < size:
            letter = str(rng.choice(LETTERS))
            draw.text((x, y), letter, 255, letters)
            x += letters.getlength(letter) + spacing
        y += pitch
    return np.asarray(layer).astype(np.float32)


def strokes(size: int, rng: np.random.Generator) -> np.ndarray:
    """A pen's wandering strokes."""
    layer = np.zeros((size, size), np.uint8)
    for _ in range(int(rng.integers(1, 5))):
        points = np.cumsum(rng.normal(0, size / 8, (12, 2)), axis=0) + rng.uniform(0, size, 2)
        cv2.polylines(layer, [points.astype(np.int32)], False, 255, int(rng.integers(1, 5)), cv2.LINE_AA)
    return layer.astype(np.float32)


def rules(size: int, rng: np.random.Generator) -> np.ndarray:
    """Ruled or squared paper."""
    layer = np.zeros((size, size), np.uint8)
    pitch = rng.uniform(15, 60)
    directions = [(False,), (True,), (False, True)][int(rng.choice(3, p=[0.55, 0.15, 0.3]))]
    for upright in directions:
        for offset in np.arange(rng.uniform(0, pitch), size, pitch):
            ends = ((0, int(offset)), (size, int(offset + rng.normal(0, 3))))
            if upright:
                ends = tuple(end[::-1] for end in ends)
            cv2.line(layer, *ends, 255, 1, cv2.LINE_AA)
    return layer.astype(np.float32)
