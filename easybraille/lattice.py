"""Cells settle on the lattice that the certain ones show.

A lone dot looks the same as any of the six: only its neighbours tell which one it is. Cells with dots in both columns
have their place across for sure, cells with dots in the first and third row their place down. The others are moved by
whole dots to where these say, nearest ones first, and then help to place the next.
"""

from __future__ import annotations

import numpy as np

from .detectors import Detections
from .layout import Leveled, cell_pitch, level

# A box is 1.6 dot distances wide: the grid and a margin of 0.3 on either side.
DOT_PITCH = 1 / 1.6
FIRST_COLUMN, SECOND_COLUMN = 0b000111, 0b111000
TOP, BOTTOM = 0b001001, 0b100100
# How far a neighbour may be to say something: cells along the line, dots up or down.
REACH_CELLS, REACH_DOTS = 4.5, 2.4
MOST_NEIGHBOURS = 24
MOST_ROUNDS = 40


def settle(cells: Detections, certain: float) -> Detections:
    """Cells with lone dots and single columns moved by whole dots to where their neighbours say they stand.

    Boxes move along with the dots. Two cells that come to stand on one place become one. Where neighbours say
    nothing, a cell stays what it was.

    Args:
        cells: all candidates.
        certain: the confidence from which a cell stays wherever it stands; one below it only stays in its place on
            the lattice.
    """
    sure = cells.confidence >= certain
    if sure.sum() < 8:
        return cells.only(sure)
    page = level(cells.boxes.astype(float))
    width = float(np.median(page.width))
    lattice = _Lattice(page, cells.dots, sure, width)
    lattice.settle()
    boxes = cells.boxes + np.tile(np.array(lattice.moved, np.float32) * width, 2)
    fits = np.array(lattice.across) & np.array(lattice.down)
    settled = Detections(boxes, np.array(lattice.dots, np.uint8), cells.scores, cells.confidence)
    return _without_doubles(settled.only(sure | fits), width)


class _Lattice:
    """Cells in a level frame, lengths in widths of a box.

    Plain lists of numbers: cells are looked at one by one, some several times.

    Attributes:
        x, y: centres; dots: masks; moved: how far each has been moved, in widths.
        across, down: whose column, whose row is known.
    """

    def __init__(self, page: Leveled, dots: np.ndarray, sure: np.ndarray, width: float):
        self.x: list[float] = (page.x / width).tolist()
        self.y: list[float] = (page.y / width).tolist()
        self.dots: list[int] = dots.tolist()
        self.moved = [[0.0, 0.0] for _ in self.dots]
        self.across: list[bool] = (sure & ((dots & FIRST_COLUMN) > 0) & ((dots & SECOND_COLUMN) > 0)).tolist()
        self.down: list[bool] = (sure & ((dots & TOP) > 0) & ((dots & BOTTOM) > 0)).tolist()
        self.pitch = cell_pitch(page)
        self.neighbours = self._neighbours()

    def settle(self) -> None:
        """Place every cell that can be placed, from the known ones outwards."""
        open_ = [i for i in range(len(self.dots)) if not (self.across[i] and self.down[i])]
        for _ in range(MOST_ROUNDS):
            some = [self._settle_down(i) for i in open_ if not self.down[i]]
            some += [self._settle_across(i) for i in open_ if self.down[i] and not self.across[i]]
            if not any(some):
                return

    def _neighbours(self) -> list[list[int]]:
        """For each cell those beside it, nearest along the line first."""
        x, y = np.array(self.x), np.array(self.y)
        order = np.argsort(x, kind="stable")
        ordered = x[order]
        reach = REACH_CELLS * self.pitch
        first, last = np.searchsorted(ordered, x - reach), np.searchsorted(ordered, x + reach)
        result = []
        for i in range(len(x)):
            window = order[first[i] : last[i]]
            beside = window[np.abs(y[window] - y[i]) < (REACH_DOTS + 0.5) * DOT_PITCH]
            beside = beside[np.argsort(np.abs(x[beside] - x[i]), kind="stable")]
            result.append(beside[beside != i][:MOST_NEIGHBOURS].tolist())
        return result

    def _settle_down(self, i: int) -> bool:
        """Give a cell the row of the nearest known cell that it fits; whether there is one.

        Between two lines a dot may be near to both, but it has a place in one of them only.
        """
        for near in self.neighbours[i]:
            if not self.down[near]:
                continue
            away = (self.y[i] - self.y[near]) / DOT_PITCH
            shift = round(away)
            if abs(away - shift) < 0.4 and (dots := moved_down(self.dots[i], shift)):
                self.dots[i], self.down[i] = dots, True
                self.y[i] -= shift * DOT_PITCH
                self.moved[i][1] -= shift * DOT_PITCH
                return True
        return False

    def _settle_across(self, i: int) -> bool:
        """Give a cell the column that the nearest known cell of its line says; whether it fits one."""
        for near in self.neighbours[i]:
            step = self.x[i] - self.x[near]
            level_ = abs(self.y[i] - self.y[near]) < 0.6 * DOT_PITCH
            if not (self.across[near] and self.down[near] and level_ and abs(step) > 0.5):
                continue
            away = (step - round(step / self.pitch) * self.pitch) / DOT_PITCH
            shift = round(away)
            if abs(away - shift) > 0.3 or not (dots := moved_across(self.dots[i], shift)):
                return False
            self.dots[i], self.across[i] = dots, True
            self.x[i] -= shift * DOT_PITCH
            self.moved[i][0] -= shift * DOT_PITCH
            return True
        return False


def moved_down(dots: int, rows: int) -> int:
    """A mask with its dots that many rows further down; 0 where one would leave the cell."""
    places = [(i // 3, i % 3 + rows) for i in range(6) if dots >> i & 1]
    return sum(1 << (3 * c + r) for c, r in places) if all(0 <= r < 3 for _, r in places) else 0


def moved_across(dots: int, columns: int) -> int:
    """A mask with its dots that many columns further right; 0 where one would leave the cell."""
    places = [(i // 3 + columns, i % 3) for i in range(6) if dots >> i & 1]
    return sum(1 << (3 * c + r) for c, r in places) if all(0 <= c < 2 for c, _ in places) else 0


def _without_doubles(cells: Detections, width: float) -> Detections:
    """Of cells on one place, the most certain one with more than one dot, else the most certain one."""
    centre = (cells.boxes[:, :2] + cells.boxes[:, 2:]) / 2
    keep = np.ones(len(cells), bool)
    order = np.lexsort((-cells.confidence, np.bitwise_count(cells.dots) == 1))
    left = np.argsort(centre[:, 0], kind="stable")
    x = centre[left, 0]
    for i in order:
        if keep[i]:
            reach = np.searchsorted(x, centre[i, 0] + np.array([-0.45, 0.45]) * width)
            near = left[reach[0] : reach[1]]
            near = near[np.abs(centre[near, 1] - centre[i, 1]) < 0.6 * width]
            keep[near] = False
            keep[i] = True
    return cells.only(keep)
