"""Detects the cells of a page at any size, rotation, skew and light direction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ..imaging.transforms import deskew, resize, rotate, rotate_boxes, undo_deskew_boxes
from .detections import Detections, mirror, rotate_half_turn
from .detectors import Detector
from .lattice import raise_lines, settle
from .layout import Grid, arrange_lines, line_slope
from .orientation import CROP_SIDE, MIRRORED, UPRIGHT, UPSIDE_DOWN, WAYS, likely_quarter_turns, most_detailed_crop
from .passes import MIN_CERTAIN_CELLS, PAGE_SIDE, page_scale
from .printed import without_placeholders
from .skew import estimate_skew
from .views import CLEAR, DECISIVE_ODDS, OPPOSITE, UPRIGHT_PRIOR, Hypothesis, Light, Views

Rotation = Literal[0, 90, 180, 270]
ROTATIONS: tuple[Rotation, ...] = (0, 90, 180, 270)
# Other sizes to try where the first shows next to nothing: a few cells photographed large, or a page far away.
OTHER_SIDES, SMALL_SIDES = (688, 2400, 344), (688, 344)
# Margin around a picture whose cells touch its edge, as a share of its shorter side, and at least so many pixels.
MARGIN, LEAST_MARGIN = 0.3, 16
LIGHT_FROM: dict[Light, int] = {"top": 90, "foot": 270, "left": 180, "right": 0}
# Skew up to which a page is not deskewed, degrees: the detector tolerates twice as much.
MAX_LEVEL_SKEW = 7.0


@dataclass(frozen=True, slots=True)
class DetectedSide:
    """The cells of one side of a page.

    Attributes:
        cells: as the reader of that side feels them: upright, those of a back mirrored.
        boxes: (n, 4) the same cells' boxes in the picture as it was given.
        lines: of indices of the cells, see `arrange_lines`.
        skew: degrees that the picture was rotated by, counterclockwise, to level its lines.
        base: quarter turns counterclockwise that followed.
        light: in which the side shows, see `views`.
        way: UPRIGHT, or UPSIDE_DOWN where the picture has to be rotated by another 180 degrees.
        one_sided: whether the opposite light shows the same side: the sheet has no dents.
        sure: an estimate of the probability that the text is upright as read; not calibrated.
    """

    cells: Detections
    boxes: np.ndarray
    lines: Grid
    skew: float = 0.0
    base: int = 0
    light: Light = "top"
    way: int = UPRIGHT
    one_sided: bool = False
    sure: float = 1.0

    @property
    def quarters(self) -> int:
        """Quarter turns counterclockwise that make the text upright."""
        return (self.base + 2 * (self.way == UPSIDE_DOWN)) % 4

    @property
    def rotation(self) -> Rotation:
        """Clockwise degrees that make the text upright: 0, 90, 180 or 270."""
        return ROTATIONS[-self.quarters % 4]

    @property
    def light_from(self) -> int:
        """The approximate direction of the light on the upright page, degrees: 90 is above, 180 left."""
        return (LIGHT_FROM[self.light] + 180 * (self.way == UPSIDE_DOWN)) % 360


def detect_front(detector: Detector, gray: np.ndarray, rotation: Rotation | None = None) -> DetectedSide:
    """Detect the cells of a page's front.

    One pass runs at the scale of a page that fills the picture, a second one where its cells turn out smaller or larger
    than the detector prefers. Other lights, directions and scales are tried only where these leave something open.

    Args:
        gray: (rows, columns) uint8.
        rotation: clockwise degrees that make the page upright; None detects them.
    """
    known = rotation is not None
    base = -ROTATIONS.index(rotation) % 4 if rotation is not None else 0
    ways = (UPRIGHT,) if known else (UPRIGHT, UPSIDE_DOWN)
    plain = _Position(detector, gray, 0.0, base)
    positions = [plain]
    if not plain.clear(ways):
        # A page that runs level and fits is not deskewed, whatever angle its light and shade suggest.
        if not (plain.fits and plain.level):
            degrees = estimate_skew(most_detailed_crop(resize(plain.views.gray, page_scale(gray)), CROP_SIDE))
            if abs(degrees) >= MAX_LEVEL_SKEW:
                positions.append(_Position(detector, gray, degrees, base))
        if not known and not any(position.fits for position in positions):
            positions += _rotated(detector, gray, positions)
        if not any(position.decisive(ways) for position in positions):
            positions += _unusual(detector, gray, base, plain, ways)
        if not _best(positions, ways).clear(ways):
            for position in positions:
                position.views.try_other_lights()
    position = _best(positions, ways)
    hypothesis = position.hypotheses(ways)[0]
    sure = 1.0 if known else _sure(position, hypothesis, positions, ways)
    return _read(position, hypothesis, sure)


class _Position:
    """A picture, deskewed and rotated, with what was detected in it.

    Attributes:
        skew, base: see `DetectedSide`.
        margin: around the picture, pixels.
        whole, shape: (rows, columns) before and after it is deskewed.
        views: of the rotated picture.
    """

    def __init__(
        self,
        detector: Detector,
        gray: np.ndarray,
        degrees: float,
        base: int,
        scale: float | None = None,
        margin: int = 0,
    ):
        self.skew, self.base, self.margin, self.whole = degrees, base, margin, gray.shape
        level = deskew(gray, degrees)
        self.shape = level.shape
        self.views = Views(detector, rotate(level, base), scale or page_scale(gray))
        self._first = self.views.view("top")

    def clear(self, ways: tuple[int, ...]) -> bool:
        """Whether no other light or direction needs to be tried."""
        said = self._first.evidence
        others = [way for way in WAYS if way != UPRIGHT and (way in ways or way >= MIRRORED)]
        return (
            said.certain >= MIN_CERTAIN_CELLS
            and said.share >= CLEAR
            and said.odds[UPRIGHT] > said.odds[others].max() + DECISIVE_ODDS
            and self.level
        )

    @property
    def level(self) -> bool:
        """Whether lines are so level that the page needs no deskewing."""
        boxes = self._first.cells.boxes
        return len(boxes) == 0 or abs(line_slope(boxes)) < np.tan(np.deg2rad(MAX_LEVEL_SKEW))

    @property
    def fits(self) -> bool:
        """Whether light and cells are as the detector assumes."""
        return self._first.evidence.fits

    @property
    def certain(self) -> int:
        """The number of certain cells."""
        return self._first.evidence.certain

    def decisive(self, ways: tuple[int, ...]) -> bool:
        """Whether what some light shows is certainly Braille."""
        views = [self.views.view(hypothesis.light).evidence for hypothesis in self.hypotheses(ways)]
        return any(one.fits or (one.certain >= MIN_CERTAIN_CELLS and one.odds.max() > DECISIVE_ODDS) for one in views)

    def hypotheses(self, ways: tuple[int, ...]) -> list[Hypothesis]:
        """See `Views.hypotheses`; a page on its side has a lower prior than an upright one."""
        unusual = 2 * UPRIGHT_PRIOR * (self.base % 2)
        return [replace(hypothesis, odds=hypothesis.odds - unusual) for hypothesis in self.views.hypotheses(ways)]


def _unusual(
    detector: Detector, gray: np.ndarray, base: int, plain: _Position, ways: tuple[int, ...]
) -> list[_Position]:
    """The picture at other scales, with a margin around it, and inverted, where these show more."""
    edge = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    margin = max(LEAST_MARGIN, int(MARGIN * min(gray.shape)))
    padded = np.pad(gray, margin, constant_values=int(np.median(edge)))
    tried = [(gray, 0, side) for side in OTHER_SIDES]
    tried += [(picture, m, side) for picture, m in ((padded, margin), (255 - gray, 0)) for side in SMALL_SIDES]
    found = []
    for picture, around, side in tried:
        # Only small pictures are enlarged: what a large one does not show at its own size is not there.
        scale = min(side / max(picture.shape), max(1.0, PAGE_SIDE / max(picture.shape)))
        if around or picture is not gray or abs(np.log(scale / page_scale(gray))) > 0.2:
            position = _Position(detector, picture, 0.0, base, scale, around)
            # Specks that pass for a cell at one scale or another are no reason to prefer it.
            if plain.certain < MIN_CERTAIN_CELLS:
                better = position.certain > max(3, 2 * plain.certain)
            else:
                better = position.hypotheses(ways)[0].odds > plain.hypotheses(ways)[0].odds + DECISIVE_ODDS
            if better:
                found.append(position)
    return found


def _best(positions: list[_Position], ways: tuple[int, ...]) -> _Position:
    return max(positions, key=lambda position: position.hypotheses(ways)[0].odds)


def _rotated(detector: Detector, gray: np.ndarray, positions: list[_Position]) -> list[_Position]:
    """The picture rotated as a crop of it is most plausible, unless `positions` covers that already."""
    found = []
    for position in positions:
        straight = resize(deskew(gray, position.skew), page_scale(gray))
        found.append((*likely_quarter_turns(detector, straight), position))
    _, quarters, position = max(found, key=lambda one: one[0])
    if quarters % 2:
        return [_Position(detector, gray, position.skew, quarters)]
    if quarters == 2:
        position.views.view("foot")
    return []


def _sure(position: _Position, hypothesis: Hypothesis, positions: list[_Position], ways: tuple[int, ...]) -> float:
    """An estimate of the probability that a hypothesis has the page upright and shows its front."""
    rivals = [
        other.odds
        for place in positions
        for other in place.hypotheses(ways)
        if (place.base + 2 * other.way) % 4 != (position.base + 2 * hypothesis.way) % 4
    ]
    lead = hypothesis.odds - max(rivals)
    return float(1 / (1 + np.exp(-lead / UPRIGHT_PRIOR)))


def _read(position: _Position, hypothesis: Hypothesis, sure: float) -> DetectedSide:
    """The side that a hypothesis shows, with its boxes in the picture as it was given."""
    views = position.views
    cells = views.candidates(hypothesis.light)
    one_sided = views.same_side(hypothesis.light)
    cells = without_placeholders(views.gray, cells)
    if hypothesis.way == UPSIDE_DOWN:
        cells = rotate_half_turn(cells, views.gray.shape)
    cells = settle(cells, views.thresholds.confidence)
    lines = arrange_lines(cells.boxes)
    raised = raise_lines(cells, lines)
    if raised is not cells:
        cells, lines = raised, arrange_lines(raised.boxes)
    light, way = hypothesis.light, hypothesis.way
    side = DetectedSide(cells, cells.boxes, lines, position.skew, position.base, light, way, one_sided, sure)
    side = _as_taken(side, cells.boxes, views.gray.shape, position.shape, position.whole)
    return replace(side, boxes=side.boxes - np.float32(position.margin))


def detect_back(detector: Detector, gray: np.ndarray, front: DetectedSide) -> DetectedSide:
    """Detect the cells of the other side by its dents in the same picture: in opposite light, a dent looks like a dot.

    Args:
        gray: (rows, columns) uint8.
        front: the other side, as `detect_front` found it.
    """
    back = replace(front, cells=front.cells.only(np.zeros(len(front.cells), bool)), boxes=front.boxes[:0], lines=[])
    if front.one_sided:
        return back
    level = deskew(gray, front.skew)
    views = Views(detector, rotate(level, front.base), page_scale(gray))
    light, way = OPPOSITE[front.light], front.way
    odds = views.view(light).evidence.odds
    if odds[MIRRORED:].max() < odds[:MIRRORED].max():
        return back
    other = UPSIDE_DOWN if way == UPRIGHT else UPRIGHT
    # The back of a sheet that is turned over along its upper edge is the other way up.
    if odds[MIRRORED + other] > odds[MIRRORED + way] + 2 * UPRIGHT_PRIOR:
        way = other
    cells = views.candidates(light)
    if way == UPSIDE_DOWN:
        cells = rotate_half_turn(cells, views.gray.shape)
    columns = views.gray.shape[1]
    cells = settle(mirror(cells, columns), views.thresholds.confidence)
    back = replace(back, cells=cells, lines=arrange_lines(cells.boxes), light=light, way=way)
    return _as_taken(back, mirror(cells, columns).boxes, views.gray.shape, level.shape, gray.shape)


def _as_taken(
    found: DetectedSide, boxes: np.ndarray, upright: tuple[int, ...], level: tuple[int, ...], whole: tuple[int, ...]
) -> DetectedSide:
    """Move the boxes (n, 4) of a side in the upright picture to the picture as it was given.

    Args:
        upright, level, whole: (rows, columns) of the upright picture, of the deskewed one, and as it was given.
    """
    boxes = rotate_boxes(boxes, -found.quarters, upright)
    return replace(found, boxes=undo_deskew_boxes(boxes, found.skew, level, whole))
