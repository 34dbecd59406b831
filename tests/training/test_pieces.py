"""What training is made of."""

from __future__ import annotations

import csv

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from easybraille.recognition.detectors.postprocess import decode
from training import primer
from training.augment import crop, photograph, warp_boxes
from training.crops import Crops
from training.flanks import target, targets
from training.loss import detection_loss
from training.pages import HALF_TURN, MIRROR, in_development, in_pieces, mask, permute, source_of, split
from training.primer.align import assigned, laid, words
from training.score import centred, score
from training.synthetic import Sheet, random_page, render


def test_a_primers_labels_are_what_its_text_says_in_braille():
    for path in sorted(primer.HERE.glob("*.csv")):
        assert path.stem not in primer.MEASURED, "what is measured must not be trained on"
        text = primer.TEXTS[path.stem].splitlines()
        rows: dict[int, list[str]] = {}
        for row in csv.DictReader(path.open()):
            if row["row"]:
                rows.setdefault(int(row["row"]), []).append(row["dots"])
        assert rows
        for number, dots in rows.items():
            wanted = [cell for word in words(text[number - 1]) for cell in word]
            assert [mask(d) or w for d, w in zip(dots, wanted)] == wanted and len(dots) == len(wanted)


def test_nothing_is_learnt_from_a_band_of_which_nothing_is_known():
    cell, band = [40, 40, 62, 75], [0, 80, 320, 120]
    boxes, dots = in_pieces(np.float32([cell, band]), np.uint8([1, 0]))
    assert (dots == 0).sum() > 10
    kind = target(boxes, dots, 320)[10]
    assert (kind[10:15] == -1).all() and (kind[20:] == 0).all() and (kind[5:9] == 1).any()


def test_a_text_is_laid_where_its_cells_are_seen():
    patterns = np.full((12, 64), -5.0)
    patterns[:, 0] = 0.0
    for column, letter in ((2, 1), (3, 3), (6, 9)):
        patterns[column, letter] = 5.0
    gain, cells = laid([[1, 3], [9]], patterns)
    assert cells == [(2, 1), (3, 3), (6, 9)] and gain > 0


def test_text_lines_take_rows_in_order():
    gains = np.array([[9.0, 1, 1, 1], [8, 1, 7, 1], [1, 1, 1, -2]])
    assert assigned(gains) == [0, 2, None]


@pytest.fixture(scope="module")
def page():
    return random_page(np.random.default_rng(4))


def as_output(wanted: np.ndarray) -> np.ndarray:
    """A target as the detection head would say it: (10, places)."""
    _, rows, columns = wanted.shape
    x, y = np.meshgrid((np.arange(columns) + 0.5) * 8, (np.arange(rows) + 0.5) * 8)
    left, top, right, bottom = wanted[6:10] * 8
    boxes = [x + (right - left) / 2, y + (bottom - top) / 2, left + right, top + bottom]
    return np.concatenate([np.stack(boxes), wanted[:6]]).reshape(10, -1)


def test_what_the_network_is_taught_decodes_to_the_labels(page):
    wanted = target(page.boxes, page.dots, 448)
    cells = decode(as_output(wanted), 0.5)
    whole = (page.boxes.min(axis=1) > 0) & (page.boxes.max(axis=1) < 448)
    result = score(cells.boxes, cells.dots, page.boxes[whole], page.dots[whole])
    assert result.recall == 1.0


def test_mirroring_a_crop_mirrors_its_dots():
    assert permute(np.uint8([mask("125")]), MIRROR) == mask("245")
    assert permute(np.uint8([mask("125")]), HALF_TURN) == mask("256")


def test_boxes_follow_the_picture_through_a_projective_map():
    matrix = np.array([[1.1, 0.1, 5], [-0.05, 0.9, 12], [1e-4, 0, 1]])
    (moved,) = warp_boxes(np.float32([[90, 190, 110, 210]]), matrix)
    x, y, w = matrix @ (100, 200, 1)
    assert ((moved[0] + moved[2]) / 2, (moved[1] + moved[3]) / 2) == pytest.approx((x / w, y / w), abs=1e-3)


def test_the_same_seed_draws_the_same_crops(page):
    first, second, other = (Crops([page], [], seed, 128, 20) for seed in (1, 1, 2))
    assert all(np.array_equal(first[i][0], second[i][0]) and np.array_equal(first[i][1], second[i][1]) for i in (0, 7))
    assert not np.array_equal(first[7][0], other[7][0])


