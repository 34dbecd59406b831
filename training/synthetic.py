"""Braille pages rendered as a camera would see them: a height map of embossed paper under one light.

The front's dots rise, the back's dots are dents of the same sheet, mirrored and shifted as an embosser shifts them,
and one light falls on both: what tells the two apart in a photograph is the order of light and shade.
Measures: dots 2.5 mm apart, cells 6.0 to 6.5 mm, lines 10 mm, a dot 1.5 mm wide and 0.5 mm high (ISO 17049,
Braille Authority of North America "Size and Spacing of Braille Characters").
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .pages import LabelledPage, mask

# A letter's frequency matters little; that no pattern is rare does. Half of the words use all 63 patterns evenly.
LETTERS = tuple(
    map(
        mask,
        "1 12 14 145 15 124 1245 125 24 245 13 123 134 1345 135 1234 12345 1235 234 2345 136 1236 1346 13456 1356 "
        "2346 123456 12356 34 346 3456 46 2 23 26 235 256 36 6 3".split(),
    )
)


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


def random_sheet(rng: np.random.Generator) -> Sheet:
    """A sheet as embossers, slates and cameras vary them."""
    pitch = rng.uniform(10, 14)
    two_sided = rng.random() < 0.55
    # A dent lit from below looks like a dot lit from above. The detector is taught that light comes from above, as
    # in every labelled picture; whoever asks for the other reading turns the picture round.
    light = float(np.clip(rng.normal(90, 40), 10, 170))
    slate = rng.random() < 0.25
    return Sheet(
        dot_pitch=pitch,
        cell_pitch=pitch * rng.uniform(2.25, 2.75),
        line_pitch=pitch * rng.uniform(3.5, 4.8),
        radius=pitch * rng.uniform(0.24, 0.4),
        relief=pitch * rng.uniform(0.06, 0.26),
        light=light,
        elevation=rng.uniform(20, 65),
        back=rng.uniform(0.5, 1.05) if two_sided else 0.0,
        grain=rng.uniform(0.02, 0.35),
        wobble=rng.uniform(0.03, 0.08) if slate else 0.03,
        slip=rng.uniform(0.02, 0.08) if slate else 0.0,
    )


def random_lines(rng: np.random.Generator, rows: int, columns: int) -> list[list[int]]:
    """Lines of dot masks, 0 a blank: words of letters or of any patterns, rules of one sign, empty lines."""
    lines: list[list[int]] = []
    for _ in range(rows):
        line: list[int] = []
        kind = rng.random()
        if kind < 0.04:
            line = [int(rng.integers(1, 64))] * columns
        elif kind < 0.12:  # leaders: a word, a row of lone dots, a number
            line = [int(rng.choice(LETTERS)) for _ in range(int(rng.integers(0, 8)))]
            line += [0, *[1 << int(rng.integers(6))] * columns]
            line[columns - 5 :] = [0, mask("3456"), *rng.choice(LETTERS[:10], 3).tolist()]
        elif kind > 0.16:
            line = [0] * int(rng.choice([0, 0, 0, 2, 4]))
            end = columns - int(rng.integers(0, columns // 2 + 1)) * (rng.random() < 0.3)
            while len(line) < end:
                letters = rng.random() < 0.5
                length = int(rng.integers(1, 10))
                line += [int(rng.choice(LETTERS)) if letters else int(rng.integers(1, 64)) for _ in range(length)]
                line.append(0)
        lines.append(line[:columns])
    return lines


def dot_positions(
    lines: list[list[int]], sheet: Sheet, origin: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the dots of lines stand.

    Returns:
        dots (m, 2) x, y; boxes (n, 4) of the cells by the product's rule; masks (n,) uint8.
    """
    dots, boxes, masks = [], [], []
    pitch = sheet.dot_pitch
    margin = 0.3 * pitch
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            if not cell:
                continue
            x = origin[0] + column * sheet.cell_pitch
            y = origin[1] + row * sheet.line_pitch
            boxes.append((x - margin, y - margin, x + pitch + margin, y + 2 * pitch + margin))
            masks.append(cell)
            dots += [(x + pitch * (i // 3), y + pitch * (i % 3)) for i in range(6) if cell >> i & 1]
    return (
        np.array(dots, np.float32).reshape(-1, 2),
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(masks, np.uint8),
    )


def emboss(height: np.ndarray, dots: np.ndarray, radius: float, relief: np.ndarray) -> None:
    """Press dots into a height map, in place: domes with a soft foot. `relief` (m,) is negative for dents."""
    reach = int(np.ceil(radius * 1.6)) + 1
    offset = np.arange(-reach, reach + 1)
    for (x, y), rise in zip(dots, relief):
        column, row = round(float(x)), round(float(y))
        top, left = row - reach, column - reach
        if top < 0 or left < 0 or row + reach >= height.shape[0] or column + reach >= height.shape[1]:
            continue
        square = (offset[None, :] + column - x) ** 2 + (offset[:, None] + row - y) ** 2
        dome = np.exp(-((square / (radius * radius * 0.62)) ** 1.6))
        height[top : row + reach + 1, left : column + reach + 1] += rise * dome


def light_up(height: np.ndarray, sheet: Sheet) -> np.ndarray:
    """Shade a height map: diffuse light, cast shadow and a little gloss. Returns float32, flat paper is 1."""
    angle, elevation = np.deg2rad(sheet.light), np.deg2rad(sheet.elevation)
    towards = np.array([np.cos(angle) * np.cos(elevation), -np.sin(angle) * np.cos(elevation), np.sin(elevation)])
    slope_y, slope_x = np.gradient(height)
    norm = np.sqrt(slope_x**2 + slope_y**2 + 1)
    diffuse = (-slope_x * towards[0] - slope_y * towards[1] + towards[2]) / norm
    ambient = 0.45
    image = ambient + (1 - ambient) * np.clip(diffuse, 0, None) / towards[2]
    shadow = np.zeros_like(height)
    for step in range(1, 6):
        shift = np.array([[1, 0, -towards[0] * step], [0, 1, -towards[1] * step]], np.float32)
        blocker = cv2.warpAffine(height, shift, height.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
        shadow = np.maximum(shadow, blocker - height - step * np.tan(elevation))
    image -= 0.5 * np.clip(shadow, 0, 0.8)
    half = towards + np.array([0, 0, 1])
    half /= np.linalg.norm(half)
    gloss = np.clip((-slope_x * half[0] - slope_y * half[1] + half[2]) / norm, 0, 1) ** 40
    return (image + 0.12 * (gloss - half[2] ** 40)).astype(np.float32)


def paper(shape: tuple[int, int], strength: float, rng: np.random.Generator) -> np.ndarray:
    """Height of unembossed paper: fibres and waves, float32."""
    relief = np.zeros(shape, np.float32)
    for size, share in ((1, 0.5), (3, 0.8), (9, 1.2), (60, 3.0)):
        small = rng.standard_normal((shape[0] // size + 2, shape[1] // size + 2)).astype(np.float32)
        relief += share * cv2.resize(small, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return relief * strength


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
    if sheet.back:
        other = random_lines(rng, rows, columns) if back is None else back
        # Interpoint embossers put the back between the front's dots; a few are hardly shifted.
        dx, dy = rng.uniform(0.3, 0.8, 2) * sheet.dot_pitch
        dents, _, _ = dot_positions([line[:columns] for line in other[:rows]], sheet, (0, 0))
        right = left + columns * sheet.cell_pitch
        dents = np.stack([right - dents[:, 0] - dx, dents[:, 1] + top + dy], 1) if len(dents) else dents
        emboss(height, dents, sheet.radius, -sheet.relief * sheet.back * rng.normal(1, 0.12, len(dents)))
    height = cv2.GaussianBlur(height, (0, 0), 0.6)
    tone = rng.uniform(120, 225)
    image = np.clip(tone * light_up(height, sheet), 0, 255).astype(np.uint8)
    return LabelledPage("synthetic", "synthetic", image, boxes, masks, bool(sheet.back))


def print_flat(
    lines: list[list[int]], sheet: Sheet, size: tuple[int, int], rng: np.random.Generator, origin: tuple[float, float]
) -> LabelledPage:
    """Braille printed in ink, as books about Braille show it: full discs, often with the missing dots hinted at."""
    rows, columns = int((size[0] - origin[1]) // sheet.line_pitch), int((size[1] - origin[0]) // sheet.cell_pitch)
    lines = [line[:columns] for line in lines[:rows]]
    dots, boxes, masks = dot_positions(lines, sheet, origin)
    missing, _, _ = dot_positions([[cell and cell ^ 63 for cell in line] for line in lines], sheet, origin)
    tone = rng.uniform(150, 250)
    image = tone + paper(size, sheet.grain * 2, rng)
    layer = np.zeros(size, np.uint8)
    fine = 4  # binary places below the pixel that cv2 draws discs with
    for x, y in dots:
        at = (round(float(x) * 2**fine), round(float(y) * 2**fine))
        cv2.circle(layer, at, round(sheet.radius * 2**fine), 255, -1, cv2.LINE_AA, fine)
    hint = rng.random()
    for x, y in missing if hint < 0.4 else ():
        at = (round(float(x) * 2**fine), round(float(y) * 2**fine))
        hollow = hint < 0.2
        radius = sheet.radius * (1.0 if hollow else 0.25)
        cv2.circle(layer, at, round(radius * 2**fine), 255, 1 if hollow else -1, cv2.LINE_AA, fine)
    share = layer.astype(np.float32) / 255
    image = image * (1 - share) + rng.uniform(5, 0.6 * tone) * share
    return LabelledPage("printed", "synthetic", np.clip(image, 0, 255).astype(np.uint8), boxes, masks, False)


def table(page: LabelledPage, origin: tuple[float, float], rng: np.random.Generator) -> None:
    """What lies beyond the sheet's left and upper edge, drawn into a page in place."""
    height, width = page.image.shape
    surface = rng.uniform(15, 235) + rng.uniform(2, 20) * cv2.resize(
        rng.standard_normal((height // int(rng.integers(2, 40)) + 2, width // int(rng.integers(2, 40)) + 2)),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    x, y = (o - rng.uniform(0.3, 0.9) * page.cell_width for o in origin)
    for outside in (np.s_[:, : max(0, int(x))], np.s_[: max(0, int(y)), :]):
        if rng.random() < 0.7:
            page.image[outside] = np.clip(surface[outside], 0, 255)


def random_page(rng: np.random.Generator, size: int = 448) -> LabelledPage:
    """A square piece of a made-up page."""
    sheet = random_sheet(rng)
    columns = int(size // sheet.cell_pitch) + 1
    rows = int(size // sheet.line_pitch) + 1
    origin = tuple(rng.uniform(0.2, 2.5, 2) * sheet.cell_pitch)
    lines = random_lines(rng, rows, columns)
    if rng.random() < 0.08:
        return print_flat(lines, sheet, (size, size), rng, origin)
    page = render(lines, sheet, (size, size), rng, origin)
    if rng.random() < 0.25:
        table(page, origin, rng)
    return page
