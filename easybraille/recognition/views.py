"""Detects the cells of one picture under several assumptions about its light, and decides which one shows the front.

The detector assumes light from above. A picture lit from below is rotated by 180 degrees, one lit from the side is
relit. On a sheet embossed on both sides, opposite lights show the two sides: the one that is plausible as Braille is
the front, the right way up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..imaging.transforms import resize, rotate
from .detections import Detections, joined, rotate_half_turn
from .detectors import Detector
from .detectors.postprocess import suppress
from .lattice import settle
from .lighting import estimate_light_axis, relight
from .model import Thresholds
from .neighbours import near_pairs
from .orientation import MIRRORED, UPRIGHT, UPSIDE_DOWN, DirectionEvidence, direction_evidence
from .passes import detect_at_best_scale, detect_at_scale, detect_with_fusion

Light = Literal["top", "foot", "left", "right"]
OPPOSITE: dict[Light, Light] = {"top": "foot", "foot": "top", "left": "right", "right": "left"}
# Prior log odds of an upright page and of light from above, nats: most pages have both.
UPRIGHT_PRIOR = 8.0
# Share of certain candidates from which no other light is tried, and log odds that are decisive, nats.
CLEAR, DECISIVE_ODDS = 0.93, 20.0
# Weight of the logarithm of the number of certain cells of a view, nats.
CELLS = 3.0
# Light within this angle of the vertical needs no relighting, degrees.
MAX_VERTICAL_ANGLE = 25.0


@dataclass(frozen=True, slots=True)
class View:
    """What one assumption about the light shows.

    Attributes:
        light: the assumption.
        picture: (rows, columns) uint8 as the detector gets it, before it is scaled.
        cells: all cells of the first pass, faint ones included.
        settled: its candidates, settled on their lattice.
        evidence: of the settled cells, at their places in the picture of all views.
    """

    light: Light
    picture: np.ndarray
    cells: Detections
    settled: Detections
    evidence: DirectionEvidence


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way to read a picture.

    Attributes:
        light: of the view that shows the side to be read.
        way: UPRIGHT, or UPSIDE_DOWN where the picture has to be rotated by 180 degrees.
        odds: log odds in nats, comparable with those of other hypotheses.
    """

    light: Light
    way: int
    odds: float


