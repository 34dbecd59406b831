"""Which of several views of a picture shows the front, the right way up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from easybraille import languages
from easybraille.model_store import SHIPPED
from easybraille.recognition.detections import Detections, mask, mirror, rotate_half_turn
from easybraille.recognition.model import read_manifest
from easybraille.recognition.orientation import UPRIGHT, UPSIDE_DOWN
from easybraille.recognition.views import UPRIGHT_PRIOR, Views, merged

MANIFEST = read_manifest(SHIPPED)
TEXT = "En la rama más alta del olmo\ndos jilgueros hicieron su casa.\nLlovió, y no se cayó.\n¿Quién les enseñó?"
ROWS, COLUMNS = 400, 1000
NONE = Detections(*(np.empty(shape, kind) for shape, kind in (((0, 4), "f4"), (0, "u1"), ((0, 6), "f4"), (0, "f4"))))


def cells_of(text: str, confidence: float = 0.99) -> Detections:
    """A text's cells on a page of ROWS x COLUMNS pixels."""
    lines = enumerate(languages.get("es").write(text))
    places = [(row, column, mask(cell)) for row, line in lines for column, cell in enumerate(line) if cell]
    boxes = np.float32([[40 + 30 * c, 40 + 52 * r, 62 + 30 * c, 75 + 52 * r] for r, c, _ in places])
    dots = np.array([dots for *_, dots in places], np.uint8)
    scores = ((dots[:, None] >> np.arange(6)) & 1).astype(np.float32)
    return Detections(boxes, dots, scores, np.full(len(dots), confidence, np.float32))


class TwoSided:
    """A detector that sees some cells in the picture as it is, and others in the picture turned upside down."""

    engine, device, manifest = "onnxruntime", "cpu", MANIFEST

    def __init__(self, upright: Detections, turned: Detections = NONE):
        # A bright corner tells which way up the picture is.
        self.gray = np.full((ROWS, COLUMNS), 100, np.uint8)
        self.gray[:40, :40] = 250
        self.upright, self.turned = upright, turned
        self.asked = 0

    def detect(self, images: Sequence[np.ndarray], candidate: float | None = None) -> list[Detections]:
        self.asked += len(images)
        return [self.upright if image[:20, :20].mean() > 200 else self.turned for image in images]

    def views(self) -> Views:
        return Views(self, self.gray, 1.0)


def test_each_view_is_detected_once():
    detector = TwoSided(cells_of(TEXT))
    views = detector.views()
    for _ in range(3):
        views.view("top")
        views.view("foot")
    assert detector.asked == 2


def test_an_upright_page_in_light_from_above_is_the_first_hypothesis():
    views = TwoSided(cells_of(TEXT)).views()
    views.view("top")
    first, second = views.hypotheses()
    assert (first.light, first.way) == ("top", UPRIGHT)
    assert (second.light, second.way) == ("top", UPSIDE_DOWN)
    assert first.odds > second.odds + 100


def test_a_page_on_its_head_is_told_by_its_cells_against_the_prior():
    views = TwoSided(rotate_half_turn(cells_of(TEXT), (ROWS, COLUMNS))).views()
    views.view("top")
    assert views.hypotheses()[0].way == UPSIDE_DOWN


def test_a_page_that_looks_the_same_both_ways_is_taken_for_upright_by_twice_the_prior():
    # Full cells on one row, flush at both ends.
    full = cells_of(TEXT).only(np.arange(20))
    full = Detections(full.boxes, np.full(20, 63, np.uint8), np.ones((20, 6), np.float32), full.confidence)
    views = TwoSided(full).views()
    views.view("top")
    first, second = views.hypotheses()
    assert first.way == UPRIGHT
    assert first.odds - second.odds == pytest.approx(2 * UPRIGHT_PRIOR, abs=0.5)


def test_a_page_in_light_from_below_reads_in_the_turned_view_and_keeps_its_way_up():
    # Dots lit from below look like dots only in the picture turned upside down, and stand on their heads there.
    cells = cells_of(TEXT)
    views = TwoSided(NONE, rotate_half_turn(cells, (ROWS, COLUMNS))).views()
    views.view("top")
    views.view("foot")
    first = views.hypotheses()[0]
    assert (first.light, first.way) == ("foot", UPRIGHT)
    found = views.candidates("foot")
    assert np.allclose(np.sort(found.boxes, axis=0), np.sort(cells.boxes, axis=0))


def test_what_shows_through_the_paper_mirrored_speaks_for_the_side_in_the_other_light():
    front, back = cells_of(TEXT), mirror(cells_of("La lluvia cae sobre el mar\ny el mar no lo sabe"), COLUMNS)
    alone, both = TwoSided(front).views(), TwoSided(front, rotate_half_turn(back, (ROWS, COLUMNS))).views()
    for views in (alone, both):
        views.view("top")
        views.view("foot")
    assert both.hypotheses()[0].light == "top"
    assert both.hypotheses()[0].odds > alone.hypotheses()[0].odds + 20


def test_a_sheet_is_one_sided_where_the_opposite_light_shows_the_same_cells():
    cells = cells_of(TEXT)
    turned = rotate_half_turn(cells, (ROWS, COLUMNS))
    same = TwoSided(cells, turned).views()
    other = TwoSided(cells, rotate_half_turn(mirror(cells, COLUMNS), (ROWS, COLUMNS))).views()
    for views in (same, other):
        views.view("top")
        views.view("foot")
    assert same.same_side("top") and same.same_side("foot")
    assert not other.same_side("top")


def test_a_light_in_which_nothing_shows_does_not_contradict_the_other():
    views = TwoSided(NONE, rotate_half_turn(cells_of(TEXT), (ROWS, COLUMNS))).views()
    views.view("top")
    views.view("foot")
    assert views.same_side("top")


@pytest.mark.parametrize(("shown", "same"), [(0.75, True), (0.6, False)])
def test_a_side_is_the_same_where_seven_places_in_ten_have_the_same_dots(shown, same):
    cells = cells_of(TEXT)
    changed = cells.dots.copy()
    wrong = np.random.default_rng(0).permutation(len(cells))[round(shown * len(cells)) :]
    changed[wrong] ^= 0b1
    changed[changed == 0] = 0b10
    others = Detections(cells.boxes, changed, cells.scores, cells.confidence)
    views = TwoSided(cells, rotate_half_turn(others, (ROWS, COLUMNS))).views()
    views.view("top")
    views.view("foot")
    assert views.same_side("top") == same


def test_of_two_views_of_one_side_the_surer_cell_of_each_place_is_taken():
    one, other = cells_of("sol"), cells_of("sol")
    one.confidence[:], other.confidence[:] = [0.9, 0.6, 0.9], [0.7, 0.8, 0.7]
    other.boxes[:] += 1
    cells = merged(one, other, MANIFEST.thresholds)
    assert sorted(cells.confidence.tolist()) == pytest.approx([0.8, 0.9, 0.9])
    assert sorted(cells.boxes[:, 0] % 10) == [0, 0, 1]


def test_no_other_light_is_tried_on_a_page_that_is_clear():
    detector = TwoSided(cells_of(TEXT), NONE)
    views = detector.views()
    views.try_other_lights()
    assert detector.asked == 2
