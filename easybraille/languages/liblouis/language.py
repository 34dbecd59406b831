"""The languages that are read and written through liblouis, by the bundled one or by one that the settings name."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from functools import cache

from ...errors import LanguageUnavailableError, NotWritableError, UnwritableError
from ..base import UNKNOWN, Cells, Sign
from ..cells import from_unicode, to_unicode
from .alignment import JoinedCells, aligned
from .context import RULES, in_context
from .engine import Engine, LouisError
from .passages import take_out
from .process import LouisProcess
from .tables import CONTRACTED_SPANISH, Table
from .wasm import BundledLouis

# Typography that a table may lack, in the signs that Braille uses for it.
_PLAINER = {
    **dict.fromkeys("«»“”„‟‹›", '"'),
    **dict.fromkeys("‘’‚‛", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    "ª": "a",
    "º": "o",
}
# Cells in one request: several pages, and far from the time limit of a request.
_CELLS = 4000


def louis() -> Engine:
    """The liblouis shared by all languages: the library that EASYBRAILLE_LIBLOUIS names, else the bundled one."""
    return _engine(os.environ.get("EASYBRAILLE_LIBLOUIS", ""))


@cache
def _engine(library: str) -> Engine:
    return LouisProcess(library) if library else BundledLouis()


def load(table: Table) -> LouisLanguage:
    """The language, its table checked. Raises LanguageUnavailableError."""
    engine = louis()
    try:
        version, compiles = engine.version(), engine.check(f"unicode.dis,{table.file}")
    except LouisError as error:
        raise LanguageUnavailableError(f"{table.name}: {error}") from error
    if version < table.since:
        needed, there = ".".join(map(str, table.since)), ".".join(map(str, version))
        raise LanguageUnavailableError(f"{table.name} needs liblouis {needed}; EASYBRAILLE_LIBLOUIS is {there}")
    if not compiles:
        raise LanguageUnavailableError(f"{table.name}: liblouis lacks the table {table.file} or cannot compile it")
    if table is CONTRACTED_SPANISH:
        from .contracted import ContractedSpanish  # its list of words is loaded when it reads

        return ContractedSpanish(table, engine)
    return LouisLanguage(table, engine)


class LouisLanguage:
    """A language that one table of liblouis reads and writes."""

    def __init__(self, table: Table, engine: Engine) -> None:
        self.code, self.name = table.code, table.name
        self._table, self._engine = table, engine
        self._tables = f"unicode.dis,{table.file}"
        self._writable: dict[str, bool] = {" ": True}

    def read(self, lines: Cells) -> list[list[Sign]]:
        """One Sign for each cell, in the same shape. A line on which liblouis fails is unknown throughout.

        Lines are translated together, because emphasis and capitals may continue from one line to the next.
        """
        read: list[list[Sign]] = []
        batch: list[Sequence[str]] = []
        for line in lines:
            if batch and sum(map(len, batch)) + len(line) > _CELLS:
                read += self._read(batch)
                batch = []
            batch.append(line)
        return read + self._read(batch)

    def _read(self, lines: list[Sequence[str]]) -> list[list[Sign]]:
        if not lines:
            return []
        cells = JoinedCells.of(lines, _CELLS)
        kept, capital = list(range(len(cells.cells))), set[int]()
        if self._table.passage:
            kept, capital = take_out(cells.cells, cells.breaks, self._table.passage)
        try:
            braille = to_unicode(cells.cells[at] for at in kept)
            (translation,) = self._engine.translate(self._tables, [braille], back=True)
        except LouisError:
            if len(lines) > 1:
                return [signs for line in lines for signs in self._read([line])]
            return [[Sign(UNKNOWN, "not_translated") if cell else Sign(" ") for cell in lines[0]]]
        signs = cells.signs(aligned(translation, kept, capital))
        return in_context(lines, signs, RULES.get(self._table.file, ()))

    def write(self, text: str) -> list[list[str]]:
        """One list of cells for each line of ``text``.

        Raises UnwritableError, or NotWritableError if liblouis fails.
        """
        composed = unicodedata.normalize("NFC", text).replace("\t", " ").replace("\u00a0", " ")
        lines = self._writable_lines(composed.split("\n"))
        try:
            return self._translated(lines)
        except LouisError:
            return [self._in_pieces(line) for line in lines]

    def _translated(self, lines: list[str]) -> list[list[str]]:
        translated = self._engine.translate(self._tables, lines, back=False, drop_undefined=True)
        return [from_unicode(translation.text) for translation in translated]

    def _in_pieces(self, line: str) -> list[str]:
        """The cells of a line that fails as a whole, word by word; a word that fails is halved."""
        try:
            return self._translated([line])[0]
        except LouisError as error:
            if " " in line:
                words = [self._in_pieces(word) if word else [] for word in line.split(" ")]
                return [cell for word in words for cell in (*word, "")][:-1]
            if len(line) < 2:
                raise NotWritableError(f"{self.name}: {error}") from error
            middle = len(line) // 2
            return self._in_pieces(line[:middle]) + self._in_pieces(line[middle:])

    def _writable_lines(self, lines: list[str]) -> list[str]:
        """The lines in characters of the table. Raises UnwritableError for the first character without Braille."""
        replaced = self._replacements({character for line in lines for character in line})
        for number, line in enumerate(lines):
            for column, character in enumerate(line):
                if not self._writable[character] and character not in replaced:
                    raise UnwritableError(character, number, column, self.name)
        table = str.maketrans(replaced)
        return [line.translate(table) for line in lines]

    def unwritable(self, text: str) -> frozenset[str]:
        """Return the characters of ``text`` that have no Braille in the language. Raises NotWritableError."""
        characters = set(unicodedata.normalize("NFC", text)) - {"\n", "\t", "\u00a0"}
        replaced = self._replacements(characters)
        return frozenset(
            character for character in characters if not self._writable[character] and character not in replaced
        )

    def _replacements(self, characters: set[str]) -> dict[str, str | int | None]:
        """Plainer characters for those that have no Braille of their own."""
        self._learn(characters)
        lacking = {character: _plainer(character) for character, known in self._writable.items() if not known}
        self._learn({character for plain in lacking.values() for character in plain})
        return {
            character: plain
            for character, plain in lacking.items()
            if plain and all(map(self._writable.__getitem__, plain))
        }

    def _learn(self, characters: set[str]) -> None:
        """Find out which characters alone produce Braille."""
        new = sorted(characters - self._writable.keys())
        try:
            translated = self._engine.translate(self._tables, new, back=False, drop_undefined=True)
        except LouisError as error:
            raise NotWritableError(f"{self.name}: {error}") from error
        for character, translation in zip(new, translated, strict=True):
            self._writable[character] = any("\u2801" <= cell <= "\u28ff" for cell in translation.text)


def _plainer(character: str) -> str:
    """A character's plainer equivalent, itself or "" where there is none."""
    plain = _PLAINER.get(character) or unicodedata.normalize("NFKC", character)
    return "" if plain == character else plain
