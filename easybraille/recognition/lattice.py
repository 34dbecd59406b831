"""Settles cells on the lattice that the certain ones form.

A lone dot looks the same as any of the six: only its neighbours tell which one it is. Cells with dots in both columns
have their place across for sure, cells with dots in the first and third row their place down, and both have those of
which the network is all but certain. The others are moved by whole dots to where these say, nearest ones first, and
then help to place the next.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np

from .detections import Detections
from .layout import BLANK, Grid, LeveledCells, cell_pitch, level_cells
from .neighbours import best_of_rivals, near_pairs

FIRST_COLUMN, SECOND_COLUMN = 0b000111, 0b111000
TOP, BOTTOM = 0b001001, 0b100100
# Reach of a neighbour's evidence: cells along the line, dots up or down.
REACH_CELLS, REACH_DOTS = 4.5, 2.4
MOST_NEIGHBOURS = 24
FIRM_DOT = 0.9
# At this confidence the network has taken the neighbours into account: its placement is kept.
PLACED = 0.998
MOST_ROUNDS = 40
# Certain cells that form a lattice; fewer must have the second confidence, since among the many places of any picture
# some look like a cell. A room number is four to seven cells, of which half are certain in a poor photograph.
ENOUGH, ALONE = 3, 0.98
# A line that is moved up: so many cells at least, with so many patterns among them.
RAISED_CELLS, RAISED_PATTERNS = 4, 3
# Its step from cell to cell in widths of a box; where cells stand close it is 1.5 to 1.65.
STANDS_APART = 1.75


def settle(cells: Detections, certain: float) -> Detections:
    """Settle cells on their lattice: lone dots and single columns move by whole dots to their places.

    Boxes move along with the dots. Of two cells that end on one place one stays. Without evidence from neighbours a
    cell is left as it is.

    Args:
        cells: all candidates.
        certain: the confidence from which a cell is kept wherever it is, unless it is alone; one below it is kept only
            on a place of the lattice.
    """
    sure = cells.confidence >= certain
    if sure.sum() < ENOUGH:
        return cells.only(cells.confidence >= ALONE)
    page = level_cells(cells.boxes.astype(float))
    width = float(np.median(page.width))
    # A box is a grid of 1 × 2 dot distances with one margin all around: it is one dot distance higher than wide.
    dot = float(
        np.median((cells.boxes[sure, 3] - cells.boxes[sure, 1]) - (cells.boxes[sure, 2] - cells.boxes[sure, 0]))
    )
    placed = cells.confidence >= PLACED
    lattice = _Lattice(page, cells.dots, _firm_dots(cells), sure, placed, width, dot / width)
    lattice.settle()
    shifts = np.array(lattice.shifts)
    boxes = cells.boxes - np.tile(shifts * lattice.dot * width, 2).astype(np.float32)
    fits = np.array(lattice.across) & np.array(lattice.down)
    dots = np.array(lattice.dots, np.uint8)
    settled = Detections(boxes, dots, _shifted(cells.scores, shifts), cells.confidence)
    return _without_doubles(settled.only(sure | fits), width)


def raise_lines(cells: Detections, lines: Grid) -> Detections:
    """The cells with those of lines that would have no dot in the first row moved up by one row; `cells` if none.

    Letters that stand apart, as on cards of the alphabet, have no neighbour that places them, and the upper half of the
    cell looks like the lower one. No line of letters is without any dot in the first row; a rule of one sign or digits
    in the lower part of the cell may be, but these stand close.

    Args:
        cells: upright and settled.
        lines: of their indices.
    """
    boxes, dots = cells.boxes.copy(), cells.dots.copy()
    shifts = np.zeros((len(cells), 2), int)
    for row in lines:
        line = np.array([i for i in row if i != BLANK], int)
        low = len(line) >= RAISED_CELLS and not (dots[line] & TOP).any()
        if low and len(np.unique(dots[line])) >= RAISED_PATTERNS:
            steps = np.diff((boxes[line, 0] + boxes[line, 2]) / 2) / np.median(boxes[line, 2] - boxes[line, 0])
            if np.median(steps) >= STANDS_APART:
                shifts[line, 1] = -1
    if not shifts.any():
        return cells
    for i in np.flatnonzero(shifts.any(axis=1)):
        dots[i] = moved_down(int(dots[i]), -1)
        # A box is one dot distance higher than wide.
        boxes[i, [1, 3]] += (boxes[i, 3] - boxes[i, 1]) - (boxes[i, 2] - boxes[i, 0])
    return Detections(boxes, dots, _shifted(cells.scores, shifts), cells.confidence)


def _shifted(scores: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Scores (n, 6) with each cell's dots moved by (n, 2) columns and rows; nothing was seen where they come from."""
    scores = scores.copy()
    for i in np.flatnonzero(shifts.any(axis=1)):
        across, down = shifts[i]
        grid, moved = scores[i].reshape(2, 3), np.zeros((2, 3), scores.dtype)
        moved[max(across, 0) : 2 + min(across, 0), max(down, 0) : 3 + min(down, 0)] = grid[
            max(-across, 0) : 2 + min(-across, 0), max(-down, 0) : 3 + min(-down, 0)
        ]
        scores[i] = moved.ravel()
    return scores


