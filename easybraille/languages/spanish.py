"""Spanish, uncontracted: the signs of the Comisión Braille Española, read and written by hand-made tables."""

from __future__ import annotations

from .base import Cells, Sign
from .spanish_reader import read_page
from .spanish_writer import write_line


class Spanish:
    """Uncontracted (integral) Spanish. Needs nothing but the standard library."""

    code = "es"
    name = "Spanish (español), uncontracted"

    def read(self, lines: Cells) -> list[list[Sign]]:
        """One Sign for each cell, in the same shape; never raises."""
        return read_page(lines)

    def write(self, text: str) -> list[list[str]]:
        """One list of cells for each line of ``text``. Raises Unwritable."""
        return [write_line(line, number, self.name) for number, line in enumerate(text.split("\n"))]
