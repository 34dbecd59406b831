"""Estimates which way up a page is, and from which side it is seen, by its cells.

Text that is upside down or seen through the paper has pairs of cells that no language has. The frequencies of pairs are
counted over many languages, sums included; a pair that a page repeats, as tables and rules do, counts 1 + log n times.
Lines also begin flush on the left and end ragged on the right.
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
# Orientations of cells: as they are read, upside down, seen from the other side, and both.
WAYS = UPRIGHT, UPSIDE_DOWN, MIRRORED, MIRRORED_UPSIDE_DOWN = range(4)
# Log odds of a single pair are clipped here, nats.
MOST = 3.0
# Log odds for each line that begins flush on the left rather than ends flush on the right, and their limit, nats.
FLUSH, FLUSH_MOST = 1.0, 6.0
# Side of the crop that is detected in each direction, pixels; a dozen cells by eight lines.
CROP_SIDE = 416
# Certain cells among all candidates: seldom below 0.7 the right way round, never above 0.6 a quarter turn away.
MIN_CERTAIN_SHARE = 0.65


@dataclass(frozen=True, slots=True)
class DirectionEvidence:
    """The evidence of the certain cells of a picture for its orientation.

    Attributes:
        odds: (4,) log odds of each of `WAYS`, nats against their mean.
        certain, candidates: numbers of cells.
    """

    odds: np.ndarray
    certain: int
    candidates: int

    @property
    def share(self) -> float:
        """The share of candidates that are certain."""
        return self.certain / max(1, self.candidates)

    @property
    def fits(self) -> bool:
        """Whether light and cells are as the detector assumes."""
        return self.certain >= MIN_CERTAIN_CELLS and self.share >= MIN_CERTAIN_SHARE


def direction_evidence(cells: Detections, candidates: int, certain: float) -> DirectionEvidence:
    """The evidence of settled cells for their orientation.

    Args:
        cells: as the picture shows them.
        candidates: their number before they were settled.
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
    """Count how often each mask follows each on a line: (64, 64), 0 for a blank."""
    # Lines follow each other with a blank between: two blanks count as nothing.
    places = np.array([BLANK, *(i for row in rows for i in (*row, BLANK))])
    masks = np.where(places == BLANK, 0, dots[places]).astype(int)
    counts = np.bincount(64 * masks[:-1] + masks[1:], minlength=64 * 64).astype(float).reshape(64, 64)
    counts[0, 0] = 0
    return counts


def _flush(rows: list[list[int]]) -> int:
    """The number of lines that begin in one column, less the number that end in one."""
    ends = [(places[0], places[-1]) for row in rows if (places := [j for j, i in enumerate(row) if i != BLANK])]
    if len(ends) < 3:
        return 0
    left, right = (np.unique(side, return_counts=True)[1].max() for side in np.array(ends).T)
    return int(left - right)


@cache
def _odds() -> np.ndarray:
    """The log odds (4, 64, 64) of each of `WAYS` by a pair of masks, nats against their mean."""
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
    """The quarter turns counterclockwise, 0 to 3, after which a crop of a picture is most plausible as Braille.

    A crop shows whether lines are horizontal; all cells of the page decide better which way up they are, and in what
    light.

    Args:
        gray: (rows, columns) uint8, its cells about as wide as the detector prefers.

    Returns:
        log odds in nats, and the turns; 0 and 0 where no rotation is plausible.
    """
    certain = detector.manifest.thresholds.confidence
    piece = most_detailed_crop(gray, CROP_SIDE)
    shown = [detector.detect([rotate(piece, quarters)])[0] for quarters in range(4)]
    seen = [direction_evidence(cells.only(cells.confidence >= certain), len(cells), certain) for cells in shown]
    best = (0.0, 0)
    for quarters, one in enumerate(seen):
        # Where the light shows the dots of one side, the opposite light shows those of the other through the paper.
        opposite = seen[(quarters + 2) % 4]
        if one.fits or opposite.fits:
            odds = one.odds[:MIRRORED].max() + max(0.0, float(opposite.odds[MIRRORED:].max()))
            best = max(best, (float(odds), quarters))
    return best


def most_detailed_crop(gray: np.ndarray, side: int) -> np.ndarray:
    """The square crop (side, side) with the most fine detail, smaller where the picture is."""
    rows, columns = gray.shape
    # A picture thinner than a block has no detail to compare along its short side.
    block = min(32, rows, columns)
    if rows <= side and columns <= side:
        return gray
    high, wide = rows // block, columns // block
    values = gray[: high * block, : wide * block].astype(np.float32)
    step = np.abs(np.diff(values, axis=0, append=values[-1:])) + np.abs(np.diff(values, axis=1, append=values[:, -1:]))
    detail = step.reshape(high, block, wide, block).mean(axis=(1, 3))
    # The edge of a sheet or black print is far stronger than any dot, so detail is clipped.
    detail = np.minimum(detail, 2 * detail.mean())
    total = np.pad(detail.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    down, across = min(side // block, high), min(side // block, wide)
    windows = total[down:, across:] - total[:-down, across:] - total[down:, :-across] + total[:-down, :-across]
    top, left = np.unravel_index(windows.argmax(), windows.shape)
    top, left = (max(0, min(at * block, whole - side)) for at, whole in ((int(top), rows), (int(left), columns)))
    return gray[top : top + side, left : left + side]
