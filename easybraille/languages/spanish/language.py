"""Spanish, uncontracted: the signs of the Comisión Braille Española, read and written by hand-made tables."""

from __future__ import annotations

from ..base import Cells, Sign
from . import signs
from .reader import read_page
from .writer import write_line


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
    ) -> None:
        self.code, self.name, self._alphabet = code, name, alphabet

    def read(self, lines: Cells) -> list[list[Sign]]:
        """One Sign for each cell, in the same shape; never raises."""
        return read_page(lines, self._alphabet)

    def write(self, text: str) -> list[list[str]]:
        """One list of cells for each line of ``text``. Raises UnwritableError."""
        lines = text.split("\n")
        return [write_line(line, number, self.name, self._alphabet) for number, line in enumerate(lines)]
