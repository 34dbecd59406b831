"""Bytes become upright grey pages, within limits that are checked before anything large is decoded."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ..errors import (
    DamagedPictureError,
    EmptyInputError,
    NotAPictureError,
    ProtectedDocumentError,
    TooManyPagesError,
    TooManyPixelsError,
)
from . import pdfium

if TYPE_CHECKING:
    import pypdfium2

# Pillow opens the MPO files of phones as JPEG; it knows no "MPO" to open.
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")
# What phones call the pictures that HEIF files hold (ISO/IEC 23008-12, annex B).
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
PDF_DPI = 200
# More than this shows no more of a dot than the detector can use; it saves memory on 50-megapixel phones.
LONGEST_SIDE = 3200
# The limits here are stricter than Pillow's, named in the answer, and hold for frames as well.
Image.MAX_IMAGE_PIXELS = None
KNOWN = "Send a JPEG, PNG, WebP, TIFF or HEIC picture or a PDF."


@dataclass(frozen=True, slots=True)
class Limits:
    """What one input may ask for.

    Attributes:
        pixels: of one page, as its header says.
        pages: of one PDF or TIFF.
    """

    pixels: int = 64_000_000
    pages: int = 50


@dataclass(frozen=True, slots=True)
class Picture:
    """One page, upright.

    Attributes:
        gray: (rows, columns) uint8 luminance, perhaps smaller than the picture that was sent.
        width, height: of the picture that was sent, upright, pixels.
        number: page of the PDF or TIFF, from 1.
    """

    gray: np.ndarray
    width: int
    height: int
    number: int

    @property
    def scale(self) -> float:
        """Pixels of the sent picture for one of `gray`."""
        return self.width / self.gray.shape[1]


def pictures(data: bytes, limits: Limits = Limits()) -> Iterator[Picture]:
    """The pages of a picture or PDF, one at a time.

    Raises:
        InputError: one of its kinds, before the first page where that can be told from the header.
    """
    if not data:
        raise EmptyInputError(f"The file is empty. {KNOWN}")
    if b"%PDF-" in data[:1024]:
        yield from _pdf(data, limits)
    else:
        yield from _frames(data, limits)


def open_image(data: bytes) -> Image.Image:
    """The picture of a file, not yet decoded. Raises what Pillow raises."""
    if data[4:8] != b"ftyp" or data[8:12] not in HEIF_BRANDS:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    # A tenth of a second that only those who send such a file should wait for.
    import pi_heif

    pi_heif.register_heif_opener()
    return Image.open(io.BytesIO(data), formats=("HEIF",))


def _frames(data: bytes, limits: Limits) -> Iterator[Picture]:
    try:
        image = open_image(data)
    # Ultralytics, where it is loaded, makes Pillow look for a plugin first, and that is not installed.
    except (UnidentifiedImageError, ImportError):
        raise NotAPictureError(f"This is not a picture that can be read. {KNOWN}") from None
    except (OSError, ValueError, SyntaxError, RuntimeError, struct.error):
        raise DamagedPictureError("The picture's header is damaged. Take or export it once more.") from None
    with image:
        # A phone's MPO carries previews and depth maps behind the photo; only a TIFF's frames are pages.
        count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
        if count > limits.pages:
            raise TooManyPagesError(f"The file has {count} pages; {limits.pages} are allowed. Send it in parts.")
        for number in range(1, count + 1):
            try:
                image.seek(number - 1)
                check_pixels(image.width * image.height, limits)
                yield _upright(image, number)
            except (OSError, ValueError, SyntaxError, RuntimeError, EOFError, struct.error, MemoryError):
                raise DamagedPictureError(
                    "The picture breaks off or is damaged. Send it again, or take it once more."
                ) from None


def check_pixels(pixels: float, limits: Limits) -> None:
    """Raises TooManyPixelsError, before so many are decoded."""
    if pixels > limits.pixels:
        raise TooManyPixelsError(
            f"The picture has {pixels / 1e6:.0f} megapixels; {limits.pixels / 1e6:.0f} are allowed. "
            "Scale it down: 12 megapixels show everything."
        )


def _upright(image: Image.Image, number: int) -> Picture:
    width, height = image.size
    if image.getexif().get(0x0112, 1) in (5, 6, 7, 8):
        width, height = height, width
    # Lets a JPEG be decoded in grey and at a fraction of its size at once; other formats ignore it.
    share = LONGEST_SIDE / max(width, height)
    image.draft("L", (int(image.width * min(1, share)), int(image.height * min(1, share))))
    gray = ImageOps.exif_transpose(_luminance(image))
    if max(gray.size) > LONGEST_SIDE:
        gray.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BOX)
    return Picture(np.asarray(gray), width, height, number)


def _luminance(image: Image.Image) -> Image.Image:
    """8-bit grey on white: transparency is paper, 16 bits are brought down to 8."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        values = np.asarray(image, dtype=np.float32)
        top = 65535.0 if image.mode != "F" or values.max(initial=0) > 255 else 255.0
        return _with_exif(Image.fromarray((values.clip(0, top) * (255 / top)).astype(np.uint8)), image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return _with_exif(Image.alpha_composite(white, rgba).convert("L"), image)
    return _with_exif(image.convert("L"), image)


def _with_exif(gray: Image.Image, original: Image.Image) -> Image.Image:
    gray.info["exif"] = original.getexif().tobytes()
    return gray


def _pdf(data: bytes, limits: Limits) -> Iterator[Picture]:
    import pypdfium2

    with pdfium.lock:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower() or "security" in str(error).lower():
                raise ProtectedDocumentError(
                    "The PDF asks for a password. Save a copy without one and send that."
                ) from None
            raise DamagedPictureError("The PDF is damaged. Save or export it once more.") from None
        count = len(document)
    try:
        if count == 0:
            raise DamagedPictureError("The PDF has no pages.")
        if count > limits.pages:
            raise TooManyPagesError(f"The PDF has {count} pages; {limits.pages} are allowed. Send it in parts.")
        for number in range(1, count + 1):
            try:
                with pdfium.lock:
                    gray = _render(document, number, limits)
            except (pypdfium2.PdfiumError, ValueError, ZeroDivisionError):
                raise DamagedPictureError(f"Page {number} of the PDF is damaged.") from None
            yield Picture(gray, gray.shape[1], gray.shape[0], number)
    finally:
        with pdfium.lock:
            document.close()


def _render(document: pypdfium2.PdfDocument, number: int, limits: Limits) -> np.ndarray:
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(PDF_DPI / 72, LONGEST_SIDE / max(width, height, 1))
    check_pixels(width * scale * height * scale, limits)
    bitmap = page.render(scale=scale, grayscale=True)
    gray = bitmap.to_numpy()
    gray = gray.reshape(gray.shape[:2]).copy()
    bitmap.close()
    page.close()
    return gray
