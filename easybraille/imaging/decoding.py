"""Decodes files: grey pages for the reader, coloured ones for display, counts and sizes.

The functions here run in the process of the reader for pictures that are known to be cheap, and in a sandboxed process
for all else (see `files`). They return Pillow images, so that the sandboxed process imports little else.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image, UnidentifiedImageError

from ..errors import (
    DamagedPictureError,
    EasyBrailleError,
    NotAPictureError,
    ProtectedDocumentError,
    TooManyPagesError,
    TooManyPixelsError,
)
from .kinds import Kind

if TYPE_CHECKING:
    import pypdfium2

PDF_DPI = 200
# More than this shows no more of a dot than the detector can use; it saves memory on 50-megapixel phones.
LONGEST_SIDE = 3200
KNOWN = "Send a JPEG, PNG, WebP, TIFF or HEIC picture or a PDF."
# Pixels that are converted at a time where a conversion needs several bytes a pixel.
_STRIP_PIXELS = 4_000_000
_ORIENTATION = 0x0112
_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_THEIR_SIDE = (5, 6, 7, 8)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one input.

    Attributes:
        pixels: of one page, as its header declares them.
        pages: of one PDF or TIFF.
        side: longest side of one page, pixels.
        seconds: of processor time for opening one page.
    """

    pixels: int = 64_000_000
    pages: int = 50
    side: int = 32_000
    seconds: int = 5


@dataclass(frozen=True, slots=True)
class Decoded:
    """One page, upright.

    Attributes:
        image: its pixels, mode L or RGB, perhaps fewer than were sent.
        width, height: of the picture that was sent, upright, pixels.
    """

    image: Image.Image
    width: int
    height: int


@contextmanager
def damage_named(message: str) -> Iterator[None]:
    """Turn whatever a decoder raises into a DamagedPictureError with a message.

    This is the one place that decides which exceptions mean a damaged file: Pillow, libheif and PDFium raise almost any
    class for one. Errors of this package pass, and so does MemoryError, which says nothing about the file.
    """
    try:
        yield
    except (EasyBrailleError, MemoryError):
        raise
    except Exception as error:
        raise DamagedPictureError(message) from error


def check_size(width: float, height: float, limits: Limits) -> None:
    """Raise TooManyPixelsError for a page beyond the limits."""
    if width * height > limits.pixels:
        raise TooManyPixelsError(
            f"The picture has {width * height / 1e6:.0f} megapixels; {limits.pixels / 1e6:.0f} are allowed. "
            "Scale it down: 12 megapixels show everything."
        )
    if max(width, height) > limits.side:
        raise TooManyPixelsError(
            f"A side of the picture has {max(width, height):.0f} pixels; {limits.side} are allowed. Cut it into parts."
        )


def too_many_pages(allowed: int, found: int | None = None) -> TooManyPagesError:
    """Return the error for a file with more pages than allowed; how many is not counted for a TIFF."""
    has = f"{found} pages" if found else f"more than {allowed} pages"
    return TooManyPagesError(f"The file has {has}; {allowed} are allowed. Send it in parts.")


def count(data: bytes, kind: Kind, most: int) -> int:
    """Return the number of pages of a PDF.

    Raises:
        InputError: it cannot be opened, or has more than `most` pages.
    """
    with _document(data) as document:
        found = len(document)
    if found == 0:
        raise DamagedPictureError("The PDF has no pages.")
    if found > most:
        raise too_many_pages(most, found)
    return found


def sizes(data: bytes, kind: Kind, most: int) -> list[tuple[float, float]]:
    """Return (width, height) in pixels of each page as it would be decoded, of `most` pages at most."""
    if kind is not Kind.PDF:
        with _opened(data, kind) as image:
            return [(float(image.width), float(image.height))]
    with _document(data) as document:
        points = [document.get_page_size(number) for number in range(min(len(document), most))]
    return [(width * scale, height * scale) for width, height in points for scale in [_pdf_scale(width, height)]]


def gray(data: bytes, kind: Kind, number: int, limits: Limits) -> Decoded:
    """Decode one page, from 1, to grey.

    Raises:
        InputError: it cannot be decoded, or is beyond the limits.
    """
    if kind is Kind.PDF:
        with damage_named(f"Page {number} of the PDF is damaged."):
            return _pdf_page(data, number, limits, LONGEST_SIDE, "L")
    with (
        _opened(data, kind) as image,
        damage_named("The picture breaks off or is damaged. Send it again, or take it once more."),
    ):
        check_size(image.width, image.height, limits)
        # JPEG files are decoded directly to grey and to a fraction of their size; other formats ignore this.
        share = min(1.0, LONGEST_SIDE / max(image.width, image.height))
        orientation = _orientation_of(image)
        size = _size_of(image, orientation)
        image.draft("L", _scaled(image.size, share))
        upright = _turned(_luminance(image), orientation)
        if max(upright.size) > LONGEST_SIDE:
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BOX)
        return Decoded(upright, *size)