def _firm_dots(cells: Detections) -> np.ndarray:
    """Masks of the dots that are certainly raised; at least one a cell."""
    raised = cells.scores >= np.minimum(FIRM_DOT, cells.scores.max(axis=1, keepdims=True))
    return (raised << np.arange(6)).sum(axis=1).astype(np.uint8) & cells.dots


class _Lattice:
    """Cells in a level frame, lengths in widths of a box.

    Plain lists of numbers, since cells are visited one by one, some several times.

    Attributes:
        pitch, dot: between cells and between the dots of one.
        x, y: centres; dots: masks; firm: the certain dots; sure: certain cells.
        shifts: how far the dots of each have been moved, columns and rows; its box goes the other way.
        across, down: whose column, whose row is known.
    """

    def __init__(
        self,
        page: LeveledCells,
        dots: np.ndarray,
        firm: np.ndarray,
        sure: np.ndarray,
        placed: np.ndarray,
        width: float,
        dot: float,
    ):
        self.x: list[float] = (page.x / width).tolist()
        self.y: list[float] = (page.y / width).tolist()
        self.dots: list[int] = dots.tolist()
        self.firm: list[int] = firm.tolist()
        self.sure: list[bool] = sure.tolist()
        self.shifts = [[0, 0] for _ in self.dots]
        both_columns = ((firm & FIRST_COLUMN) > 0) & ((firm & SECOND_COLUMN) > 0)
        first_and_last_row = ((firm & TOP) > 0) & ((firm & BOTTOM) > 0)
        self.across: list[bool] = (placed | (sure & both_columns)).tolist()
        self.down: list[bool] = (placed | (sure & first_and_last_row)).tolist()
        self.pitch = cell_pitch(page)
        self.dot = min(max(dot, 0.45), 0.7)
        self.neighbours: dict[int, list[int]] = {}

    def settle(self) -> None:
        """Place every cell that can be placed, outwards from the known ones."""
        open_ = [i for i in range(len(self.dots)) if not (self.across[i] and self.down[i])]
        self.neighbours = self._neighbours(open_)
        self._spread(open_)
        # A certain cell that no other places stays where it is, and places the uncertain ones beside it.
        for known in (self.down, self.across):
            for i in open_:
                known[i] |= self.sure[i]
            self._spread(open_)

    def _spread(self, open_: list[int]) -> None:
        """Place cells by the known ones beside them until none is left that can be placed."""
        for _ in range(MOST_ROUNDS):
            some = [self._settle_down(i) for i in open_ if not self.down[i]]
            some += [self._settle_across(i) for i in open_ if self.down[i] and not self.across[i]]
            if not any(some):
                return

    def _neighbours(self, cells: list[int]) -> dict[int, list[int]]:
        """For each of some cells those beside it, nearest along the line first."""
        if not cells:
            return {}
        places, which = np.stack([self.x, self.y], axis=1), np.array(cells)
        cell, other = near_pairs(places[which], places, REACH_CELLS * self.pitch, (REACH_DOTS + 0.5) * self.dot)
        cell, other = (pair[which[cell] != other] for pair in (cell, other))
        x = places[other, 0]
        order = np.lexsort((x, np.abs(places[which[cell], 0] - x), cell))
        beside = np.split(other[order], np.searchsorted(cell, np.arange(1, len(which))))
        return {i: near[:MOST_NEIGHBOURS].tolist() for i, near in zip(cells, beside)}

    def _settle_down(self, i: int) -> bool:
        """Give a cell the row of the nearest known cell that it fits; returns whether one was found.

        Between two lines a dot may be near to both, but it has a place in one of them only.
        """
        for near in self.neighbours[i]:
            if self.down[near]:
                off = (self.y[i] - self.y[near]) / self.dot
                if (found := self._fitting(i, moved_down, [off], (0, 1, -1, 2, -2))) is not None:
                    self.down[i] = True
                    self.y[i] -= found * self.dot
                    self.shifts[i][1] += found
                    return True
        return False

    def _settle_across(self, i: int) -> bool:
        """Give a cell the column that the nearest known cell of its line implies; returns whether it fits one."""
        for near in self.neighbours[i]:
            step = self.x[i] - self.x[near]
            level_ = abs(self.y[i] - self.y[near]) < 0.6 * self.dot
            if self.across[near] and self.down[near] and level_ and abs(step) > 0.5:
                place = math.floor(step / self.pitch)
                offs = [(step - number * self.pitch) / self.dot for number in (place, place + 1)]
                if (found := self._fitting(i, moved_across, offs, (0, 1, -1))) is None:
                    return False
                self.across[i] = True
                self.x[i] -= found * self.dot
                self.shifts[i][0] += found
                return True
        return False

    def _fitting(
        self, i: int, moved: Callable[[int, int], int], offs: list[float], shifts: tuple[int, ...]
    ) -> int | None:
        """Move a cell's dots by the shift that brings it nearest to a place; the shift, None where none comes near.

        Args:
            i: the cell.
            moved: moves a mask by a shift, 0 where a dot would leave the cell.
            offs: how far it stands from the places in question, in dots.
            shifts: the ones to try.
        """
        # An uncertain dot stretches the box to where it would fit: without it the cell may be half a dot off.
        for dots, most in ((self.dots[i], 0.45), (self.firm[i], 0.6 if self.sure[i] else 0.45)):
            tried = [(abs(off - shift), shift) for off in offs for shift in shifts if moved(dots, shift)]
            rest, shift = min(tried)
            if rest < most:
                self.dots[i], self.firm[i] = moved(dots, shift), moved(self.firm[i], shift)
                return shift
        return None


