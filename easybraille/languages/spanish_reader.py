"""Spanish cells → text, cell by cell.

First every word (a run of cells between blanks) is read by itself, so that a wrong cell harms no other word.
What a word cannot settle alone is settled afterwards over the whole page, because it comes in pairs: brackets
(also á and ú), special type (also the asterisk), and the signs that open and close alike (¿?, ¡!, quotation marks).
"""

from __future__ import annotations

from collections.abc import Sequence

from . import spanish_signs as signs
from .base import UNKNOWN, Sign

_ROUND = {signs.OPEN_ROUND, signs.CLOSE_ROUND}
_PAIRED = {signs.QUESTION, signs.EXCLAMATION, signs.QUOTES}
# What may stand between a blank and the first letter of a word, and still be before the word.
_BEFORE_WORD = _PAIRED | {signs.OPEN_ROUND, signs.STAR, signs.HYPHEN, signs.STOP}
_SOLID = set(signs.LETTER_OF) | {signs.NUMBER, signs.CAPITAL, signs.FOREIGN, "456", "5", "4", "45"}
_QUOTE_MARKS = (("«", "»"), ("“", "”"), ("‘", "’"))
# Italics, brackets and open questions are not looked for over more than this many cells.
_REACH = 4000


def read_page(lines: Sequence[Sequence[str]]) -> list[list[Sign]]:
    """One Sign for each cell of ``lines``, in the same shape."""
    page = _Page(lines)
    page.read()
    shaped, at = [], 0
    for line in lines:
        shaped.append([Sign(page.text[at + i], page.doubt[at + i]) for i in range(len(line))])
        at += len(line) + 1
    return shaped


