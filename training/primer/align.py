"""Where the cells of a primer's pages stand: `python -m training.primer.align --data DATA --output FOLDER`.

The print of a page says what its Braille says, but not where. Each line of the text is laid along each row of cells
that the network finds, in the columns where it fits best what the network sees; then the text lines take those rows, in
order, that they fit best together. These show how the page is bent, and along that bend each line is laid once more.
What comes out is a CSV a page in the form of the data folder, and a picture to look at.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from easybraille import languages
from easybraille.imaging.files import pictures
from easybraille.model_store import SHIPPED
from easybraille.recognition.detections import digits, mask
from easybraille.recognition.detectors.network import Network
from easybraille.recognition.page_detection import detect_front

from ..evaluate import load_detector
from . import PICTURES, TEXTS
from .bend import Row, bend_of, fitted, rows_of
from .evidence import Evidence

# Nats that a gap of more than one blank costs.
WIDE_GAP = 1.0
# Nats a cell by which a line must fit better than an empty one.
FITS = 0.5
# Pixels between the heights at which a line is tried, and the least distance of two lines in widths of a cell.
STEP, APART = 5, 1.7
# Share of a line's cells which the network sees as the text has them, from which on it shows how the page is bent, and
# from which on it is taken as labelled.
SHOWS, TAKEN = 0.4, 0.25
SHORT = 3


def words(line: str) -> list[list[int]]:
    """Dot masks of a line's words; Unicode Braille stands for itself."""
    result = []
    for word in line.split():
        sample = all(0x2800 <= ord(c) < 0x2840 for c in word)
        result.append(
            [ord(c) - 0x2800 for c in word] if sample else [mask(c) for c in languages.get("es").write(word)[0]]
        )
    return result


def laid(line: list[list[int]], patterns: np.ndarray) -> tuple[float, list[tuple[int, int]]]:
    """A line's words in the columns where they fit best.

    Args:
        line: masks of each word's cells.
        patterns: (columns, 64), see `Evidence.patterns`.

    Returns:
        by how many nats that explains the row better than an empty line; (column, mask) of each cell.
    """
    gain = patterns - patterns[:, :1]
    columns = len(gain)
    # best[k]: the words so far, when the next one may begin at column k; origin[k]: where that one began.
    best = np.zeros(columns + 2)
    origins: list[np.ndarray] = []
    for number, word in enumerate(line):
        total, origin = np.full(columns + 2, -np.inf), np.zeros(columns + 2, int)
        for start in range(columns - len(word) + 1):
            fit = sum(gain[start + i, cell] for i, cell in enumerate(word))
            total[start + len(word) + 1], origin[start + len(word) + 1] = best[start] + fit, start
        wide = np.zeros(columns + 2, bool)
        for k in range(1, columns + 2):
            price = WIDE_GAP if number < len(line) - 1 and not wide[k - 1] else 0.0
            if total[k - 1] - price > total[k]:
                total[k], origin[k], wide[k] = total[k - 1] - price, origin[k - 1], True
        origins.append(origin)
        best = total
    cells: list[tuple[int, int]] = []
    k = columns + 1
    for word, origin in zip(reversed(line), reversed(origins)):
        k = int(origin[k])
        cells = [(k + i, cell) for i, cell in enumerate(word)] + cells
    return float(best[columns + 1]), cells


def assigned(gains: np.ndarray, apart: int = 1) -> list[int | None]:
    """For each text line its row, in order, so that the sum of (lines, rows) gains is largest; None for no row.

    Args:
        gains: (lines, rows).
        apart: the least difference between the rows of two lines.
    """
    count, rows = gains.shape
    best = np.zeros((count + 1, rows + apart))
    for i in range(count - 1, -1, -1):
        for j in range(rows - 1, -1, -1):
            best[i, j] = max(best[i + 1, j], best[i, j + 1], best[i + 1, j + apart] + gains[i, j])
    result: list[int | None] = []
    i = j = 0
    while i < count:
        if j < rows and gains[i, j] > 0 and best[i, j] == best[i + 1, j + apart] + gains[i, j]:
            result.append(j)
            i, j = i + 1, j + apart
        elif j < rows and best[i, j] == best[i, j + 1]:
            j += 1
        else:
            result.append(None)
            i += 1
    return result


def gains_of(text: list[list[list[int]]], patterns: list[np.ndarray]) -> np.ndarray:
    """(lines, rows): by how many nats more than `FITS` a cell each line fits each row better than nothing."""
    return np.array([[laid(line, row)[0] - FITS * sum(map(len, line)) for row in patterns] for line in text])


@dataclass(frozen=True, slots=True)
class Line:
    """A text line on its row: boxes (n, 4) x1, y1, x2, y2 and dot masks (n,) of its cells, 0 where it may stand
    elsewhere.

    Attributes:
        agreed: share of the cells that the network by itself reads as the text has them.
    """

    boxes: np.ndarray
    dots: np.ndarray
    agreed: float


