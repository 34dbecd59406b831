"""One word of Spanish Braille: a run of cells between blanks, read from left to right.

Nothing in a word depends on another word but a series of capitals that runs over a line's end, so that a
wrong cell costs at most its word. What only the page can settle (signs that come in pairs) is noted for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..base import UNKNOWN
from . import signs
from .words import BEFORE_APOSTROPHE, BEFORE_CAPITAL

# Nothing within a word is looked for further away than this many cells, so that time grows with the page
# only.
_NEAR = 60

PAIRED = {signs.QUESTION: "?", signs.EXCLAMATION: "!", signs.QUOTES: "»"}
# Raised letters of abbreviations: n.º, M.ª.
_RAISED = {signs.LETTERS["o"]: "º", signs.LETTERS["a"]: "ª"}


class Page(Protocol):
    """What a word needs of its page: its cells, what they are read as, and the signs left for later."""

    alphabet: signs.Alphabet
    letter_of: dict[str, str]
    cells: list[str]
    text: list[str]
    is_number: list[bool]
    pairs: list[int]
    stars: list[tuple[int, int]]
    squares: list[int]

    def put(self, index: int, text: str, doubt: str = "") -> None:
        """Set what a cell stands for."""
        ...


class Word:
    """The cells ``start`` to ``end`` of a page. ``capitals``: a series of capitals holds from the start."""

    def __init__(self, page: Page, start: int, end: int, capitals: bool = False) -> None:
        self.page, self.start, self.end, self.capitals = page, start, end, capitals
        self.i = start
        # Whether a number has just ended, perhaps with a point or comma after it (B2 §8.2).
        self.after_number = False
        # Signs that prose does not have (B5); any of them makes the word mathematics.
        self.mathematics = False

    def read(self) -> None:
        """Put a text on each cell of the word."""
        while self.i < self.end:
            self._one()
        if self.mathematics or self._is_equation():
            self._as_mathematics()

    def cell(self, ahead: int = 0) -> str:
        """The cell ``ahead`` of the one that is read, or a blank beyond the word."""
        index = self.i + ahead
        return self.page.cells[index] if self.start <= index < self.end else ""

    def put(self, text: str, doubt: str = "") -> None:
        """Set what the cell that is read stands for, and go on to the next."""
        self.page.put(self.i, text, doubt)
        self.i += 1

    def _one(self) -> None:
        cell = self.cell()
        after_number, self.after_number = self.after_number, False
        if cell == signs.NUMBER:
            self._number()
        elif cell == signs.SEPARATOR and after_number and self.cell(1) in signs.DIGIT_OF:
            self.put("")
            self._letter()
        elif cell == signs.CAPITAL:
            self._capital()
        elif compound := self._compound():
            cells, text = compound
            self.put(text)
            for _ in cells[1:]:
                self.put("")
        elif self._structure(cell, after_number):
            pass
        elif cell in self.page.letter_of:
            self._letter()
        else:
            self._mark(cell, after_number)

    # Numbers ------------------------------------------------------------------------------------------------

    def _number(self) -> None:
        """Number sign and what it governs (B2 §8): a number, an ordinal or a fraction."""
        first, at = self.i, self.i + 1
        while at < self.end and self.page.cells[at] in signs.LOWERED_OF:
            at += 1
        if at > self.i + 1:
            self._lowered(at)
        elif self.cell(1) in signs.DIGIT_OF:
            self.put("")
            self._digits()
        else:
            self.put(UNKNOWN, "unknown_sign")
            return
        for index in range(first, self.i):
            self.page.is_number[index] = True

    def _digits(self) -> None:
        """Digits, with the points of thousands and the comma of decimals that stand between two of them."""
        while cell := self.cell():
            if cell in signs.DIGIT_OF:
                self.put(signs.DIGIT_OF[cell])
            elif cell in (signs.THOUSANDS, signs.DECIMAL) and self.cell(1) in signs.DIGIT_OF:
                self.put("." if cell == signs.THOUSANDS else ",")
            else:
                break
        self.after_number = True

    def _lowered(self, end: int) -> None:
        """Digits a row lower, up to ``end``: an ordinal if its ending follows, a numerator if digits do."""
        after_integer = self.i > self.start and self.page.is_number[self.i - 1]
        ending = self._letters_from(end)
        if ending in signs.ORDINAL_ENDINGS:
            self.put("")
            self._put_lowered(end, ".")
            for letter in signs.ORDINAL_ENDINGS[ending]:
                self.put(letter)
        elif end < self.end and self.page.cells[end] in signs.DIGIT_OF:
            # Print needs a space between an integer and its fraction (B5 §3.2).
            self.put(" " if after_integer else "")
            self._put_lowered(end, "/")
            self._digits()
        else:
            self.put("")
            self._put_lowered(end, "", "lowered_number")

    def _put_lowered(self, end: int, last: str, doubt: str = "") -> None:
        while self.i < end:
            self.put(signs.LOWERED_OF[self.cell()] + (last if self.i == end - 1 else ""), doubt)

    def _letters_from(self, at: int) -> str:
        letters = ""
        while at < self.end and self.page.cells[at] in self.page.letter_of and len(letters) < _NEAR:
            letters += self.page.letter_of[self.page.cells[at]]
            at += 1
        return letters

    # Letters ------------------------------------------------------------------------------------------------

    def _capital(self) -> None:
        """The capital sign, or two of them for the rest of the word (B2 §7)."""
        following = self.cell(1)
        if following == signs.CAPITAL and (self.cell(2) in self.page.letter_of or self.cell(2) == signs.FOREIGN):
            self.put("")
            self.put("")
            self.capitals = True
        elif following in self.page.letter_of:
            self.put("")
            self.put(self.page.letter_of[following].upper())
        elif following == signs.FOREIGN and self.cell(2) in self.page.letter_of:
            self.put("")
            self.put("")
            self.put(self.page.letter_of[self.cell()].upper(), "foreign_letter")
        elif following == signs.COMMA:
            # CMU: the closing angle bracket.
            self.put(">")
            self.put("")
        else:
            self.put(UNKNOWN, "unknown_sign")

    def _letter(self, doubt: str = "") -> None:
        cell = self.cell()
        letter = self.page.letter_of[cell]
        after_number = self.i > self.start and self.page.is_number[self.i - 1]
        if letter == "o" and after_number and self.cell(1) == signs.NUMBER:
            letter = ">"
        elif letter == "o" and self._is_older_ordinal():
            letter = "º"
        elif cell == signs.SECTION and self._is_section():
            letter, doubt = "§", "section_or_letter"
        elif cell == signs.PRIME and after_number and self.cell(1) not in self.page.letter_of:
            letter = "′"
        elif cell in (signs.OPEN_SQUARE, signs.CLOSE_SQUARE) and self.cell(-1) != signs.CAPITAL:
            self.page.squares.append(self.i)
        self.put(letter.upper() if self.capitals else letter, doubt)

    def _is_older_ordinal(self) -> bool:
        """A number, dot 3 and o: 1.º in older books (Braille Authority of the UK, Spanish code)."""
        after_point = self.i - 1 > self.start and self.cell(-1) == signs.STOP and self.page.is_number[self.i - 2]
        return after_point and self.cell(1) not in self.page.letter_of

    def _is_section(self) -> bool:
        """§ stands before a number; ó stands there only between two numbers (5 ó 6)."""
        if self.i > self.start:
            return False
        if self.end > self.start + 1:
            return self.cell(1) == signs.NUMBER
        cells, numbers = self.page.cells, self.page.is_number
        after_number = self.start > 1 and numbers[self.start - 2]
        return not after_number and self.end + 1 < len(cells) and cells[self.end + 1] == signs.NUMBER

    # Everything else ----------------------------------------------------------------------------------------

    def _compound(self) -> tuple[Sequence[str], str] | None:
        """The longest sign of several cells that begins here and means that here."""
        candidates = signs.COMPOUND.get(self.cell())
        if not candidates:
            return None
        if self.cell() == "456" == self.cell(-1):
            # The second of two bars: || and a comma are no brace.
            return None
        for cells, text in candidates:
            if any(self.cell(ahead) != cell for ahead, cell in enumerate(cells)):
                continue
            # Three hyphens or more are a line, not a dash.
            if text == "—" and signs.HYPHEN in (self.cell(-1), self.cell(2)):
                continue
            # 5 and the cell after it may be @ and a letter, as in an address.
            if cells[0] == "5" and cells[1] in self.page.letter_of and self._in_address(text):
                continue
            return cells, text
        return None

    def _in_address(self, text: str) -> bool:
        if self.cell(-1) not in self.page.letter_of:
            return False
        rest = self.page.cells[self.i : min(self.end, self.i + _NEAR)]
        closed = any(pair == signs.PLAIN["}"] for pair in zip(rest, rest[1:], strict=False))
        return text != "{" or not closed

    def _structure(self, cell: str, after_number: bool) -> bool:
        """Reads a sign of mathematics beyond arithmetic (B5) and says whether there was one."""
        before, following = self.cell(-1), self.cell(1)
        if cell == signs.SUPERSCRIPT and following in _RAISED and self.cell(2) not in self.page.letter_of:
            return False
        if cell in (signs.SUPERSCRIPT, signs.SUBSCRIPT) and following == signs.NUMBER and before:
            if self.cell(2) not in signs.DIGIT_OF:
                return False
            table = signs.SUPERSCRIPTS if cell == signs.SUPERSCRIPT else signs.SUBSCRIPTS
            self.put("")
            self.put("")
            while self.cell() in signs.DIGIT_OF:
                self.put(table[signs.DIGIT_OF[self.cell()]])
        elif cell == signs.SUPERSCRIPT and before and following:
            self.put("^")
        elif cell == signs.GREEK and following in signs.GREEK_OF:
            self.put("")
            self.put(signs.GREEK_OF[self.cell()])
        elif cell == signs.GREEK_CAPITAL and following in signs.GREEK_OF:
            self.put("")
            self.put(signs.GREEK_OF[self.cell()].upper())
        elif cell == signs.ROOT and signs.ROOT_END in self.page.cells[self.i : min(self.end, self.i + _NEAR)]:
            self.put("")
        elif cell == signs.ROOT_END and signs.ROOT in self.page.cells[max(self.start, self.i - _NEAR) : self.i]:
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

    def _mark(self, cell: str, after_number: bool) -> None:
        if cell == signs.STOP:
            self._stop(after_number)
        elif cell == signs.COMMA:
            self.put(",")
            self.after_number = after_number
        elif cell in (signs.EXCLAMATION, signs.QUOTES, signs.STAR) and self._operates(cell, after_number):
            self.put({signs.EXCLAMATION: "+", signs.QUOTES: "×", signs.STAR: "*"}[cell])
        elif cell in PAIRED:
            self.page.pairs.append(self.i)
            self.put(PAIRED[cell])
        elif cell == "series":
            # The mark of a series of capitals, set aside by the page.
            self.put("")
        elif cell == signs.STAR or cell == "56" and self.cell(1) == signs.STAR:
            self._star()
        elif cell == signs.HYPHEN:
            self.put("-")
        elif cell == "456":
            self.put("|")
        elif cell == signs.FRACTION_BAR:
            self.put("÷")
        elif cell == signs.SEPARATOR:
            between_l = self.page.alphabet.middle_dot and self.cell(-1) == self.cell(1) == signs.LETTERS["l"]
            self.put("·" if between_l else "@")
            self.after_number = after_number
        elif cell == signs.SUPERSCRIPT and self.cell(1) in _RAISED:
            self.put("")
            self.put(_RAISED[self.cell()])
        elif cell == signs.FOREIGN and self.cell(1) in self.page.letter_of:
            self.put("")
            self._letter("foreign_letter")
        elif cell in signs.SIMPLE:
            self.put(signs.SIMPLE[cell])
        else:
            self.put(UNKNOWN, "unknown_sign")

    def _operates(self, cell: str, after_number: bool) -> bool:
        """Between two numbers, or + alone between blanks: an operation (B2, arithmetic)."""
        if self.end - self.start > 1:
            return after_number and self.cell(1) == signs.NUMBER
        cells, numbers = self.page.cells, self.page.is_number
        after = self.start > 1 and numbers[self.start - 2]
        before = self.end + 1 < len(cells) and cells[self.end + 1] == signs.NUMBER
        return cell == signs.EXCLAMATION or after and before

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

    def _stop(self, after_number: bool) -> None:
        """A full stop, or between letters that are such as have one an apostrophe (B2 §6.2)."""
        start = self.i
        while start > max(self.start, self.i - _NEAR) and self.page.cells[start - 1] in self.page.letter_of:
            start -= 1
        before = "".join(self.page.letter_of[cell] for cell in self.page.cells[start : self.i])
        if self.i > self.start and self.page.is_number[self.i - 1]:
            before = ""
        capital = self.cell(1) == signs.CAPITAL
        after = self._letters_from(self.i + 1 + capital + (self.cell(2) == signs.CAPITAL))
        elided = len(after) > 1 and before in (BEFORE_CAPITAL if capital else BEFORE_APOSTROPHE)
        ending = len(before) > 1 and not capital and after in self.page.alphabet.after_apostrophe
        if before and (elided or ending):
            self.put("'", "point_or_apostrophe")
        else:
            self.put(".", "point_or_apostrophe" if before and after and not capital else "")
        self.after_number = after_number

    def _star(self) -> None:
        """An asterisk or special type: one, two together, or one after 56."""
        first = self.i
        if self.cell() == "56":
            self.put(UNKNOWN)
        while self.cell() == signs.STAR:
            self.put("*")
        self.page.stars.append((first, self.i))

    def _as_mathematics(self) -> None:
        """Marks every cell of the word, and reads 26 … 35 as the brackets that show no ink (B5 §1.3)."""
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
