"""How the rows of a page run, where its paper is bent and seen from aside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from easybraille.recognition.layout import BLANK, arrange_lines

# Columns that a text may begin before, or end after, what was found of the page.
BEYOND = 3


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


def rows_of(boxes: np.ndarray) -> list[Row]:
    """The rows of a page, by the cells that were found on it, boxes (n, 4)."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    rows = []
    for line in arrange_lines(boxes):
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
