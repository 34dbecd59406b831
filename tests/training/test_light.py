"""Which flank of a dot is bright, and what the network is taught of it."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

from easybraille.recognition.detectors.postprocess import decode
from training import daylight
from training.augment import crop, turned_light
from training.flanks import FLANKS, layers, targets
from training.lighting import Lamp, directions
from training.pages import MIRROR, Dents, LabelledPage, mask, permute
from training.relight import relit
from training.synthetic import Sheet, render
from training.train import build

EVERY = np.ones(64) * (np.arange(64) > 0)
NONE = np.zeros((0, 2), np.float32)
SIZE = (448, 448)


def embossed(back: float = 0.0, seed: int = 0, **light: object) -> LabelledPage:
    """A rendered page full of cells."""
    rng = np.random.default_rng(seed)
    sheet = Sheet(grain=0.02, back=back, lamps=(Lamp(**light),))
    lines = rng.integers(1, 64, (9, 14)).tolist()
    return render(lines, sheet, SIZE, rng, back=rng.integers(1, 64, (9, 14)).tolist())


def bright_flanks(image: np.ndarray, boxes: np.ndarray, dots: np.ndarray) -> np.ndarray:
    """(n, 2) towards which side each cell's marks are brighter, measured on the picture; x to the right and y up."""
    soft = cv2.GaussianBlur(image.astype(np.float32), (0, 0), 1)
    result = np.zeros((len(boxes), 2))
    for i, (box, cell) in enumerate(zip(boxes, dots)):
        dot = (box[2] - box[0]) / 1.6
        step = 0.25 * dot
        for x, y in daylight.positions(box[None], np.array([cell])):
            sides = [soft[round(y + dy), round(x + dx)] for dx, dy in ((step, 0), (-step, 0), (0, -step), (0, step))]
            result[i] += sides[0] - sides[1], sides[2] - sides[3]
    return result


@pytest.mark.parametrize("azimuth", [0, 60, 90, 180, 240, 300])
def test_the_light_of_a_photograph_is_measured_on_its_dots(azimuth):
    page = embossed(azimuth=azimuth)
    field = daylight.measured(page.image, page.boxes, page.dots)
    wanted = np.cos(np.deg2rad(azimuth)), np.sin(np.deg2rad(azimuth))
    assert field.shape == (3, 3, 2) and (field @ wanted > np.cos(np.deg2rad(15))).all()


def test_no_light_is_measured_where_dots_disagree():
    rng = np.random.default_rng(0)
    page = embossed()
    assert daylight.measured(rng.integers(0, 255, SIZE).astype(np.uint8), page.boxes, page.dots) is None


def test_light_that_turns_over_the_page_is_written_down_place_by_place():
    lamp = Lamp(place=(224.0, 224.0, 60.0))  # in the middle, low above the paper
    field = directions((lamp,), SIZE)
    assert field[0, 3] @ (0, -1) > 0.9 and field[7, 3] @ (0, 1) > 0.9, "above it light comes from below, and so on"
    assert field[3, 0] @ (1, 0) > 0.9 and field[3, 7] @ (-1, 0) > 0.9


def test_a_lamp_over_the_page_lights_the_dots_around_it_as_written_down():
    page = embossed(place=(224.0, -100.0, 150.0))
    measured = bright_flanks(page.image, page.boxes, page.dots)
    centres = (page.boxes[:, :2] + page.boxes[:, 2:]) / 2
    said = daylight.at(page.light, centres, SIZE)
    clear = np.linalg.norm(measured, axis=1) > 10
    cosine = (measured * said).sum(1) / np.linalg.norm(measured, axis=1).clip(1) / np.linalg.norm(said, axis=1)
    assert clear.mean() > 0.9 and np.median(cosine[clear]) > 0.95


@pytest.mark.parametrize("azimuth", [20, 100, 190, 280])
def test_however_a_page_is_turned_or_mirrored_cells_are_lit_where_the_crop_shows_it(azimuth):
    page = embossed(back=0.9, azimuth=azimuth)
    rng = np.random.default_rng(1)
    agree = []
    for _ in range(12):
        seen = crop(page, 320, rng, EVERY)
        inside = (seen.boxes.min(1) > 8) & (seen.boxes.max(1) < 312) & (seen.dots > 0)
        measured = bright_flanks(seen.image, seen.boxes[inside], seen.dots[inside])
        agree += ((measured * seen.lit[inside]).sum(1) > 0).tolist()
    # Where a dot and a dent meet, their flanks mix.
    assert len(agree) > 300 and np.mean(agree) > 0.9


def test_what_is_not_known_of_the_light_stays_unknown_in_a_crop_upside_down():
    light = np.float32([[np.nan, 1]])
    over = turned_light(light, -np.eye(2))
    assert np.isnan(over[0, 0]) and over[0, 1] == -1
    mirrored = turned_light(np.float32([[0.6, 0.8]]), np.diag([-2.0, 2.0]))
    assert mirrored == pytest.approx(np.array([[-0.6, 0.8]]))


def as_output(wanted: np.ndarray) -> np.ndarray:
    """Targets as the detection head would say them: (10, places), one layer after another."""
    stacked = np.split(wanted, len(FLANKS), axis=1)
    parts = []
    for layer in stacked:
        side = layer.shape[2]
        x, y = np.meshgrid((np.arange(side) + 0.5) * 8, (np.arange(side) + 0.5) * 8)
        left, top, right, bottom = layer[6:10] * 8
        boxes = [x + (right - left) / 2, y + (bottom - top) / 2, left + right, top + bottom]
        parts.append(np.concatenate([np.stack(boxes), layer[:6]]).reshape(10, -1))
    return np.concatenate(parts, axis=1)


