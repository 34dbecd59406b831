"""Joins the pages of a document, and documents that were read separately."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..document import Document, Line, Page, Paragraph, Problem
from .paragraphs import text_of
from .rows import ENDS_SENTENCE
from .words import LONGEST_WORD, halves_of_word, joined_words, pieces_joined

Layout = Literal["page", "flow"]


@dataclass(frozen=True, slots=True)
class Continued:
    """A paragraph of a document, which may continue on the following pages.

    Attributes:
        paragraph: as it begins on its page.
        page: the index of that page.
        rest: its continuations on later pages, in order.
    """

    paragraph: Paragraph
    page: int
    rest: tuple[Paragraph, ...] = ()

    @property
    def text(self) -> str:
        """The text of all its parts, with a word joined that is split over the end of a page."""
        return "".join(pieces_joined(part.text for part in (self.paragraph, *self.rest)))


def paragraphs_of_pages(pages: Sequence[Page]) -> list[Continued]:
    """The paragraphs of all pages in order; prose that goes on over the end of a page is one paragraph."""
    return continued([page.paragraphs for page in pages], [page.lines for page in pages])


def continued(pages: Sequence[Sequence[Paragraph]], lines: Sequence[Sequence[Line]]) -> list[Continued]:
    """The paragraphs of all pages in order, from the paragraphs and the lines of each page."""
    whole: list[_Growing] = []
    # The index of the last paragraph that is not running, to which a page may add.
    last: int | None = None
    for number, (paragraphs, page_lines) in enumerate(zip(pages, lines)):
        first = next((at for at, one in enumerate(paragraphs) if one.kind != "running"), None)
        before = last
        for at, paragraph in enumerate(paragraphs):
            if at == first and before is not None and _goes_on(whole[before], paragraph, page_lines):
                whole[before].add(paragraph)
            else:
                whole.append(_Growing([paragraph], number, paragraph.text[-LONGEST_WORD:]))
                if paragraph.kind != "running":
                    last = len(whole) - 1
    return [Continued(one.parts[0], one.page, tuple(one.parts[1:])) for one in whole]


def text_of_pages(pages: Sequence[Page], layout: str) -> str:
    """The text of a document: the pages' texts, or with the layout "flow" their paragraphs across pages."""
    if layout == "flow":
        return "\n\n".join(one.text for one in paragraphs_of_pages(pages))
    return "\n\n".join(page.text for page in pages)


def join(documents: Sequence[Document], errors: Iterable[Problem] = ()) -> Document:
    """One document with all pages in order, renumbered; the language and the model are those of the first.

    Args:
        documents: the documents to join, at least one.
        errors: further inputs that could not be read, besides those that the documents list.
    """
    pages = [page for document in documents for page in document.pages]
    flows = any(page.text != _as_read(page) for page in pages) and all(_flows(page) for page in pages)
    return replace(
        documents[0],
        text=text_of_pages(pages, "flow" if flows else "page"),
        pages=[replace(page, number=number) for number, page in enumerate(pages, 1)],
        errors=[*(error for document in documents for error in document.errors), *errors],
    )


@dataclass(slots=True)
class _Growing:
    """A paragraph to which later pages add; `end` is the end of its text."""

    parts: list[Paragraph]
    page: int
    end: str

    def add(self, part: Paragraph) -> None:
        """Add a continuation."""
        self.parts.append(part)
        self.end = joined_words(self.end, part.text)[-LONGEST_WORD:]


def _goes_on(above: _Growing, below: Paragraph, lines: Sequence[Line]) -> bool:
    """Whether a paragraph at the top of a page continues the last one of the page before."""
    if not above.parts[0].kind == below.kind == "prose":
        return False
    if halves_of_word(above.end, below.text):
        return True
    indented = lines[below.lines[0]].text[:1].isspace()
    return not indented and below.text[:1].islower() and not ENDS_SENTENCE.search(above.end)


def _flows(page: Page) -> bool:
    return page.text == text_of(page.paragraphs)


def _as_read(page: Page) -> str:
    return "\n".join(line.text.rstrip() for line in page.lines)
