"""Numbers, ordinals and fractions of Spanish Braille (B2 §8, CMU 1.0, 2)."""

from __future__ import annotations

from ..base import UNKNOWN
from . import signs
from .brackets import CLOSE
from .cursor import NEAR, Cursor
from .fractions import Numeral, is_fraction


class Numbers(Cursor):
    """Reading of what a number sign governs."""

    def _goes_on_in_number(self, cell: str) -> bool:
        """Read a digit, or a letter that is set apart, where a number has not ended (CMU 1.0.1, 2.5).

        Dot 5 and the capital sign cover the next cell only. Books from before 2023 end the number with them: where
        a letter from k to z follows the cells, they are read as letters.
        """
        if cell == signs.SEPARATOR and self.cell(1) in signs.DIGIT_OF:
            self._apart(in_number=True)
            return True
        if cell in signs.DIGIT_OF:
            run = self._run_of(signs.DIGIT_OF)
            if self.apart and self._ends_in_letters(run):
                for _ in range(run):
                    self.letter("letter_or_digit")
                return True
            first = self.i
            self._digits("letter_or_digit" if self.apart else "")
            self._mark_number(first)
            return True
        return False

    def _run_of(self, kind: dict[str, str]) -> int:
        """How many cells from here on are of a kind."""
        ahead = 0
        while self.cell(ahead) in kind and ahead < NEAR:
            ahead += 1
        return ahead

    def _ends_in_letters(self, run: int) -> bool:
        """Whether a letter from k to z follows cells that are digits or letters: 8bis, as before 2023."""
        return self.page.edition == "before-2023" or self.cell(run) in self.page.letter_of

    def _apart(self, in_number: bool) -> None:
        """Dot 5 and the letter that it keeps from being a digit (B2 §8.2)."""
        self.put("")
        self.letter()
        self.in_number = in_number and self.page.edition == "current"
        self.apart = True

    def _number(self) -> None:
        """Number sign and what it governs (B2 §8): a number, an ordinal or a fraction."""
        first, at = self.i, self.i + 1
        self.apart = False
        while at < self.end and self.page.cells[at] in signs.LOWERED_OF:
            at += 1
        if at > self.i + 1:
            self._lowered(at)
        elif self.cell(1) in signs.DIGIT_OF:
            self.put(" " if self._is_mixed() else "")
            self._digits()
        else:
            self.put(UNKNOWN, "unknown_sign")
            return
        self._mark_number(first)

    def _mark_number(self, first: int) -> None:
        for index in range(first, self.i):
            self.page.is_number[index] = True

    def _is_mixed(self) -> bool:
        """Whether the number is the fraction of a mixed number, whose integer stands directly before it (CMU 2.4.3)."""
        if not (self.i > self.start and self.page.is_number[self.i - 1]):
            return False
        end = self.i + 1
        while end < self.end and self.page.cells[end] in signs.DIGIT_OF:
            end += 1
        return end < self.end and self.page.cells[end] in signs.LOWERED_OF

    def _digits(self, doubt: str = "") -> None:
        """Digits, with the points of thousands and the comma of decimals that stand between two of them."""
        first, plain = self.i, True
        mixed = first - 2 >= self.start and self.page.text[first - 1] == " "
        while cell := self.cell():
            if cell in signs.DIGIT_OF:
                self.put(signs.DIGIT_OF[cell], doubt)
            elif cell in (signs.THOUSANDS, signs.DECIMAL) and self.cell(1) in signs.DIGIT_OF:
                self.put("." if cell == signs.THOUSANDS else ",", doubt)
                plain = False
            else:
                break
        if plain and not doubt and self._denominator(first, mixed):
            return
        self.after_number = self.in_number = True

    def _denominator(self, first: int, mixed: bool) -> bool:
        """Lowered digits after others: a fraction (CMU 2.4), or the marks after a number."""
        run = self._run_of(signs.LOWERED_OF)
        if not run or self.page.edition != "current":
            return False
        numerator = int("".join(self.page.text[first : self.i]))
        cells = [self.cell(ahead) for ahead in range(run)]
        numeral = Numeral(numerator, cells, mixed, self.mathematics or self.cell(-1) == signs.EQUALS)
        following = self.cell(run)
        if following == signs.HYPHEN and (*cells, following)[-3:] == signs.PLAIN["±"]:
            return False
        if following not in ("", signs.CLOSE_ROUND, signs.STOP, signs.HYPHEN, CLOSE):
            return False
        reading = is_fraction(numeral, self.page.fraction_context(first - 1, self.i + run))
        doubt = "fraction_or_marks" if reading.doubtful else ""
        if not reading.fraction:
            if doubt:
                for index in range(first, self.i):
                    self.page.put(index, self.page.text[index], doubt)
                self.page.in_doubt |= dict.fromkeys(range(self.i, self.i + run), doubt)
            return False
        for index in range(first, self.i):
            self.page.put(index, self.page.text[index], doubt)
        bar = "/"
        for _ in range(run):
            self.put(bar + signs.LOWERED_OF[self.cell()], doubt)
            bar = ""
        return True

    def _lowered(self, end: int) -> None:
        """Digits a row lower, up to ``end``: an ordinal if its ending follows, a numerator if digits do."""
        after_integer = self.i > self.start and self.page.is_number[self.i - 1]
        ending = self._letters_from(end)
        if ending in signs.ORDINAL_ENDINGS:
            degree = self._is_degree(ending, end)
            self.put("")
            self._put_lowered(end, "" if degree else ".", "degree_or_ordinal" if degree else "")
            for letter in signs.ORDINAL_ENDINGS[ending]:
                self.put(letter, "degree_or_ordinal" if degree else "")
        elif end < self.end and self.page.cells[end] in signs.DIGIT_OF:
            # The notation until 2023 (B5 §3.2): print needs a space between an integer and its fraction.
            self.put(" " if after_integer else "")
            self._put_lowered(end, "/")
            self._digits()
        else:
            self.put("")
            self._put_lowered(end, "", "lowered_number")

    def _is_degree(self, ending: str, end: int) -> bool:
        """Whether a capital C or F follows: 25ºC, with the letter that print often takes for the degree sign."""
        rest = self.page.cells[end + 1 : min(self.end, end + 4)]
        scale = (signs.LETTERS["c"], signs.LETTERS["f"])
        if ending != "o" or len(rest) < 2 or rest[0] != signs.CAPITAL or rest[1] not in scale:
            return False
        return len(rest) == 2 or rest[2] not in self.page.letter_of

    def _put_lowered(self, end: int, last: str, doubt: str = "") -> None:
        while self.i < end:
            self.put(signs.LOWERED_OF[self.cell()] + (last if self.i == end - 1 else ""), doubt)

    def _is_older_ordinal(self) -> bool:
        """A number, dot 3 and o: 1.º in older books (Braille Authority of the UK, Spanish code)."""
        after_point = self.i - 1 > self.start and self.cell(-1) == signs.STOP and self.page.is_number[self.i - 2]
        return after_point and self.cell(1) not in self.page.letter_of
