"""What the person with the camera is told, on pictures made bad on purpose."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from easybraille.i18n.advice import MESSAGES, advice_for
from easybraille.recognition.detections import Detections
from easybraille.recognition.layout import arrange_lines
from easybraille.recognition.orientation import UPSIDE_DOWN
from easybraille.recognition.page_detection import DetectedSide
from easybraille.recognition.quality import assess, blur_ratio
from tests.made_page import png, rendered
from training.synthetic import Sheet

TEXT = "\n".join(["El sol sale por el este y se", "pone por el oeste. La luna", "sale de noche, cuando todo"] * 4)


def file(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def photo(letter: bytes) -> Image.Image:
    return Image.open(io.BytesIO(letter)).convert("L")


def codes(reader, image: Image.Image) -> list[str]:
    return [advice.code for advice in reader.read(file(image)).pages[0].advice]


def test_a_good_photo_needs_no_advice(reader, photo):
    assert codes(reader, photo) == []


def test_a_blurred_photo(reader, photo):
    assert "blurred" in codes(reader, photo.filter(ImageFilter.GaussianBlur(4)))


def test_a_dark_photo(reader, photo):
    assert "too_dark" in codes(reader, photo.point(lambda value: value // 6))


def test_a_page_from_far_away(reader, photo):
    far = Image.new("L", (photo.width, photo.height), 90)
    far.paste(photo.resize((photo.width * 2 // 5, photo.height * 2 // 5), Image.Resampling.LANCZOS), (200, 200))
    assert codes(reader, far)[0] in ("too_small", "no_braille")


def test_text_that_runs_out_of_the_picture(reader, photo):
    assert "cut_off" in codes(reader, photo.crop((photo.width // 3, 0, photo.width, photo.height)))


def test_a_page_on_its_head_or_side(reader, photo):
    assert codes(reader, photo.transpose(Image.Transpose.ROTATE_180)) == ["upside_down"]
    assert codes(reader, photo.transpose(Image.Transpose.ROTATE_90)) == ["sideways"]


def test_light_from_the_foot_of_the_page(reader):
    (page,) = reader.read(png(rendered(TEXT, sheet=Sheet(light=270, grain=0.03)))).pages
    assert "light_from_below" in [advice.code for advice in page.advice]


def test_no_braille_at_all(reader):
    grey = Image.fromarray(np.random.default_rng(0).integers(90, 200, (900, 700), np.uint8))
    assert codes(reader, grey) == ["no_braille"]


def test_every_advice_is_there_in_spanish_and_english():
    assert all({"es", "en"} <= set(message) for message in MESSAGES.values())
    assert advice_for(["blurred"], "es")[0].message.startswith("La imagen está borrosa")
    assert advice_for(["blurred"], "de")[0].message.startswith("The picture is blurred")


WIDTH, ROWS, COLUMNS = 22.0, 600, 900


def found(
    boxes: np.ndarray | None = None, width: float = WIDTH, confidence: float = 0.99, **how: object
) -> tuple[DetectedSide, np.ndarray]:
    """A side of a hundred cells in the middle of a picture, or of these boxes, and the confidence of each."""
    if boxes is None:
        x, y = (axis.ravel() for axis in np.meshgrid(200 + 34 * np.arange(10), 150 + 30 * np.arange(10)))
        boxes = np.stack([x, y, x + width, y + 1.6 * width], axis=1)
    boxes = np.asarray(boxes, np.float32)
    cells = Detections(
        boxes, np.full(len(boxes), 1, np.uint8), np.zeros((len(boxes), 6), np.float32), np.ones(len(boxes), np.float32)
    )
    return DetectedSide(cells, boxes, arrange_lines(boxes), **how), np.full(len(boxes), confidence)


def sharp() -> np.ndarray:
    return np.random.default_rng(1).integers(60, 220, (ROWS, COLUMNS)).astype(np.uint8)


@pytest.mark.parametrize(("width", "advice"), [(12.5, ["too_small"]), (13.5, [])])
def test_cells_below_thirteen_pixels_are_too_small(width, advice):
    assert assess(sharp(), *found(width=width)) == advice


@pytest.mark.parametrize(
    ("count", "gap", "advice"), [(3, 0.45, ["cut_off"]), (2, 0.45, []), (3, 0.55, [])], ids=["three", "two", "further"]
)
@pytest.mark.parametrize("edge", range(4))
def test_three_cells_within_half_a_cell_of_one_edge_say_that_the_text_is_cut_off(edge, count, gap, advice):
    boxes = found()[0].boxes.copy()
    near = [gap * WIDTH, gap * WIDTH, COLUMNS - gap * WIDTH, ROWS - gap * WIDTH][edge]
    side = boxes[:count, edge].copy()
    boxes[:count, edge % 2] += near - side
    boxes[:count, edge % 2 + 2] += near - side
    assert assess(sharp(), *found(boxes)) == advice


def test_cells_at_opposite_edges_are_not_counted_together():
    boxes = found()[0].boxes.copy()
    boxes[:2, [0, 2]] += 1 - boxes[:2, :1]
    boxes[2:4, [0, 2]] += COLUMNS - 1 - boxes[2:4, 2:3]
    assert assess(sharp(), *found(boxes)) == []


@pytest.mark.parametrize(("bright", "advice"), [(0.05, ["too_dark"]), (0.15, [])])
def test_a_picture_is_dark_whose_bright_tenth_is(bright, advice):
    gray = np.where(np.random.default_rng(1).random((ROWS, COLUMNS)) < bright, 120, 44).astype(np.uint8)
    assert assess(gray, *found()) == advice


@pytest.mark.parametrize(("level", "advice"), [(44, ["too_dark"]), (46, [])])
def test_a_picture_without_light_and_shade_is_dark_below_a_grey_of_45(level, advice):
    assert assess(np.full((ROWS, COLUMNS), level, np.uint8), *found()) == advice


@pytest.mark.parametrize("width", [11, 22, 44])
@pytest.mark.parametrize("period", [6, 10, 20])
def test_blurring_leaves_of_a_wave_what_a_gaussian_leaves_of_its_frequency(width, period):
    # A Gaussian of standard deviation s takes a wave of period p down by exp(-2 (pi s / p)²).
    wave = 128 + 100 * np.sin(2 * np.pi * np.arange(30 * width) * 22 / (width * period))
    gray = np.tile(wave, (30 * width, 1)).astype(np.uint8)
    boxes = np.array([[15 * width - width / 2, 15 * width - width, 15 * width + width / 2, 15 * width + width]])
    assert blur_ratio(gray, boxes, width) == pytest.approx(np.exp(-2 * (np.pi * 1.5 / period) ** 2), abs=0.06)


@pytest.mark.parametrize(("period", "advice"), [(12.5, []), (15.5, ["blurred"])])
def test_a_picture_is_blurred_whose_finest_detail_is_longer_than_half_a_cell(period, advice):
    # At cells 22 pixels wide, 79 % of a wave is left after blurring from a period of 13.7 pixels on.
    wave = 128 + 100 * np.sin(2 * np.pi * np.arange(COLUMNS) / period)
    assert assess(np.tile(wave, (ROWS, 1)).astype(np.uint8), *found()) == advice


@pytest.mark.parametrize(("share", "doubt", "advice"), [(21, 0.79, ["uncertain"]), (19, 0.79, []), (50, 0.81, [])])
def test_a_page_is_uncertain_of_which_more_than_a_fifth_of_the_cells_are(share, doubt, advice):
    side, confidence = found()
    confidence[:share] = doubt
    assert assess(sharp(), side, confidence) == advice


@pytest.mark.parametrize(
    ("how", "advice"),
    [
        ({"sure": 0.89}, ["direction_uncertain"]),
        ({"sure": 0.91}, []),
        ({"light": "left"}, ["two_sided_lit_from_side"]),
        ({"light": "right"}, ["two_sided_lit_from_side"]),
        ({"light": "foot"}, ["light_from_below"]),
        ({"light": "foot", "one_sided": True}, []),
        ({"base": 1}, ["sideways"]),
        ({"base": 3}, ["sideways"]),
        ({"base": 2}, ["upside_down"]),
        ({"way": UPSIDE_DOWN}, ["light_from_below", "upside_down"]),
        ({"base": 1, "way": UPSIDE_DOWN, "light": "foot"}, ["sideways"]),
    ],
    ids=str,
)
def test_direction_and_light_are_told(how, advice):
    assert assess(sharp(), *found(**how)) == advice
