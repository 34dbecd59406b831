"""Bytes become upright grey pages, and what can't be read is named."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from easybraille.errors import (
    DamagedPictureError,
    EmptyInputError,
    NotAPictureError,
    ProtectedDocumentError,
    TooManyPagesError,
    TooManyPixelsError,
)
from easybraille.imaging.files import Limits, pictures
from tests.damaged import empty_pdf, picture_pdf, png_bomb, protected_pdf, truncated_jpeg

LEFT_DARK = np.tile(np.repeat(np.uint8([20, 220]), 50), (60, 1))  # 60 rows, 100 columns


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    if kind == "HEIF":
        pillow_heif.register_heif_opener()
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def only(data: bytes, limits: Limits = Limits()):
    (picture,) = pictures(data, limits)
    return picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_every_kind_of_picture_opens(kind):
    picture = only(encoded(Image.fromarray(LEFT_DARK).convert("RGB"), kind))
    assert (picture.width, picture.height) == (100, 60)
    assert picture.gray[30, 10] < 60 < 180 < picture.gray[30, 90]


@pytest.mark.parametrize(
    ("orientation", "dark"),
    [(1, "left"), (2, "right"), (3, "right"), (4, "left"), (5, "top"), (6, "top"), (7, "bottom"), (8, "bottom")],
)
def test_a_photo_is_turned_upright_by_its_exif_orientation(orientation, dark):
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = only(encoded(Image.fromarray(LEFT_DARK), "JPEG", exif=exif, quality=95))
    sides = {
        "left": picture.gray[:, :10],
        "right": picture.gray[:, -10:],
        "top": picture.gray[:10],
        "bottom": picture.gray[-10:],
    }
    assert sides[dark].mean() < 60
    assert (picture.height, picture.width) == picture.gray.shape


def test_a_heic_photo_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = only(encoded(Image.fromarray(LEFT_DARK).convert("RGB"), "HEIF", exif=exif.tobytes()))
    assert (picture.width, picture.height) == (60, 100)
    assert picture.gray[:10].mean() < 60


def test_a_heic_photo_that_breaks_off_is_damaged():
    data = encoded(Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 300), np.uint8)), "HEIF")
    for share in (0.02, 0.3, 0.9):
        with pytest.raises((DamagedPictureError, NotAPictureError)):
            only(data[: int(len(data) * share)])


def test_a_transparent_picture_lies_on_white():
    rgba = np.zeros((50, 50, 4), np.uint8)
    assert only(encoded(Image.fromarray(rgba))).gray.min() == 255


def test_sixteen_bits_become_eight():
    values = np.full((50, 50), 40_000, np.uint16)
    assert abs(int(only(encoded(Image.fromarray(values))).gray[0, 0]) - 40_000 // 257) <= 1


def test_a_very_large_photo_is_scaled_down_and_remembers_its_size():
    picture = only(encoded(Image.new("L", (8000, 6000), 200), "JPEG"))
    assert max(picture.gray.shape) <= 3200
    assert (picture.width, picture.height) == (8000, 6000)
    assert picture.scale == pytest.approx(8000 / picture.gray.shape[1])


def test_each_page_of_a_tiff_is_a_page():
    frames = [Image.new("L", (40, 30), tone) for tone in (10, 100, 200)]
    data = encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    assert [(p.number, int(p.gray[0, 0])) for p in pictures(data)] == [(1, 10), (2, 100), (3, 200)]


def test_each_page_of_a_pdf_is_a_page():
    data = picture_pdf([encoded(Image.new("L", (300, 400), tone)) for tone in (30, 230)])
    found = list(pictures(data))
    assert [p.number for p in found] == [1, 2]
    assert found[0].gray.mean() < 60 < 200 < found[1].gray.mean()
    assert found[0].gray.shape == (found[0].height, found[0].width)


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (b"", EmptyInputError, "empty"),
        (b"Hola, esto es texto", NotAPictureError, "JPEG, PNG"),
        (b"%PDF-1.4 and then nothing", DamagedPictureError, "PDF"),
        (empty_pdf(), DamagedPictureError, "damaged|no pages"),
        (protected_pdf(), ProtectedDocumentError, "password"),
        (png_bomb(), TooManyPixelsError, "100 megapixels"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, NotAPictureError, "picture"),
    ],
)
def test_what_cannot_be_read_is_named(data, error, words):
    with pytest.raises(error, match=words):
        list(pictures(data))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_photo_that_breaks_off_is_damaged(letter, share):
    with pytest.raises((DamagedPictureError, NotAPictureError)):
        list(pictures(letter[: int(len(letter) * share)]))


def test_a_bomb_is_refused_before_it_is_decoded():
    import tracemalloc

    data = png_bomb()
    tracemalloc.start()
    with pytest.raises(TooManyPixelsError):
        list(pictures(data))
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_document_with_too_many_pages_is_refused():
    page = encoded(Image.new("L", (30, 30)))
    with pytest.raises(TooManyPagesError, match="3 pages; 2"):
        list(pictures(picture_pdf([page] * 3), Limits(pages=2)))


def test_truncation_is_the_cause_that_is_named(letter):
    with pytest.raises(DamagedPictureError, match="breaks off"):
        list(pictures(truncated_jpeg(letter)))


def test_what_ultralytics_does_to_pillow_changes_no_answer():
    script = (
        "import ultralytics.utils.patches\nfrom easybraille.errors import NotAPictureError\n"
        "from easybraille.imaging.files import pictures\n"
        "try: list(pictures(b'no picture'))\nexcept NotAPictureError: print('named')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=os.environ | {"YOLO_AUTOINSTALL": "False", "YOLO_OFFLINE": "1"},
        timeout=120,
    )
    if "No module named 'ultralytics'" in done.stderr:
        pytest.skip("Ultralytics is not installed")
    assert done.stdout.strip().endswith("named"), done.stderr
