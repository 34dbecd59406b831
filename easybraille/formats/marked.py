"""Marked picture: a box around each cell, coloured by confidence, and the text above each line."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ..document import Cell, Document
from ..errors import InvalidParameterError, PictureNeededError
from .context import PLAIN, Context
from .pictures import Shown

MEDIA_TYPE = "image/png"
EXTENSION = "marked.png"
FONT = Path(__file__).parent / "fonts" / "DejaVuSans-subset.ttf"
LONGEST_SIDE = 1600
MOST_PAGES = 10
_COLOURS = 64
# Okabe and Ito's palette, which colour-blind readers can distinguish; doubtful cells are also drawn thicker.
SURE, HALF, DOUBTFUL, INK = "#0072B2", "#E69F00", "#D55E00", "#8B0A50"
_SURE_FROM, _HALF_FROM = 0.9, 0.7


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write a PNG; the longer side of each page is at most 1600 pixels, and pages are stacked vertically.

    Raises:
        PictureNeededError: the context has no pictures, or lacks one of this document.
        InvalidParameterError: the document has no page, or too many for one picture.
    """
    if context.pictures is None:
        raise PictureNeededError("A marked picture needs the picture that was read.")
    if not 0 < len(document.pages) <= MOST_PAGES:
        raise InvalidParameterError(
            f"The document has {len(document.pages)} pages; a marked picture shows 1 to {MOST_PAGES}. Ask for a pdf."
        )
    shown = [context.pictures.show(document, page, LONGEST_SIDE) for page in document.pages]
    for one in shown:
        _mark(one)
    # A palette halves the size of the file, and Lambda's responses are limited to six megabytes.
    picture = _below_each_other([one.image for one in shown]).quantize(_COLOURS, Image.Quantize.FASTOCTREE)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def colour(cell: Cell) -> str:
    """The colour of a cell's box."""
    confidence = cell.confidence or 0.0
    if confidence < _HALF_FROM:
        return DOUBTFUL
    return SURE if confidence >= _SURE_FROM and cell.doubtful is None else HALF


def _mark(shown: Shown) -> None:
    draw = ImageDraw.Draw(shown.image)
    for line in shown.page.lines:
        for word in words(line.cells):
            boxes = [shown.place(cell.box) for cell in word if cell.box]
            for cell, box in zip(word, boxes):
                draw.rectangle(box, outline=colour(cell), width=1 + (colour(cell) != SURE))
            text = "".join(cell.text for cell in word).strip()
            if text:
                _write_above(draw, text, boxes)


def words(cells: list[Cell]) -> list[list[Cell]]:
    """The words of a line: runs of cells between blanks."""
    runs: list[list[Cell]] = [[]]
    for cell in cells:
        if cell.box is not None:
            runs[-1].append(cell)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _write_above(draw: ImageDraw.ImageDraw, text: str, boxes: list[tuple[float, float, float, float]]) -> None:
    """Write a word above its cells, sized to the gap between lines, smaller where it would overlap the next word."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    room = max(box[2] for box in boxes) - left
    size = 0.66 * sum(box[2] - box[0] for box in boxes) / len(boxes)
    size = max(7.0, min(size, size * 1.3 * room / max(1.0, font(round(size)).getlength(text))))
    base = max(top - 2 - 0.22 * size, size)
    draw.text((left, base), text, INK, font(round(size)), "ls", stroke_width=2, stroke_fill="white")


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The bundled font at a size in pixels."""
    # The Raqm layout needs a library that is not always installed, and the scripts written here do not need it.
    return ImageFont.truetype(FONT, max(size, 1), layout_engine=ImageFont.Layout.BASIC)


def _below_each_other(images: list[Image.Image]) -> Image.Image:
    if len(images) == 1:
        return images[0]
    whole = Image.new("RGB", (max(i.width for i in images), sum(i.height for i in images)), "white")
    top = 0
    for image in images:
        whole.paste(image, (0, top))
        top += image.height
    return whole
