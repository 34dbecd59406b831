"""Searchable PDF: the picture of each page, with its text as an invisible layer over the cells."""

from __future__ import annotations

import ctypes
import io
import math
from collections.abc import Iterable
from typing import Any

from ..document import Cell, Document
from ..errors import PictureNeededError
from ..imaging.pdfium import lock
from .context import PLAIN, Context
from .marked import FONT, font, words
from .pictures import Shown

MEDIA_TYPE = "application/pdf"
EXTENSION = "pdf"
LONGEST_SIDE = 2200
# The size of the photographed sheet is unknown; this is the longer side of A4 in points.
_LONGEST_POINTS = 842.0
_QUALITY = 80
# In cell heights: three blanks. A wider gap separates columns.
_WIDEST_BLANK = 3.5
_MEASURE = 100


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write a PDF with a page for each page of the document; its JPEG pictures are at most 2200 pixels on a side.

    Raises:
        PictureNeededError: the context has no pictures, or lacks one of this document.
    """
    if context.pictures is None:
        raise PictureNeededError("A searchable PDF needs the picture that was read.")
    return bound((context.pictures.show(document, page, LONGEST_SIDE) for page in document.pages), document.language)


def bound(shown: Iterable[Shown], language: str) -> bytes:
    """Bind pages into a PDF, in order; `language` is the code of their text's language."""
    import pypdfium2

    with lock:
        pdf = pypdfium2.PdfDocument.new()
    try:
        with lock:
            writer = _Writer(pdf, pypdfium2)
        for one in shown:
            with lock:
                writer.add(one)
        with lock:
            pypdfium2.raw.FPDFCatalog_SetLanguage(pdf, writer.wide(language.partition("-")[0]))
            file = io.BytesIO()
            pdf.save(file)
        return file.getvalue()
    finally:
        with lock:
            pdf.close()


class _Writer:
    """Adds pages to a PDF; the caller must hold `lock`."""

    def __init__(self, pdf: Any, pypdfium2: Any) -> None:
        self._pdf, self._pdfium, self._raw = pdf, pypdfium2, pypdfium2.raw
        data = FONT.read_bytes()
        buffer = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
        self._font = self._raw.FPDFText_LoadFont(pdf, buffer, len(data), self._raw.FPDF_FONT_TRUETYPE, True)
        if not self._font:
            raise RuntimeError("PDFium does not accept the bundled font.")

    def add(self, shown: Shown) -> None:
        scale = _LONGEST_POINTS / max(shown.image.size)
        width, height = shown.image.width * scale, shown.image.height * scale
        page = self._pdf.new_page(width, height)
        self._picture(page, shown, width, height)
        for line in shown.page.lines:
            line_words = words(line.cells)
            for word, after in zip(line_words, [*line_words[1:], None]):
                self._word(page, shown, word, after, scale, height)
        page.gen_content()
        page.close()

    def _picture(self, page: Any, shown: Shown, width: float, height: float) -> None:
        jpeg = io.BytesIO()
        shown.image.save(jpeg, "JPEG", quality=_QUALITY)
        picture = self._pdfium.PdfImage.new(self._pdf)
        picture.load_jpeg(jpeg, inline=True, autoclose=True)
        picture.set_matrix(self._pdfium.PdfMatrix().scale(width, height))
        page.insert_obj(picture)

    def _word(
        self, page: Any, shown: Shown, word: list[Cell], after: list[Cell] | None, scale: float, height: float
    ) -> None:
        """Add one word, stretched over its cells and rotated like its line, with the blank before the next word."""
        text = "".join(cell.text for cell in word).strip()
        if not text:
            return
        boxes = [[value * scale for value in shown.place(cell.box)] for cell in word if cell.box]
        first, last = boxes[0], boxes[-1]
        size = sum(box[3] - box[1] for box in boxes) / len(boxes)
        length = math.hypot(last[2] - first[0], last[3] - first[3])
        across, up = (last[2] - first[0]) / length, -(last[3] - first[3]) / length
        gap = shown.place(after[0].box)[0] * scale - last[2] if after and after[0].box else 0
        # Text extraction takes a gap as wide as a blank cell for a column boundary, unless a space fills it.
        if 0 < gap < _WIDEST_BLANK * size:
            text, length = text + " ", length + gap
        obj = self._raw.FPDFPageObj_CreateTextObj(self._pdf, self._font, size)
        self._raw.FPDFText_SetText(obj, self.wide(text))
        self._raw.FPDFTextObj_SetTextRenderMode(obj, self._raw.FPDF_TEXTRENDERMODE_INVISIBLE)
        stretch = length / (size * font(_MEASURE).getlength(text) / _MEASURE)
        matrix = self._raw.FS_MATRIX(across * stretch, up * stretch, -up, across, first[0], height - first[3])
        self._raw.FPDFPageObj_SetMatrix(obj, ctypes.byref(matrix))
        self._raw.FPDFPage_InsertObject(page, obj)

    def wide(self, text: str) -> ctypes.Array[ctypes.c_ushort]:
        """Encode text for PDFium: UTF-16 little-endian, zero-terminated."""
        data = (text + "\0").encode("utf-16-le")
        return (ctypes.c_ushort * (len(data) // 2)).from_buffer_copy(data)
