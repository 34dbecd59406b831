"""The cells of a page in whatever size, light and direction: the picture is brought to what the detector knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ..imaging.transforms import leveled, resized, tilted_boxes, turned, turned_boxes
from .detections import Detections, mirrored, upside_down
from .detectors import Detector
from .lattice import settle
from .layout import slope
from .multiscale import FEW, page_scale
from .orientation import MIRRORED, PIECE, UPRIGHT, UPSIDE_DOWN, WAYS, busiest, likely_quarters
from .skew import tilt
from .views import BEYOND_DOUBT, CLEAR, OPPOSITE, USUAL, Light, Reading, Views

# Degrees clockwise that make a page upright, where the caller knows them.
Rotation = Literal["auto", 0, 90, 180, 270]
# Other sizes to try where the first shows next to nothing: a few cells photographed large, or a page far away.
OTHER_SIDES = (688, 2400, 344)
LIT_FROM: dict[Light, int] = {"top": 90, "foot": 270, "left": 180, "right": 0}
# Degrees up to which lines are level enough: the detector knows twice as many.
LEVEL = 7.0


@dataclass(frozen=True, slots=True)
class Found:
    """The cells of one side of a page.

    Attributes:
        cells: as the reader of that side has them before himself: upright, a back mirrored.
        boxes: (n, 4) the same cells' boxes in the picture as it was given.
        tilt: degrees that the picture was turned by, counterclockwise, to level its lines.
        base: quarter turns counterclockwise that came after, before its light was told.
        light: that the side shows in, see `views`.
        way: UPRIGHT, or UPSIDE_DOWN where the picture has to be turned once more, by 180 degrees.
        one_sided: whether the opposite light shows the same side: the sheet has no dents.
        sure: the probability that the text stands upright as it is read here.
    """

    cells: Detections
    boxes: np.ndarray
    tilt: float = 0.0
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
    def rotation(self) -> int:
        """Degrees clockwise that make the text upright."""
        return -self.quarters % 4 * 90

    @property
    def lit_from(self) -> int:
        """Degrees, about where the light comes from as the page is read: 90 is its top, 180 its left."""
        return (LIT_FROM[self.light] + 180 * (self.way == UPSIDE_DOWN)) % 360

    def only(self, which: np.ndarray, dots: np.ndarray) -> Found:
        """Some of the cells, by index (m,), with other dots (m,)."""
        return replace(self, cells=replace(self.cells.only(which), dots=dots), boxes=self.boxes[which])


def find_cells(detector: Detector, gray: np.ndarray, rotation: Rotation = "auto") -> Found:
    """The front's cells of a picture of any size, turned by any angle, lit from any side.

    One pass where the page fills the picture, a second where its cells turn out smaller or larger than the detector
    likes; other lights and directions are looked at only where that leaves something open.

    Args:
        gray: (rows, columns) uint8.
        rotation: degrees clockwise that make the page upright, if they are known.
    """
    known = rotation != "auto"
    base = -rotation // 90 % 4 if known else 0
    ways = (UPRIGHT,) if known else (UPRIGHT, UPSIDE_DOWN)
    plain = _Position(detector, gray, 0.0, base)
    positions = [plain]
    if not plain.clear(ways):
        # What runs level and fits needs no leveling, whatever angle its light and shade suggest.
        if not (plain.fits and plain.level):
            degrees = tilt(busiest(resized(plain.views.gray, page_scale(gray)), PIECE))
            if abs(degrees) >= LEVEL:
                positions.append(_Position(detector, gray, degrees, base))
        if not known and not any(position.fits for position in positions):
            positions += _turned(detector, gray, positions)
        if all(position.few for position in positions):
            positions.append(_Position(detector, gray, 0.0, base, OTHER_SIDES))
        if not _best(positions, ways).clear(ways):
            for position in positions:
                position.views.look_around()
    position = _best(positions, ways)
    reading = position.readings(ways)[0]
    return _read(position, reading, _sure(position, reading, positions, ways), gray.shape)


class _Position:
    """A picture as it was turned to be looked at.

    Attributes:
        tilt, base: see `Found`.
        shape: (rows, columns) once it is leveled.
        views: of the turned picture.
    """

    def __init__(self, detector: Detector, gray: np.ndarray, degrees: float, base: int, others: tuple[int, ...] = ()):
        self.tilt, self.base = degrees, base
        level = leveled(gray, degrees)
        self.shape = level.shape
        self.views = Views(detector, turned(level, base), page_scale(gray), others)
        self._first = self.views.see("top")

    def clear(self, ways: tuple[int, ...]) -> bool:
        """Whether there is no need to look in another light or direction."""
        said = self._first.evidence
        others = [way for way in WAYS if way != UPRIGHT and (way in ways or way >= MIRRORED)]
        return (
            said.certain >= FEW
            and said.share >= CLEAR
            and said.odds[UPRIGHT] > said.odds[others].max() + BEYOND_DOUBT
            and self.level
        )

    @property
    def level(self) -> bool:
        """Whether lines run so level that the detector takes them as they are."""
        boxes = self._first.cells.boxes
        return len(boxes) == 0 or abs(slope(boxes)) < np.tan(np.deg2rad(LEVEL))

    @property
    def fits(self) -> bool:
        """Whether light and cells lie as the detector knows them."""
        return self._first.evidence.fits

    @property
    def few(self) -> bool:
        """Whether there is next to nothing to be seen."""
        return self._first.evidence.certain < FEW

    def readings(self, ways: tuple[int, ...]) -> list[Reading]:
        """See `Views.readings`; a page that lies on its side is less likely than one that stands."""
        unusual = 2 * USUAL * (self.base % 2)
        return [replace(reading, odds=reading.odds - unusual) for reading in self.views.readings(ways)]


def _best(positions: list[_Position], ways: tuple[int, ...]) -> _Position:
    return max(positions, key=lambda position: position.readings(ways)[0].odds)


def _turned(detector: Detector, gray: np.ndarray, positions: list[_Position]) -> list[_Position]:
    """The picture turned by quarters as a piece of it looks most like Braille, if it was not looked at like that."""
    found = []
    for position in positions:
        straight = resized(leveled(gray, position.tilt), page_scale(gray))
        found.append((*likely_quarters(detector, straight), position))
    _, quarters, position = max(found, key=lambda one: one[0])
    if quarters % 2:
        return [_Position(detector, gray, position.tilt, quarters)]
    if quarters == 2:
        position.views.see("foot")
    return []


def _sure(position: _Position, reading: Reading, positions: list[_Position], ways: tuple[int, ...]) -> float:
    """The probability that a reading has the page upright and shows its front."""
    rivals = [
        other.odds
        for place in positions
        for other in place.readings(ways)
        if (place.base + 2 * other.way) % 4 != (position.base + 2 * reading.way) % 4
    ]
    lead = reading.odds - max(rivals, default=reading.odds - USUAL)
    return float(1 / (1 + np.exp(-lead / USUAL)))


def _read(position: _Position, reading: Reading, sure: float, whole: tuple[int, int]) -> Found:
    """The cells of a reading, where they are in the picture (rows, columns) as it was given."""
    views = position.views
    cells = views.candidates(reading.light)
    one_sided = views.same_side(reading.light)
    if reading.way == UPSIDE_DOWN:
        cells = upside_down(cells, views.gray.shape)
    cells = settle(cells, views.thresholds.confidence)
    found = Found(cells, cells.boxes, position.tilt, position.base, reading.light, reading.way, one_sided, sure)
    return _as_taken(found, cells.boxes, views.gray.shape, position.shape, whole)


def find_back(detector: Detector, gray: np.ndarray, front: Found) -> Found:
    """The cells of the other side, by its dents in the same picture: in the opposite light a dent looks like a dot."""
    back = replace(front, cells=front.cells.only(np.zeros(0, int)), boxes=front.boxes[:0])
    if front.one_sided:
        return back
    level = leveled(gray, front.tilt)
    views = Views(detector, turned(level, front.base), page_scale(gray))
    light, way = OPPOSITE[front.light], front.way
    odds = views.see(light).evidence.odds
    if odds[MIRRORED:].max() < odds[:MIRRORED].max():
        return back
    other = UPSIDE_DOWN if way == UPRIGHT else UPRIGHT
    if odds[MIRRORED + other] > odds[MIRRORED + way] + 2 * USUAL:  # the sheet is turned over along its upper edge
        way = other
    cells = views.candidates(light)
    if way == UPSIDE_DOWN:
        cells = upside_down(cells, views.gray.shape)
    columns = views.gray.shape[1]
    cells = settle(mirrored(cells, columns), views.thresholds.confidence)
    back = replace(back, cells=cells, light=light, way=way)
    return _as_taken(back, mirrored(cells, columns).boxes, views.gray.shape, level.shape, gray.shape)


def _as_taken(
    found: Found, boxes: np.ndarray, upright: tuple[int, int], level: tuple[int, int], whole: tuple[int, int]
) -> Found:
    """Cells with their boxes (n, 4) of the upright picture, where they are in the picture as it was given.

    Args:
        upright, level, whole: (rows, columns) of the upright picture, of the leveled one, and as it was given.
    """
    boxes = turned_boxes(boxes, -found.quarters, upright)
    return replace(found, boxes=tilted_boxes(boxes, found.tilt, level, whole))