class _Page:
    """The cells of a page in one row, with a blank for each line's end, and what they were read as so far.

    ``cells``, ``text`` and ``doubt`` are lists of the same length.
    """

    def __init__(self, lines: Sequence[Sequence[str]]) -> None:
        self.cells: list[str] = []
        self.paragraph_ends: list[int] = []
        self.line_ends: set[int] = set()
        for line in lines:
            if not any(line):
                self.paragraph_ends.append(len(self.cells))
            self.cells += [*line, ""]
            self.line_ends.add(len(self.cells) - 1)
        self.text = [""] * len(self.cells)
        self.doubt = [""] * len(self.cells)
        self.is_number = [False] * len(self.cells)
        self.series_goes_on = False
        self.open_or_close: list[int] = []
        self.stars: list[tuple[int, int]] = []
        self.squares: list[int] = []

    def read(self) -> None:
        for start, end in self._words():
            _Word(self, start, end).read()
        self._brackets()
        self._special_type()
        self._open_and_close()

    def _words(self) -> list[tuple[int, int]]:
        """Start and end of every run of cells between blanks; blanks themselves become spaces."""
        words, start = [], 0
        for at, cell in enumerate(self.cells):
            if cell:
                continue
            if at > start:
                words.append((start, at))
            self.text[at] = " "
            start = at + 1
        return words

    def at(self, index: int) -> str:
        """The cell, or a blank beyond the page."""
        return self.cells[index] if 0 <= index < len(self.cells) else ""

    def put(self, index: int, text: str, doubt: str = "") -> None:
        self.text[index], self.doubt[index] = text, doubt

    # Brackets -----------------------------------------------------------------------------------------------------

    def _brackets(self) -> None:
        """[ and á, ] and ú: a bracket needs its other half, and a place where a bracket may stand (B2 §6.1)."""
        pending: int | None = None
        for at in self.squares:
            if pending is not None and at - pending > _REACH:
                pending = None
            if self.cells[at] == signs.OPEN_SQUARE:
                if self._may_open(at):
                    pending = at
            elif pending is not None and self._may_close(at, pending):
                self.put(pending, "[")
                self.put(at, "]")
                pending = None

    def _may_open(self, at: int) -> bool:
        following = self.at(at + 1)
        if following not in signs.LETTER_OF:
            return bool(following)
        word = self._letters_around(at)
        if sum(letter in "áéíóú" for letter in word) > 1:
            return True
        begins = self.at(at - 1) not in signs.LETTER_OF
        return begins and not word.startswith(signs.BEGIN_WITH_A)

    def _may_close(self, at: int, opened: int) -> bool:
        before = self.at(at - 1)
        if before not in signs.LETTER_OF:
            return bool(before)
        if self.at(at + 1) in signs.LETTER_OF:
            return "" not in self.cells[opened:at]
        word = self._letters_around(at)
        return sum(letter in "áéíóú" for letter in word) > 1 or word not in signs.END_IN_U

    def _letters_around(self, at: int) -> str:
        start, end = at, at + 1
        while self.at(start - 1) in signs.LETTER_OF:
            start -= 1
        while self.at(end) in signs.LETTER_OF:
            end += 1
        return "".join(signs.LETTER_OF[cell] for cell in self.cells[start:end])

    # Special type and the asterisk --------------------------------------------------------------------------------

    def _special_type(self) -> None:
        """35 … 35 is special type, which leaves no text; a 35 alone is an asterisk (B2 §6.2 and §9)."""
        pending: tuple[int, int] | None = None
        for start, end in self.stars:
            left, right = self.at(start - 1), self.at(end)
            for at in range(start, end):
                self.put(at, "*" if self.cells[at] == signs.STAR else UNKNOWN, "asterisk_or_italics")
            if not left and not right:
                for at in range(start, end):
                    self.doubt[at] = ""
                continue
            opens = bool(right) and (not left or left not in _SOLID)
            closes = bool(left) and (not right or right not in _SOLID)
            if pending and (start - pending[0] > _REACH or self._paragraph_between(pending[0], start)):
                pending = None
            if pending and not (opens and not closes) and end - start == pending[1] - pending[0]:
                for at in (*range(*pending), *range(start, end)):
                    self.put(at, "")
                pending = None
            elif not closes or opens:
                pending = (start, end)

    def _paragraph_between(self, start: int, end: int) -> bool:
        return any(start < at < end for at in self.paragraph_ends)

    # Signs that open and close alike ------------------------------------------------------------------------------

    def _open_and_close(self) -> None:
        depth = 0
        open_now = {signs.QUESTION: -_REACH, signs.EXCLAMATION: -_REACH}
        paragraphs = iter([*self.paragraph_ends, len(self.cells) + 1])
        paragraph = next(paragraphs)
        for at in self.open_or_close:
            while at > paragraph:
                depth, open_now = 0, dict.fromkeys(open_now, -_REACH)
                paragraph = next(paragraphs)
            cell = self.cells[at]
            if cell == signs.QUOTES:
                opens = self._opens(at, depth > 0)
                if opens:
                    self.put(at, _QUOTE_MARKS[min(depth, 2)][0])
                    depth += 1
                else:
                    depth = max(depth - 1, 0)
                    self.put(at, _QUOTE_MARKS[min(depth, 2)][1])
                continue
            pending = at - open_now[cell] < _REACH
            opens = self._opens(at, pending)
            marks = "¿?" if cell == signs.QUESTION else "¡!"
            self.put(at, marks[0] if opens else marks[1])
            open_now[cell] = at if opens else -_REACH

    def _opens(self, at: int, pending: bool) -> bool:
        """Whether the sign stands before a word rather than after one."""
        left, right = at - 1, at + 1
        while self.at(right) in _BEFORE_WORD or self.at(right) == signs.OPEN_SQUARE and self.text[right] == "[":
            right += 1
        before_word = self.at(right) in _SOLID
        direct = self.at(left)
        if direct in _SOLID or self.is_number[left]:
            # Directly after a letter: closes, but between two words run together it takes turns.
            return self.cells[at] == signs.QUOTES and not pending and self.at(at + 1) in _SOLID
        while self.at(left) in _BEFORE_WORD or self.at(left) == signs.OPEN_SQUARE and self.text[left] == "[":
            left -= 1
        if not self.at(left):
            if before_word:
                return True
            # Punctuation by itself: (?), «…».
            return bool(self.at(at + 1)) and not pending and self.at(at + 1) not in (signs.CLOSE_ROUND,)
        return before_word and not pending and bool(self.at(at + 1))


