"""Signs: a few cells on metal or plastic, with print beside them and a wall around."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from .ink import FONTS, LETTERS, font
from .lighting import directions, light_up, random_lamps
from .pages import Dents, LabelledPage
from .placing import dot_positions, emboss
from .texts import number, word


def plate(rng: np.random.Generator, size: int) -> LabelledPage:
    """A sign with one to three short lines of Braille, `size` pixels a side."""
    from .synthetic import Sheet  # which draws plates among its pages

    pitch = rng.uniform(10, 15)
    sheet = Sheet(
        dot_pitch=pitch,
        cell_pitch=pitch * rng.uniform(2.3, 3.2),
        line_pitch=pitch * rng.uniform(3.9, 5.0),
        radius=pitch * rng.uniform(0.24, 0.36),
        relief=pitch * rng.uniform(0.08, 0.3),
        lamps=random_lamps(rng, size),
        grain=0.0,
    )
    lines = [short(rng) for _ in range(int(rng.choice([1, 1, 1, 2, 3])))]
    longest = max(map(len, lines))
    room = np.maximum(size - np.array([longest * sheet.cell_pitch, len(lines) * sheet.line_pitch]) - 2 * pitch, 1)
    origin = pitch + rng.uniform(0, 1, 2) * room
    lines = [line[: int((size - origin[0]) // sheet.cell_pitch)] for line in lines]
    dots, boxes, masks = dot_positions(lines, sheet, tuple(origin))
    tone, height = material(size, rng)
    if len(boxes):
        beside = np.array([*boxes[:, :2].min(0), *boxes[:, 2:].max(0)])
        tone = print_beside(tone, beside, rng)
    emboss(height, dots, sheet.radius, sheet.relief * rng.normal(1, 0.05, len(dots)))
    if rng.random() < 0.35:  # dots of another colour than the plate
        reach = cv2.GaussianBlur(height, (0, 0), 0.7) > 0.3 * sheet.relief
        near = np.zeros_like(reach)
        for x, y in np.maximum(np.round(dots).astype(int), half := int(pitch / 2)).tolist():
            around = np.s_[y - half : y + half, x - half : x + half]
            near[around] = reach[around]
        tone = np.where(near, tone * rng.uniform(0.4, 2.0), tone)
    gloss = rng.uniform(0.05, 0.9)
    image = tone * light_up(cv2.GaussianBlur(height, (0, 0), 0.6), sheet.lamps, gloss)
    return LabelledPage(
        "plate", "synthetic", np.clip(image, 0, 255).astype(np.uint8), boxes, masks, False,
        dents=Dents(known=True), light=directions(sheet.lamps, (size, size)),
    )  # fmt: skip


def short(rng: np.random.Generator) -> list[int]:
    """One to eight cells: a number, a word, a letter and a number."""
    kind = rng.random()
    if kind < 0.35:
        return number(rng, 4)
    if kind < 0.5:
        return [*word(rng, int(rng.integers(1, 3))), *number(rng, 3)]
    return word(rng, int(rng.integers(1, 9)))


def material(size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Tone (size, size) and height of a plate's surface: brushed metal, plastic with or without grain, wood."""
    tone = np.full((size, size), rng.uniform(30, 225), np.float32)
    kind = rng.random()
    if kind < 0.35:  # brushed: noise drawn out along one direction
        lines = cv2.blur(rng.standard_normal((size, size)).astype(np.float32), (int(rng.integers(9, 60)), 1))
        tone += lines / lines.std() * rng.uniform(1, 12)
        if rng.random() < 0.3:
            tone = np.ascontiguousarray(tone.T)
    elif kind < 0.55:  # veined
        y = np.linspace(0, rng.uniform(10, 60), size, dtype=np.float32)
        bend = cv2.resize(rng.standard_normal((6, 6)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
        tone += np.sin(y[:, None] + rng.uniform(0.5, 4) * bend) * rng.uniform(3, 25)
    height = cv2.GaussianBlur(rng.standard_normal((size, size)).astype(np.float32), (0, 0), rng.uniform(0.6, 3))
    return tone, height / height.std() * rng.uniform(0, 0.15)


def print_beside(tone: np.ndarray, cells: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Large print, frames, screws and the wall beyond the plate's edge, outside of the box that the cells take up."""
    size = tone.shape[0]
    layer = Image.new("L", (size, size))
    draw = ImageDraw.Draw(layer)
    for _ in range(int(rng.integers(1, 4))):
        height = int(rng.uniform(25, 140))
        text = "".join(rng.choice(LETTERS, int(rng.integers(1, 9))))
        draw.text(tuple(rng.uniform(-0.1, 0.9, 2) * size), text, 255, font(str(rng.choice(FONTS)), height))
    for _ in range(int(rng.integers(0, 4))):
        x, y = rng.uniform(0, size, 2)
        r = rng.uniform(3, 16)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=int(rng.integers(60, 256)))
    if rng.random() < 0.4:
        x1, y1 = cells[:2] - rng.uniform(8, 80, 2)
        x2, y2 = cells[2:] + rng.uniform(8, 80, 2)
        draw.rectangle((x1, y1, x2, y2), outline=255, width=int(rng.integers(1, 6)))
    share = np.array(layer, np.float32) / 255
    x1, y1, x2, y2 = np.clip(cells + np.array([-4, -4, 4, 4]), 0, size).astype(int)
    share[y1:y2, x1:x2] = 0
    result = tone * (1 - share) + share * rng.uniform(0, 255)
    if rng.random() < 0.5:
        edge = int(max(0, cells[0] - rng.uniform(6, 120)))
        result[:, :edge] = rng.uniform(20, 240) + rng.normal(0, rng.uniform(1, 15), (size, edge))
    return result.astype(np.float32)