def aligned(detector: Network, gray: np.ndarray, text: list[str]) -> list[Line | None]:
    """The text lines of a page, each on its row; None for one whose row is not sure."""
    found = detect_front(detector, gray).boxes
    width, height = np.median(found[:, 2] - found[:, 0]), np.median(found[:, 3] - found[:, 1])
    evidence = Evidence(detector, gray, float(width))
    cells = [words(line) for line in text]
    rows = rows_of(found)
    shown = []
    for row, line in placed(cells, rows, evidence, 1):
        if line is not None and line[1] >= SHOWS and len(line[0]) > 2 * SHORT:
            shown.append((row, [k + row.columns[0] for k, _ in line[0]]))
    if len(shown) < 3:
        return [None] * len(text)
    bend = bend_of(shown, gray.shape)
    rows = [bend.row(float(y)) for y in range(20, gray.shape[0] - 20, STEP)]
    result: list[Line | None] = []
    for row, line in placed(cells, rows, evidence, int(APART * width / STEP)):
        if line is None or line[1] < TAKEN or (len(line[0]) <= SHORT and line[1] < 1):
            result.append(None)
            continue
        at = row.centres()[[k for k, _ in line[0]]]
        seen = evidence.boxes(at)
        centres = smoothed(at, seen)
        half = np.array([width, height]) / 2
        dots = np.array([cell for _, cell in line[0]], np.uint8)
        # Where the network sees none of a cell's neighbours either, the row may run elsewhere.
        dots[np.convolve(~np.isnan(seen[:, 0]), np.ones(5))[2:-2] < 2] = 0
        result.append(Line(np.concatenate([centres - half, centres + half], axis=1), dots, line[1]))
    return result


def placed(
    cells: list[list[list[int]]], rows: list[Row], evidence: Evidence, apart: int
) -> Iterator[tuple[Row | None, tuple[list[tuple[int, int]], float] | None]]:
    """For each text line its row and its cells there, with the share of them that the network agrees to; or None."""
    patterns = [evidence.patterns(row.centres()) for row in rows]
    for line, j in zip(cells, assigned(gains_of(cells, patterns), apart)):
        if j is None:
            yield None, None
            continue
        _, where = laid(line, patterns[j])
        agreed = np.mean([patterns[j][k, 1:].argmax() + 1 == cell for k, cell in where])
        yield rows[j], (where, float(agreed))


def smoothed(at: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """(n, 2) centres: where the network sees the cells of a line, as far as they lie on a curve near `at`."""
    seen = ~np.isnan(boxes[:, 0])
    if seen.sum() < 5:
        return at
    off = boxes[seen, :2] - at[seen]
    degree = 3 if seen.sum() > 16 else 2 if seen.sum() > 10 else 1
    moved = [np.polyval(fitted(at[seen, 0], off[:, axis], degree), at[:, 0]) for axis in (0, 1)]
    return at + np.stack(moved, axis=1)


def unsure(lines_: list[Line | None], shape: tuple[int, int]) -> list[tuple[float, float, float, float]]:
    """The bands of a page that hold lines whose cells are not known."""
    bands, i = [], 0
    while i < len(lines_):
        if lines_[i] is None:
            end = next((j for j in range(i, len(lines_)) if lines_[j] is not None), len(lines_))
            top = lines_[i - 1].boxes[:, 3].max() if i else 0.0
            bottom = lines_[end].boxes[:, 1].min() if end < len(lines_) else float(shape[0])
            if bottom > top:
                bands.append((0.0, float(top), float(shape[1]), float(bottom)))
            i = end
        i += 1
    return bands


def save(path: Path, lines_: list[Line | None], shape: tuple[int, int]) -> None:
    """A CSV in the form of the data folder; a band of cells that are not known is a box without dots."""
    with path.open("w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["x1", "y1", "x2", "y2", "dots", "row", "col"])
        for row, line in enumerate(lines_, 1):
            for column, (box, dots) in enumerate(zip(line.boxes, line.dots) if line else (), 1):
                out.writerow([*(f"{v:.1f}" for v in box), digits(int(dots)), row, column])
        for band in unsure(lines_, shape):
            out.writerow([*(f"{v:.1f}" for v in band), "", "", ""])


def draw(image: np.ndarray, lines_: list[Line | None]) -> np.ndarray:
    """The picture with each cell's box and the dots that it should have."""
    image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
    for line in lines_:
        for box, dots in zip(line.boxes, line.dots) if line else ():
            x1, y1, x2, y2 = box
            cv2.rectangle(image, (int(x1), int(y1)), (int(x2), int(y2)), (0, 160, 0), 1)
            pitch = (x2 - x1) / 1.6
            for i in (i for i in range(6) if dots >> i & 1):
                at = (x1 + pitch * (0.3 + i // 3), y1 + pitch * (0.3 + i % 3))
                cv2.circle(image, tuple(round(v) for v in at), 6, (0, 0, 255), 1)
    return image


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.primer.align", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds ink_over_braille/")
    parser.add_argument("--output", type=Path, required=True, help="folder for a CSV and a picture of each page")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="manifest.json, or a checkpoint of a run")
    args = parser.parse_args()
    detector = load_detector(args.weights)
    args.output.mkdir(parents=True, exist_ok=True)
    for name, text in tqdm(TEXTS.items(), unit="page"):
        gray = next(pictures((args.data / PICTURES / f"{name}.jpg").read_bytes())).gray
        lines_ = aligned(detector, gray, text.splitlines())
        known = [line for line in lines_ if line]
        agreed = sum(line.agreed * len(line.dots) for line in known) / max(1, sum(len(line.dots) for line in known))
        tqdm.write(f"{name}: {len(known)} of {len(lines_)} lines, the network agrees to {agreed:.2f} of their cells")
        for line, words_ in zip(lines_, text.splitlines()):
            if line is None:
                tqdm.write(f"    not found: {words_}")
        save(args.output / f"{name}.csv", lines_, gray.shape)
        cv2.imwrite(str(args.output / f"{name}.png"), draw(gray, lines_))


if __name__ == "__main__":
    main()
