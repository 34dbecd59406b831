"""How far a photograph may be from a good one: F1 on rendered pages as one thing after the other gets worse.

`python -m training.sweep --output FOLDER` draws sweep.png and prints the figures. Every page is a Spanish text that
is rendered, spoilt in one way and read as the product reads; two pages a point.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from easybraille.languages import get
from easybraille.recognition.detectors import Detector
from easybraille.recognition.page_detection import detect_front

from .augment import warp_boxes
from .pages import LabelledPage, mask
from .score import Score, score
from .synthetic import Sheet, render

SHEET = Sheet(dot_pitch=13.5, cell_pitch=33, line_pitch=54, radius=4.1, relief=2.4, light=100, grain=0.08)
CELL = 1.6 * SHEET.dot_pitch  # width of a box, pixels
SIZE = (1100, 820)
PAGES = 2
Spoil = Callable[[LabelledPage, float, np.random.Generator], LabelledPage]


@dataclass(frozen=True)
class Sweep:
    """One thing that gets worse.

    Attributes:
        title: with its unit.
        levels: from what a camera gives to beyond it.
        usual: the range of levels that a phone's camera gives.
        sheet: how a level's page is rendered.
        spoil: what happens to it afterwards.
    """

    title: str
    levels: tuple[float, ...]
    usual: tuple[float, float]
    sheet: Callable[[float], Sheet] = lambda _: SHEET
    spoil: Spoil = lambda page, _, __: page


def changed(page: LabelledPage, image: np.ndarray) -> LabelledPage:
    """The page with another picture."""
    return replace(page, image=np.clip(image, 0, 255).astype(np.uint8))


def warped(page: LabelledPage, matrix: np.ndarray, size: tuple[int, int] | None = None) -> LabelledPage:
    """The page after a 3 × 3 projective map of its pixels; `size` (rows, columns)."""
    rows, columns = size or page.image.shape
    flags = cv2.INTER_AREA if size and rows < page.image.shape[0] else cv2.INTER_LINEAR
    image = cv2.warpPerspective(page.image, matrix, (columns, rows), flags=flags, borderValue=90)
    return replace(page, image=image, boxes=warp_boxes(page.boxes, matrix))


def _blur(page: LabelledPage, sigma: float, _: np.random.Generator) -> LabelledPage:
    return changed(page, cv2.GaussianBlur(page.image, (0, 0), sigma * CELL / 22)) if sigma else page


def _noise(page: LabelledPage, sigma: float, rng: np.random.Generator) -> LabelledPage:
    return changed(page, page.image + rng.normal(0, sigma, page.image.shape))


def _contrast(page: LabelledPage, share: float, rng: np.random.Generator) -> LabelledPage:
    mean = page.image.mean()
    return changed(page, mean + (page.image - mean) * share + rng.normal(0, 1.5, page.image.shape))


def _skew(page: LabelledPage, degrees: float, _: np.random.Generator) -> LabelledPage:
    rows, columns = page.image.shape
    turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), degrees, 0.85)
    cos, sin = np.abs(turn[0, :2])
    size = np.array([rows * cos + columns * sin, columns * cos + rows * sin])  # all of the page stays in the picture
    turn[:, 2] += (size - page.image.shape)[::-1] / 2
    return warped(page, np.vstack([turn, [0, 0, 1]]), tuple(np.ceil(size).astype(int).tolist()))


def _perspective(page: LabelledPage, lean: float, _: np.random.Generator) -> LabelledPage:
    rows, columns = page.image.shape
    flat = np.float32([[0, 0], [columns, 0], [columns, rows], [0, rows]])
    seen = flat + np.float32([[lean * columns / 2, 0], [-lean * columns / 2, 0], [0, 0], [0, 0]])
    return warped(page, cv2.getPerspectiveTransform(flat, seen))


def _size(page: LabelledPage, width: float, _: np.random.Generator) -> LabelledPage:
    scale = width / CELL
    rows, columns = (round(n * scale) for n in page.image.shape)
    return warped(page, np.diag([scale, scale, 1.0]), (rows, columns))


def _lit(degrees: float, back: float) -> Sheet:
    return replace(SHEET, light=degrees, back=back)


ALL_ROUND = tuple(range(0, 360, 30))
SWEEPS = {
    "blur": Sweep("blur, σ in pixels at cells 22 wide", (0, 0.5, 1, 1.5, 2, 2.5, 3, 4), (0, 2), spoil=_blur),
    "noise": Sweep("noise, σ in grey values", (0, 4, 8, 12, 16, 24, 32), (0, 16), spoil=_noise),
    "contrast": Sweep(
        "contrast, share of a good photo's", (1, 0.7, 0.5, 0.35, 0.25, 0.15, 0.1), (0.25, 1), spoil=_contrast
    ),
    "light": Sweep("light from, degrees (90 top), one side embossed", ALL_ROUND, (0, 330), lambda at: _lit(at, 0.0)),
    "light, two sides": Sweep(
        "light from, degrees (90 top), both sides embossed", ALL_ROUND, (30, 150), lambda at: _lit(at, 0.9)
    ),
    "skew": Sweep("skew, degrees", (-40, -25, -20, -15, -10, -5, 0, 5, 10, 15, 20, 25, 40), (-15, 15), spoil=_skew),
    "perspective": Sweep(
        "perspective, narrowing of the far edge", (0, 0.05, 0.1, 0.15, 0.2, 0.3), (0, 0.2), spoil=_perspective
    ),
    "cell size": Sweep("cell width, pixels", (7, 9, 11, 14, 18, 22, 30, 40, 60), (11, 60), spoil=_size),
}


def text_page(sheet: Sheet, rng: np.random.Generator) -> LabelledPage:
    """A page of Spanish words in an order of its own."""
    folder = Path(__file__).resolve().parent.parent / "examples"
    words = [word for path in sorted(folder.glob("*.txt")) for word in path.read_text("utf-8").split()]
    columns = int((SIZE[1] - 2 * sheet.cell_pitch) // sheet.cell_pitch)
    rows = int((SIZE[0] - sheet.line_pitch) // sheet.line_pitch)
    lines: list[list[int]] = [[]]
    while len(lines) <= rows:
        (cells,) = get("es").write(str(rng.choice(words)))
        masks = [mask(cell) for cell in cells]
        if len(lines[-1]) + len(masks) > columns:
            lines.append([])
        lines[-1] += [*masks, 0]
    return render(lines[:rows], sheet, SIZE, rng, (sheet.cell_pitch, sheet.line_pitch * 0.6))


def f1(detector: Detector, sweep: Sweep, level: float) -> float:
    """F1 of one point of a sweep."""
    total = Score()
    for seed in range(PAGES):
        rng = np.random.default_rng(seed)
        page = sweep.spoil(text_page(sweep.sheet(level), rng), level, rng)
        found = detect_front(detector, page.image)
        total.add(score(found.boxes, found.cells.dots, page.boxes, page.dots))
    return total.f1


def measure(detector: Detector) -> dict[str, list[float]]:
    """F1 of every point of every sweep."""
    points = [(name, level) for name, sweep in SWEEPS.items() for level in sweep.levels]
    result: dict[str, list[float]] = {name: [] for name in SWEEPS}
    for name, level in tqdm(points, desc="sweep", unit="point", file=sys.stderr, dynamic_ncols=True):
        result[name].append(f1(detector, SWEEPS[name], level))
    return result


def plot(figures: dict[str, list[float]], path: Path) -> None:
    """One small plot a sweep; what a phone's camera usually gives is shaded."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 4, figsize=(16, 7), sharey=True)
    for axis, (name, values) in zip(axes.flat, figures.items()):
        sweep = SWEEPS[name]
        axis.axvspan(*sweep.usual, color="0.92")
        axis.plot(sweep.levels, values, "o-", color="#0072B2")
        axis.set(xlabel=sweep.title, ylim=(0, 1.03))
        axis.grid(alpha=0.3)
    for axis in axes[:, 0]:
        axis.set_ylabel("cell F1")
    figure.tight_layout()
    figure.savefig(path, dpi=90)
    plt.close(figure)


def main() -> None:
    """The command line."""
    from .evaluate import SHIPPED, load_detector

    parser = argparse.ArgumentParser(prog="python -m training.sweep", description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="manifest.json, or a checkpoint of a run")
    parser.add_argument("--output", type=Path, required=True, help="folder for sweep.png")
    args = parser.parse_args()
    figures = measure(load_detector(args.weights))
    for name, values in figures.items():
        print(name, " ".join(f"{level:g}:{value:.3f}" for level, value in zip(SWEEPS[name].levels, values)))
    args.output.mkdir(parents=True, exist_ok=True)
    plot(figures, args.output / "sweep.png")


if __name__ == "__main__":
    main()
