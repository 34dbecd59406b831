"""Braille pages rendered as a camera would see them: a height map of embossed paper under one light.

The front's dots rise, the back's dots are dents of the same sheet, mirrored and shifted as an embosser shifts them,
and one light falls on both: what tells the two apart in a photograph is the order of light and shade.
Signs (`plates`) and Braille printed flat (`flat`) have files of their own.
Measures: dots 2.5 mm apart, cells 6.0 to 6.5 mm, lines 10 mm, a dot 1.5 mm wide and 0.5 mm high (ISO 17049,
Braille Authority of North America "Size and Spacing of Braille Characters").
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from .flat import print_flat
from .lighting import Lamp, directions, light_up, random_lamps
from .pages import MIRROR, Dents, LabelledPage, permute
from .paper import paper
from .placing import dot_positions, emboss
from .plates import plate
from .surroundings import surround
from .texts import random_lines


@dataclass(frozen=True)
class Sheet:
    """How a sheet is embossed, lit and placed; lengths in pixels.

    Attributes:
        dot_pitch: between the dots of a cell.
        cell_pitch, line_pitch: between cells and between lines.
        radius: of a dot's foot.
        relief: height of a dot; above 1.5 times `radius` looks unnatural.
        light: direction the light comes from, degrees, 90 is from the top, 180 from the left.
        elevation: of the light above the paper, degrees.
        back: relief of the other side's dents as a share of `relief`, 0 for a one-sided sheet.
        grain: strength of the paper's texture.
        wobble: how far a dot stands from its place, as a share of `dot_pitch` (standard deviation).
        slip: the same for whole cells, as a slate's loose guide makes it.
        lamps: all lights, in the place of `light` and `elevation`.
    """

    dot_pitch: float = 12.0
    cell_pitch: float = 29.0
    line_pitch: float = 48.0
    radius: float = 3.6
    relief: float = 2.2
    light: float = 120.0
    elevation: float = 40.0
    back: float = 0.0
    grain: float = 0.15
    wobble: float = 0.03
    slip: float = 0.0
    lamps: tuple[Lamp, ...] = ()

    @property
    def lights(self) -> tuple[Lamp, ...]:
        """The lights that fall on it."""
        return self.lamps or (Lamp(self.light, self.elevation),)


def random_sheet(rng: np.random.Generator, size: int) -> Sheet:
    """A sheet as embossers, slates and cameras vary them, on a page of `size` pixels a side."""
    pitch = rng.uniform(10, 14)
    two_sided = rng.random() < 0.65
    slate = rng.random() < 0.25
    return Sheet(
        dot_pitch=pitch,
        cell_pitch=pitch * rng.uniform(2.25, 2.75),
        line_pitch=pitch * rng.uniform(3.5, 4.8),
        radius=pitch * rng.uniform(0.24, 0.4),
        relief=pitch * rng.uniform(0.06, 0.26),
        lamps=random_lamps(rng, size),
        back=rng.uniform(0.5, 1.05) if two_sided else 0.0,
        grain=rng.uniform(0.02, 0.35),
        wobble=rng.uniform(0.03, 0.08) if slate else 0.03,
        slip=rng.uniform(0.02, 0.12) if slate else 0.0,
    )


def render(
    lines: list[list[int]],
    sheet: Sheet,
    size: tuple[int, int],
    rng: np.random.Generator,
    origin: tuple[float, float] | None = None,
    back: list[list[int]] | None = None,
) -> LabelledPage:
    """Render a page of `size` (height, width) with its truth; cells beyond the edge are left away.

    Args:
        lines: dot masks of the front as its reader feels them.
        back: dot masks of the other side as *its* reader feels them; drawn mirrored. Made up when None.
    """
    height_px, width_px = size
    left, top = origin or (sheet.cell_pitch * 0.5, sheet.line_pitch * 0.5)
    rows = min(len(lines), int((height_px - top) // sheet.line_pitch))
    columns = int((width_px - left) // sheet.cell_pitch)
    dots, boxes, masks = dot_positions([line[:columns] for line in lines[:rows]], sheet, (left, top))
    height = paper(size, sheet.grain, rng)
    wobble = rng.normal(0, sheet.wobble * sheet.dot_pitch, dots.shape)
    if sheet.slip:
        slip = rng.normal(0, sheet.slip * sheet.dot_pitch, (len(masks), 2))
        wobble += np.repeat(slip, [int(m).bit_count() for m in masks], axis=0)
        boxes += np.tile(slip, 2).astype(np.float32)
    emboss(height, dots + wobble, sheet.radius, sheet.relief * rng.normal(1, 0.12, len(dots)))
    dents = Dents(known=True)
    if sheet.back:
        other = random_lines(rng, rows, columns) if back is None else back
        right = left + columns * sheet.cell_pitch
        places, dents = turned_over([line[:columns] for line in other[:rows]], sheet, right, top, size, rng)
        emboss(height, places, sheet.radius, -sheet.relief * sheet.back * rng.normal(1, 0.12, len(places)))
    height = cv2.GaussianBlur(height, (0, 0), 0.6)
    tone = rng.uniform(120, 225)
    image = np.clip(tone * light_up(height, sheet.lights), 0, 255).astype(np.uint8)
    return LabelledPage(
        "synthetic", "synthetic", image, boxes, masks, bool(sheet.back), dents=dents,
        light=directions(sheet.lights, size),
    )  # fmt: skip


def turned_over(
    lines: list[list[int]], sheet: Sheet, right: float, top: float, size: tuple[int, int], rng: np.random.Generator
) -> tuple[np.ndarray, Dents]:
    """The back's dots as the front shows them: (m, 2) places of dents, and their cells.

    Args:
        lines: as the back's reader feels them.
        right: where its lines begin, pixels.
        top: of its first line.
        size: (rows, columns) of the page, pixels.
    """
    # Interpoint embossers put the back between the front's dots; a few are hardly shifted. Of some the lines of one
    # side run through or between those of the other.
    dx, dy = rng.uniform(0.3, 0.8, 2) * sheet.dot_pitch
    if rng.random() < 0.3:
        dx, dy = rng.uniform(0, 1, 2) * (sheet.cell_pitch, sheet.line_pitch)
    dots, boxes, masks = dot_positions(lines, sheet, (0, 0))
    places = np.stack([right - dots[:, 0] - dx, dots[:, 1] + top + dy], 1)
    boxes = boxes[:, [2, 1, 0, 3]] * np.float32([-1, 1, -1, 1]) + np.float32([right - dx, top + dy] * 2)
    whole = (boxes[:, :2] > 0).all(1) & (boxes[:, 2:] < np.array(size[::-1])).all(1)
    return places, Dents(boxes.astype(np.float32), np.where(whole, permute(masks, MIRROR), 0).astype(np.uint8), True)


def random_page(rng: np.random.Generator, size: int = 448) -> LabelledPage:
    """A square piece of a made-up page."""
    kind = rng.random()
    if kind < 0.1:
        return plate(rng, size)
    sheet = random_sheet(rng, size)
    columns = int(size // sheet.cell_pitch) + 1
    rows = int(size // sheet.line_pitch) + 1
    origin = tuple(rng.uniform(0.2, 2.5, 2) * sheet.cell_pitch)
    lines = random_lines(rng, rows, columns)
    if kind < 0.22:
        return print_flat(lines, sheet, (size, size), rng, origin)
    if kind < 0.28:
        page = two_pitches(lines, sheet, size, rng, origin)
    else:
        page = render(lines, sheet, (size, size), rng, origin)
    return surround(page, origin, rng) if rng.random() < 0.35 else page


def two_pitches(
    lines: list[list[int]], sheet: Sheet, size: int, rng: np.random.Generator, origin: tuple[float, float]
) -> LabelledPage:
    """A page whose lower part is set wider or narrower than its upper part, as a heading or a quotation is."""
    cut = int(size * rng.uniform(0.3, 0.7))
    scale = np.exp(rng.uniform(np.log(0.75), np.log(1.35)))
    sheet = replace(sheet, lamps=tuple(replace(lamp, place=None) for lamp in sheet.lights))
    other = replace(
        sheet, dot_pitch=sheet.dot_pitch * scale, cell_pitch=sheet.cell_pitch * scale,
        line_pitch=sheet.line_pitch * scale, radius=sheet.radius * scale, relief=sheet.relief * scale,
    )  # fmt: skip
    upper = render(lines, sheet, (cut, size), rng, origin)
    lower = render(lines, other, (size - cut, size), rng, (origin[0], sheet.line_pitch * 0.2))
    down = np.float32([0, cut, 0, cut])
    dents = Dents(
        np.concatenate([upper.dents.boxes, lower.dents.boxes + down]),
        np.concatenate([upper.dents.dots, lower.dents.dots]),
        known=True,
    )
    tone = upper.image.mean() / max(float(lower.image.mean()), 1.0)
    return replace(
        upper,
        image=np.concatenate([upper.image, np.clip(lower.image * tone, 0, 255).astype(np.uint8)]),
        boxes=np.concatenate([upper.boxes, lower.boxes + down]),
        dots=np.concatenate([upper.dots, lower.dots]),
        dents=dents,
        light=directions(sheet.lights, (size, size)),
    )
