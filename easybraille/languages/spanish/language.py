"""Spanish, uncontracted: the signs of the Comisión Braille Española, read and written by hand-made tables."""

from __future__ import annotations

from ..base import Cells, Sign, WrittenLine
from . import signs
from .hyphenation import divided_at
from .reader import read_page
from .writer import unwritable, write_line


class Spanish:
    """Uncontracted (integral) Spanish, and the languages of Spain that share its signs (B2): their letters
    differ.

    Needs nothing but the standard library.
    """

    def __init__(
        self,
        code: str = "es",
        name: str = "Spanish (español), uncontracted",
        alphabet: signs.Alphabet = signs.SPANISH,
        edition: signs.Edition = "current",
    ) -> None:
        self.code, self.name, self._alphabet, self._edition = code, name, alphabet, edition

    def of(self, edition: signs.Edition) -> Spanish:
        """Return the same language in another edition of the code."""
        return Spanish(self.code, self.name, self._alphabet, edition)

    def read(self, lines: Cells) -> list[list[Sign]]:
        """Return one Sign for each cell, in the same shape; never raises."""
        return read_page(lines, self._alphabet, self._edition)

    def write(self, text: str) -> list[list[str]]:
        """Return one list of cells for each line of ``text``. Raises UnwritableError."""
        lines = text.split("\n")
        return [write_line(line, number, self.name, self._alphabet, self._edition) for number, line in enumerate(lines)]

    def write_for_paper(self, text: str) -> list[WrittenLine]:
        """Return the cells of each line as `write` does, with the places where it may be broken into rows."""
        return [
            write_line(line, number, self.name, self._alphabet, self._edition, self._divided_at)
            for number, line in enumerate(text.split("\n"))
        ]

    def _divided_at(self, word: str) -> frozenset[int]:
        return divided_at(word, self.code)

    def unwritable(self, text: str) -> frozenset[str]:
        """Return the characters of ``text`` that have no Braille."""
        return unwritable(text, self._alphabet)