@cache
def moved_down(dots: int, rows: int) -> int:
    """A mask with its dots that many rows further down; 0 where one would leave the cell."""
    places = [(i // 3, i % 3 + rows) for i in range(6) if dots >> i & 1]
    return sum(1 << (3 * c + r) for c, r in places) if all(0 <= r < 3 for _, r in places) else 0


@cache
def moved_across(dots: int, columns: int) -> int:
    """A mask with its dots that many columns further right; 0 where one would leave the cell."""
    places = [(i // 3 + columns, i % 3) for i in range(6) if dots >> i & 1]
    return sum(1 << (3 * c + r) for c, r in places) if all(0 <= c < 2 for c, _ in places) else 0


def _without_doubles(cells: Detections, width: float) -> Detections:
    """Of cells on one place, the most certain one with more than one dot, else the most certain one."""
    centre = (cells.boxes[:, :2] + cells.boxes[:, 2:]) / 2
    rank = np.empty(len(cells), int)
    rank[np.lexsort((-cells.confidence, np.bitwise_count(cells.dots) == 1))] = np.arange(len(cells))
    better, worse = near_pairs(centre, centre, 0.45 * width, 0.6 * width)
    ahead = rank[better] < rank[worse]
    return cells.only(best_of_rivals(len(cells), better[ahead], worse[ahead]))