def test_dots_rise_and_dents_sink_under_one_light():
    rng = np.random.default_rng(0)
    shade = {}
    for name, height in (("dot", 2.2), ("dent", -2.2)):
        image = render([[mask("1")]], Sheet(light=90, grain=0.0, relief=height), (160, 160), rng, (40, 40)).image
        shade[name] = int(image[36:39, 40].mean()) - int(image[42:45, 40].mean())
    assert shade["dot"] > 20 and shade["dent"] < -20  # a dot is bright towards the light above, a dent away from it


def test_a_crop_keeps_its_size_and_its_labels_inside(page):
    rng = np.random.default_rng(9)
    for _ in range(20):
        seen = crop(page, 160, rng, np.ones(64))
        assert photograph(seen.image, rng).shape == (160, 160) and len(seen.boxes) == len(seen.dots) == len(seen.lit)
        assert (seen.boxes[:, 2] > 0).all() and (seen.boxes[:, 0] < 160).all()


def test_the_loss_is_small_for_the_right_answer_and_large_for_another(page):
    lit = np.tile(np.float32([0.6, 0.8]), (len(page.boxes), 1))
    wanted = torch.from_numpy(targets(page.boxes, page.dots, lit, np.zeros((0, 2)), 448))[None]
    flat = wanted.flatten(2)
    right = {"scores": (flat[:, :6] * 2 - 1) * 12, "boxes": flat[:, 6:10]}
    wrong = {"scores": -right["scores"], "boxes": flat[:, 6:10] * 3}
    assert sum(detection_loss(right, wanted)) < 0.01 < 1 < sum(detection_loss(wrong, wanted))


def test_a_cell_counts_only_with_its_dots_and_only_once():
    box = np.float32([[0, 0, 20, 30]])
    both = np.concatenate([box, box + 1])
    assert score(box, np.uint8([3]), box, np.uint8([3])).f1 == 1.0
    other = score(box, np.uint8([1]), box, np.uint8([3]))
    assert (other.f1, other.boxes_f1, other.confused) == (0.0, 1.0, [(3, 1)])
    assert score(both, np.uint8([3, 3]), box, np.uint8([3])).right == 1
    assert score(box + 15, np.uint8([3]), box, np.uint8([3])).right == 0


def test_cells_are_compared_by_their_centres_where_boxes_are_drawn_by_another_rule():
    true = np.float32([[0, 0, 20, 30]])
    small = np.float32([[5, 8, 15, 22]])
    assert centred(small, np.uint8([3]), true, np.uint8([3])).f1 == 1.0
    assert centred(small + (8.9, 0, 8.9, 0), np.uint8([3]), true, np.uint8([3])).f1 == 1.0
    assert centred(small + (9.1, 0, 9.1, 0), np.uint8([3]), true, np.uint8([3])).f1 == 0.0
    assert centred(small + (0, 9.1, 0, 9.1), np.uint8([3]), true, np.uint8([3])).f1 == 0.0
    assert centred(small, np.uint8([1]), true, np.uint8([3])).boxes_f1 == 1.0


def test_sources_that_show_one_book_are_one():
    assert source_of("mdd-redmi1_04") == source_of("mdd_cannon1_02") == "mdd"
    assert source_of("Massage_M_10_recto") == "Massage"


def test_a_source_that_is_left_out_is_not_seen_at_all(tmp_path):
    names = {
        "angelina/books/train": [f"skazki_{i}" for i in range(12)] + [f"ola_{i}" for i in range(4)],
        "angelina/books/val": ["ola_val"],
        "angelina/handwritten/train": ["kov_1"],
        "angelina/handwritten/val": [],
        "dsbi/train/recto": ["Math_1_recto"],
        "dsbi/train/verso": ["Math_1_verso"],
        "angelina/not_braille": ["misc_1", "misc_2", "misc_3"],
    }
    for folder, stems in names.items():
        (tmp_path / folder).mkdir(parents=True)
        for stem in stems:
            cv2.imwrite(str(tmp_path / folder / f"{stem}.jpg"), np.full((60, 60), 200, np.uint8))
            with (tmp_path / folder / f"{stem}.csv").open("w") as stream:
                csv.writer(stream).writerows([["x1", "y1", "x2", "y2", "dots", "row", "col"], [5, 5, 25, 37, "14"]])
    found = split(tmp_path, frozenset({"ola"}))
    seen = {p.name for p in (*found.train, *found.development)}
    assert not any(name.startswith("ola") for name in seen)
    assert {p.stem for p in found.left_out} == {"ola_0", "ola_1", "ola_2", "ola_3", "ola_val"}
    assert {p.name for p in found.development} == {n for n in seen if in_development(n)}
    assert not {p.name for p in found.train} & {p.name for p in found.development}
