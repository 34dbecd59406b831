"""A page of Spanish cells → signs.

Every word is read by itself first (spanish_word.py). Then, over the whole page, what comes in pairs: brackets
(also á and ú), special type (also the asterisk), and the signs that open and close alike (¿?, ¡!, quotation
marks).
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence

from ..base import UNKNOWN, Sign
from . import signs
from .word import PAIRED, Word
from .words import BEGINNINGS_WITH_A, WORDS_IN_U

# What may stand between a blank and the first letter of a word, and still be before the word.
_BEFORE_WORD = set(PAIRED) | {signs.OPEN_ROUND, signs.STAR, signs.HYPHEN, signs.STOP}
# What a word is made of, as opposed to the marks around it.
_SOLID_SIGNS = {signs.NUMBER, signs.CAPITAL, signs.FOREIGN, "456", "5", "4", "45"}
# What a bracket may stand before, within a word, but á at its end may not.
_NEVER_AFTER_A = (signs.NUMBER, signs.CAPITAL, signs.OPEN_ROUND, signs.EQUALS)
# Quotation within quotation, from outside to inside (Real Academia Española, Ortografía, 2010, §3.4.8).
_QUOTE_MARKS = (("«", "»"), ("“", "”"), ("‘", "’"))
# The other half of a pair is not looked for further away than this many cells: some two pages.
_REACH = 2000
# Within a word, nor than this many, so that time grows with the page and not with its square.
_NEAR = 60
# Nor do more marks than this stand before a word.
_MARKS = 8


def read_page(lines: Sequence[Sequence[str]], alphabet: signs.Alphabet = signs.SPANISH) -> list[list[Sign]]:
    """One Sign for each cell of ``lines``, in the same shape."""
    page = _Page(lines, alphabet)
    page.read()
    shaped, at = [], 0
    for line in lines:
        shaped.append([Sign(page.text[at + i], page.doubt[at + i]) for i in range(len(line))])
        at += len(line) + 1
    return shaped


class _Page:
    """The cells of a page in one row, with a blank for each line's end, and what they were read as so far.

    ``cells``, ``text``, ``doubt`` and ``is_number`` have one entry a cell.
    """

    def __init__(self, lines: Sequence[Sequence[str]], alphabet: signs.Alphabet) -> None:
        self.alphabet, self.letter_of = alphabet, alphabet.letter_of
        self.solid = set(alphabet.letter_of) | _SOLID_SIGNS
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
        self.pairs: list[int] = []
        self.stars: list[tuple[int, int]] = []
        self.squares: list[int] = []

    def read(self) -> None:
        words = self._words()
        series = self._series_of_capitals(words)
        goes_on = False
        for number, (start, end) in enumerate(words):
            word = Word(self, start, end, capitals=goes_on or number in series)
            word.read()
            goes_on = word.capitals and self.cells[end - 1] == signs.HYPHEN and end in self.line_ends
        self._brackets()
        self._special_type()
        self._open_and_close()

    def at(self, index: int) -> str:
        """The cell, or a blank beyond the page."""
        return self.cells[index] if 0 <= index < len(self.cells) else ""

    def put(self, index: int, text: str, doubt: str = "") -> None:
        """Settles what a cell is read as."""
        self.text[index], self.doubt[index] = text, doubt

    def _words(self) -> list[tuple[int, int]]:
        """Start and end of every run of cells between blanks; the blanks become spaces."""
        words, start = [], 0
        for at, cell in enumerate(self.cells):
            if cell:
                continue
            if at > start:
                words.append((start, at))
            self.text[at] = " "
            start = at + 1
        return words

    def _series_of_capitals(self, words: list[tuple[int, int]]) -> set[int]:
        """The words between 25 46 46 and the 46 46 of the last one: a whole phrase in capitals.

        Grafia Braille para a Língua Portuguesa (2006), which shares the sign; Spanish books repeat 46 46.
        """
        series: set[int] = set()
        began: int | None = None
        for number, (start, end) in enumerate(words):
            cells = self.cells[start:end]
            if cells[:3] == [signs.COLON, signs.CAPITAL, signs.CAPITAL]:
                began = number
            elif began is not None and cells[:2] == [signs.CAPITAL, signs.CAPITAL]:
                if not self._paragraph_between(words[began][0], start):
                    series |= set(range(began + 1, number))
                    self.cells[words[began][0]] = "series"
                began = None
        return series

    def _paragraph_between(self, start: int, end: int) -> bool:
        return bisect(self.paragraph_ends, start) < bisect(self.paragraph_ends, end)

    # Brackets -----------------------------------------------------------------------------------------------

    def _brackets(self) -> None:
        """[ and á, ] and ú: a bracket needs its other half, and a place where one may stand (B2 §6.1)."""
        opened: list[int] = []
        for at in self.squares:
            if opened and (at - opened[-1] > _REACH or self._paragraph_between(opened[-1], at)):
                opened = []
            if self.cells[at] == signs.OPEN_SQUARE:
                if self._may_open(at, bool(opened)):
                    opened.append(at)
            elif opened and self._may_close(at, opened[-1]):
                self.put(opened.pop(), "[")
                self.put(at, "]")

    def _may_open(self, at: int, within: bool) -> bool:
        following, inside = self.at(at + 1), self.at(at - 1) in self.letter_of
        if following not in self.letter_of:
            # Before a capital, a number or a mark, where á ends no word.
            return following in _NEVER_AFTER_A or not inside
        word, begins = self._letters_around(at)
        if _accents(word) > 1:
            # Within a word, of which the ending bracket may close an earlier one: [hoy, sábado].
            return begins or not within
        return begins and not word.replace("à", "á").startswith(BEGINNINGS_WITH_A)

    def _may_close(self, at: int, opened: int) -> bool:
        alone = not self.at(at - 1) and not self.at(at + 1)
        if alone or not self.at(opened + 1):
            # [ … ] with blanks within: both halves stand alone.
            return alone and not self.at(opened + 1)
        if self.at(at - 1) not in self.letter_of:
            return bool(self.at(at - 1))
        if self.at(at + 1) in self.letter_of:
            return at - opened < _NEAR and "" not in self.cells[opened:at]
        word, _ = self._letters_around(at)
        return _accents(word) > 1 or word not in WORDS_IN_U or self.is_number[at - 1]

    def _letters_around(self, at: int) -> tuple[str, bool]:
        """The run of letters with this cell, read as á or ú, and whether it begins there."""
        start, end = at, at + 1
        while self.at(start - 1) in self.letter_of and at - start < _NEAR:
            start -= 1
        while self.at(end) in self.letter_of and end - at < _NEAR:
            end += 1
        return "".join(self.letter_of[cell] for cell in self.cells[start:end]), start == at

    # Special type and the asterisk --------------------------------------------------------------------------

    def _special_type(self) -> None:
        """35 … 35 is special type, which leaves no text; 35 alone is an asterisk (B2 §6.2; version 1 §7)."""
        pending: tuple[int, int] | None = None
        for start, end in self.stars:
            left, right = self.at(start - 1), self.at(end)
            for at in range(start, end):
                self.put(at, "*" if self.cells[at] == signs.STAR else UNKNOWN, "asterisk_or_italics")
            if not left and not right:
                for at in range(start, end):
                    self.doubt[at] = ""
                continue
            if pending and (start - pending[0] > _REACH or self._paragraph_between(pending[0], start)):
                pending = None
            opens = bool(right) and (not left or left not in self.solid)
            closes = bool(left) and (not right or right not in self.solid)
            same = pending is not None and self.cells[pending[0] : pending[1]] == self.cells[start:end]
            if pending and same and not (opens and not closes):
                for at in (*range(*pending), *range(start, end)):
                    self.put(at, "")
                pending = None
            elif opens or not closes:
                pending = (start, end)

    # Signs that open and close alike ------------------------------------------------------------------------

    def _open_and_close(self) -> None:
        """Tells ¿ from ?, ¡ from ! and opening from closing quotation marks by where they stand (B2 §6.1)."""
        depth = 0
        opened: dict[str, int] = {}
        paragraphs = iter([*self.paragraph_ends, len(self.cells) + 1])
        paragraph = next(paragraphs)
        for number, at in enumerate(self.pairs):
            while at > paragraph:
                depth, opened = 0, {}
                paragraph = next(paragraphs)
            cell = self.cells[at]
            if cell == signs.QUOTES:
                opens = self._opens(at, depth > 0)
                depth = depth if opens else max(depth - 1, 0)
                self.put(at, _QUOTE_MARKS[min(depth, 2)][not opens])
                depth += opens
                continue
            pending = cell in opened and at - opened[cell] < _REACH
            opens = self._opens(at, pending)
            if self.at(at - 1) == cell and self.text[at - 1] in "¿¡" and (self.at(at - 2) or self.at(at + 1)):
                # Repeated for emphasis: ¡¡¡. Two alone between blanks are both marks themselves: ¿?
                opens = True
            if cell == signs.EXCLAMATION and self._is_plus(number, opens, pending):
                self.put(at, "+", "plus_or_exclamation")
                continue
            if cell == signs.EXCLAMATION and not pending and self._doubles_after_letter(at):
                self.put(at, "+", "plus_or_exclamation")
                continue
            marks = "¿?" if cell == signs.QUESTION else "¡!"
            self.put(at, marks[not opens or not self.alphabet.inverted])
            if opens:
                opened[cell] = at
            else:
                opened.pop(cell, None)

    def _opens(self, at: int, pending: bool) -> bool:
        """Whether the sign stands before a word rather than after one."""
        left, right = at - 1, at + 1
        if self.at(left) in self.solid or self.is_number[left] and self.at(left):
            # Directly after a letter it closes; only quotation marks may open within a word.
            return self.cells[at] == signs.QUOTES and not pending and self.at(right) in self.solid
        while self._is_before_word(right) and self.at(right) != signs.HYPHEN and right - at < _MARKS:
            right += 1
        before_word = self.at(right) in self.solid
        while self._is_before_word(left) and at - left < _MARKS:
            left -= 1
        if self.at(left):
            return before_word and not pending and bool(self.at(at + 1))
        if before_word:
            return True
        following, mark = self.at(at + 1), self.cells[at]
        if mark == signs.QUOTES:
            # Marks with no word after them, as in «…», take turns.
            return bool(following) and not pending and following != signs.CLOSE_ROUND
        # (?) closes; of !! alone between blanks only the first can open.
        return not pending and following == mark and not self.at(at - 1)

    def _is_before_word(self, index: int) -> bool:
        return self.at(index) in _BEFORE_WORD or self.at(index) == signs.OPEN_SQUARE and self.text[index] == "["

    def _doubles_after_letter(self, at: int) -> bool:
        """One of two 235 after a letter that stands alone: C++."""
        first = at - 1 if self.at(at - 1) == signs.EXCLAMATION else at
        double = self.at(first) == self.at(first + 1) == signs.EXCLAMATION != self.at(first + 2)
        before = self.at(first - 2)
        return double and self.at(first - 1) in self.letter_of and before not in self.letter_of

    def _is_plus(self, number: int, opens: bool, pending: bool) -> bool:
        """235 where no exclamation mark stands, with no other to be paired with: +34, 18+, Control+C."""
        at = self.pairs[number]
        before, after = self.at(at - 1), self.at(at + 1)
        if pending:
            return False
        if not opens:
            # 18+, Control+C.
            return bool(before) and (
                self.is_number[at - 1] and not after or before in self.solid and after in self.solid
            )
        if not before and after in (signs.COMMA, signs.STOP, signs.SEMICOLON, signs.COLON, signs.CLOSE_ROUND):
            return True
        if after != signs.NUMBER:
            return False
        later = self.pairs[number + 1 : number + 1 + _MARKS]
        following = next((index for index in later if self.cells[index] == signs.EXCLAMATION), None)
        return following is None or self._paragraph_between(at, following) or self._opens(following, False)


def _accents(word: str) -> int:
    """How many letters of the word carry an accent; a Spanish word has one at most."""
    return sum(letter in "áéíóúàèò" for letter in word)
