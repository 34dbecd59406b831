"""What the person with the camera is told, on pictures made bad on purpose."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from easybraille.i18n.advice import MESSAGES, advice_for
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
