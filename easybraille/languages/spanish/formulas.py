"""Signs of mathematics in Spanish Braille (CMU): arithmetic, relations, indices, roots and Greek letters."""

from __future__ import annotations

from collections.abc import Sequence

from ..base import UNKNOWN
from . import signs
from .cursor import NEAR, Cursor

# Raised letters of abbreviations: n.º, M.ª.
RAISED = {signs.LETTERS["o"]: "º", signs.LETTERS["a"]: "ª"}
_RELATIONS = frozenset("≤≥≠≈≡→↔∈∩≔∥∧∨")


class Formulas(Cursor):
    """Reading of signs that prose does not have."""

    def _mathematical(self) -> tuple[Sequence[str], str] | None:
        """A sign of mathematics of several cells, where no text could stand: alone, or beside numbers."""
        for cells, text in signs.MATHEMATICAL.get(self.cell(), ()):
            if not self._starts_with(cells):
                continue
            before, following = self.cell(-1), self.cell(len(cells))
            after_number = self.i > self.start and self.page.is_number[self.i - 1]
            if text == "∞" or not before and not following:
                return cells, text
            left = not before or after_number or self._is_single(self.i - 1, -1)
            right = following in ("", signs.NUMBER, signs.CAPITAL, signs.GREEK) or self._is_single(
                self.i + len(cells), 1
            )
            if text in _RELATIONS and (before or following) and left and right:
                self.mathematics = self.mathematics or bool(before and following)
                return cells, text
        return None

    def _is_single(self, at: int, step: int) -> bool:
        """Whether the cell is a letter that stands alone in the direction of ``step``."""
        letter_of, cells = self.page.letter_of, self.page.cells
        if not self.start <= at < self.end or cells[at] not in letter_of:
            return False
        beyond = at + step
        return not self.start <= beyond < self.end or cells[beyond] not in letter_of

    def _structure(self, cell: str, after_number: bool) -> bool:
        """Read a sign of mathematics beyond arithmetic (CMU) and return whether there was one."""
        before, following = self.cell(-1), self.cell(1)
        if cell in (signs.GREEK, signs.GREEK_CAPITAL) and following in signs.GREEK_OF:
            letter = signs.GREEK_OF[following]
            self.put("")
            self.put(letter if cell == signs.GREEK else letter.upper())
        elif cell in (signs.SUPERSCRIPT, signs.SUBSCRIPT) and before:
            if not self._index(cell, following):
                return False
        elif cell == signs.ROOT and signs.ROOT_END in self.page.cells[self.i : min(self.end, self.i + NEAR)]:
            self.put("")
        elif cell == signs.ROOT_END and signs.ROOT in self.page.cells[max(self.start, self.i - NEAR) : self.i]:
            self.put("√")
        elif cell == signs.FRACTION_BAR and before and following and not (after_number and following == signs.NUMBER):
            self.put("/")
        elif cell == signs.EXCLAMATION and self._adds(self.cell(1)):
            self.put("+")
            if following == signs.CAPITAL:
                # I+D is no formula.
                return True
        else:
            return False
        self.mathematics = True
        return True

    def _index(self, cell: str, following: str) -> bool:
        """Read a superscript or subscript and return whether there was one; º and ª are none."""
        if cell == signs.SUPERSCRIPT and following in RAISED and self.cell(2) not in self.page.letter_of:
            return False
        if following != signs.NUMBER:
            if cell == signs.SUPERSCRIPT and following:
                self.put("^")
                return True
            return False
        if self.cell(2) not in signs.DIGIT_OF:
            return False
        table = signs.SUPERSCRIPTS if cell == signs.SUPERSCRIPT else signs.SUBSCRIPTS
        self.put("")
        self.put("")
        while self.cell() in signs.DIGIT_OF:
            self.put(table[signs.DIGIT_OF[self.cell()]])
        return True

    def _adds(self, following: str) -> bool:
        """Whether 235 stands between single letters, or a letter and a number: a+b, x+2, I+D."""
        if self.i == self.start:
            return False
        single = self.i - self.start < 2 or self.page.cells[self.i - 2] not in self.page.letter_of
        after_number = self.page.is_number[self.i - 1]
        before = after_number or self.cell(-1) in self.page.letter_of and single
        letter = 2 if following == signs.CAPITAL else 1
        after = self.cell(letter) in self.page.letter_of and self.cell(letter + 1) not in self.page.letter_of
        # Between two numbers it is arithmetic, which is read elsewhere.
        return before and (after or following == signs.NUMBER and not after_number)

    def _is_equation(self) -> bool:
        """Whether there is an = among letters that stand alone or two together, as in 5x=40b, and not in
        words.
        """
        cells = self.page.cells[self.start : self.end]
        if signs.EQUALS not in cells:
            return False
        is_letter = (
            cell in self.page.letter_of and not self.page.is_number[at] for at, cell in enumerate(cells, self.start)
        )
        runs = "".join("x" if letter else " " for letter in is_letter).split()
        return bool(runs) and max(map(len, runs)) <= 2

    def _as_mathematics(self) -> None:
        """Mark every cell of the word, and read 26 … 35 as the brackets that show no ink (CMU 5.1.15)."""
        opened: list[int] = []
        settled: set[int] = set()
        for index in range(self.start, self.end):
            cell = self.page.cells[index]
            if cell == signs.QUESTION:
                opened.append(index)
            elif cell == signs.STAR and opened:
                settled |= {opened[-1], index}
                self.page.put(opened.pop(), "(")
                self.page.put(index, ")")
        self.page.pairs = [pair for pair in self.page.pairs if pair not in settled]
        self.page.stars = [star for star in self.page.stars if star[0] not in settled]
        for index in range(self.start, self.end):
            self.page.put(index, self.page.text[index], "mathematics")

    def _operates(self, cell: str, after_number: bool) -> bool:
        """Between two numbers, or + alone between blanks: an operation (B2, arithmetic)."""
        if cell == signs.QUESTION:
            return False
        if self.end - self.start > 1:
            return after_number and self.cell(1) == signs.NUMBER
        cells, numbers = self.page.cells, self.page.is_number
        after = self.start > 1 and numbers[self.start - 2]
        before = self.end + 1 < len(cells) and cells[self.end + 1] == signs.NUMBER
        return cell == signs.EXCLAMATION or after and before

    def _between_numbers(self, width: int) -> bool:
        return self.i > self.start and self.page.is_number[self.i - 1] and self.cell(width) == signs.NUMBER

    def _foreign(self) -> None:
        """Dot 6: before a letter whose mark is lost, or with the blank after it the dot of a product."""
        letter_of = self.page.letter_of
        if self.cell(1) == signs.QUOTES:
            # Quotation marks within others, of which the first before a word opens.
            opens = not self.cell(-1) or self.cell(-1) not in letter_of and self.cell(2) in {*letter_of, signs.CAPITAL}
            self._put_all((signs.INNER, signs.QUOTES), "‘" if opens else "’")
        elif self.cell(1) in letter_of:
            self.put("")
            self.letter("foreign_letter")
        elif not self.cell(1) and self.i > self.start and self._product_follows():
            self.put("·", "mathematics")
        else:
            self.put(UNKNOWN, "unknown_sign")

    def _product_follows(self) -> bool:
        """Whether a factor stands on both sides: numbers, or letters that stand alone (6·2, x·y)."""
        cells, at = self.page.cells, self.end + 1
        if at >= len(cells):
            return False
        single = cells[at] in self.page.letter_of and (at + 1 == len(cells) or cells[at + 1] not in self.page.letter_of)
        if self.page.is_number[self.i - 1]:
            return cells[at] == signs.NUMBER or single
        return self._is_single(self.i - 1, -1) and single

    def _is_prime(self) -> bool:
        """Whether the cell stands after a number or a letter alone, and before no letter: 5′, z″ (CMU 4.3.1, 11.5.2).

        ü stands before e and i only.
        """
        number = self.i > self.start and self.page.is_number[self.i - 1]
        if not number and not self._is_single(self.i - 1, -1):
            return False
        after = 2 if self.cell(1) == signs.PRIME else 1
        return self.cell(after) not in self.page.letter_of

    def _primes(self) -> None:
        if self.cell(1) == signs.PRIME:
            self.put("″")
            self.put("")
        else:
            self.put("′")