def found(page: LabelledPage) -> dict[str, set[tuple[int, int, int]]]:
    """What each layer is taught of a page, as the cells that its answer decodes to: centre and dots."""
    boxes = np.concatenate([page.boxes, page.dents.boxes])
    dots = np.concatenate([page.dots, page.dents.dots])
    light = daylight.at(page.light, boxes[:, :2], SIZE)
    light[len(page.boxes) :] *= -1
    answer = layers(as_output(targets(boxes, dots, light, NONE, SIZE[0])))
    return {flank: cells_of((cells := decode(said, 0.5)).boxes, cells.dots) for flank, said in answer.items()}


def cells_of(boxes: np.ndarray, dots: np.ndarray) -> set[tuple[int, int, int]]:
    """Cells as centre and dots, the edge's left away."""
    inside = (boxes.min(1) > 0) & (boxes.max(1) < SIZE[0]) & (dots > 0)
    centres = np.round((boxes[:, :2] + boxes[:, 2:]) / 2).astype(int)
    return {(*centre, int(cell)) for centre, cell in zip(centres[inside].tolist(), dots[inside])}


@pytest.mark.parametrize(
    ("azimuth", "front", "back", "silent"),
    [(90, {"up"}, {"down"}, {"left", "right"}), (270, {"down"}, {"up"}, {"left", "right"}),
     (180, {"left"}, {"right"}, {"up", "down"}), (45, {"up", "right"}, {"down", "left"}, set())],
)  # fmt: skip
def test_each_side_is_taught_to_the_layers_of_the_flanks_that_its_light_falls_on(azimuth, front, back, silent):
    page = embossed(back=0.9, azimuth=azimuth)
    said = found(page)
    assert all(said[flank] == cells_of(page.boxes, page.dots) for flank in front)
    assert all(said[flank] == cells_of(page.dents.boxes, page.dents.dots) for flank in back)
    assert all(not said[flank] for flank in silent)


def test_a_front_and_a_back_cell_in_one_place_are_both_taught_with_boxes_of_their_own():
    boxes = np.float32([[40, 40, 62, 76], [43, 44, 65, 80]])
    answer = layers(as_output(targets(boxes, np.uint8([1, 63]), np.float32([[0, 1], [0, -1]]), NONE, 96)))
    above, below = decode(answer["up"], 0.5), decode(answer["down"], 0.5)
    assert above.dots.tolist() == [1] and np.allclose(above.boxes, boxes[:1])
    assert below.dots.tolist() == [63] and np.allclose(below.boxes, boxes[1:])


def kinds(wanted: np.ndarray) -> dict[str, set[float]]:
    """The kinds of places that a target has in each layer."""
    return {flank: set(np.unique(part)) for flank, part in zip(FLANKS, np.split(wanted[10], len(FLANKS)))}


def test_of_a_back_without_labels_nothing_is_learnt_where_it_could_show():
    box, above = np.float32([[40, 40, 62, 76]]), np.float32([[0, 1]])
    said = kinds(targets(box, np.uint8([9]), above, -above, 96))
    assert said["down"] == {-1.0}, "its dents would be lit from below"
    assert 0.0 in said["up"] and 1.0 in said["up"], "no dent is lit from above"


def test_of_light_that_may_come_from_either_side_nothing_is_learnt():
    box, above = np.float32([[40, 40, 62, 76]]), np.float32([[np.nan, 1]])
    said = kinds(targets(box, np.uint8([9]), above, NONE, 96))
    assert 1.0 in said["up"] and 1.0 not in said["left"] | said["right"] and -1.0 in said["left"] & said["right"]
    assert said["down"] == {0.0}


def test_shading_turned_by_a_quarter_is_that_of_light_from_the_side():
    page = embossed(azimuth=90)
    for sign in (1, -1):
        field = daylight.measured(relit(page.image, 12.0, sign), page.boxes, page.dots)
        assert (field @ (sign, 0) > 0.9).all()


def test_a_backs_cells_are_numbered_as_the_front_shows_them():
    rng = np.random.default_rng(0)
    back = [[mask("125"), 0, mask("1")]]
    page = render([[]], Sheet(back=1.0, grain=0.0), (200, 300), rng, (20, 20), back=back)
    assert page.dents.known and len(page.boxes) == 0
    left, right = np.argsort(page.dents.boxes[:, 0])
    assert page.dents.dots[right] == permute(np.uint8([mask("125")]), MIRROR)[0], "a back begins at the right"
    assert page.dents.dots[left] == mask("4"), "dot 1 of the back is dot 4 of the front's view"


def test_a_crop_shows_cells_of_both_sides():
    page = replace(embossed(back=0.9), known=True)
    seen = crop(page, 320, np.random.default_rng(3), EVERY)
    up = seen.lit[:, 1] > 0
    assert 10 < up.sum() < len(up) - 10 and len(seen.unlabelled) == 0
    half = replace(page, dents=Dents())
    assert len(crop(half, 320, np.random.default_rng(3), EVERY).unlabelled) == 1


def test_a_head_with_some_of_the_layers_is_taught_what_the_whole_head_has_in_these():
    boxes = np.float32([[40, 40, 62, 76], [43, 44, 65, 80], [10, 10, 32, 46]])
    lit = np.float32([[0, 1], [0, -1], [-1, 0]])
    whole = np.split(targets(boxes, np.uint8([1, 63, 5]), lit, NONE, 96), len(FLANKS), axis=1)
    some = np.split(targets(boxes, np.uint8([1, 63, 5]), lit, NONE, 96, ("up", "left")), 2, axis=1)
    assert (some[0] == whole[list(FLANKS).index("up")]).all()
    assert (some[1] == whole[list(FLANKS).index("left")]).all()
    assert build(("up", "left")).model[-1].nl == 2
