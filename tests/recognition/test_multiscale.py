"""What several looks at a page show is one page."""

from __future__ import annotations

import numpy as np

from easybraille.recognition.detections import Detections
from easybraille.recognition.detectors.postprocess import raised_dots
from easybraille.recognition.model import Thresholds
from easybraille.recognition.multiscale import fuse
from easybraille.recognition.page_detection import detect_front
from tests.made_page import KnownCells, rendered

THRESHOLDS = Thresholds(confidence=0.9, candidate=0.5, dot=0.35)


def look(*cells: tuple[float, list[float]]) -> Detections:
    """Cells at x, each with the scores of its dots."""
    scores = np.float32([scores for _, scores in cells]).reshape(-1, 6)
    boxes = np.float32([[x, 50, x + 22, 85] for x, _ in cells]).reshape(-1, 4)
    return Detections(boxes, raised_dots(scores, 0.35), scores, scores.max(axis=1, initial=0))


def test_a_dot_that_one_look_sees_by_mistake_is_outvoted():
    wrong, right = [0.99, 0.7, 0.01, 0.01, 0.01, 0.01], [0.99, 0.05, 0.01, 0.01, 0.01, 0.01]
    cells = fuse([look((100, wrong)), look((101, right)), look((99, right))], THRESHOLDS)
    assert cells.dots.tolist() == [0b1]
    assert 0.05 < cells.scores[0, 1] < 0.35


def test_a_cell_that_only_one_look_shows_is_in_doubt():
    both, one = (100, [0.95, 0.9, 0, 0, 0, 0]), (140, [0.999, 0, 0, 0, 0, 0])
    cells = fuse([look(both, one), look(both), look(both)], THRESHOLDS)
    assert sorted(cells.boxes[:, 0].tolist()) == [100, 140]
    lone = cells.boxes[:, 0].argmax()
    assert 0.5 < cells.confidence[lone] < 0.9 and cells.scores[lone, 0] < 0.5


def test_a_cell_that_one_look_of_three_shows_and_not_for_certain_is_none():
    clear = (100, [0.99, 0.99, 0, 0, 0, 0])
    cells = fuse([look(clear, (140, [0.8, 0, 0, 0, 0, 0])), look(clear), look(clear)], THRESHOLDS)
    assert cells.boxes[:, 0].tolist() == [100]


def test_what_all_looks_show_but_faintly_is_no_cell():
    faint = [0.3, 0, 0, 0, 0, 0]
    assert len(fuse([look((100, faint)), look((100, faint))], THRESHOLDS)) == 0


def test_a_faint_cell_of_one_look_counts_for_that_of_another():
    clear, faint = [0.9, 0.6, 0, 0, 0, 0], [0.4, 0.45, 0, 0, 0, 0]
    alone = fuse([look((100, clear)), look()], THRESHOLDS)
    together = fuse([look((100, clear)), look((100, faint))], THRESHOLDS)
    assert together.scores[0, 1] > alone.scores[0, 1]


def test_looks_that_show_nothing_are_an_empty_page():
    assert len(fuse([look(), look()], THRESHOLDS)) == 0


class Hazy(KnownCells):
    """Finds a page's cells with a share of the dots between yes and no; remembers what it was asked."""

    def __init__(self, page, share: float):
        super().__init__([page])
        self.share = share
        self.asked: list[tuple[int, float | None]] = []

    def detect(self, images, candidate=None):
        self.asked.append((images[0].shape[1], candidate))
        (cells,) = super().detect(images, candidate)
        cells.scores.flat[: int(self.share * cells.scores.size)] = 0.5
        return [cells]


def looks_at(share: float) -> list[int]:
    """Widths of the picture in the passes after the first, at other scales."""
    page = rendered("El sol sale por la mañana\ny los pájaros cantan\nen los árboles.")
    detector = Hazy(page, share)
    detect_front(detector, page.image)
    first, *others = [width for width, _ in detector.asked]
    return [width for width in others if width != first]


def test_a_page_without_doubts_is_not_looked_at_again():
    assert looks_at(0.0) == []


def test_a_page_with_some_doubts_is_looked_at_in_two_more_sizes():
    widths = looks_at(0.02)
    assert len(widths) == 2 and widths == sorted(set(widths))


def test_a_page_that_stays_in_doubt_is_looked_at_in_four_more():
    widths = looks_at(0.3)
    assert len(widths) == 4 and widths == sorted(set(widths))
