"""Bytes become upright grey pages, and what can't be read is named."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import subprocess
import sys
import time

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from easybraille.errors import (
    DamagedPictureError,
    EmptyInputError,
    InputError,
    NotAPictureError,
    ProtectedDocumentError,
    TooManyPagesError,
    TooManyPixelsError,
)
from easybraille.imaging.files import Limits, pictures, sizes
from tests.bombs import jpeg_scans, png_thin, tiff_chain, webp_canvas
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


@pytest.mark.parametrize("directory", [struct.pack("<Q", 2**63), struct.pack("<QQ", 16, 2**62)], ids=["far", "endless"])
def test_a_bigtiff_whose_directory_no_file_can_hold_is_damaged(directory):
    header = b"II+\0" + struct.pack("<HH", 8, 0)
    with pytest.raises(DamagedPictureError):
        list(pictures(header + directory + bytes(100)))


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


@pytest.mark.parametrize(("bits", "top"), [(np.float32, 1.0), (np.float32, 255.0), (np.float32, 65535.0)])
def test_floats_keep_their_shades_whatever_their_range(bits, top):
    values = np.linspace(0, top, 3000, dtype=bits).reshape(50, 60)
    values[0, 0] = np.nan
    gray = only(encoded(Image.fromarray(values), "TIFF")).gray
    assert gray[-1, -1] == 255 and abs(int(gray[25, 0]) - 127) <= 3


def test_a_tiff_held_sideways_is_upright_with_its_upright_size():
    picture = only(encoded(Image.fromarray(LEFT_DARK), "TIFF", tiffinfo={274: 6}))
    assert (picture.width, picture.height) == picture.gray.shape[::-1] == (60, 100)
    assert picture.gray[:10].mean() < 60


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG", "WEBP"])
def test_damaged_pictures_of_every_kind_are_named_or_read(kind):
    random = np.random.default_rng(0)
    frames = [Image.fromarray(random.integers(0, 255, (40, 30), np.uint8)) for _ in range(3)]
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Hola"
    several = {"save_all": True, "append_images": frames[1:]} if kind == "TIFF" else {}
    whole = encoded(frames[0], kind, exif=exif, **several)
    for number in range(150):
        damaged = bytearray(whole)
        # Where headers are, damage says most.
        for at in random.integers(4, min(len(damaged), 400 if number % 2 else len(damaged)), 1 + number % 4):
            damaged[at] = random.integers(0, 256)
        with contextlib.suppress(InputError):
            list(pictures(bytes(damaged)))


def test_exif_data_of_wrong_types_does_not_spoil_its_picture():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(Image.fromarray(LEFT_DARK), "JPEG", exif=exif)
    # The type of the field that says how the camera was held: from SHORT (3) to what is no type.
    at = data.index(b"\x01\x12\x00\x03")
    for kind in (2, 5, 7, 12, 99):
        picture = only(data[: at + 3] + bytes([kind]) + data[at + 4 :])
        assert picture.gray.size == 6000


def test_a_file_that_a_gateway_has_taken_for_text_is_told_from_one_that_is_no_picture(letter):
    with pytest.raises(NotAPictureError, match="gateway"):
        only(letter.decode("utf-8", "replace").encode())


def test_a_chain_of_pages_is_followed_no_further_than_is_allowed():
    begin = time.monotonic()
    with pytest.raises(TooManyPagesError, match="more than 50 pages"):
        list(pictures(tiff_chain()))
    assert time.monotonic() - begin < 1


def test_a_jpeg_of_thousands_of_scans_is_refused_before_it_is_decoded():
    begin = time.monotonic()
    with pytest.raises(DamagedPictureError, match="scans"):
        list(pictures(jpeg_scans()))
    assert time.monotonic() - begin < 1


@pytest.mark.parametrize("made", [png_thin, webp_canvas])
def test_a_side_that_is_too_long_is_refused_before_anything_is_decoded(made):
    with pytest.raises(TooManyPixelsError):
        list(pictures(made()))


def test_limits_of_this_process_are_its_own():
    assert Image.MAX_IMAGE_PIXELS is not None


@pytest.mark.parametrize("size", [(1, 1), (3, 7), (640, 480), (5000, 3)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_headers_read_without_a_decoder_say_what_decoders_say(kind, size):
    for options in ({}, {"lossless": True}, {"progressive": True}, {"exif": Image.Exif(), "icc_profile": b"x" * 500}):
        data = encoded(Image.new("RGB", size, "gray"), kind, **options)
        assert sizes(data, 10) == [size]


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