class Views:
    """The views of a picture whose lines are level; each is detected on first use.

    Args:
        gray: (rows, columns) uint8.
        scale: at which its cells have about the preferred width; the first pass may correct it.
    """

    def __init__(self, detector: Detector, gray: np.ndarray, scale: float):
        self.gray, self.scale = gray, scale
        self._detector = detector
        self.thresholds = detector.manifest.thresholds
        self._seen: dict[Light, View] = {}
        self._axis: float | None = None

    def view(self, light: Light) -> View:
        """The view in a light."""
        if light not in self._seen:
            picture = self._lit(light)
            enlarged = picture.shape[0] / self.gray.shape[0]
            scale = self.scale / enlarged
            if self._seen:
                cells = detect_at_scale(self._detector, picture, scale)
            else:
                cells, scale = detect_at_best_scale(self._detector, picture, scale)
                self.scale = scale * enlarged
            self._seen[light] = self._assessed(light, picture, cells)
        return self._seen[light]

    def candidates(self, light: Light) -> Detections:
        """The candidates of a view, by multi-scale fusion where needed, at their places in the picture of all views.

        Where the opposite light shows the same side, each cell is taken from the light that shows it best.
        """
        view = self.view(light)
        if self.same_side(light):
            one, other = (
                self._in_place(self._candidates(v), v.picture, v.light) for v in (view, self._seen[OPPOSITE[light]])
            )
            return merged(one, other, self.thresholds)
        cells = detect_with_fusion(self._detector, view.picture, view.cells, view.settled)
        return self._in_place(cells, view.picture, light)

    def try_other_lights(self) -> None:
        """Detect the views in the lights that may show more."""
        self.view("top")
        self.view("foot")
        clear = max(view.evidence.share for view in self._seen.values()) >= CLEAR
        if not clear and self.lit_from_side and not self.same_side("top"):
            self.view("left")
            self.view("right")

    @property
    def axis(self) -> float:
        """See `estimate_light_axis`."""
        if self._axis is None:
            self._axis = estimate_light_axis(resize(self.gray, self.scale))
        return self._axis

    @property
    def lit_from_side(self) -> bool:
        """Whether the light comes so far from the side that relighting may show more."""
        return 90 - abs(self.axis) > MAX_VERTICAL_ANGLE

    def _lit(self, light: Light) -> np.ndarray:
        """The picture, rotated or relit so that light from `light` comes from above."""
        if light == "top":
            return self.gray
        if light == "foot":
            return rotate(self.gray, 2)
        return relight(resize(self.gray, self.scale), self.axis, light == "right")

    def _candidates(self, view: View) -> Detections:
        return view.cells.only(view.cells.confidence >= self.thresholds.candidate)

    def _assessed(self, light: Light, picture: np.ndarray, cells: Detections) -> View:
        """The view of a picture in which these cells were detected."""
        candidates, certain = cells.only(cells.confidence >= self.thresholds.candidate), self.thresholds.confidence
        settled = settle(candidates, certain) if len(candidates) else candidates
        evidence = direction_evidence(self._in_place(settled, picture, light), len(candidates), certain)
        return View(light, picture, cells, settled, evidence)

    def _in_place(self, cells: Detections, picture: np.ndarray, light: Light) -> Detections:
        """Move cells of a view to their places in the picture of all views."""
        if light == "foot":
            return rotate_half_turn(cells, picture.shape)
        if picture.shape == self.gray.shape:
            return cells
        back = np.array([self.gray.shape[axis] / picture.shape[axis] for axis in (1, 0)] * 2, np.float32)
        return Detections(cells.boxes * back, cells.dots, cells.scores, cells.confidence)

    def hypotheses(self, ways: tuple[int, ...] = (UPRIGHT, UPSIDE_DOWN)) -> list[Hypothesis]:
        """All hypotheses on the views so far, the likeliest first."""
        found = []
        for light, view in self._seen.items():
            if light != "top" and not view.evidence.fits:
                continue
            opposite = self._seen.get(OPPOSITE[light])
            for way in ways:
                odds = view.evidence.odds[way] + UPRIGHT_PRIOR * ((light == "top") + 2 * (way == UPRIGHT))
                odds += CELLS * np.log1p(view.evidence.certain)
                if opposite is not None:
                    # The other side seen through the paper is mirrored text, the same way up as this side.
                    through = opposite.evidence.odds[MIRRORED + way]
                    odds += max(0.0, min(through, through - opposite.evidence.odds[way]))
                found.append(Hypothesis(light, way, float(odds)))
        return sorted(found, key=lambda hypothesis: -hypothesis.odds)

    def same_side(self, light: Light) -> bool:
        """Whether the opposite light shows the same side: a one-sided sheet with a lamp above it."""
        one, other = self._seen[light], self._seen.get(OPPOSITE[light])
        if other is None or other.evidence.certain < 3 or other.evidence.share < 0.8:
            return False
        odds = other.evidence.odds
        way = int(one.evidence.odds[:2].argmax())
        if odds[way] <= odds[MIRRORED:].max() + DECISIVE_ODDS:
            return False
        cells, others = (self._in_place(self._candidates(view), view.picture, view.light) for view in (one, other))
        return _agree(cells, others, self.thresholds.confidence)


def _agree(cells: Detections, others: Detections, certain: float) -> bool:
    """Whether cells at one place have the same dots, for most places."""
    cells, others = (c.only(c.confidence >= certain) for c in (cells, others))
    centre, other = ((c.boxes[:, :2] + c.boxes[:, 2:]) / 2 for c in (cells, others))
    if not len(centre) or not len(other):
        return True
    width = float(np.median(cells.boxes[:, 2] - cells.boxes[:, 0]))
    one, then = near_pairs(centre, other, 0.7 * width, width)
    apart = np.abs(centre[one] - other[then]) / width
    same = (apart[:, 0] < 0.3) & (apart[:, 1] < 0.35) & (cells.dots[one] == others.dots[then])
    return bool(same.sum() >= 0.7 * len(np.unique(one)))


def merged(cells: Detections, others: Detections, thresholds: Thresholds) -> Detections:
    """Merge two views of one side: the more confident cell of each place."""
    both = joined(cells, others)
    order = np.argsort(-both.confidence.round(3), kind="stable")
    return both.only(order[suppress(both.boxes[order], thresholds.overlap)])
