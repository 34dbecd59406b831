"""Spanish, uncontracted: the signs of the Comisión Braille Española, read and written by hand-made tables."""

from __future__ import annotations

from dataclasses import replace

from .base import Cells, Sign
from .spanish_reader import read_page
from .spanish_writer import write_line

_UPRIGHT = {"¿": "?", "¡": "!"}


class Spanish:
    """Uncontracted (integral) Spanish, and the languages that use its signs as they are (B2: Galician, Basque).

    ``inverted``: whether the language opens a question with ¿. Needs nothing but the standard library.
    """

    def __init__(self, code: str = "es", name: str = "Spanish (español), uncontracted", inverted: bool = True) -> None:
        self.code, self.name, self._inverted = code, name, inverted

    def read(self, lines: Cells) -> list[list[Sign]]:
        """One Sign for each cell, in the same shape; never raises."""
        page = read_page(lines)
        if self._inverted:
            return page
        return [[replace(sign, text=_UPRIGHT.get(sign.text, sign.text)) for sign in line] for line in page]

    def write(self, text: str) -> list[list[str]]:
        """One list of cells for each line of ``text``. Raises Unwritable."""
        return [write_line(line, number, self.name) for number, line in enumerate(text.split("\n"))]
