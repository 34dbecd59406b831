"""Make the example pictures from their texts: `python -m examples.make`.

Three pages that never were on paper, rendered to look photographed: a letter, a page embossed on both sides and a
recipe photographed badly. The same texts give the same pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from easybraille import languages
from training.pages import mask
from training.synthetic import Sheet, render

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Shot:
    """How a page is photographed.

    Attributes:
        width: of the picture in pixels; the page fills nine tenths of it.
        paper, table: colours, blue, green, red.
        turn: degrees; lean: how far the far corners come together, as a share of the width.
        blur, noise: standard deviations in pixels and in grey values.
        shade: how much darker the far corner from the lamp is.
        quality: of the JPEG.
    """

    width: int = 1350
    paper: tuple[int, int, int] = (196, 214, 222)
    table: tuple[int, int, int] = (58, 74, 92)
    turn: float = 1.0
    lean: float = 0.02
    blur: float = 0.8
    noise: float = 3.0
    shade: float = 0.25
    quality: int = 88


EXAMPLES = {
    "carta": (Sheet(14, 34, 57, 4.2, 2.8, light=105, grain=0.05), Shot()),
    "cuento": (
        Sheet(13, 31.5, 53, 4.0, 2.7, light=75, back=0.8, grain=0.05),
        Shot(turn=-1.5, paper=(170, 200, 214), shade=0.3),
    ),
    "receta": (
        Sheet(15, 37, 61, 4.6, 2.4, light=140, elevation=40, grain=0.08),
        Shot(turn=6.0, lean=0.05, blur=1.7, noise=7.0, shade=0.6, quality=60, paper=(120, 130, 133)),
    ),
}


def photograph(gray: np.ndarray, shot: Shot, rng: np.random.Generator) -> np.ndarray:
    """A rendered sheet on a table, from slightly aside. Returns (height, width, 3) uint8."""
    rows, columns = gray.shape
    width = shot.width
    scale = 0.9 * width / columns
    height = round((rows * scale + columns * scale * abs(np.tan(np.deg2rad(shot.turn)))) / 0.92)
    half = np.array([[-columns, -rows], [columns, -rows], [columns, rows], [-columns, rows]]) * scale / 2
    half[:2, 0] *= 1 - shot.lean
    angle = np.deg2rad(shot.turn)
    corners = half @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) + (
        width / 2,
        height / 2,
    )
    flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    light = cv2.warpPerspective(gray.astype(np.float32) / 200, matrix, (width, height), flags=cv2.INTER_AREA)
    sheet = cv2.warpPerspective(np.ones_like(gray, np.float32), matrix, (width, height))[..., None]
    picture = light[..., None] * np.array(shot.paper) * sheet + np.array(shot.table) * (1 - sheet)
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    picture *= (1 - shot.shade * (0.6 * x + 0.4 * y) ** 1.5)[..., None]
    picture = cv2.GaussianBlur(picture, (0, 0), shot.blur)
    picture += rng.normal(0, shot.noise, (height, width, 1)) + rng.normal(0, shot.noise / 3, picture.shape)
    return picture.clip(0, 255).astype(np.uint8)


def cells_of(name: str) -> list[list[int]]:
    """An example's text as lines of dot masks."""
    text = (FOLDER / f"{name}.txt").read_text("utf-8").rstrip("\n")
    return [[mask(dots) for dots in line] for line in languages.get("es").write(text)]


def make(name: str) -> np.ndarray:
    """One example as a picture."""
    sheet, shot = EXAMPLES[name]
    rng = np.random.default_rng([ord(letter) for letter in name])
    lines = cells_of(name)
    columns = max(map(len, lines))
    size = (round((len(lines) + 2.5) * sheet.line_pitch), round((columns + 4) * sheet.cell_pitch))
    back = cells_of("carta") if sheet.back else None
    page = render(lines, sheet, size, rng, (2 * sheet.cell_pitch, 1.2 * sheet.line_pitch), back)
    return photograph(page.image, shot, rng)


def main() -> None:
    """Write every example."""
    for name, (_, shot) in EXAMPLES.items():
        target = FOLDER / f"{name}.jpg"
        cv2.imwrite(str(target), make(name), [cv2.IMWRITE_JPEG_QUALITY, shot.quality])
        print(target)


if __name__ == "__main__":
    main()
