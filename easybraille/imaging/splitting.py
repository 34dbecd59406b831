"""Files of several pages, PDF and TIFF, parted into files of one."""

from __future__ import annotations

import io

from PIL import Image

from ..errors import DamagedPictureError, TooManyPagesError
from . import pdfium
from .files import FORMATS, Limits, check_pixels


def count(data: bytes, most: int) -> int:
    """How many pages a file has; 1 also for what can't be read, since reading it says best what is wrong.

    Raises:
        TooManyPagesError: more than `most`.
    """
    found = _of_pdf(data) if _is_pdf(data) else _of_picture(data)
    if found > most:
        raise TooManyPagesError(f"The file has {found} pages; {most} are allowed. Send it in parts.")
    return found


def page(data: bytes, number: int, limits: Limits) -> bytes:
    """One page, from 1, as a file of the same kind.

    Raises:
        DamagedPictureError, TooManyPixelsError: it can't be had.
    """
    try:
        return _pdf_page(data, number) if _is_pdf(data) else _tiff_page(data, number, limits)
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError):
        raise DamagedPictureError(f"Page {number} of the file is damaged.") from None


def _is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def _of_pdf(data: bytes) -> int:
    import pypdfium2

    with pdfium.lock:
        try:
            with pypdfium2.PdfDocument(data) as document:
                return max(1, len(document))
        except pypdfium2.PdfiumError:
            return 1


def _of_picture(data: bytes) -> int:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            # A phone's MPO carries previews and depth maps behind the photo; only a TIFF's frames are pages.
            return getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    except (OSError, ValueError, SyntaxError, EOFError, ImportError):
        return 1


def _pdf_page(data: bytes, number: int) -> bytes:
    import pypdfium2

    with pdfium.lock:
        try:
            with pypdfium2.PdfDocument(data) as document, pypdfium2.PdfDocument.new() as alone:
                alone.import_pages(document, [number - 1])
                file = io.BytesIO()
                alone.save(file)
                return file.getvalue()
        except pypdfium2.PdfiumError as error:
            raise ValueError(str(error)) from None


def _tiff_page(data: bytes, number: int, limits: Limits) -> bytes:
    with Image.open(io.BytesIO(data), formats=("TIFF",)) as image:
        image.seek(number - 1)
        check_pixels(image.width * image.height, limits)
        file = io.BytesIO()
        image.save(file, "TIFF", exif=image.getexif())
        return file.getvalue()