def colour(data: bytes, kind: Kind, number: int, limits: Limits, longest: int) -> Decoded:
    """Decode one page, from 1, to RGB for display, its longer side `longest` pixels at most.

    Raises:
        InputError: it cannot be decoded, or is beyond the limits.
    """
    if kind is Kind.PDF:
        with damage_named(f"Page {number} of the PDF is damaged."):
            return _pdf_page(data, number, limits, longest, "RGB")
    with _opened(data, kind) as image, damage_named("The picture is damaged."):
        check_size(image.width, image.height, limits)
        share = min(1.0, longest / max(image.size))
        orientation = _orientation_of(image)
        size = _size_of(image, orientation)
        image.draft("RGB", _scaled(image.size, share))
        flat = image
        if image.mode.startswith("I;16") or image.mode in ("I", "F"):
            flat = _luminance(image)
        elif _is_transparent(image):
            rgba = image.convert("RGBA")
            flat = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
        upright = _turned(flat.convert("RGB"), orientation)
        upright.thumbnail((longest, longest), reducing_gap=2.0)
        return Decoded(upright, *size)


def pdf_page_alone(data: bytes, number: int) -> bytes:
    """Return a PDF of one page, from 1, of a PDF.

    Raises:
        InputError: it cannot be opened.
    """
    import pypdfium2

    with (
        _document(data) as document,
        damage_named(f"Page {number} of the file is damaged."),
        pypdfium2.PdfDocument.new() as alone,
    ):
        alone.import_pages(document, [number - 1])
        made = io.BytesIO()
        alone.save(made)
        return made.getvalue()


@contextmanager
def _opened(data: bytes, kind: Kind) -> Iterator[Image.Image]:
    """Open a picture, not yet decoded."""
    if kind is Kind.HEIF:
        import pi_heif

        pi_heif.register_heif_opener(thumbnails=False)
    with damage_named("The picture's header is damaged. Take or export it once more."):
        try:
            image = Image.open(io.BytesIO(data), formats=(kind.value,))
        # Ultralytics, where it is loaded, makes Pillow look for a plugin first, and that is not installed.
        except (UnidentifiedImageError, ImportError):
            raise NotAPictureError(f"This is not a picture that can be read. {KNOWN}") from None
    with image:
        yield image


def _scaled(size: tuple[int, int], share: float) -> tuple[int, int]:
    """Return a smaller size, of one pixel at least."""
    return max(1, int(size[0] * share)), max(1, int(size[1] * share))


def _orientation_of(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8, of a picture whose pixels still have to be turned."""
    # Pillow turns a TIFF itself when it is decoded, and declares its upright size from the beginning.
    if image.format == "TIFF":
        return 1
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  damaged EXIF data raises almost any class, and its picture can be read
        return 1
    return found if isinstance(found, int) and found in _TRANSPOSE else 1


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    return image if orientation == 1 else image.transpose(_TRANSPOSE[orientation])


def _size_of(image: Image.Image, orientation: int) -> tuple[int, int]:
    """Return the upright width and height."""
    return (image.height, image.width) if orientation in _ON_THEIR_SIDE else image.size


def _is_transparent(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _luminance(image: Image.Image) -> Image.Image:
    """Convert to 8-bit grey on white: transparency becomes paper, more bits are brought down to 8."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _scaled_down(image)
    if _is_transparent(image):
        rgba = image.convert("RGBA")
        alpha = rgba.getchannel("A")
        if alpha.getextrema()[0] == 255:
            return rgba.convert("L")
        return Image.composite(rgba.convert("L"), Image.new("L", rgba.size, 255), alpha)
    return image.convert("L")


def _scaled_down(image: Image.Image) -> Image.Image:
    """Bring values of more than 8 bits down to 8; a picture of floats goes up to 1, 255 or 65535."""
    import numpy as np

    image.load()
    result = Image.new("L", image.size)
    rows = max(1, _STRIP_PIXELS // image.width)
    strips = [(0, top, image.width, min(top + rows, image.height)) for top in range(0, image.height, rows)]

    def values(box: tuple[int, int, int, int]) -> Any:
        return np.nan_to_num(np.asarray(image.crop(box), dtype=np.float32), posinf=0.0, neginf=0.0)

    top = 65535.0
    if image.mode == "F":
        largest = max(float(values(box).max()) for box in strips)
        top = next((limit for limit in (1.0, 255.0) if largest <= limit), 65535.0)
    for box in strips:
        gray = (values(box).clip(0, top) * (255 / top)).astype(np.uint8)
        result.paste(Image.fromarray(gray), box)
    return result


@contextmanager
def _document(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    import pypdfium2

    with damage_named("The PDF is damaged. Save or export it once more."):
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower() or "security" in str(error).lower():
                raise ProtectedDocumentError(
                    "The PDF asks for a password. Save a copy without one and send that."
                ) from None
            raise
    try:
        yield document
    finally:
        document.close()


def _pdf_scale(width: float, height: float) -> float:
    """Return the pixels for one point of a page of that size."""
    return min(PDF_DPI / 72, LONGEST_SIDE / max(width, height, 1))


def _pdf_page(data: bytes, number: int, limits: Limits, longest: int, mode: str) -> Decoded:
    with _document(data) as document:
        page = document[number - 1]
        width, height = page.get_size()
        if not (math.isfinite(width) and math.isfinite(height)):
            raise ValueError("a page without a size")
        if mode == "L":
            scale = _pdf_scale(width, height)
            check_size(width * scale, height * scale, limits)
        else:
            scale = longest / max(width, height)
        bitmap = page.render(scale=scale, grayscale=mode == "L")
        image = bitmap.to_pil().convert(mode)
        # The pixels belong to the bitmap, which is freed here.
        image.load()
        image = image.copy()
        bitmap.close()
        page.close()
        return Decoded(image, image.width, image.height)
