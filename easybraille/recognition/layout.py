"""Arranges cells into lines and words, on pages that are slightly rotated, photographed at an angle or curved."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

import numpy as np

from .neighbours import near_pairs, nearest

BLANK = -1
# Lines stand 10 mm apart and the dots of a cell 2.5 mm, so a box (1.6 dot distances wide) fits 2.5 times between lines.
LINE_PITCH = 2.5
LINE_PITCH_RANGE = (1.9, 3.4)
# Cells stand 6 to 6.5 mm apart.
CELL_PITCH = 1.55
CELL_PITCH_RANGE = (1.2, 2.0)
ENOUGH = 120
# How far a line is followed across a blank, how far a cell may be off its course, and how far a course may rise: in box
# widths, and box widths a box width. Two cells of one line never differ by half a line.
REACH, OFF, MAX_RISE = 5.5, 0.75, 0.08

# Lines of indices of cells, `BLANK` for a blank place; an empty list is an empty line.
Grid = list[list[int]]


@dataclass(frozen=True, slots=True)
class LeveledCells:
    """Cells in a frame turned so that lines run level.

    Attributes:
        x, y: (n,) centres.
        width: (n,) widths of the boxes, smoothed over neighbours.
    """

    x: np.ndarray
    y: np.ndarray
    width: np.ndarray


def arrange_lines(boxes: np.ndarray) -> Grid:
    """Arrange cells into the page's lines from top to bottom.

    Args:
        boxes: (n, 4) float, x1, y1, x2, y2 in pixels.

    Returns:
        for each line the indices of its cells from left to right, `BLANK` for each blank place before or between
        them; an empty list for each empty line between two others.
    """
    if len(boxes) == 0:
        return []
    page = level_cells(np.asarray(boxes, float))
    rows = _rows(page)
    columns = _columns(page, rows, _cell_pitch(page, rows))
    gaps = [_gap(page, above, below) for above, below in zip(rows, rows[1:])]
    line_pitch = _line_pitch(gaps)
    result: list[list[int]] = []
    for gap, row, places in zip([0.0, *gaps], rows, columns):
        result += [[] for _ in range(max(0, round(gap / line_pitch) - 1))]
        result.append(_with_blanks(row, places))
    return result


def drop_cells(grid: Grid, kept: np.ndarray) -> Grid:
    """A page's lines with some of its cells only, numbered anew.

    Args:
        grid: lines of indices.
        kept: (m,) the indices of the cells that stay, ascending. The place of any other becomes a blank; lines that
            have lost all their cells are empty, and are left out at the page's top and bottom, as are columns that are
            blank on all lines at its left.
    """
    renumbered = {int(old): new for new, old in enumerate(kept)}
    lines = [[renumbered.get(i, BLANK) for i in line] for line in grid]
    if len(renumbered) == sum(i != BLANK for line in grid for i in line):
        return lines
    lines = [line[: next((n for n in range(len(line), 0, -1) if line[n - 1] != BLANK), 0)] for line in lines]
    filled = [number for number, line in enumerate(lines) if line]
    if not filled:
        return []
    lines = lines[filled[0] : filled[-1] + 1]
    leading = [next((n for n, i in enumerate(line) if i != BLANK), 0) for line in lines]
    # As in `_columns`, a lone cell left of the page does not set its left edge.
    words = [before for before, line in zip(leading, lines) if sum(i != BLANK for i in line) > 1]
    indent = min(words or [before for before, line in zip(leading, lines) if line])
    return [line[min(indent, before) :] for before, line in zip(leading, lines)]


def level_cells(boxes: np.ndarray) -> LeveledCells:
    """Rotate the cells by the median angle between neighbours on a line."""
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    rise = line_slope(boxes)
    norm = np.hypot(1, rise)
    level_x = (centre[:, 0] + rise * centre[:, 1]) / norm
    level_y = (centre[:, 1] - rise * centre[:, 0]) / norm
    return LeveledCells(level_x, level_y, _smooth_width(level_x, level_y, boxes[:, 2] - boxes[:, 0]))


def line_slope(boxes: np.ndarray) -> float:
    """The slope of the lines, pixels down a pixel right: the median over neighbours on a line, 0 without any.

    Args:
        boxes: (n, 4) float, x1, y1, x2, y2 in pixels; at least one.
    """
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    typical = float(np.median(boxes[:, 2] - boxes[:, 0]))
    centre = centre[np.argsort(centre[:, 0], kind="stable")]
    sample = centre[_sample(len(centre))]
    one, other = near_pairs(sample, centre, 2.2 * typical, 0.7 * typical)
    dx, dy = (centre[other] - sample[one]).T
    beside = dx > 0.8 * typical
    one, dx, dy = one[beside], dx[beside], dy[beside]
    next_ = nearest(one, np.hypot(dx, dy))
    return float(np.median(dy[next_] / dx[next_])) if len(next_) else 0.0


def _sample(count: int) -> slice:
    """Indices of a sample that is large enough for a median."""
    return slice(0, count, max(1, count // ENOUGH))


def _smooth_width(x: np.ndarray, y: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Fit the widths by a plane over the page: perspective changes them steadily, single boxes are noisy."""
    if len(width) < 12:
        return np.full(len(width), np.median(width))
    plane = np.stack([np.ones_like(x), x - x.mean(), y - y.mean()], 1)
    keep = np.abs(width / np.median(width) - 1) < 0.35
    factors, *_ = np.linalg.lstsq(plane[keep], width[keep], rcond=None)
    return np.clip(plane @ factors, 0.6 * np.median(width), 1.6 * np.median(width))


