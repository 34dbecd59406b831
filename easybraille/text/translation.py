"""Translation of text to Braille and back, without a picture."""

from __future__ import annotations

from typing import Literal

from .. import languages
from ..document import Cell, Line, Paragraph
from ..errors import InvalidTextError
from ..languages.cells import from_unicode, to_unicode
from .paragraphs import flow, text_of

Layout = Literal["page", "flow"]
Cells = list[list[str]]
MOST_CHARACTERS = 100_000
AUTO = "auto"
# Word processors leave these in a text; none of them is anything that a reader of Braille could feel.
_INVISIBLE = str.maketrans({"\u00ad": None, "\u200b": None, "\u2060": None, "\ufeff": None, "\t": "  "})
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))


def to_cells(text: str, language: str) -> list[Cells]:
    """Return text as pages of lines of cells; a form feed in it begins a new page.

    Raises:
        InvalidTextError: it is too long.
        LanguageError: the language cannot be written here, or a character of the text has no Braille in it.
    """
    _check_length(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLE).translate(_SPACES)
    pages = [page.removeprefix("\n") if number else page for number, page in enumerate(text.split("\f"))]
    pages = [page.removesuffix("\n") for page in pages]
    lines = languages.get(language).write("\n".join(pages))
    cells: list[Cells] = []
    for page in pages:
        count = page.count("\n") + 1
        cells.append([[*line] for line in lines[:count]])
        lines = lines[count:]
    return cells


def to_text(braille: str, language: str, layout: Layout = "page") -> str:
    """Return Unicode Braille as text, lines and pages (form feeds) kept, or flowed page by page.

    Raises:
        InvalidTextError: it is too long, or not Braille.
        LanguageError: the language cannot be read here.
    """
    pages = _pages(braille)
    reader = languages.get(language)
    texts = []
    for page in pages:
        signs = reader.read(page)
        if layout == "page":
            texts.append("\n".join("".join(sign.text for sign in line).rstrip() for line in signs))
            continue
        lines = [_line(cells, row) for cells, row in zip(page, signs)]
        texts.append(text_of([flowed.paragraph for flowed in flow(lines, language)]))
    return ("\n\n" if layout == "flow" else "\f").join(texts)


def to_pages(braille: str, language: str) -> list[tuple[list[Line], list[Paragraph]]]:
    """Unicode Braille as pages, each its lines with the text of every cell, and its paragraphs.

    Raises:
        InvalidTextError: it is too long, or not Braille.
        LanguageError: nobody reads this language here.
    """
    reader = languages.get(language)
    pages = []
    for page in _pages(braille):
        lines = [_line(cells, row) for cells, row in zip(page, reader.read(page))]
        pages.append((lines, [flowed.paragraph for flowed in flow(lines, language)]))
    return pages


def language_of(braille: str) -> str:
    """Return the code of the language that Unicode Braille is most likely written in. Raises InvalidTextError."""
    return languages.detect([line for page in _pages(braille) for line in page]).code


def _line(cells: list[str], signs: list[languages.Sign]) -> Line:
    braille = to_unicode(cells)
    made = [
        Cell(dots, character, sign.text, doubtful=sign.doubt or None, emphasis=sign.emphasis)
        for dots, character, sign in zip(cells, braille, signs)
    ]
    return Line("".join(sign.text for sign in signs), braille, made)


def _pages(braille: str) -> list[Cells]:
    """Return Unicode Braille as pages of lines of cells."""
    _check_length(braille)
    pages = []
    for page in braille.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\f"):
        try:
            pages.append([from_unicode(line) for line in page.removesuffix("\n").split("\n")])
        except ValueError as error:
            raise InvalidTextError(f"{error}.") from None
    return pages


def _check_length(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise InvalidTextError(
            f"There are {len(text):,} characters; {MOST_CHARACTERS:,} are allowed. Send them in parts."
        )
