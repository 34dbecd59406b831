"""Labels of both sides of a sheet: scans given twice, photographs read a second time, pictures of one side."""

from __future__ import annotations

import csv

import cv2
import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

from easybraille.model_store import SHIPPED
from easybraille.recognition.detections import digits
from training import scans
from training.evaluate import load_detector
from training.flanks import FLANKS, layers
from training.flat import print_flat
from training.lighting import Lamp
from training.pages import mask, split, truth
from training.plates import plate
from training.pseudo import certain_cells, write
from training.score import overlaps, score
from training.synthetic import Sheet, random_sheet, render
from training.texts import DIGITS, NUMBER, OPERATORS, alphabet, sums, table

FOLDERS = (
    "angelina/books/train", "angelina/handwritten/train", "angelina/books/val", "angelina/handwritten/val",
    "angelina/not_braille", "dsbi/train/recto", "dsbi/train/verso",
)  # fmt: skip


def page_of_both_sides(seed: int = 0, size: tuple[int, int] = (600, 600)):
    rng = np.random.default_rng(seed)
    lines = [rng.integers(1, 64, (11, 17)).tolist() for _ in range(2)]
    sheet = Sheet(grain=0.1, back=0.9, lamps=(Lamp(azimuth=95),))
    return render(lines[0], sheet, size, rng, back=lines[1])


def save(path, image, boxes, dots):
    cv2.imwrite(str(path), image)
    with path.with_suffix(".csv").open("w") as stream:
        rows = csv.writer(stream)
        rows.writerow(["x1", "y1", "x2", "y2", "dots", "row", "col"])
        rows.writerows([*box, digits(int(cell)), "", ""] for box, cell in zip(boxes.tolist(), dots))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder with a scan given twice, the second time turned a little, and a photograph."""
    root = tmp_path_factory.mktemp("data")
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True)
    page = page_of_both_sides()
    whole = page.dents.dots > 0
    dents = page.dents.boxes[whole], page.dents.dots[whole]
    save(root / "dsbi/train/recto/Math_8_recto.png", page.image, page.boxes, page.dots)
    turn = cv2.getRotationMatrix2D((300, 300), 0.3, 1)
    turned = cv2.warpAffine(page.image, turn, (604, 597), borderValue=160)
    save(root / "dsbi/train/verso/Math_8_verso.png", turned, scans.moved(dents[0], turn), dents[1])
    save(root / "dsbi/train/verso/Math_9_verso.png", page.image, *dents)
    save(root / "angelina/books/train/skazki_1.png", page.image, page.boxes, page.dots)
    save(root / "angelina/handwritten/train/kov_1.png", page.image, page.boxes, page.dots)
    return root


def pages(data, **options):
    found = split(data, **options)
    return {page.name: page for page in (*found.train, *found.development)}


def test_the_two_copies_of_a_scan_become_one_page_with_both_sides(data):
    page, made = pages(data)["Math_8_recto"], page_of_both_sides()
    assert page.known and page.dents.known
    whole = made.dents.dots > 0
    result = score(page.dents.boxes, page.dents.dots, made.dents.boxes[whole], made.dents.dots[whole])
    assert result.f1 == 1.0
    best = overlaps(page.dents.boxes, made.dents.boxes[whole]).max(axis=1)
    assert best.min() > 0.85, "the dents' boxes lie where the front's picture shows them, within a pixel or so"


def test_of_a_scan_given_with_its_back_only_the_front_is_not_known(data):
    page = pages(data)["Math_9_verso"]
    assert not page.known and page.dents.known and len(page.boxes) == 0 and len(page.dents.boxes) > 50
    assert page.light[1, 1] @ (0, 1) > 0.9, "the light that its dents face away from comes from above"


def test_pictures_of_different_pages_are_not_taken_for_one_scan():
    assert scans.onto(page_of_both_sides(1).image, page_of_both_sides(2).image) is None


def test_pupils_work_has_no_back_and_a_photographs_back_is_not_known(data):
    assert pages(data)["kov_1"].dents.known and not len(pages(data)["kov_1"].dents.boxes)
    assert not pages(data)["skazki_1"].dents.known


def test_the_back_of_a_photograph_is_labelled_with_what_the_weights_are_certain_of(data, tmp_path):
    made = page_of_both_sides()
    cells = certain_cells(load_detector(SHIPPED), made.image, made.cell_width, over=True)
    whole = made.dents.dots > 0
    result = score(cells.boxes, cells.dots, made.dents.boxes[whole], made.dents.dots[whole])
    assert result.precision > 0.97 and result.found > 50
    write(cells, tmp_path / "backs" / "skazki_1.csv")
    page = pages(data, pseudo=tmp_path)["skazki_1"]
    assert len(page.dents.boxes) == len(cells) and not page.dents.known
    assert (truth(tmp_path / "backs" / "skazki_1.png")[1] == cells.dots).all()


def test_the_answer_of_the_head_is_one_part_a_face():
    output = np.arange(40, dtype=np.float32).reshape(2, 20)
    parts = layers(output)
    assert list(parts) == list(FLANKS) and np.array_equal(np.concatenate(list(parts.values()), axis=1), output)


def test_sums_and_tables_are_made_of_numbers():
    rng = np.random.default_rng(0)
    line = sums(rng, 30)
    assert len(line) == 30 and NUMBER in line and set(line) <= {0, NUMBER, *DIGITS, *OPERATORS}
    rows = table(rng, 6, 24)
    first = [[i for i, (before, cell) in enumerate(zip([0, *row], row)) if cell and not before] for row in rows]
    starts = {i for row in first for i in row}
    assert len(starts) <= 24 // 4, "what stands in one column of a table begins at one place"


def test_letters_of_an_alphabet_stand_apart():
    rng = np.random.default_rng(0)
    for _ in range(5):
        for row in alphabet(rng, 4, 20):
            assert all(not (a and b) for a, b in zip(row, row[1:]))


def test_light_on_made_pages_comes_from_all_round():
    rng = np.random.default_rng(0)
    azimuths = np.array([random_sheet(rng, 448).lights[0].azimuth % 360 for _ in range(400)])
    assert (np.histogram(azimuths, 12, (0, 360))[0] > 5).all()


def test_ghosts_of_missing_dots_are_paler_than_raised_ones_and_not_raised():
    rng = np.random.default_rng(0)
    lines = [[mask("1")] * 6] * 4
    for _ in range(30):
        page = print_flat(lines, Sheet(grain=0.0), (240, 240), rng, (30.0, 30.0))
        assert (page.dots == 1).all() and page.dents.known
        x, y = (page.boxes[0, :2] + 0.3 * 12).round().astype(int)
        paper = int(page.image[4, 4])
        raised, missing = (abs(int(page.image[at, x]) - paper) for at in (y, y + 24))
        assert raised > 40 and missing <= raised


def test_a_sign_says_a_few_cells():
    rng = np.random.default_rng(0)
    for _ in range(20):
        page = plate(rng, 448)
        assert page.image.shape == (448, 448) and len(page.boxes) <= 30 and page.dents.known
