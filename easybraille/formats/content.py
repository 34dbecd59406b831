"""The text of a document in blocks, for the formats that mark up text rather than show Braille."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from ..document import Document, Page, Paragraph, ParagraphKind
from ..languages.base import Emphasis
from ..text.joining import Continued, paragraphs_of_pages
from ..text.words import LONGEST_WORD, halves_of_word, joined_words

BlockKind = Literal["title", "page"] | ParagraphKind
_LONGEST_LANGUAGE = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text in one type."""

    text: str
    emphasis: Emphasis | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a document, or the place where a page begins.

    Attributes:
        kind: "title" is the document's heading, "page" the beginning of a page, the others as a paragraph's.
        pieces: its text; newlines only in titles, headings and lines. Of a page, its number.
    """

    kind: BlockKind
    pieces: list[Piece]

    @property
    def text(self) -> str:
        """The text without its emphasis."""
        return "".join(piece.text for piece in self.pieces)


def blocks_of(document: Document) -> list[Block]:
    """The title, and the paragraphs of all pages with the places where pages after the first begin.

    The title is the heading with which the document begins, or else the name of its source.
    """
    paragraphs = paragraphs_of_pages(document.pages)
    blocks: list[Block] = []
    first = next((one for one in paragraphs if one.paragraph.kind != "running"), None)
    if first is None or first.paragraph.kind != "heading":
        blocks.append(Block("title", [Piece(_source(document))]))
    page = 0
    for one in paragraphs:
        for number in range(page + 1, one.page + 1):
            blocks.append(Block("page", [Piece(page_name(document.pages[number]))]))
        page = max(page, one.page)
        is_title = one is first and one.paragraph.kind == "heading"
        kind: BlockKind = "title" if is_title else one.paragraph.kind
        blocks.append(Block(kind, _pieces(one)))
    return blocks


def title_of(document: Document) -> str:
    """The title on one line."""
    title = next(block for block in blocks_of(document) if block.kind == "title")
    return " ".join(title.text.split())


def page_name(page: Page) -> str:
    """A page's number, and its side if that is the back."""
    return f"{page.number}" + (" (back)" if page.side == "back" else "")


def language_tag(document: Document) -> str:
    """The language of the text for a `lang` attribute (BCP 47); "" for untranslated Braille."""
    code = document.language.partition("-")[0]
    return code if len(code) <= _LONGEST_LANGUAGE else ""


def _source(document: Document) -> str:
    return ", ".join(dict.fromkeys(page.source for page in document.pages if page.source)) or "Braille"


def _pieces(one: Continued) -> list[Piece]:
    marked = _marked(one.paragraph)
    text = one.paragraph.text
    for part in one.rest:
        text = text[-LONGEST_WORD:]
        if halves_of_word(text, part.text):
            marked.pop()
        else:
            marked.append((" ", marked[-1][1] if marked else None))
        joined = joined_words(text, part.text)
        # The second half of a word in capitals is capitalised.
        added = joined[len(joined) - len(part.text) :]
        marked += [(character, emphasis) for character, (_, emphasis) in zip(added, _marked(part), strict=True)]
        text = joined
    return _grouped(marked)


def _marked(paragraph: Paragraph) -> list[tuple[str, Emphasis | None]]:
    emphasis: list[Emphasis | None] = [None] * len(paragraph.text)
    for run in paragraph.emphasis or ():
        emphasis[run.start : run.end] = [run.emphasis] * (run.end - run.start)
    return list(zip(paragraph.text, emphasis, strict=True))


def _grouped(marked: Sequence[tuple[str, Emphasis | None]]) -> list[Piece]:
    return [
        Piece("".join(character for character, _ in run), emphasis)
        for emphasis, run in groupby(marked, key=lambda one: one[1])
    ]
