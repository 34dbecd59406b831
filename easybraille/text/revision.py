"""Derives the texts of a document anew from its cells, after a person has corrected them."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Literal

from .. import languages
from ..document import Cell, Document, Line, Page
from ..errors import InvalidParameterError
from ..languages.cells import to_unicode
from .paragraphs import flow, text_of

Layout = Literal["page", "flow"]
_SIX_OR_EIGHT_DOTS = frozenset("12345678")


def revised(document: Document, layout: Layout = "page") -> Document:
    """The document with every text, Braille line and paragraph derived from its cells' dots, as Reader derives them.

    Boxes, confidences, doubts, alternatives and advice stay as they are.

    Raises:
        InvalidParameterError: a cell or page has values that no reading gives.
        LanguageError: the language is unknown or unavailable here.
    """
    reader = languages.get(document.language, document.code or "current")
    pages = [_page(page, reader, layout) for page in document.pages]
    return replace(document, text="\n\n".join(page.text for page in pages), pages=pages)


def _page(page: Page, language: languages.Language, layout: Layout) -> Page:
    _check_page(page)
    dots = [["".join(sorted(cell.dots)) for cell in line.cells] for line in page.lines]
    signs = language.read(dots)
    lines = [_line(line, row, read) for line, row, read in zip(page.lines, dots, signs)]
    paragraphs = [flowed.paragraph for flowed in flow(lines, language.code)]
    as_they_stand = "\n".join(line.text.rstrip() for line in lines)
    return replace(
        page,
        text=text_of(paragraphs) if layout == "flow" else as_they_stand,
        braille="\n".join(line.braille for line in lines),
        lines=lines,
        paragraphs=paragraphs,
    )


def _line(line: Line, dots: list[str], signs: list[languages.Sign]) -> Line:
    braille = to_unicode(dots)
    cells = [
        _cell(cell, raised, character, sign.text)
        for cell, raised, character, sign in zip(line.cells, dots, braille, signs)
    ]
    return Line("".join(sign.text for sign in signs), braille, cells)


def _cell(cell: Cell, dots: str, braille: str, text: str) -> Cell:
    if not dots:
        return Cell("", braille, text, doubtful=cell.doubtful)
    return replace(cell, dots=dots, braille=braille, text=text)


def _check_page(page: Page) -> None:
    if page.width < 1 or page.height < 1 or page.source_page < 1:
        raise InvalidParameterError("A page of the document has no size or no number.")
    for cell in (cell for line in page.lines for cell in line.cells):
        if len(set(cell.dots)) != len(cell.dots) or not _SIX_OR_EIGHT_DOTS.issuperset(cell.dots):
            raise InvalidParameterError(f"{cell.dots!r} is not a cell; its dots are digits from 1 to 8, each once.")
        if cell.box is not None and not _is_box(cell.box, page):
            raise InvalidParameterError(f"{list(cell.box)} is not a box inside the page.")
        if cell.confidence is not None and not 0 <= cell.confidence <= 1:
            raise InvalidParameterError(f"A confidence is {cell.confidence}; it is from 0 to 1.")


def _is_box(box: tuple[float, float, float, float], page: Page) -> bool:
    """Whether it has an area and reaches at most its own size beyond the page's edges."""
    x1, y1, x2, y2 = box
    if not all(map(isfinite, box)) or x2 - x1 < 1 or y2 - y1 < 1:
        return False
    return -page.width <= x1 and x2 <= 2 * page.width and -page.height <= y1 and y2 <= 2 * page.height
