"""A document as pages of Braille rows, as read or reflowed for a paper size."""

from __future__ import annotations

from ..document import Document, Page
from ..languages.cells import to_unicode
from ..text.paragraphs import flow
from . import embosser
from .context import Paper

Rows = list[str]


def pages(document: Document, paper: Paper | None) -> list[Rows]:
    """The rows of each page in Unicode Braille, without trailing blanks.

    Without paper every page and line is kept. With paper the paragraphs are reflowed to its rows and pages; each page
    of the document starts a new page.
    """
    if paper is None:
        return [_as_read(page) for page in document.pages]
    return [
        [to_unicode(row) for row in rows]
        for page in document.pages
        for rows in embosser.pages(_flowed(page, document.language, paper), paper)
    ]


def _as_read(page: Page) -> Rows:
    return [line.braille.rstrip("\u2800") for line in page.lines]


def _flowed(page: Page, language: str, paper: Paper) -> list[list[str]]:
    """The lines of cells of the reflowed page, an empty line where paragraphs stand apart."""
    lines: list[list[str]] = []
    for flowed in flow(page.lines, language):
        if lines and flowed.apart:
            lines.append([])
        for line in flowed.cells:
            cells = [cell.dots for cell in line]
            centre = max(0, paper.cells - len(cells)) // 2 if flowed.paragraph.kind == "heading" else 0
            lines.append([*[""] * centre, *cells])
    return lines
