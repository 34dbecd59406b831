"""Detects the cells of one picture under several assumptions about its light, and weighs which shows the front.

The detector assumes light from the top. A picture that is lit from the foot is rotated by 180 degrees; one that is lit
from the side is relit. Of a sheet embossed on both sides, opposite lights show the two sides: which of them is the
front, and which way up it is, is decided by which reads as Braille.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..imaging.transforms import resize, rotate
from .detections import Detections, rotate_half_turn
from .detectors import Detector
from .detectors.postprocess import suppress
from .lattice import settle
from .lighting import estimate_light_axis, relight
from .model import Thresholds
from .orientation import MIRRORED, UPRIGHT, UPSIDE_DOWN, DirectionEvidence, direction_evidence
from .passes import detect_at_best_scale, detect_at_scale, detect_with_fusion

Light = Literal["top", "foot", "left", "right"]
OPPOSITE: dict[Light, Light] = {"top": "foot", "foot": "top", "left": "right", "right": "left"}
# What speaks for an upright page, and for light from the top, before anything is looked at, in nats: most have both.
UPRIGHT_PRIOR = 8.0
# Candidates that are certain where nothing else needs to be looked at, and odds that need no comparison, in nats.
CLEAR, DECISIVE_ODDS = 0.93, 20.0
# What more certain cells say for a view, nats, by the logarithm of their number.
CELLS = 3.0
# Light that falls within so many degrees of the vertical needs no relighting.
FROM_ASIDE = 25.0


@dataclass(frozen=True, slots=True)
class View:
    """What shows in one light.

    Attributes:
        light: that the picture was taken to be lit from.
        picture: (rows, columns) uint8 as the detector saw it, before it was scaled.
        cells: all that shows in it, also faintly.
        evidence: of those that settle, by where they are in the picture of all views.
    """

    light: Light
    picture: np.ndarray
    cells: Detections
    evidence: DirectionEvidence


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way to read a picture.

    Attributes:
        light: of the view that shows the side which is read.
        way: UPRIGHT, or UPSIDE_DOWN where the picture has to be turned by 180 degrees to be read.
        odds: nats for it, to be compared with those of other hypotheses.
    """

    light: Light
    way: int
    odds: float


