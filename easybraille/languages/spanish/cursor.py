"""A place in a word of Spanish Braille, and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from . import signs
from .fractions import Context

# Nothing within a word is looked for further away than this many cells, so that time grows with the page
# only.
NEAR = 60


class Page(Protocol):
    """What a word needs of its page: its cells, what they are read as, and the signs left for later."""

    alphabet: signs.Alphabet
    edition: signs.Edition
    letter_of: dict[str, str]
    cells: list[str]
    text: list[str]
    is_number: list[bool]
    pairs: list[int]
    stars: list[tuple[int, int]]
    in_doubt: dict[int, str]

    def put(self, index: int, text: str, doubt: str = "") -> None:
        """Set what a cell stands for."""
        ...

    def fraction_context(self, start: int, end: int) -> Context:
        """Return what stands around a number and the marks after it."""
        ...

    def closes_angle(self, index: int) -> bool:
        """Return whether an angle bracket that opens at a cell is closed before another one opens."""
        ...


class Cursor:
    """A place among the cells ``start`` to ``end`` of a page.

    ``capitals``: a series of capitals holds from the start.
    """

    def __init__(self, page: Page, start: int, end: int, capitals: bool = False) -> None:
        self.page, self.start, self.end, self.capitals = page, start, end, capitals
        self.i = start
        # Whether a number has just ended, perhaps with a point or comma after it (B2 §8.2).
        self.after_number = False
        # Whether letters from a to j are digits (CMU 1.0, 2.5), and whether a letter has been set apart since.
        self.in_number = self.apart = False
        # Signs that prose does not have (CMU); any of them makes the word mathematics.
        self.mathematics = False
        self._address: bool | None = None

    def cell(self, ahead: int = 0) -> str:
        """Return the cell ``ahead`` of the one that is read, or a blank beyond the word."""
        index = self.i + ahead
        return self.page.cells[index] if self.start <= index < self.end else ""

    def put(self, text: str, doubt: str = "") -> None:
        """Set what the cell that is read stands for, and go on to the next."""
        self.page.put(self.i, text, doubt)
        self.i += 1

    def _put_all(self, cells: Sequence[str], text: str, doubt: str = "") -> None:
        """Set the text of a sign of several cells, which its first cell bears."""
        self.put(text, doubt)
        for _ in cells[1:]:
            self.put("")

    def _letters_from(self, at: int) -> str:
        letters = ""
        while at < self.end and self.page.cells[at] in self.page.letter_of and len(letters) < NEAR:
            letters += self.page.letter_of[self.page.cells[at]]
            at += 1
        return letters

    def _starts_with(self, cells: Sequence[str]) -> bool:
        return self.cell() == cells[0] and all(self.cell(ahead) == cells[ahead] for ahead in range(1, len(cells)))

    def letter(self, doubt: str = "", capital: bool = False) -> None:
        """Read the letter at the cursor."""
        raise NotImplementedError