def _rows(page: LeveledCells) -> list[np.ndarray]:
    """Indices of each line's cells from left to right, lines from top to bottom.

    Neighbours are chained into segments, each following the line's own curve; segments that continue each other across
    wide blanks are joined afterwards.
    """
    x, y, width = page.x.tolist(), page.y.tolist(), page.width.tolist()
    pieces: list[list[int]] = []
    courses: list[_Course] = []
    # Segments by the strip of the page in which they end: within its reach, none has a cell beyond the next strips.
    strips: dict[int, list[int]] = defaultdict(list)
    ends: list[int] = []
    high = (OFF + MAX_RISE * REACH) * max(width)
    behind = -np.inf  # where a segment ends too far left to continue
    for i in np.argsort(page.x, kind="stable").tolist():
        behind = max(behind, x[i] - REACH * width[i])
        strip = int(y[i] // high)
        best, least = None, OFF
        for number in [*strips[strip - 1], *strips[strip], *strips[strip + 1]]:
            end = x[pieces[number][-1]]
            if behind < end < x[i] - 0.5 * width[i]:
                off = abs(y[i] - courses[number].at(x[i])) / width[i]
                if off < least:
                    best, least = number, off
        if best is None:
            best = len(pieces)
            pieces.append([i])
            courses.append(_Course(x[i], y[i], 0.0))
            ends.append(strip)
        else:
            strips[ends[best]].remove(best)
            pieces[best].append(i)
            courses[best] = _course(x, y, pieces[best][-6:])
            ends[best] = int(courses[best].at(x[i]) // high)
        strips[ends[best]].append(best)
    return _in_order(page, _joined(page, pieces))


class _Course(NamedTuple):
    """The course of a line near one of its ends: through (x, y) with `slope`.

    A named tuple of plain floats: there are thousands, and numpy has a fixed cost a call.
    """

    x: float
    y: float
    slope: float

    def at(self, x: float) -> float:
        """The vertical position at x."""
        return self.y + self.slope * (x - self.x)


def _course(x: list[float], y: list[float], end: list[int]) -> _Course:
    """Fit the course through the cells at a segment's end; level where there are too few for a slope."""
    # One loop of plain numbers, from the first cell so that the sums of squares stay exact.
    count, left, top = len(end), x[end[0]], y[end[0]]
    across = down = squares = products = 0.0
    for i in end:
        right, below = x[i] - left, y[i] - top
        across += right
        down += below
        squares += right * right
        products += right * below
    middle, height = left + across / count, top + down / count
    if count < 4:
        return _Course(middle, height, 0.0)
    slope = (products - across * down / count) / (squares - across * across / count)
    return _Course(middle, height, min(max(slope, -MAX_RISE), MAX_RISE))


def _joined(page: LeveledCells, pieces: list[list[int]]) -> list[list[int]]:
    """Join segments that lie on one line without overlapping, nearest first; each continues in one other at most."""
    x, y = page.x.tolist(), page.y.tolist()
    starts = [_course(x, y, piece[:6]) for piece in pieces]
    ends = [_course(x, y, piece[-6:]) for piece in pieces]
    first = np.array([page.x[piece[0]] for piece in pieces])
    last = np.array([page.x[piece[-1]] for piece in pieces])
    width = np.array([page.width[piece[-1]] for piece in pieces])[:, None]
    middle = (last[:, None] + first[None]) / 2
    left, right = np.array(ends), np.array(starts)
    expected = left[:, 1, None] + left[:, 2, None] * (middle - left[:, 0, None])
    off = np.abs(expected - (right[:, 1] + right[:, 2] * (middle - right[:, 0]))) / width
    gap = (first[None] - last[:, None]) / width
    cost = np.where((gap > 0) & (off < 0.9), gap + 8 * off, np.inf)
    before: dict[int, int] = {}
    after: dict[int, int] = {}
    for place in np.argsort(cost, axis=None, kind="stable")[: int(np.isfinite(cost).sum())]:
        i, j = divmod(int(place), len(pieces))
        if i not in after and j not in before:
            after[i], before[j] = j, i
    joined = []
    for i in range(len(pieces)):
        if i not in before:
            whole, last_piece = list(pieces[i]), i
            while last_piece in after:
                last_piece = after[last_piece]
                whole += pieces[last_piece]
            joined.append(whole)
    return joined


def _in_order(page: LeveledCells, pieces: list[list[int]]) -> list[np.ndarray]:
    """Sort lines from top to bottom by their medians: on a curved page one line may end below the start of the next."""
    rows = [np.array(piece) for piece in pieces]
    return sorted(rows, key=lambda row: median(page.y[row].tolist()))


def _cell_pitch(page: LeveledCells, rows: list[np.ndarray]) -> float:
    """The distance between neighbouring cells of the lines, in box widths."""
    steps = [np.diff(page.x[row]) / page.width[row][1:] for row in rows if len(row) > 1]
    return _pitch(np.concatenate(steps) if steps else np.empty(0))


def cell_pitch(page: LeveledCells) -> float:
    """The distance between neighbouring cells, in box widths, before the lines are known."""
    order = np.argsort(page.x, kind="stable")
    x, y, width = page.x[order], page.y[order], page.width[order]
    begin = np.arange(len(order))[_sample(len(order))]
    # Rows of a sample of cells and the next ones to their right; beyond the last cell stands none.
    then = begin[:, None] + np.arange(1, 120)
    inside = then < len(order)
    then = np.where(inside, then, 0)
    ahead = (x[then] - x[begin, None]) / width[begin, None]
    beside = (np.abs(y[then] - y[begin, None]) < 0.35 * width[begin, None]) & (ahead > CELL_PITCH_RANGE[0]) & inside
    steps = np.where(beside, ahead, np.inf).min(axis=1)
    return _pitch(steps[np.isfinite(steps)])


def _pitch(steps: np.ndarray) -> float:
    """The most frequent step, refined by the wider ones; the standard pitch of Braille where there are too few.

    Args:
        steps: (n,) distances between neighbours in widths of a box.
    """
    first = steps[(steps > CELL_PITCH_RANGE[0]) & (steps < CELL_PITCH_RANGE[1])]
    if len(first) < 3:
        return CELL_PITCH
    pitch = float(np.median(first))
    # Wider steps are whole multiples of the pitch: together they measure it better than single ones.
    places = np.round(steps / pitch)
    some = (places >= 1) & (places <= 5)
    return float(steps[some].sum() / places[some].sum())


def _columns(page: LeveledCells, rows: list[np.ndarray], pitch: float) -> list[np.ndarray]:
    """The column of each cell of each line; the page's first one is 0.

    Columns follow from the steps between cells within a line, and from the cells above from line to line, so that the
    columns of a page photographed at an angle or curved, neither vertical nor straight, are followed down.
    """
    columns: list[np.ndarray] = []
    for number, row in enumerate(rows):
        width = page.width[row]
        steps = np.round(np.diff(page.x[row]) / (pitch * (width[1:] + width[:-1]) / 2))
        inside = np.concatenate([[0], np.cumsum(np.maximum(steps, 1))]).astype(int)
        first = 0
        if number:
            above = np.concatenate(rows[max(0, number - 3) : number])
            known = np.concatenate(columns[max(0, number - 3) : number])
            across = page.x[row][:, None] - page.x[above][None]
            down = np.abs(page.y[row][:, None] - page.y[above][None])
            nearest = (np.abs(across) + 0.3 * down).argmin(axis=1)
            step = pitch * (width + page.width[above[nearest]]) / 2
            votes = known[nearest] + np.round(across[np.arange(len(row)), nearest] / step).astype(int) - inside
            values, counts = np.unique(votes, return_counts=True)
            first = int(values[counts.argmax()])
        columns.append(inside + first)
    # A lone cell left of the page is more often a speck than a line.
    starts = [c[0] for c in columns if len(c) > 1] or [c[0] for c in columns]
    return [np.maximum(c - min(starts), np.arange(len(c))) for c in columns]


def _with_blanks(row: np.ndarray, columns: np.ndarray) -> list[int]:
    """Place a line's cells on their columns, with blanks before and between them."""
    result = [BLANK] * (int(columns[-1]) + 1)
    for i, column in zip(row, columns):
        result[column] = int(i)
    return result


def _line_pitch(gaps: list[float]) -> float:
    """The distance between consecutive lines, in box widths: the median if it is plausible for Braille."""
    low, high = LINE_PITCH_RANGE
    usual = [gap for gap in gaps if low < gap < high]
    return median(usual) if usual else LINE_PITCH


def _gap(page: LeveledCells, above: np.ndarray, below: np.ndarray) -> float:
    """The vertical distance of two lines where they overlap horizontally, in box widths there."""
    left = max(page.x[above[0]], page.x[below[0]])
    right = min(page.x[above[-1]], page.x[below[-1]])
    width = median([*page.width[above].tolist(), *page.width[below].tolist()])
    if right <= left:
        return (median(page.y[below].tolist()) - median(page.y[above].tolist())) / width
    at = np.linspace(left, right, 5)
    fall = np.interp(at, page.x[below], page.y[below]) - np.interp(at, page.x[above], page.y[above])
    return float(fall.mean()) / width
