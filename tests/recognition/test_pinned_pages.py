"""Hard rendered pages of our own, each with a ceiling of wrong cells: what recognition can do today stays possible.

The truth is what the pages are rendered from; a cell is wrong that is missed, invented or has other dots.
`python -m tests.recognition.test_pinned_pages` prints the figures that the ceilings come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest

from easybraille.imaging.transforms import rotate, rotate_boxes
from easybraille.recognition.detections import Detections
from easybraille.recognition.page_detection import detect_back, detect_front
from tests.made_page import rendered
from training.pages import LabelledPage
from training.score import score
from training.sweep import warped
from training.synthetic import Sheet

TEXT = """\
El faro de la isla
  Cada noche, a las nueve y
media, Julián subía los 97
peldaños del faro. ¿Y si hoy
no llegaba ningún barco?
  «¡Mañana será!», pensó él;
encendió la luz, y esperó.
Al amanecer vio dos velas.
  Capítulo 2 ........... 14"""
SUMS = """\
12+7=19   45-8=37
6×7=42    81:9=9
3,5+2,25=5,75
100-64=36 7×8=56
48:6=8    250+75=325"""
SHEET = Sheet(dot_pitch=13.5, cell_pitch=33, line_pitch=54, radius=4.1, relief=2.4, light=100, grain=0.08)
Change = Callable[[LabelledPage], LabelledPage]


def turned(quarters: int) -> Change:
    def change(page: LabelledPage) -> LabelledPage:
        boxes = rotate_boxes(page.boxes, quarters, page.image.shape)
        return replace(page, image=rotate(page.image, quarters), boxes=boxes)

    return change


def skewed(degrees: float) -> Change:
    def change(page: LabelledPage) -> LabelledPage:
        rows, columns = page.image.shape
        matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), degrees, 0.8)
        return warped(page, np.vstack([matrix, [0, 0, 1]]))

    return change


def leaning(share: float) -> Change:
    def change(page: LabelledPage) -> LabelledPage:
        rows, columns = page.image.shape
        flat = np.float32([[0, 0], [columns, 0], [columns, rows], [0, rows]])
        seen = flat + np.float32([[share * columns / 2, 0], [-share * columns / 2, 0], [0, 0], [0, 0]])
        return warped(page, cv2.getPerspectiveTransform(flat, seen))

    return change


def scaled(factor: float) -> Change:
    def change(page: LabelledPage) -> LabelledPage:
        rows, columns = (round(side * factor) for side in page.image.shape)
        return warped(page, np.diag([factor, factor, 1.0]), (rows, columns))

    return change


def blurred(sigma: float) -> Change:
    return lambda page: replace(page, image=cv2.GaussianBlur(page.image, (0, 0), sigma))


def faint(contrast: float, noise: float = 2.0) -> Change:
    def change(page: LabelledPage) -> LabelledPage:
        grain = np.random.default_rng(3).normal(0, noise, page.image.shape)
        image = page.image.mean() + (page.image - page.image.mean()) * contrast + grain
        return replace(page, image=np.clip(image, 0, 255).astype(np.uint8))

    return change


def printed_over(page: LabelledPage) -> LabelledPage:
    """Lines of ink letters as tall as cells across the page, through which the dots still show."""
    ink = np.zeros(page.image.shape, np.uint8)
    for row, words in enumerate(["EL FARO DE LA ISLA", "CADA NOCHE A LAS", "JULIAN SUBIA LOS"]):
        cv2.putText(ink, words, (20, 55 + 108 * row), cv2.FONT_HERSHEY_DUPLEX, 1.5, 255, 3, cv2.LINE_AA)
    share = cv2.GaussianBlur(ink, (0, 0), 1.0).astype(float) / 255 * 0.75
    relief = page.image - cv2.GaussianBlur(page.image.astype(np.float32), (0, 0), 6)
    image = page.image * (1 - share) + (40 + relief * 0.6) * share
    return replace(page, image=np.clip(image, 0, 255).astype(np.uint8))


@dataclass(frozen=True)
class Pinned:
    """A hard page: how it is made, and how many of its cells may be wrong at most.

    Attributes:
        passes: ceiling of the network's work, in passes over a page that fills the picture.
    """

    name: str
    wrong: int
    passes: float
    text: str = TEXT
    sheet: Sheet = SHEET
    changes: tuple[Change, ...] = ()

    def page(self) -> LabelledPage:
        page = rendered(self.text, sheet=self.sheet, seed=11)
        for change in self.changes:
            page = change(page)
        return page


PAGES = [
    Pinned("clear", 0, 1.1),
    Pinned("rotated by 90 degrees", 0, 3.4, changes=(turned(1),)),
    Pinned("upside down", 0, 3.4, changes=(turned(2),)),
    Pinned("rotated by 270 degrees", 0, 3.4, changes=(turned(3),)),
    Pinned("askew by 20 degrees", 2, 2.9, changes=(skewed(20),)),
    Pinned("askew by -11 degrees", 0, 2.6, changes=(skewed(-11),)),
    Pinned("photographed at an angle", 22, 5.7, changes=(leaning(0.28),)),
    Pinned("cells 9 pixels wide", 0, 9.5, changes=(scaled(0.42),)),
    Pinned("cells 60 pixels wide", 0, 1.8, changes=(scaled(2.8),)),
    Pinned("out of focus", 2, 3.3, changes=(blurred(4.0),)),
    Pinned("faint", 1, 2.3, changes=(faint(0.1),)),
    Pinned("noisy", 27, 8.0, changes=(faint(0.8, 30),)),
    Pinned("ink across the dots", 19, 3.7, changes=(printed_over,)),
    Pinned("two-sided, light from above", 0, 2.2, sheet=replace(SHEET, back=0.9)),
    Pinned("two-sided, light from below", 0, 3.6, sheet=replace(SHEET, back=0.9, light=270)),
    Pinned("two-sided, light from the left", 81, 13.7, sheet=replace(SHEET, back=0.9, light=180)),
    Pinned("slate work out of line", 0, 4.2, sheet=replace(SHEET, wobble=0.09, slip=0.07, grain=0.2)),
    Pinned("sums", 0, 1.1, text=SUMS),
    Pinned("sums, upside down", 0, 4.0, text=SUMS, changes=(turned(2),)),
    Pinned("four words", 0, 1.1, text="Aula 12\nno fumar"),
]


class Counting:
    """A detector that adds up the pixels it is given."""

    def __init__(self, detector):
        self.engine, self.device, self.manifest = detector.engine, detector.device, detector.manifest
        self._detector, self.pixels = detector, 0

    def detect(self, images: Sequence[np.ndarray], candidate: float | None = None) -> list[Detections]:
        self.pixels += sum(image.size for image in images)
        return self._detector.detect(images, candidate)


def figures(reader, pinned: Pinned) -> tuple[int, float]:
    """Wrong cells of a page, and the passes that it took."""
    page, detector = pinned.page(), Counting(reader.detector)
    front = detect_front(detector, page.image)
    result = score(front.boxes, front.cells.dots, page.boxes, page.dots)
    one_pass = page.image.size * min(1.0, 1376 / max(page.image.shape)) ** 2
    return result.found + result.labelled - 2 * result.right, detector.pixels / one_pass


@pytest.mark.parametrize("pinned", PAGES, ids=lambda pinned: pinned.name)
def test_a_hard_page_has_no_more_wrong_cells_and_takes_no_more_passes_than_before(reader, pinned):
    wrong, passes = figures(reader, pinned)
    assert wrong <= pinned.wrong
    assert passes <= pinned.passes


def test_both_sides_of_a_sheet_are_read_and_the_back_is_what_was_embossed_there(reader):
    page = Pinned("", 0, 9, sheet=replace(SHEET, back=0.9)).page()
    front = detect_front(reader.detector, page.image)
    back = detect_back(reader.detector, page.image, front)
    assert score(front.boxes, front.cells.dots, page.boxes, page.dots).f1 > 0.99
    assert len(back.cells) > 100


def test_a_sheet_without_braille_has_no_cells(reader):
    rng = np.random.default_rng(4)
    paper = np.clip(rng.normal(190, 18, (900, 700)), 0, 255).astype(np.uint8)
    assert len(detect_front(reader.detector, paper).cells) == 0


if __name__ == "__main__":
    from easybraille.settings import from_environment
    from easybraille.startup import make_reader

    shipped = make_reader(from_environment({}))
    for one in PAGES:
        print(f"{one.name:32s} wrong {figures(shipped, one)[0]:3d}  passes {figures(shipped, one)[1]:.2f}")
