"""What several looks at a page show is one page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from easybraille.recognition.detections import Detections
from easybraille.recognition.detectors.postprocess import raised_dots
from easybraille.recognition.model import Thresholds
from easybraille.recognition.multiscale import MAX_LOG_ODDS, fuse
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


PAGE = "El sol sale por la mañana\ny los pájaros cantan\nen los árboles."


def looks_at(share: float, text: str = PAGE) -> list[int]:
    """Widths of the picture in the passes after the first, at other scales."""
    page = rendered(text)
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


@pytest.mark.parametrize(("text", "more"), [("sol", True), ("el", False)])
def test_a_sign_of_three_cells_with_doubts_is_detected_at_further_scales(text, more):
    assert bool(set(looks_at(0.3, text)) - set(looks_at(0.0, text))) == more


def odds(score: float) -> float:
    return float(np.log(score / (1 - score)))


def moved(cells: Detections, across: float, down: float) -> Detections:
    return replace(cells, boxes=cells.boxes + np.float32([across, down, across, down]))


# Boxes are 22 pixels wide.
@pytest.mark.parametrize(
    ("across", "down", "same"), [(5, 0, True), (6, 0, False), (0, 6.5, True), (0, 7.5, False), (4, 5, True)]
)
def test_cells_of_two_passes_are_one_within_a_quarter_of_a_cell_across_and_a_third_down(across, down, same):
    first, second = look((100, [0.99, 0.9, 0, 0, 0, 0])), look((100, [0.95, 0.05, 0, 0, 0, 0]))
    cells = fuse([first, moved(second, across, down)], THRESHOLDS)
    fused = odds(0.9) + (odds(0.05) if same else -MAX_LOG_ODDS)
    assert cells.scores[0, 1] == pytest.approx(1 / (1 + np.exp(-fused / 2)), rel=1e-3)


def test_the_odds_of_a_dot_are_the_mean_of_all_passes_and_no_pass_is_surer_than_six():
    passes = [look((100, [score, 0.7, 0, 0, 0, 0])) for score in (0.9999999, 0.6, 0.8)]
    (scores,) = fuse(passes, THRESHOLDS).scores
    assert scores[0] == pytest.approx(1 / (1 + np.exp(-(6 + odds(0.6) + odds(0.8)) / 3)), rel=1e-3)
    assert scores[2] == pytest.approx(1 / (1 + np.exp(6)), rel=1e-2)


def test_a_cell_exists_by_its_best_pass_more_than_by_the_middle_one():
    passes = [look((100, [score, 0, 0, 0, 0, 0])) for score in (0.97, 0.6, 0.7)]
    (there,) = fuse(passes, THRESHOLDS).confidence
    middle, best, fused = odds(0.7), odds(0.97), odds(float(there))
    assert (middle + best) / 2 < fused < best
    assert fused == pytest.approx(0.65 * best + 0.35 * middle, abs=0.01)
