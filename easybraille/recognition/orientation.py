"""Weighs which way up a page is, and from which side it is seen, by its cells.

Text that stands on its head, or is the other side's seen through the paper, has cells beside each other that no
language has. How often one cell follows another is counted over many languages, sums included; a pair that a page
repeats, as tables and rules do, counts little more than once. Lines also begin together on the left and end ragged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ..imaging.transforms import rotate
from .detections import HALF_TURN, MIRROR, Detections, permute_dots
from .detectors import Detector
from .layout import BLANK, arrange_lines
from .passes import MIN_CERTAIN_CELLS

# `python -m training.patterns` counts them.
PAIRS = Path(__file__).with_name("cell_pairs.npz")
# The ways that cells may lie: as they are read, on their head, seen from the other side, and both.
WAYS = UPRIGHT, UPSIDE_DOWN, MIRRORED, MIRRORED_UPSIDE_DOWN = range(4)
# No single pair says more than this, nats.
MOST = 3.0
# Nats for each line that begins with the others on the left rather than ends with them on the right, and at most.
FLUSH, FLUSH_MOST = 1.0, 6.0
# Side of the piece that is looked at in each direction, pixels; a dozen cells by eight lines.
CROP_SIDE = 416
# Certain cells among all candidates: seldom below 0.7 the right way round, never above 0.6 a quarter turn away.
MIN_CERTAIN_SHARE = 0.65


@dataclass(frozen=True, slots=True)
class DirectionEvidence:
    """What the certain cells of a picture say of how it lies.

    Attributes:
        odds: (4,) for each of `WAYS`, nats against the mean of all.
        certain, candidates: how many cells.
    """

    odds: np.ndarray
    certain: int
    candidates: int

    @property
    def share(self) -> float:
        """Of the candidates that are certain."""
        return self.certain / max(1, self.candidates)

    @property
    def fits(self) -> bool:
        """Whether light and cells lie as the detector knows them."""
        return self.certain >= MIN_CERTAIN_CELLS and self.share >= MIN_CERTAIN_SHARE


def direction_evidence(cells: Detections, candidates: int, certain: float) -> DirectionEvidence:
    """What cells that have settled say of how they lie.

    Args:
        cells: as the picture shows them.
        candidates: how many there were before they settled.
        certain: the confidence from which a cell counts.
    """
    sure = cells.only(cells.confidence >= certain)
    odds = np.zeros(len(WAYS))
    if len(sure):
        rows = arrange_lines(sure.boxes)
        counts = _pairs(rows, sure.dots)
        once = counts > 0
        odds = (_odds()[:, once] * (1 + np.log(counts[once]))).sum(axis=1)
        flush = float(np.clip(FLUSH * _flush(rows), -FLUSH_MOST, FLUSH_MOST))
        odds += flush * np.array([1, -1, -1, 1])
    return DirectionEvidence(odds, len(sure), candidates)


def _pairs(rows: list[list[int]], dots: np.ndarray) -> np.ndarray:
    """(64, 64) how often each mask is followed by each on a line; 0 stands for a blank."""
    counts = np.zeros((64, 64))
    for row in rows:
        masks = np.array([0, *(0 if i == BLANK else dots[i] for i in row), 0])
        np.add.at(counts, (masks[:-1], masks[1:]), 1)
    counts[0, 0] = 0
    return counts


def _flush(rows: list[list[int]]) -> int:
    """How many more lines begin in one column than end in one."""
    ends = [(places[0], places[-1]) for row in rows if (places := [j for j, i in enumerate(row) if i != BLANK])]
    if len(ends) < 3:
        return 0
    left, right = (np.unique(side, return_counts=True)[1].max() for side in np.array(ends).T)
    return int(left - right)


@cache
def _odds() -> np.ndarray:
    """(4, 64, 64) what a pair of masks says for each of `WAYS`, nats against their mean."""
    with np.load(PAIRS) as table:
        log = np.log(table["share"].astype(float))
    first, then = np.meshgrid(np.arange(64, dtype=np.uint8), np.arange(64, dtype=np.uint8), indexing="ij")
    half, mirror = (permute_dots(np.arange(64, dtype=np.uint8), order) for order in (HALF_TURN, MIRROR))
    ways = np.stack(
        [
            log[first, then],
            log[half[then], half[first]],
            log[mirror[then], mirror[first]],
            log[half[mirror[first]], half[mirror[then]]],
        ]
    )
    return (ways - ways.mean(axis=0)).clip(-MOST, MOST)


def likely_quarter_turns(detector: Detector, gray: np.ndarray) -> tuple[float, int]:
    """Quarter turns counterclockwise, 0 to 3, after which a piece of a picture looks most like Braille.

    A piece says where lines run; which end of them is up, and in what light they show, all cells of the page say
    better.

    Args:
        gray: (rows, columns) uint8, its cells about as wide as the detector wants them.

    Returns:
        nats for it, and the turns; 0 and 0 where it never looks like Braille.
    """
    certain = detector.manifest.thresholds.confidence
    piece = most_detailed_crop(gray, CROP_SIDE)
    shown = [detector.detect([rotate(piece, quarters)])[0] for quarters in range(4)]
    seen = [direction_evidence(cells.only(cells.confidence >= certain), len(cells), certain) for cells in shown]
    best = (0.0, 0)
    for quarters, one in enumerate(seen):
        # In the light that shows one side's dots, the opposite light shows the other's through the paper.
        opposite = seen[(quarters + 2) % 4]
        if one.fits or opposite.fits:
            odds = one.odds[:MIRRORED].max() + max(0.0, float(opposite.odds[MIRRORED:].max()))
            best = max(best, (float(odds), quarters))
    return best


def most_detailed_crop(gray: np.ndarray, side: int) -> np.ndarray:
    """The square piece (side, side) with the most fine detail, less at an edge of the picture."""
    rows, columns = gray.shape
    # A picture thinner than a block has no detail to compare along its short side.
    block = min(32, rows, columns)
    if rows <= side and columns <= side:
        return gray
    high, wide = rows // block, columns // block
    values = gray[: high * block, : wide * block].astype(np.float32)
    step = np.abs(np.diff(values, axis=0, append=values[-1:])) + np.abs(np.diff(values, axis=1, append=values[:, -1:]))
    detail = step.reshape(high, block, wide, block).mean(axis=(1, 3))
    # An edge of the sheet or of black print is far stronger than any dot: strong is strong enough.
    detail = np.minimum(detail, 2 * detail.mean())
    total = np.pad(detail.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    down, across = min(side // block, high), min(side // block, wide)
    windows = total[down:, across:] - total[:-down, across:] - total[down:, :-across] + total[:-down, :-across]
    top, left = np.unravel_index(windows.argmax(), windows.shape)
    top, left = (max(0, min(at * block, whole - side)) for at, whole in ((int(top), rows), (int(left), columns)))
    return gray[top : top + side, left : left + side]
