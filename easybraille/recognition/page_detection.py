"""Cells at whatever size, however turned and in whatever light: the picture is brought to what the detector knows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..imaging.transforms import leveled, resized, tilted_boxes, turned, turned_boxes
from .calibration import doubt
from .detections import Detections, mirrored, upside_down
from .detectors import Detector
from .lattice import settle
from .multiscale import fused
from .orientation import FEW, UPRIGHT, look, way_to_turn

# A page that fills the picture has about 30 cells on a line: at this longer side they are some 22 pixels wide.
PAGE_SIDE = 1376
# Other sizes to try where the first shows next to nothing: a few cells photographed large, or a page far away.
OTHER_SIDES = (688, 2400, 344)
LARGEST_SIDE = 3200
# A page with more wrong cells than this share, by what the detector itself says of each, is looked at again in several
# sizes: a dot that is hidden in one shows in another. Where still much is in doubt, as under large print, in more.
# Cells that show faintly in one look count beside those of the others.
CLOSER = ((0.005, (1.0, 1.15, 1.3)), (0.05, (1.45, 1.6)))
GLIMPSE = 0.15


@dataclass(frozen=True, slots=True)
class Found:
    """The cells of one side of a page.

    Attributes:
        cells: as the reader of that side has them before himself: upright, a back mirrored.
        boxes: (n, 4) the same cells' boxes in the picture as it was given.
        quarters: turns counterclockwise that make the text upright.
        light: turns counterclockwise after which light comes from above.
        tilt: degrees that the picture was turned by, counterclockwise, before any of these turns, to level its lines.
    """

    cells: Detections
    boxes: np.ndarray
    quarters: int
    light: int
    tilt: float = 0.0

    @property
    def rotation(self) -> int:
        """Degrees clockwise that make the text upright."""
        return -self.quarters % 4 * 90

    def only(self, which: np.ndarray, dots: np.ndarray) -> Found:
        """Some of the cells, by index (m,), with other dots (m,)."""
        return replace(self, cells=replace(self.cells.only(which), dots=dots), boxes=self.boxes[which])


def find_cells(detector: Detector, gray: np.ndarray) -> Found:
    """The front's cells of a picture of any size, turned by any angle, lit from any side.

    A look at a piece tells the direction; then one pass where the page fills the picture, a second where its cells
    turn out smaller or larger than the detector likes, and more only where next to nothing is found.

    Args:
        gray: (rows, columns) uint8.
    """
    certain = detector.manifest.thresholds.confidence
    scale = _page_scale(gray)
    degrees, quarters = way_to_turn(detector, resized(gray, scale))
    level = leveled(gray, degrees)
    if quarters is None:
        cells, quarters = _any_way(detector, level, scale)
    else:
        cells = _at_its_size(detector, turned(level, quarters), scale)
    cells = _closer(detector, turned(level, quarters), cells)
    return _as_taken(_front(cells, quarters, level.shape, certain), degrees, level.shape, gray.shape)


def _any_way(detector: Detector, gray: np.ndarray, scale: float) -> tuple[Detections, int]:
    """The candidates of a picture that a look does not tell the direction of, and the quarter turns that show them."""
    certain = detector.manifest.thresholds.confidence
    best, light = _at_its_size(detector, gray, scale, OTHER_SIDES), 0
    if not look(best, certain).fits:
        for quarters in (2, 1, 3):
            other = _at_its_size(detector, turned(gray, quarters), scale)
            if look(other, certain).fits and _certain(other, certain) > 2 * _certain(best, certain):
                best, light = other, quarters
    return best, light


def find_back(detector: Detector, gray: np.ndarray, front: Found) -> Found:
    """The cells of the other side, by its dents in the same picture: lit from below, a dent looks like a dot."""
    certain = detector.manifest.thresholds.confidence
    level = leveled(gray, front.tilt)
    light, quarters = (front.light + 2) % 4, front.quarters
    shape = _shape(level.shape, light)
    lit = turned(level, light)
    cells = _closer(detector, lit, _at_its_size(detector, lit, _page_scale(gray)))
    if light != quarters:
        cells = upside_down(cells, shape)
    seen = look(mirrored(cells, shape[1]), certain)
    if seen.upside_down > seen.upright + UPRIGHT:  # the sheet is turned over along its upper edge
        cells, quarters = upside_down(cells, shape), (quarters + 2) % 4
    cells = settle(mirrored(cells, shape[1]), certain)
    back = Found(cells, turned_boxes(mirrored(cells, shape[1]).boxes, -quarters, shape), quarters, light)
    return _as_taken(back, front.tilt, level.shape, gray.shape)


def _front(cells: Detections, light: int, whole: tuple[int, int], certain: float) -> Found:
    """Candidates of the picture turned by `light`, settled and the right way up."""
    shape = _shape(whole, light)
    seen = look(cells, certain)
    quarters = light
    if seen.upside_down > seen.upright + (UPRIGHT if light == 0 else 0.0):
        cells, quarters = upside_down(cells, shape), (light + 2) % 4
    cells = settle(cells, certain)
    return Found(cells, turned_boxes(cells.boxes, -quarters, shape), quarters, light)


def _as_taken(found: Found, degrees: float, level: tuple[int, int], whole: tuple[int, int]) -> Found:
    """Cells of a picture that was leveled, with their boxes where they are in the picture as it was given.

    Args:
        degrees: see `leveled`.
        level, whole: (rows, columns) of the two.
    """
    return replace(found, boxes=tilted_boxes(found.boxes, degrees, level, whole), tilt=degrees)


def _shape(whole: tuple[int, int], quarters: int) -> tuple[int, int]:
    """(rows, columns) of a picture once it is turned."""
    return whole[::-1] if quarters % 2 else whole


def _certain(cells: Detections, certain: float) -> int:
    """How many cells a pass has found for certain."""
    return int((cells.confidence >= certain).sum())


def _page_scale(gray: np.ndarray) -> float:
    """By how much to enlarge a picture whose page fills it."""
    return min(1.0, PAGE_SIDE / max(gray.shape))


def _at_its_size(detector: Detector, gray: np.ndarray, scale: float, others: tuple[int, ...] = ()) -> Detections:
    """The candidates at the size that shows the most: a page's, else one of `others`, and then what its cells want.

    Args:
        gray: (rows, columns) uint8, larger by its border where it was leveled.
        scale: that shows a page.
        others: longer sides of the picture, pixels.
    """
    wanted, certain = detector.manifest.input, detector.manifest.thresholds.confidence
    longest = max(gray.shape)
    best = _at(detector, gray, scale)
    if _certain(best, certain) < FEW:
        for side in others:
            # Only small pictures are blown up: what a large one does not show at its own size is not there.
            other = min(side / longest, max(1.0, PAGE_SIDE / longest))
            if abs(np.log(other / scale)) < 0.2:
                continue
            found = _at(detector, gray, other)
            # Specks that pass for a cell at one size or another are no reason to prefer it.
            if _certain(found, certain) > max(3, 2 * _certain(best, certain)):
                best, scale = found, other
    sure = best.only(best.confidence >= certain)
    if len(sure) < 3:
        return best
    better = wanted.cell_width / float(np.median(sure.boxes[:, 2] - sure.boxes[:, 0]))
    better = min(better, LARGEST_SIDE / longest)
    # Close enough is left alone: a second pass costs as much as the first and changes little.
    if 0.8 < better / scale < 1.25:
        return best
    again = _at(detector, gray, better)
    return again if _certain(again, certain) > 0.8 * len(sure) else best


def _closer(detector: Detector, gray: np.ndarray, cells: Detections) -> Detections:
    """The candidates of a picture, by several looks at it where too many of them are doubtful."""
    wanted, thresholds = detector.manifest.input.cell_width, detector.manifest.thresholds
    sure = cells.only(cells.confidence >= thresholds.confidence)
    if len(sure) < FEW:
        return cells
    width = float(np.median(sure.boxes[:, 2] - sure.boxes[:, 0]))
    looks: list[Detections] = []
    for share, sizes in CLOSER:
        if doubt(settle(cells, thresholds.confidence), thresholds) <= share:
            break
        scales = (min(size * wanted / width, LARGEST_SIDE / max(gray.shape)) for size in sizes)
        looks += [_at(detector, gray, scale, GLIMPSE) for scale in scales]
        cells = fused(looks, thresholds)
    return cells


def _at(detector: Detector, gray: np.ndarray, scale: float, candidate: float | None = None) -> Detections:
    """The candidates of a picture looked at in one size; `candidate` as in `Detector.detect`."""
    image = resized(gray, scale)
    cells = detector.detect([image], candidate)[0]
    back = np.array([gray.shape[1] / image.shape[1], gray.shape[0] / image.shape[0]] * 2, np.float32)
    return Detections(cells.boxes * back, cells.dots, cells.scores, cells.confidence)
