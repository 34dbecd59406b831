"""Translation of text to Braille and back, without a picture."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from .. import languages
from ..document import Cell, Line, Paragraph
from ..errors import InvalidTextError
from ..i18n import say
from ..languages.cells import from_unicode, to_unicode
from .joining import continued
from .paragraphs import flow

Layout = Literal["page", "flow"]
Unknown = Literal["mark", "skip", "stop"]
Edition = languages.Edition
Cells = list[list[str]]
MOST_CHARACTERS = 100_000
AUTO = "auto"
# The cell that stands for a character without Braille, as a character: no sign of any language here.
_MARK = "\u283f"
_TABS = str.maketrans({"\t": "  "})


@dataclass(frozen=True, slots=True)
class Written:
    """Text as cells.

    Attributes:
        pages: lines of cells, page by page; lines of Spanish say where they may be broken into rows.
        replaced: each character of the text that has no Braille, and how often it was marked or skipped.
    """

    pages: list[Cells]
    replaced: dict[str, int]

    @property
    def warnings(self) -> list[str]:
        """What the sender should know of the translation, in sentences."""
        if not self.replaced:
            return []
        count = sum(self.replaced.values())
        shown = ", ".join(
            f"{_name(character)} ({number})" for character, number in list(self.replaced.items())[:_SHOWN]
        )
        more = ", …" if len(self.replaced) > _SHOWN else ""
        return [
            say(
                "Characters without Braille in this language ({count}): {shown}.",
                count=count,
                shown=shown + more,
            )
        ]


# So many characters without Braille are named in a warning.
_SHOWN = 10


def _name(character: str) -> str:
    visible = character.isprintable() and not character.isspace() and not unicodedata.combining(character)
    return f"{character if visible else ''} U+{ord(character):04X}".strip()


def write(text: str, language: str, unknown: Unknown = "mark", edition: Edition = "current") -> Written:
    """Translate text to pages of lines of cells; a form feed in it begins a new page.

    Args:
        text: at most MOST_CHARACTERS.
        language: code of the language.
        unknown: what becomes of a character without Braille: a full cell marks it, it is skipped, or the translation
            stops with an error.
        edition: of the Spanish code.

    Raises:
        InvalidTextError: the text is too long.
        LanguageError: the language cannot be written here, or `unknown` is "stop" and a character has no Braille.
    """
    _check_length(text)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_TABS)
    pages = [page.removeprefix("\n") if number else page for number, page in enumerate(text.split("\f"))]
    pages = [page.removesuffix("\n") for page in pages]
    writer = languages.get(language, edition)
    whole = "\n".join(pages)
    replaced: dict[str, int] = {}
    if unknown != "stop":
        whole, replaced = _without(whole, writer, unknown)
    if isinstance(writer, languages.Hyphenating):
        lines: Cells = [*writer.write_for_paper(whole)]
    else:
        lines = writer.write(whole)
    written: list[Cells] = []
    for page in pages:
        count = page.count("\n") + 1
        written.append(lines[:count])
        lines = lines[count:]
    return Written(written, replaced)


def _without(text: str, writer: languages.Language, unknown: Unknown) -> tuple[str, dict[str, int]]:
    """The text without the characters that have no Braille, and how often each of them stood in it."""
    lacking = writer.unwritable(text)
    if not lacking:
        return text, {}
    counts = Counter(character for character in text if character in lacking)
    mark = _MARK if unknown == "mark" and not writer.unwritable(_MARK) else ""
    return text.translate({ord(character): mark for character in lacking}), dict(counts.most_common())


def to_cells(text: str, language: str) -> list[Cells]:
    """Return text as pages of lines of cells, as `write` does; a character without Braille raises an error."""
    return write(text, language, "stop").pages


def to_text(braille: str, language: str, layout: Layout = "page", edition: Edition = "current") -> str:
    """Return Unicode Braille as text, lines and pages (form feeds) kept, or flowed page by page.

    Raises:
        InvalidTextError: it is too long, or not Braille.
        LanguageError: the language cannot be read here.
    """
    pages = _pages(braille)
    reader = languages.get(language, edition)
    read = [reader.read(page) for page in pages]
    if layout == "page":
        return "\f".join("\n".join("".join(sign.text for sign in line).rstrip() for line in signs) for signs in read)
    lines = [[_line(cells, row) for cells, row in zip(page, signs)] for page, signs in zip(pages, read)]
    paragraphs = [[flowed.paragraph for flowed in flow(page, language)] for page in lines]
    return "\n\n".join(one.text for one in continued(paragraphs, lines))


def to_pages(braille: str, language: str, edition: Edition = "current") -> list[tuple[list[Line], list[Paragraph]]]:
    """Return Unicode Braille as pages: the lines of each with the text of every cell, and its paragraphs.

    Raises:
        InvalidTextError: it is too long, or not Braille.
        LanguageError: the language cannot be read here.
    """
    reader = languages.get(language, edition)
    pages = []
    for page in _pages(braille):
        lines = [_line(cells, row) for cells, row in zip(page, reader.read(page))]
        pages.append((lines, [flowed.paragraph for flowed in flow(lines, language)]))
    return pages


def language_of(braille: str) -> str:
    """Return the code of the language that Unicode Braille is most likely written in. Raises InvalidTextError."""
    return languages.detect([line for page in _pages(braille) for line in page]).read_as


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