class _Word:
    """One run of cells between blanks, ``start`` to ``end`` of the page, read from left to right."""

    def __init__(self, page: _Page, start: int, end: int) -> None:
        self.page, self.start, self.end = page, start, end
        self.i = start
        self.capitals = False
        self.capital_next = False
        # Whether a number has just ended, perhaps with a point or comma after it (B2 §8.2).
        self.after_number = False

    def cell(self, ahead: int = 0) -> str:
        index = self.i + ahead
        return self.page.cells[index] if self.start <= index < self.end else ""

    def put(self, text: str, doubt: str = "") -> None:
        self.page.put(self.i, text, doubt)
        self.i += 1

    def read(self) -> None:
        while self.i < self.end:
            self._one()

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
            self.after_number = after_number and text == "@"
        elif cell in signs.LETTER_OF:
            self._letter()
        elif cell == signs.SEPARATOR:
            self.put("@")
            self.after_number = after_number
        else:
            self._mark(cell, after_number)

    def _number(self) -> None:
        """Number sign and what it governs (B2 §8): a number, an ordinal or a fraction."""
        first = self.i
        cells = self.page.cells
        at = self.i + 1
        while at < self.end and cells[at] in signs.LOWERED_OF:
            at += 1
        if at > self.i + 1:
            self._lowered(at)
        elif at < self.end and cells[at] in signs.DIGIT_OF:
            # An integer and its fraction need a space between them (B5 §3.2).
            self.put("")
            self._digits()
        else:
            self.put(UNKNOWN, "unknown_sign")
            return
        for index in range(first, self.i):
            self.page.is_number[index] = True

    def _digits(self) -> None:
        while self.i < self.end:
            cell = self.cell()
            if cell in signs.DIGIT_OF:
                self.put(signs.DIGIT_OF[cell])
            elif cell in (signs.THOUSANDS, signs.DECIMAL) and self.cell(1) in signs.DIGIT_OF:
                self.put("." if cell == signs.THOUSANDS else ",")
            else:
                break
        self.after_number = True

    def _lowered(self, end: int) -> None:
        cells = self.page.cells
        mixed = self.i > self.start and self.page.is_number[self.i - 1]
        letters = ""
        at = end
        while at < self.end and cells[at] in signs.LETTER_OF and len(letters) < 3:
            letters += signs.LETTER_OF[cells[at]]
            at += 1
        if letters in signs.ORDINAL_ENDINGS and not mixed:
            self.put("")
            while self.i < end:
                self.put(signs.LOWERED_OF[self.cell()] + ("." if self.i == end - 1 else ""))
            ending = signs.ORDINAL_ENDINGS[letters]
            for index in range(len(letters)):
                self.put(ending[index] if index < len(ending) else "")
        elif end < self.end and cells[end] in signs.DIGIT_OF:
            self.put(" " if mixed else "")
            while self.i < end:
                self.put(signs.LOWERED_OF[self.cell()] + ("/" if self.i == end - 1 else ""))
            self._digits()
        else:
            self.put("")
            while self.i < end:
                self.put(signs.LOWERED_OF[self.cell()], "lowered_number")

    def _capital(self) -> None:
        following = self.cell(1)
        if following == signs.CAPITAL and self.cell(2) in signs.LETTER_OF:
            self.put("")
            self.put("")
            self.capitals = True
            self._letter()
        elif following in signs.LETTER_OF:
            self.put("")
            self.capital_next = True
            self._letter()
        elif following == signs.COMMA:
            self.put(">")
            self.put("")
        else:
            self.put(UNKNOWN, "unknown_sign")

    def _letter(self) -> None:
        cell = self.cell()
        letter = signs.LETTER_OF[cell]
        if self.capitals or self.capital_next:
            letter = letter.upper()
        elif cell in (signs.OPEN_SQUARE, signs.CLOSE_SQUARE):
            self.page.squares.append(self.i)
        elif letter == "o" and self.i > self.start and self.page.is_number[self.i - 1] and self.cell(1) == signs.NUMBER:
            letter = ">"
        self.capital_next = False
        self.put(letter)

    def _compound(self) -> tuple[Sequence[str], str] | None:
        for cells, text in signs.COMPOUND:
            if all(self.cell(ahead) == cell for ahead, cell in enumerate(cells)):
                if text == "—" and (self.cell(-1) == signs.HYPHEN or self.cell(2) == signs.HYPHEN):
                    return None
                if text == "{" and self.cell(-1) in signs.LETTER_OF and not self._closes_brace():
                    return None
                return cells, text
        return None

    def _closes_brace(self) -> bool:
        cells = self.page.cells[self.i : self.end]
        return any(pair == signs.PLAIN["}"] for pair in zip(cells, cells[1:], strict=False))

    def _mark(self, cell: str, after_number: bool) -> None:
        if cell == signs.STOP:
            self._stop(after_number)
        elif cell == signs.COMMA:
            self.put(",")
            self.after_number = after_number
        elif cell == signs.EXCLAMATION and self._between_numbers(after_number):
            self.put("+")
        elif cell == signs.QUOTES and self._between_numbers(after_number):
            self.put("×")
        elif cell in _PAIRED:
            self.page.open_or_close.append(self.i)
            self.put({"26": "?", "235": "!", "236": "»"}[cell])
        elif cell == signs.STAR:
            self._star(after_number)
        elif cell == signs.HYPHEN:
            self.put("-")
        elif cell == "456":
            self.put("|")
        elif cell == signs.FRACTION_BAR:
            self.put("÷")
        elif cell == signs.FOREIGN and self.cell(1) in signs.LETTER_OF:
            self.put("")
            self._letter()
            self.page.doubt[self.i - 1] = "foreign_letter"
        elif cell in signs.SIMPLE:
            self.put(signs.SIMPLE[cell])
        else:
            self.put(UNKNOWN, "unknown_sign")

    def _between_numbers(self, after_number: bool) -> bool:
        """Between two numbers, or alone between blanks: an operation (B2 §8.6)."""
        alone = self.end - self.start == 1
        return alone or after_number and self.cell(1) == signs.NUMBER

    def _stop(self, after_number: bool) -> None:
        """A full stop, or between letters perhaps an apostrophe (B2 §6.2)."""
        self.put(".")
        self.after_number = after_number

    def _star(self, after_number: bool) -> None:
        if self._between_numbers(after_number):
            self.put("*")
            return
        first = self.i
        while self.cell() == signs.STAR:
            self.put("*")
        self.page.stars.append((first, self.i))
