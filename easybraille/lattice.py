"""Cells settle on the lattice that the certain ones show.

A lone dot looks the same as any of the six: only its neighbours tell which one it is. Cells with dots in both columns
have their place across for sure, cells with dots in the first and third row their place down. The others are moved by
whole dots to where these say, nearest ones first, and then help to place the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .detectors import Detections
from .layout import cell_pitch, level

# A box is 1.6 dot distances wide: the grid and a margin of 0.3 on either side.
DOT_PITCH = 1 / 1.6
FIRST_COLUMN, SECOND_COLUMN = 0b000111, 0b111000
TOP, BOTTOM = 0b001001, 0b100100
REACH = 4.5
MOST_ROUNDS = 40


@dataclass(slots=True)
class _Lattice:
    """Cells in a level frame, lengths in widths of a box; `across` and `down` tell whose place is known."""

    x: np.ndarray
    y: np.ndarray
    dots: np.ndarray
    across: np.ndarray
    down: np.ndarray
    pitch: float


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
    boxes, dots = cells.boxes.copy(), cells.dots.copy()
    page = level(boxes.astype(float))
    width = float(np.median(page.width))
    lattice = _Lattice(
        page.x / width,
        page.y / width,
        dots,
        sure & ((dots & FIRST_COLUMN) > 0) & ((dots & SECOND_COLUMN) > 0),
        sure & ((dots & TOP) > 0) & ((dots & BOTTOM) > 0),
        cell_pitch(page),
    )
    moved = np.zeros((len(cells), 2))
    for _ in range(MOST_ROUNDS):
        if not (_settle_down(lattice, moved) | _settle_across(lattice, moved)):
            break
    boxes += np.tile(moved * width, 2).astype(np.float32)
    fits = lattice.across & lattice.down
    settled = Detections(boxes, dots, cells.scores, cells.confidence)
    return _without_doubles(settled.only(sure | fits), width)


def _settle_down(lattice: _Lattice, moved: np.ndarray) -> bool:
    """Give cells whose row is open the one of the nearest cells beside them; whether any was settled."""
    known = np.flatnonzero(lattice.down)
    settled = False
    for i in np.flatnonzero(~lattice.down):
        across, off = lattice.x[known] - lattice.x[i], lattice.y[i] - lattice.y[known]
        beside = known[(np.abs(across) < REACH * lattice.pitch) & (np.abs(off) < 2.4 * DOT_PITCH)]
        if not len(beside):
            continue
        near = beside[np.argsort(np.abs(lattice.x[beside] - lattice.x[i]), kind="stable")[:8]]
        away = (lattice.y[i] - lattice.y[near]) / DOT_PITCH
        shifts = np.round(away).astype(int)
        # Between two lines a dot may be near to both, but it has a place in one of them only.
        fitting = [
            shift
            for shift, rest in zip(shifts.tolist(), np.abs(away - shifts))
            if rest < 0.4 and _down(int(lattice.dots[i]), shift)
        ]
        if not fitting:
            continue
        lattice.down[i] = settled = True
        lattice.dots[i] = _down(int(lattice.dots[i]), fitting[0])
        lattice.y[i] -= fitting[0] * DOT_PITCH
        moved[i, 1] -= fitting[0] * DOT_PITCH
    return settled


def _settle_across(lattice: _Lattice, moved: np.ndarray) -> bool:
    """Give cells whose column is open the one that the nearest cell of the line says; whether any was settled."""
    known = np.flatnonzero(lattice.across & lattice.down)
    settled = False
    for i in np.flatnonzero(~lattice.across & lattice.down):
        across = lattice.x[i] - lattice.x[known]
        level_ = np.abs(lattice.y[i] - lattice.y[known]) < 0.6 * DOT_PITCH
        beside = level_ & (np.abs(across) < REACH * lattice.pitch) & (np.abs(across) > 0.5)
        if not beside.any():
            continue
        step = across[beside][np.abs(across[beside]).argmin()]
        away = float(step - round(step / lattice.pitch) * lattice.pitch) / DOT_PITCH
        shift = round(away)
        dots = _across(int(lattice.dots[i]), shift)
        if abs(away - shift) > 0.3 or not dots:
            continue
        lattice.across[i] = settled = True
        lattice.dots[i] = dots
        lattice.x[i] -= shift * DOT_PITCH
        moved[i, 0] -= shift * DOT_PITCH
    return settled


def _down(dots: int, rows: int) -> int:
    """A mask with its dots that many rows further down; 0 where one would leave the cell."""
    places = [(i // 3, i % 3 + rows) for i in range(6) if dots >> i & 1]
    return sum(1 << (3 * c + r) for c, r in places) if all(0 <= r < 3 for _, r in places) else 0


def _across(dots: int, columns: int) -> int:
    """A mask with its dots that many columns further right; 0 where one would leave the cell."""
    places = [(i // 3 + columns, i % 3) for i in range(6) if dots >> i & 1]
    return sum(1 << (3 * c + r) for c, r in places) if all(0 <= c < 2 for c, _ in places) else 0


def _without_doubles(cells: Detections, width: float) -> Detections:
    """Of cells on one place, the most certain one with more than one dot, else the most certain one."""
    centre = (cells.boxes[:, :2] + cells.boxes[:, 2:]) / 2
    keep = np.ones(len(cells), bool)
    order = np.lexsort((-cells.confidence, np.bitwise_count(cells.dots) == 1))
    for rank, i in enumerate(order):
        if keep[i]:
            rest = order[rank + 1 :]
            off = np.abs(centre[rest] - centre[i])
            keep[rest[(off[:, 0] < 0.45 * width) & (off[:, 1] < 0.6 * width)]] = False
    return Detections(cells.boxes[keep], cells.dots[keep], cells.scores[keep], cells.confidence[keep])