class Views:
    """A picture whose lines run level, in all the lights that it was looked at in.

    Args:
        gray: (rows, columns) uint8.
        scale: at which its cells are about as wide as the detector wants them; the first look at it may correct that.
    """

    def __init__(self, detector: Detector, gray: np.ndarray, scale: float):
        self.gray, self.scale = gray, scale
        self._detector = detector
        self.thresholds = detector.manifest.thresholds
        self._seen: dict[Light, View] = {}
        self._axis: float | None = None

    def view(self, light: Light) -> View:
        """The view in a light, looked at once."""
        if light not in self._seen:
            picture = self._lit(light)
            enlarged = picture.shape[0] / self.gray.shape[0]
            scale = self.scale / enlarged
            if self._seen:
                cells = detect_at_scale(self._detector, picture, scale)
            else:
                cells, scale = detect_at_best_scale(self._detector, picture, scale)
                self.scale = scale * enlarged
            self._seen[light] = View(light, picture, cells, self._said(cells, picture, light))
        return self._seen[light]

    def candidates(self, light: Light) -> Detections:
        """The candidates of a view by all the looks that they need, where they are in the picture of all views.

        Where the opposite light shows the same side, each cell is the one of the light that shows it best.
        """
        view = self.view(light)
        if self.same_side(light):
            one, other = (
                self._in_place(self._candidates(v), v.picture, v.light) for v in (view, self._seen[OPPOSITE[light]])
            )
            return merged(one, other, self.thresholds)
        return self._in_place(detect_with_fusion(self._detector, view.picture, view.cells), view.picture, light)

    def try_other_lights(self) -> None:
        """See the picture in the lights that may show more than the one that it was seen in."""
        self.view("top")
        self.view("foot")
        clear = max(view.evidence.share for view in self._seen.values()) >= CLEAR
        if not clear and self.from_aside and not self.same_side("top"):
            self.view("left")
            self.view("right")

    @property
    def axis(self) -> float:
        """See `estimate_light_axis`."""
        if self._axis is None:
            self._axis = estimate_light_axis(resize(self.gray, self.scale))
        return self._axis

    @property
    def from_aside(self) -> bool:
        """Whether the light falls so far from the side that relighting may show more."""
        return 90 - abs(self.axis) > FROM_ASIDE

    def _lit(self, light: Light) -> np.ndarray:
        """The picture made such that what is lit from there is lit from the top."""
        if light == "top":
            return self.gray
        if light == "foot":
            return rotate(self.gray, 2)
        return relight(resize(self.gray, self.scale), self.axis, light == "right")

    def _candidates(self, view: View) -> Detections:
        return view.cells.only(view.cells.confidence >= self.thresholds.candidate)

    def _said(self, cells: Detections, picture: np.ndarray, light: Light) -> DirectionEvidence:
        """What the cells of a picture say once they are settled."""
        cells = cells.only(cells.confidence >= self.thresholds.candidate)
        settled = settle(cells, self.thresholds.confidence) if len(cells) else cells
        return direction_evidence(self._in_place(settled, picture, light), len(cells), self.thresholds.confidence)

    def _in_place(self, cells: Detections, picture: np.ndarray, light: Light) -> Detections:
        """Cells of the picture of a view, where they are in the picture of all views."""
        if light == "foot":
            return rotate_half_turn(cells, picture.shape)
        if picture.shape == self.gray.shape:
            return cells
        back = np.array([self.gray.shape[axis] / picture.shape[axis] for axis in (1, 0)] * 2, np.float32)
        return Detections(cells.boxes * back, cells.dots, cells.scores, cells.confidence)

    def hypotheses(self, ways: tuple[int, ...] = (UPRIGHT, UPSIDE_DOWN)) -> list[Hypothesis]:
        """All ways to read what was seen, the likeliest first."""
        found = []
        for light, view in self._seen.items():
            if light != "top" and not view.evidence.fits:
                continue
            opposite = self._seen.get(OPPOSITE[light])
            for way in ways:
                odds = view.evidence.odds[way] + UPRIGHT_PRIOR * ((light == "top") + 2 * (way == UPRIGHT))
                odds += CELLS * np.log1p(view.evidence.certain)
                if opposite is not None:
                    # The other side, seen through the paper: text that is mirrored and has its head where this one has.
                    through = opposite.evidence.odds[MIRRORED + way]
                    odds += max(0.0, min(through, through - opposite.evidence.odds[way]))
                found.append(Hypothesis(light, way, float(odds)))
        return sorted(found, key=lambda hypothesis: -hypothesis.odds)

    def same_side(self, light: Light) -> bool:
        """Whether the opposite light shows the same side: it has no dents, and a lamp stands over it."""
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
    """Whether cells that stand on one place have the same dots."""
    cells, others = (c.only(c.confidence >= certain) for c in (cells, others))
    centre, other = ((c.boxes[:, :2] + c.boxes[:, 2:]) / 2 for c in (cells, others))
    if not len(centre) or not len(other):
        return True
    width = float(np.median(cells.boxes[:, 2] - cells.boxes[:, 0]))
    apart = np.abs(centre[:, None] - other[None]) / width
    near = (apart[..., 0] < 0.7) & (apart[..., 1] < 1.0)
    same = (apart[..., 0] < 0.3) & (apart[..., 1] < 0.35) & (cells.dots[:, None] == others.dots)
    return bool(same.sum() >= 0.7 * near.any(axis=1).sum())


def merged(cells: Detections, others: Detections, thresholds: Thresholds) -> Detections:
    """Of two views of one side the more certain cell of each place."""
    boxes, dots, scores, confidence = (
        np.concatenate([getattr(c, name) for c in (cells, others)])
        for name in ("boxes", "dots", "scores", "confidence")
    )
    order = np.argsort(-confidence.round(3), kind="stable")
    kept = order[suppress(boxes[order], thresholds.overlap)]
    return Detections(boxes[kept], dots[kept], scores[kept], confidence[kept])
