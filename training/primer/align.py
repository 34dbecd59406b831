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
from easybraille.detectors.decode import digits, log_odds, mask
from easybraille.detectors.network import Network
from easybraille.ink import lifted
from easybraille.layout import BLANK, lines
from easybraille.picture import pictures
from easybraille.scaling import find_cells, resized
from easybraille.weights import SHIPPED

from ..evaluate import load_detector
from . import PICTURES, TEXTS

STRIDE = 8
# Widths of a cell in pixels at which a page is looked at, as it is and with its ink taken off.
WIDTHS = (22.0, 27.0)
# Log odds of a dot are cut off here: the network is wrong now and then, however sure it is.
LEAST = 5.0
# Columns that a text may begin before, or end after, what was found of the page.
BEYOND = 3
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


@dataclass(frozen=True, slots=True)
class Row:
    """A line of cells on the page.

    Attributes:
        across, down: polynomials: centre x of column k, centre y at x; pixels.
        columns: the first and the last one that may hold a cell.
    """

    across: np.ndarray
    down: np.ndarray
    columns: tuple[int, int]

    def centres(self) -> np.ndarray:
        """(columns, 2) x, y."""
        x = np.polyval(self.across, np.arange(self.columns[0], self.columns[1] + 1))
        return np.stack([x, np.polyval(self.down, x)], axis=1)


class Evidence:
    """What the network says of each place of a page.

    Args:
        detector: a network whose classes are the six dots.
        gray: (rows, columns) uint8.
        width: of its cells, pixels.
    """

    def __init__(self, detector: Network, gray: np.ndarray, width: float):
        self._maps = []
        for wanted in WIDTHS:
            image = resized(gray, wanted / width)
            for seen in (image, lifted(image, wanted)):
                output = detector.run([seen])[0]
                columns = -(-seen.shape[1] // 32) * 32 // STRIDE
                scale = seen.shape[1] / gray.shape[1]
                odds = np.clip(log_odds(output[4:].reshape(6, -1, columns)), -LEAST, LEAST)
                self._maps.append((scale / STRIDE, odds, output[:4].reshape(4, -1, columns) / scale))

    def _at(self, centres: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for scale, odds, boxes in self._maps:
            column, row = np.clip((centres.T * scale).astype(int), 0, np.array(odds.shape[:0:-1])[:, None] - 1)
            yield odds[:, row, column].T, boxes[:, row, column].T

    def patterns(self, centres: np.ndarray) -> np.ndarray:
        """(n, 64) log likelihood of each pattern by its mask, the first of a blank, for (n, 2) places."""
        odds = np.mean([odds for odds, _ in self._at(centres)], axis=0)
        raised = ((np.arange(64)[:, None] >> np.arange(6)) & 1).astype(bool)
        log = np.where(raised, -np.logaddexp(0, -odds)[:, None], -np.logaddexp(0, odds)[:, None])
        return log.sum(axis=2)

    def boxes(self, centres: np.ndarray) -> np.ndarray:
        """(n, 4) centre x, y, width and height of the cells that the network sees at (n, 2) places; NaN for none."""
        seen = [np.where(odds.max(axis=1, keepdims=True) > 0, boxes, np.nan) for odds, boxes in self._at(centres)]
        none = np.isnan(seen).all(axis=0)
        return np.where(none, np.nan, np.nanmedian(np.where(none, 0.0, seen), axis=0))


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


def rows_of(boxes: np.ndarray) -> list[Row]:
    """The rows of a page, by the cells that were found on it, boxes (n, 4)."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    rows = []
    for line in lines(boxes):
        column, index = np.array([(k, i) for k, i in enumerate(line) if i != BLANK]).reshape(-1, 2).T
        if len(index) < 4:
            continue
        x, y = centres[index].T
        across = fitted(column, x, 2 if len(x) > 12 else 1)
        down = fitted(x, y, 2 if len(x) > 12 else 1)
        rows.append(Row(across, down, (int(column[0]) - BEYOND, int(column[-1]) + BEYOND)))
    return rows


def fitted(at: np.ndarray, value: np.ndarray, degree: int) -> np.ndarray:
    """A polynomial through points of which some lie far off."""
    keep = np.ones(len(at), bool)
    for _ in range(4):
        factors = np.polyfit(at[keep], value[keep], degree)
        off = np.abs(np.polyval(factors, at) - value)
        keep = off <= max(2.0, 2.5 * np.median(off))
    return factors


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
class Bend:
    """How the rows of a page run: where its columns stand at each height, and how its lines curve there.

    Attributes:
        across: factors of `_terms` for the centre x of column k in the line that crosses the page's middle at y.
        down: the same for how much lower than y a line is at x.
        shape: (rows, columns) of the picture.
        columns: the first and the last one.
    """

    across: np.ndarray
    down: np.ndarray
    shape: tuple[int, int]
    columns: tuple[int, int]

    def row(self, y: float) -> Row:
        """The line that crosses the middle of the page at y."""
        k = np.arange(self.columns[0], self.columns[1] + 1)
        x = _terms(k / 30, np.full(len(k), y / self.shape[0])) @ self.across
        drop = _terms(x / self.shape[1], np.full(len(k), y / self.shape[0])) @ self.down
        return Row(np.polyfit(k, x, 3), np.polyfit(x, y + drop, 3), self.columns)


def _terms(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """(n, 9) terms of a surface over u, cubic, and v."""
    return np.stack([np.ones_like(u), u, u * u, u**3, v, u * v, u * u * v, v * v, u * v * v], axis=1)


def bend_of(rows: list[tuple[Row, list[int]]], shape: tuple[int, int]) -> Bend:
    """How a page is bent, by some of its rows and the columns of each that are filled."""
    middle = shape[1] / 2
    k, x, y, drop = [], [], [], []
    above, offset = None, 0
    for row, filled in sorted(rows, key=lambda item: np.polyval(item[0].down, middle)):
        columns = np.array(filled)
        stand = np.polyval(row.across, columns)
        # Columns of all rows stand below each other: a row's first one is any of the page's. The row above says which,
        # since one that is far away may be shifted by more than half a cell.
        if above is not None:
            pitch = np.polyval(above.across, 1.0) - np.polyval(above.across, 0.0)
            offset += round((stand.mean() - np.polyval(above.across, columns.mean())) / pitch)
        above = row
        height = np.polyval(row.down, middle)
        k += (columns + offset).tolist()
        x += stand.tolist()
        y += [height] * len(columns)
        drop += (np.polyval(row.down, stand) - height).tolist()
    k, x, y, drop = (np.array(values, float) for values in (k, x, y, drop))
    across = np.linalg.lstsq(_terms(k / 30, y / shape[0]), x, rcond=1e-4)[0]
    down = np.linalg.lstsq(_terms(x / shape[1], y / shape[0]), drop, rcond=1e-4)[0]
    return Bend(across, down, shape, (int(k.min()) - BEYOND, int(k.max()) + BEYOND))


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
    found = find_cells(detector, gray).boxes
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
