"""Detects the cells of a page at any size, rotation, skew and light direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ..imaging.transforms import deskew, resize, rotate, rotate_boxes, undo_deskew_boxes
from .calibration import expected_error_rate
from .detections import Detections, mirror, rotate_half_turn
from .detectors import Detector
from .lattice import settle
from .multiscale import fuse
from .orientation import MIN_CERTAIN_CELLS, UPRIGHT_PRIOR, direction_evidence, estimate_direction

# A page that fills the picture has about 30 cells on a line: at this longer side they are some 22 pixels wide.
PAGE_SIDE = 1376
# Longer sides to try where the first shows next to nothing: a few cells photographed large, or a page far away.
OTHER_SIDES = (688, 2400, 344)
LARGEST_SIDE = 3200
# Multi-scale fusion: a page whose expected error rate exceeds the first number is detected again at these multiples of
# its scale, since a dot that is hidden at one scale shows at another. The second round adds scales where the rate stays
# high, as under large print.
FUSION_ROUNDS = ((0.005, (1.0, 1.15, 1.3)), (0.05, (1.45, 1.6)))
# Candidate threshold in fusion: a cell that is faint at one scale counts beside those of the others.
FAINT_CANDIDATE = 0.15

Rotation = Literal[0, 90, 180, 270]
ROTATIONS: tuple[Rotation, ...] = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class DetectedSide:
    """The cells of one side of a page.

    Attributes:
        cells: as the reader of that side feels them: upright, those of a back mirrored.
        boxes: (n, 4) the same cells' boxes in the picture as it was given.
        quarters: counterclockwise quarter turns that make the text upright.
        light: counterclockwise quarter turns after which light comes from above.
        skew: degrees that the picture was rotated by, counterclockwise, before these turns, to level its lines.
    """

    cells: Detections
    boxes: np.ndarray
    quarters: int
    light: int
    skew: float = 0.0

    @property
    def rotation(self) -> Rotation:
        """Clockwise degrees that make the text upright: 0, 90, 180 or 270."""
        return ROTATIONS[-self.quarters % 4]


def detect_front(detector: Detector, gray: np.ndarray) -> DetectedSide:
    """Detect the cells of a page's front.

    A crop of the page gives its direction. Then one pass runs at the scale of a page that fills the picture, a second
    one where its cells turn out smaller or larger than the detector prefers, and more only where next to nothing is
    found or much is uncertain.

    Args:
        gray: (rows, columns) uint8.
    """
    certain = detector.manifest.thresholds.confidence
    scale = _page_scale(gray)
    degrees, light = estimate_direction(detector, resize(gray, scale))
    level = deskew(gray, degrees)
    if light is None:
        candidates, light = _best_light_direction(detector, level, scale)
    else:
        candidates = _detect_at_best_scale(detector, rotate(level, light), scale)

    def settled(candidates: Detections) -> DetectedSide:
        return _settled_front(candidates, light, level.shape, certain)

    front = _with_fusion(detector, rotate(level, light), candidates, settled)
    return _before_deskew(front, degrees, level.shape, gray.shape)


def detect_back(detector: Detector, gray: np.ndarray, front: DetectedSide) -> DetectedSide:
    """Detect the cells of the other side by its dents in the same picture: lit from below, a dent looks like a dot.

    Args:
        gray: (rows, columns) uint8.
        front: the other side, as `detect_front` found it.
    """
    certain = detector.manifest.thresholds.confidence
    level = deskew(gray, front.skew)
    light = (front.light + 2) % 4
    lit = rotate(level, light)
    candidates = _detect_at_best_scale(detector, lit, _page_scale(gray))

    def settled(candidates: Detections) -> DetectedSide:
        return _settled_back(candidates, light, front.quarters, level.shape, certain)

    back = _with_fusion(detector, lit, candidates, settled)
    return _before_deskew(back, front.skew, level.shape, gray.shape)


def _best_light_direction(detector: Detector, gray: np.ndarray, scale: float) -> tuple[Detections, int]:
    """The candidates of a picture whose crop leaves its direction open, and the quarter turns that show them best."""
    certain = detector.manifest.thresholds.confidence
    best, light = _detect_at_best_scale(detector, gray, scale, OTHER_SIDES), 0
    if not direction_evidence(best, certain).fits:
        for quarters in (2, 1, 3):
            other = _detect_at_best_scale(detector, rotate(gray, quarters), scale)
            fits = direction_evidence(other, certain).fits
            if fits and _certain_count(other, certain) > 2 * _certain_count(best, certain):
                best, light = other, quarters
    return best, light


def _settled_front(candidates: Detections, light: int, whole: tuple[int, ...], certain: float) -> DetectedSide:
    """Candidates of the picture rotated by `light` quarter turns, upright and settled on their lattice."""
    shape = _rotated_shape(whole, light)
    evidence = direction_evidence(candidates, certain)
    quarters = light
    if evidence.upside_down > evidence.upright + (UPRIGHT_PRIOR if light == 0 else 0.0):
        candidates, quarters = rotate_half_turn(candidates, shape), (light + 2) % 4
    cells = settle(candidates, certain)
    return DetectedSide(cells, rotate_boxes(cells.boxes, -quarters, shape), quarters, light)


def _settled_back(
    candidates: Detections, light: int, quarters: int, whole: tuple[int, ...], certain: float
) -> DetectedSide:
    """Candidates of a back, mirrored, upright and settled on their lattice; `quarters` are those of the front."""
    shape = _rotated_shape(whole, light)
    if light != quarters:
        candidates = rotate_half_turn(candidates, shape)
    evidence = direction_evidence(mirror(candidates, shape[1]), certain)
    if evidence.upside_down > evidence.upright + UPRIGHT_PRIOR:  # the sheet is turned over along its upper edge
        candidates, quarters = rotate_half_turn(candidates, shape), (quarters + 2) % 4
    cells = settle(mirror(candidates, shape[1]), certain)
    return DetectedSide(cells, rotate_boxes(mirror(cells, shape[1]).boxes, -quarters, shape), quarters, light)


def _with_fusion(
    detector: Detector, gray: np.ndarray, candidates: Detections, settled: Callable[[Detections], DetectedSide]
) -> DetectedSide:
    """The settled side, by multi-scale fusion where too many of its cells are expected to be wrong."""
    preferred, thresholds = detector.manifest.input.cell_width, detector.manifest.thresholds
    side = settled(candidates)
    certain = candidates.only(candidates.confidence >= thresholds.confidence)
    if len(certain) < MIN_CERTAIN_CELLS:
        return side
    width = float(np.median(certain.boxes[:, 2] - certain.boxes[:, 0]))
    passes: list[Detections] = []
    for tolerated, multiples in FUSION_ROUNDS:
        if expected_error_rate(side.cells, thresholds) <= tolerated:
            break
        scales = (min(multiple * preferred / width, LARGEST_SIDE / max(gray.shape)) for multiple in multiples)
        passes += [_detect_at_scale(detector, gray, scale, FAINT_CANDIDATE) for scale in scales]
        side = settled(fuse(passes, thresholds))
    return side


def _before_deskew(side: DetectedSide, degrees: float, level: tuple[int, ...], whole: tuple[int, ...]) -> DetectedSide:
    """A side found in the deskewed picture, with its boxes moved to where they are in the picture as it was given.

    Args:
        degrees: see `deskew`.
        level, whole: (rows, columns) of the two pictures.
    """
    return replace(side, boxes=undo_deskew_boxes(side.boxes, degrees, level, whole), skew=degrees)


def _rotated_shape(whole: tuple[int, ...], quarters: int) -> tuple[int, ...]:
    """(rows, columns) of a picture after quarter turns."""
    return whole[::-1] if quarters % 2 else whole


def _certain_count(cells: Detections, certain: float) -> int:
    """The number of cells whose confidence reaches `certain`."""
    return int((cells.confidence >= certain).sum())


def _page_scale(gray: np.ndarray) -> float:
    """The scale at which a page that fills the picture has cells of the preferred width."""
    return min(1.0, PAGE_SIDE / max(gray.shape))


def _detect_at_best_scale(
    detector: Detector, gray: np.ndarray, scale: float, other_sides: tuple[int, ...] = ()
) -> Detections:
    """The candidates at the scale that shows the most: a page's, else one of `other_sides`, then that of its cells.

    Args:
        gray: (rows, columns) uint8, larger by its border where it was deskewed.
        scale: that of a page.
        other_sides: longer sides of the picture to try, pixels.
    """
    preferred, certain = detector.manifest.input, detector.manifest.thresholds.confidence
    longest = max(gray.shape)
    best = _detect_at_scale(detector, gray, scale)
    if _certain_count(best, certain) < MIN_CERTAIN_CELLS:
        for side in other_sides:
            # Only small pictures are enlarged: what a large one does not show at its own size is not there.
            other = min(side / longest, max(1.0, PAGE_SIDE / longest))
            if abs(np.log(other / scale)) < 0.2:
                continue
            found = _detect_at_scale(detector, gray, other)
            # Specks that pass for a cell at one scale or another are no reason to prefer it.
            if _certain_count(found, certain) > max(3, 2 * _certain_count(best, certain)):
                best, scale = found, other
    sure = best.only(best.confidence >= certain)
    if len(sure) < 3:
        return best
    better = preferred.cell_width / float(np.median(sure.boxes[:, 2] - sure.boxes[:, 0]))
    better = min(better, LARGEST_SIDE / longest)
    # A second pass costs as much as the first and changes little where the first was close enough.
    if 0.8 < better / scale < 1.25:
        return best
    again = _detect_at_scale(detector, gray, better)
    return again if _certain_count(again, certain) > 0.8 * len(sure) else best


def _detect_at_scale(detector: Detector, gray: np.ndarray, scale: float, candidate: float | None = None) -> Detections:
    """The candidates of a picture at one scale, boxes in its own pixels; `candidate` as in `Detector.detect`."""
    image = resize(gray, scale)
    cells = detector.detect([image], candidate)[0]
    back = np.array([gray.shape[1] / image.shape[1], gray.shape[0] / image.shape[0]] * 2, np.float32)
    return Detections(cells.boxes * back, cells.dots, cells.scores, cells.confidence)
