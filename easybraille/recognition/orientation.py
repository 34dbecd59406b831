"""Estimates the direction of a page, upright or rotated and lit from where, from a crop in each direction.

The detector assumes upright cells and light from above, and is certain only where both hold: in other directions most
of what it finds is uncertain, or there is nothing. The frequencies of dot patterns in Braille decide the rest: text
that is upside down, or that of the other side seen through the paper, has implausible ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..imaging.transforms import deskew, rotate
from .detections import HALF_TURN, MIRROR, Detections, permute_dots
from .detectors import Detector
from .layout import line_slope
from .skew import estimate_skew

# Frequency of each pattern, parts in 10,000; `python -m training.patterns` counts them.
# fmt: off
FREQUENCY = (
    0, 668, 65, 166, 37, 124, 64, 410, 14, 306, 632, 145, 49, 227, 523, 201,
    159, 1162, 34, 220, 34, 584, 25, 576, 16, 440, 44, 199, 24, 704, 606, 59,
    23, 30, 44, 20, 49, 300, 19, 89, 5, 31, 24, 41, 36, 37, 70, 30,
    14, 74, 54, 39, 20, 72, 9, 26, 7, 15, 122, 15, 87, 35, 41, 7,
)
# fmt: on
# Side of the crop, pixels; a dozen cells by eight lines at the preferred cell width.
CROP_SIDE = 416
# Certain cells among all candidates: seldom below 0.7 the right way round, never above 0.6 a quarter turn away.
MIN_CERTAIN_SHARE = 0.65
MIN_CERTAIN_CELLS = 12
# Prior log odds of an upright page, nats: most are. Text of a dozen letters outweighs it.
UPRIGHT_PRIOR = 8.0
# Log odds, nats, from which the other directions are not tried.
DECISIVE_ODDS = 20.0
# Skew up to which a page is left as it is, degrees: the detector tolerates twice as much.
MAX_LEVEL_SKEW = 7.0

_masks = np.arange(64, dtype=np.uint8)
_log = np.log(np.maximum(FREQUENCY, 1))
_pattern_logs = np.stack(
    [
        _log,
        _log[permute_dots(_masks, HALF_TURN)],
        _log[permute_dots(_masks, MIRROR)],
        _log[permute_dots(permute_dots(_masks, MIRROR), HALF_TURN)],
    ]
)
_odds = _pattern_logs - _pattern_logs.mean(axis=0)


@dataclass(frozen=True, slots=True)
class DirectionEvidence:
    """The evidence for one direction.

    Attributes:
        quarters: counterclockwise quarter turns of the picture.
        certain, candidates: how many cells.
        upright, upside_down: log odds of the patterns for each, against the mean of all four orientations.
        seen_through: the same for the better of the two mirrored orientations.
    """

    quarters: int
    certain: int
    candidates: int
    upright: float
    upside_down: float
    seen_through: float

    @property
    def fits(self) -> bool:
        """Whether light and cells are as the detector assumes."""
        return self.certain >= MIN_CERTAIN_CELLS and self.certain >= MIN_CERTAIN_SHARE * self.candidates

    @property
    def decisive(self) -> bool:
        """Whether the page is upright without trying the other directions."""
        return self.fits and self.upright > max(self.upside_down, self.seen_through) + DECISIVE_ODDS

    @property
    def front(self) -> float:
        """The log odds of the front of a page, either way up."""
        return max(self.upright, self.upside_down)


def direction_evidence(cells: Detections, certain: float, quarters: int = 0) -> DirectionEvidence:
    """The evidence of the candidates of a picture rotated by `quarters`."""
    sure = cells.dots[cells.confidence >= certain]
    upright, upside_down, *through = _odds[:, sure].sum(axis=1)
    return DirectionEvidence(quarters, len(sure), len(cells), float(upright), float(upside_down), float(max(through)))


def estimate_direction(detector: Detector, gray: np.ndarray) -> tuple[float, int | None]:
    """Estimate how to rotate a picture so that cells and light are as the detector assumes.

    The page may still be upside down then (lit from below): all its cells decide that better than a crop.

    Args:
        gray: (rows, columns) uint8, its cells about as wide as the detector prefers.

    Returns:
        degrees counterclockwise that deskew it, 0 where it is level enough, and the quarter turns counterclockwise that
        follow, 0 to 3; None where no direction shows enough.
    """
    piece = most_detailed_crop(gray, CROP_SIDE)
    cells = detector.detect([piece])[0]
    first = direction_evidence(cells, detector.manifest.thresholds.confidence)
    if first.decisive and abs(line_slope(cells.boxes)) < np.tan(np.deg2rad(MAX_LEVEL_SKEW)):
        return 0.0, 0
    degrees = estimate_skew(piece)
    if abs(degrees) < MAX_LEVEL_SKEW:
        degrees = 0.0
    elif not first.decisive:
        piece = most_detailed_crop(deskew(gray, degrees), CROP_SIDE)
        first = _evidence_in(detector, piece, 0)
    return degrees, 0 if first.decisive else _best_quarter_turns(detector, piece, first)


def _best_quarter_turns(detector: Detector, piece: np.ndarray, first: DirectionEvidence) -> int | None:
    """The quarter turns after which a crop is as the detector assumes; None where no direction shows enough."""
    directions = [first, *(_evidence_in(detector, piece, quarters) for quarters in (1, 2, 3))]
    best, most = None, 0.0
    for one in directions:
        # Where the light shows the dots of one side, the opposite light shows those of the other through the paper.
        opposite = directions[(one.quarters + 2) % 4]
        if one.fits or opposite.fits:
            odds = one.front + opposite.seen_through + UPRIGHT_PRIOR * (one.quarters == 0)
            if odds > most:
                best, most = one.quarters, odds
    return best


def _evidence_in(detector: Detector, piece: np.ndarray, quarters: int) -> DirectionEvidence:
    cells = detector.detect([rotate(piece, quarters)])[0]
    return direction_evidence(cells, detector.manifest.thresholds.confidence, quarters)


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
