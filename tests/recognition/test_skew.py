"""Pages that lie askew in the picture, by any angle."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from easybraille import languages
from easybraille.imaging.transforms import deskew, rotate, undo_deskew_boxes
from easybraille.recognition import passes
from easybraille.recognition.page_detection import detect_front
from easybraille.recognition.skew import estimate_skew
from tests.made_page import rendered
from training.pages import mask
from training.primer import error_rate
from training.synthetic import Sheet, render
from training.turns import Counting

TEXT = "El sol sale por el este\ny se pone por el oeste.\nLa luna sale de noche,\ncuando todo duerme y calla."
BACK = "Mañana iremos al mercado\na comprar pan, queso y miel.\nDespués, si no llueve,\nvolveremos por el río."
PAGE = rendered(TEXT, sheet=Sheet(light=95, grain=0.03))


def askew(gray: np.ndarray, degrees: float) -> np.ndarray:
    """The picture as taken with the camera held askew: turned clockwise, the table around it."""
    image = Image.fromarray(gray).rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=70)
    return np.asarray(image)


def file(gray: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(gray).save(buffer, "PNG")
    return buffer.getvalue()


def misread(page, text: str) -> int:
    """How many characters; one may suffer when a picture is turned and turned back."""
    return error_rate(page.text, text)[0]


def centres(page) -> np.ndarray:
    boxes = np.array([cell.box for line in page.lines for cell in line.cells if cell.box])
    return (boxes[:, :2] + boxes[:, 2:]) / 2


def moved(points: np.ndarray, degrees: float, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Points (n, 2) of the picture before, where they are in it askew."""
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return (points - np.array(before.shape[::-1]) / 2) @ turn + np.array(after.shape[::-1]) / 2


@pytest.mark.parametrize("degrees", [-42, -25, -15, 15, 20, 25, 33])
def test_a_page_askew_reads_as_if_it_lay_straight(reader, degrees):
    (page,) = reader.read(file(askew(PAGE.image, degrees))).pages
    assert misread(page, TEXT) <= 1
    assert page.rotation == 0


@pytest.mark.parametrize("degrees", [-25, 20])
def test_boxes_are_where_the_cells_are_in_the_picture_that_was_sent(reader, degrees):
    gray = askew(PAGE.image, degrees)
    (page,) = reader.read(file(gray)).pages
    true = moved((PAGE.boxes[:, :2] + PAGE.boxes[:, 2:]) / 2, degrees, PAGE.image, gray)
    apart = np.linalg.norm(centres(page)[:, None] - true[None], axis=2).min(axis=1)
    assert len(true) - 1 <= len(centres(page)) <= len(true)  # one lone dot may be lost
    assert apart.max() < 0.3 * PAGE.cell_width
    assert (page.height, page.width) == gray.shape


@pytest.mark.parametrize(("quarters", "degrees"), [(1, 20), (2, -25), (3, 30)])
def test_the_rotation_of_a_page_askew_is_its_quarter_turn(reader, quarters, degrees):
    (page,) = reader.read(file(askew(rotate(PAGE.image, quarters), degrees))).pages
    assert misread(page, TEXT) <= 1
    assert page.rotation == 90 * quarters


def test_both_sides_of_a_sheet_askew_come_from_one_picture(reader):
    sheet = Sheet(light=100, grain=0.03, back=0.9)
    front, back = ([[mask(c) for c in line] for line in languages.get("es").write(text)] for text in (TEXT, BACK))
    size = (int(6 * sheet.line_pitch), int(32 * sheet.cell_pitch))
    straight = render(front, sheet, size, np.random.default_rng(1), back=back).image
    gray = askew(straight, 22)
    front, back = reader.read(file(gray), sides="both").pages
    assert max(misread(front, TEXT), misread(back, BACK)) <= 2
    as_straight = reader.read(file(straight), sides="both").pages[1]
    apart = centres(back) - moved(centres(as_straight), 22, straight, gray)
    assert np.abs(np.median(apart, axis=0)).max() < 2


@pytest.mark.parametrize("degrees", [-6, -3, 4, 6])
def test_a_page_that_lies_almost_straight_costs_one_pass(reader, degrees, monkeypatch):
    monkeypatch.setattr(passes, "FUSION_ROUNDS", ())  # what is in doubt costs more, however straight it lies
    counting, gray = Counting(reader.detector), askew(PAGE.image, degrees)
    assert detect_front(counting, gray).skew == 0
    assert counting.pixels <= gray.size


@pytest.mark.parametrize("degrees", [-44, -31, -20, -8, 0, 5, 17, 26, 39])
@pytest.mark.parametrize("light", [95, 180, 270])
def test_the_angle_of_the_lines_is_told_in_any_light(degrees, light):
    gray = rendered(TEXT, sheet=Sheet(light=light, grain=0.05)).image
    assert estimate_skew(askew(gray, degrees)) == pytest.approx(degrees, abs=1)


def test_a_picture_without_lines_has_no_angle():
    rng = np.random.default_rng(0)
    assert estimate_skew(np.full((416, 416), 128, np.uint8)) == 0
    assert estimate_skew(rng.integers(0, 256, (416, 300), np.uint8)) == 0
    assert estimate_skew(rng.integers(0, 256, (1, 7), np.uint8)) == 0


def test_a_box_of_a_leveled_picture_goes_back_to_its_place():
    gray = np.zeros((300, 200), np.uint8)
    gray[50:56, 40:46] = 255
    level = deskew(gray, 20)
    y, x = np.argwhere(level > 120).mean(axis=0) + 0.5
    back = undo_deskew_boxes(np.array([[x - 3, y - 4, x + 3, y + 4]]), 20, level.shape, gray.shape)
    assert back[0] == pytest.approx([40, 49, 46, 57], abs=0.7)
