"""A document as pages of Braille rows: as they were read, or flowed anew for a paper."""

from __future__ import annotations

from ..document import Document, Page
from ..languages.cells import to_unicode
from ..text.paragraphs import flow
from . import embosser
from .context import Paper

Rows = list[str]


def pages(document: Document, paper: Paper | None) -> list[Rows]:
    """For each page its rows in Unicode Braille, blanks at the end of a row left away.

    Without paper every page and line stays what it was. With paper the paragraphs flow over its rows and pages; each
    page of the document starts a new one.
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
    """One line of cells for each line that a paragraph keeps, an empty one where paragraphs stand apart."""
    lines: list[list[str]] = []
    for flowed in flow(page.lines, language):
        if lines and flowed.apart:
            lines.append([])
        for line in flowed.cells:
            cells = [cell.dots for cell in line]
            centre = max(0, paper.cells - len(cells)) // 2 if flowed.paragraph.kind == "heading" else 0
            lines.append([*[""] * centre, *cells])
    return lines
