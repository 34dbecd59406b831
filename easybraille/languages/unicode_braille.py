"""Unicode Braille as a language: each cell is its own text."""

from __future__ import annotations

from ..errors import UnwritableError
from .base import Cells, Sign
from .cells import dots_of, unicode_of


class UnicodeBraille:
    """Language whose text is Unicode Braille itself."""

    code = "braille"
    name = "Unicode Braille, untranslated"

    def read(self, lines: Cells) -> list[list[Sign]]:
        """Return one Sign for each cell, in the same shape."""
        return [[Sign(unicode_of(cell)) for cell in line] for line in lines]

    def write(self, text: str) -> list[list[str]]:
        """Return the cells of Unicode Braille; a space is a blank. Raises UnwritableError for any other character."""
        return [
            [self._cell(character, number, column) for column, character in enumerate(line)]
            for number, line in enumerate(text.split("\n"))
        ]

    def unwritable(self, text: str) -> frozenset[str]:
        """Return the characters that are no Unicode Braille."""
        return frozenset(character for character in set(text) - {"\n"} if not _is_cell(character))

    def _cell(self, character: str, line: int, column: int) -> str:
        try:
            return dots_of(character)
        except ValueError:
            raise UnwritableError(character, line, column, self.name) from None


def _is_cell(character: str) -> bool:
    try:
        dots_of(character)
    except ValueError:
        return False
    return True
