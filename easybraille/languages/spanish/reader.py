"""Reading of a page of Spanish cells.

First the square brackets are told from á and ú (brackets.py), then every word is read by its own cells (word.py).
Last, over the whole page, what comes in pairs: special type (also the asterisk), and the signs that open and close
alike (¿?, ¡! and +, quotation marks).
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence

from ..base import UNKNOWN, Emphasis, Sign
from . import brackets, exclamations, signs
from .exclamations import Place
from .fractions import Context
from .word import PAIRED, SERIES, Word

# What may stand between a blank and the first letter of a word, and still be before the word.
_BEFORE_WORD = set(PAIRED) | {signs.OPEN_ROUND, signs.STAR, signs.HYPHEN, signs.STOP, brackets.OPEN}
# What a word is made of, as opposed to the marks around it.
_SOLID_SIGNS = {signs.NUMBER, signs.CAPITAL, signs.FOREIGN, "456", "5", "4", "45"}
# Marks that end a word, so that a blank before one belongs to the fraction before it (CMU 9.1.3).
_AFTER_FRACTION = {signs.COMMA, signs.SEMICOLON, signs.COLON, signs.CLOSE_ROUND, brackets.CLOSE}
_OPENING_MARKS = {signs.OPEN_ROUND, signs.QUOTES, brackets.OPEN}
_CLOSING_MARKS = {signs.COMMA, signs.STOP, signs.SEMICOLON, signs.COLON, signs.CLOSE_ROUND}
# The first, second and third special type. The code does not say which of them is italics; print has it most often.
_EMPHASIS: tuple[Emphasis, ...] = ("italic", "bold", "underline")
# Quotation within quotation, from outside to inside (Real Academia Española, Ortografía, 2010, §3.4.8).
_QUOTE_MARKS = (("«", "»"), ("“", "”"), ("‘", "’"))
# The other half of a pair is not looked for further away than this many cells: some two pages.
_REACH = 2000
# Nor is the opening half of a mark behind a number, and the closing angle bracket.
_NEAR = 300
# Nor do more marks than this stand before a word.
_MARKS = 8


def read_page(
    lines: Sequence[Sequence[str]],
    alphabet: signs.Alphabet = signs.SPANISH,
    edition: signs.Edition = "current",
) -> list[list[Sign]]:
    """Return one Sign for each cell of ``lines``, in the same shape."""
    page = _Page(lines, alphabet, edition)
    page.read()
    shaped, at = [], 0
    for line in lines:
        shaped.append([page.sign(at + i) for i in range(len(line))])
        at += len(line) + 1
    return shaped


class _Page:
    """The cells of a page in one row, with a blank for each line's end, and what they were read as so far.

    ``cells``, ``text``, ``doubt``, ``emphasis`` and ``is_number`` have one entry a cell.
    """

    def __init__(self, lines: Sequence[Sequence[str]], alphabet: signs.Alphabet, edition: signs.Edition) -> None:
        self.alphabet, self.edition, self.letter_of = alphabet, edition, alphabet.letter_of
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
        self.emphasis: list[Emphasis | None] = [None] * len(self.cells)
        self.is_number = [False] * len(self.cells)
        self.pairs: list[int] = []
        self.stars: list[tuple[int, int]] = []
        self.in_doubt: dict[int, str] = {}
        self.angles: dict[int, bool] = {}

    def sign(self, index: int) -> Sign:
        """Return what a cell was read as."""
        return Sign(self.text[index], self.doubt[index], self.emphasis[index])

    def read(self) -> None:
        """Read the page."""
        found = brackets.settle(self.cells, self.paragraph_ends, self.alphabet)
        for at, bracket in found.text.items():
            self.cells[at] = bracket
        self.in_doubt |= dict.fromkeys(found.doubtful, brackets.DOUBT)
        self._find_angles()
        words = self._words()
        series = self._series_of_capitals(words)
        goes_on = False
        for number, (start, end) in enumerate(words):
            word = Word(self, start, end, capitals=goes_on or number in series)
            word.read()
            goes_on = word.capitals and self.cells[end - 1] == signs.HYPHEN and end in self.line_ends
        self._blanks_after_signs(words)
        self._special_type()
        self._open_and_close()
        for at, doubt in self.in_doubt.items():
            self.doubt[at] = self.doubt[at] or doubt

    def at(self, index: int) -> str:
        """Return the cell, or a blank beyond the page."""
        return self.cells[index] if 0 <= index < len(self.cells) else ""

    def put(self, index: int, text: str, doubt: str = "") -> None:
        """Set what a cell is read as."""
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
                    self.cells[words[began][0]] = SERIES
                began = None
        return series

    def _paragraph_between(self, start: int, end: int) -> bool:
        return bisect(self.paragraph_ends, start) < bisect(self.paragraph_ends, end)

    def _blanks_after_signs(self, words: list[tuple[int, int]]) -> None:
        """Take away the blank that ends a fraction before a mark, and that of a product's dot (CMU 5.1.4, 9.1.3)."""
        for (start, end), (following, _) in zip(words, words[1:], strict=False):
            if following != end + 1 or end in self.line_ends:
                continue
            fraction = self.is_number[end - 1] and self.cells[end - 1] in signs.LOWERED_OF
            product = self.text[end - 1] == "·" and self.cells[end - 1] == signs.FOREIGN and end - start > 1
            if product or fraction and self.cells[following] in _AFTER_FRACTION:
                self.text[end] = ""

    # What words ask -----------------------------------------------------------------------------------------

    def fraction_context(self, start: int, end: int) -> Context:
        """Return what stands around a number (from its sign at ``start``) and the marks after it (to ``end``)."""
        before = start
        while before and not self.cells[before - 1] and before - 1 not in self.line_ends:
            before -= 1
        word_before = self._letters_before(before) if before < start or not self.at(start - 1) else ""
        after = end
        while after < len(self.cells) and not self.cells[after] and after - end < _MARKS:
            after += 1
        if self._paragraph_between(end, after):
            after = len(self.cells)
        capital = self.at(after) == signs.CAPITAL
        return Context(
            open_marks=self._open_marks(start),
            word_before=word_before,
            word_after=self._word_after(after + capital),
            capital_after=capital or self.at(after) in (signs.NUMBER, signs.QUOTES, signs.HYPHEN, signs.QUESTION),
            follows=bool(self.at(after)),
            ends_line=end in self.line_ends,
            closed=bool(self.at(end)) or after == end + 1 and self.at(after) in _AFTER_FRACTION,
        )

    def _letters_before(self, index: int) -> str:
        letters = ""
        while self.at(index - 1) in self.letter_of and len(letters) < _MARKS * 2:
            letters = self.letter_of[self.at(index - 1)] + letters
            index -= 1
        return letters

    def _word_after(self, index: int) -> str:
        """The letters from a cell on, if nothing but a mark follows them."""
        letters = ""
        while self.at(index) in self.letter_of and len(letters) < _MARKS * 2:
            letters += self.letter_of[self.at(index)]
            index += 1
        whole = not self.at(index) or not self.at(index + 1) and self.at(index) not in self.solid
        return letters if whole else ""

    def _open_marks(self, index: int) -> frozenset[str]:
        """The signs that were opened before a cell and not closed, of those that open and close alike."""
        first = max(0, index - _NEAR)
        ends = bisect(self.paragraph_ends, index)
        if ends:
            first = max(first, self.paragraph_ends[ends - 1])
        depth: dict[str, int] = {}
        for at in range(first, index):
            cell = self.cells[at]
            if self.is_number[at] or self.text[at] in ("×", "+", "*"):
                continue
            if cell in PAIRED or cell == signs.STAR:
                opens = self.at(at - 1) not in self.solid and not (self.at(at - 1) and self.is_number[at - 1])
                opens = opens and bool(self.at(at + 1)) and self.at(at - 1) not in (signs.STOP, brackets.CLOSE)
                depth[cell] = max(0, depth.get(cell, 0) + (1 if opens else -1))
        return frozenset(cell for cell, count in depth.items() if count)

    def _find_angles(self) -> None:
        """Find which angle brackets and braces that open are closed, in their paragraph and before another opens."""
        for opening, closing in (
            (signs.OPEN_ANGLE, signs.CLOSE_ANGLE),
            (signs.PLAIN["{"], signs.PLAIN["}"]),
        ):
            opened: int | None = None
            for at, cell in enumerate(self.cells):
                if cell not in (opening[0], closing[0]):
                    continue
                if opened is not None and (at - opened > _NEAR or self._paragraph_between(opened, at)):
                    opened = None
                following = self.at(at + 1)
                if (cell, following) == opening:
                    opened = at
                elif (cell, following) == closing and opened is not None:
                    self.angles[opened] = True
                    opened = None

    def closes_angle(self, index: int) -> bool:
        """Return whether an angle bracket or a brace that opens at a cell is closed before another one opens."""
        return self.angles.get(index, False)

    # Special type and the asterisk --------------------------------------------------------------------------

    def _special_type(self) -> None:
        """35 … 35 is special type, which leaves no text; 35 alone is an asterisk (B2 §6.2; version 1 §7)."""
        pending: dict[tuple[str, ...], tuple[int, int]] = {}
        for start, end in self.stars:
            left, right = self.at(start - 1), self.at(end)
            for at in range(start, end):
                self.put(at, "*" if self.cells[at] == signs.STAR else UNKNOWN, "asterisk_or_italics")
            if not left and not right:
                for at in range(start, end):
                    self.doubt[at] = ""
                continue
            kind = tuple(self.cells[start:end])
            opens = bool(right) and (not left or left not in self.solid)
            closes = bool(left) and (not right or right not in self.solid)
            other = pending.get(kind)
            if other and not (opens and not closes) and self._is_pair(other, start):
                self._emphasise(other, (start, end))
                del pending[kind]
            elif opens or not closes:
                pending[kind] = (start, end)

    def _is_pair(self, other: tuple[int, int], start: int) -> bool:
        """Whether a sign of special type may close what another one opened.

        Of two within words (2*a + 3*b) neither does, unless it is the same word (Core*ó*grafo).
        """
        if start - other[0] > _REACH or self._paragraph_between(other[0], start):
            return False
        opened_within = self.at(other[0] - 1) in self.solid
        if not opened_within:
            return True
        return start - other[0] < _NEAR and "" not in self.cells[other[0] : start]

    def _emphasise(self, opening: tuple[int, int], closing: tuple[int, int]) -> None:
        """Mark what stands between two signs of special type; the signs themselves leave no text."""
        kind = _EMPHASIS[2 if self.cells[opening[0]] == signs.THIRD_TYPE else opening[1] - opening[0] - 1]
        for at in (*range(*opening), *range(*closing)):
            self.put(at, "")
        for at in range(opening[1], closing[0]):
            self.emphasis[at] = self.emphasis[at] or kind

    # Signs that open and close alike ------------------------------------------------------------------------

    def _open_and_close(self) -> None:
        """Tell ¿ from ?, ¡ from ! and +, and opening from closing quotation marks by where they stand (B2 §6.1)."""
        depth = 0
        question: int | None = None
        paragraphs = iter([*self.paragraph_ends, len(self.cells) + 1])
        paragraph = next(paragraphs)
        exclamations: list[int] = []
        for at in self.pairs:
            while at > paragraph:
                depth, question = 0, None
                self._exclamations(exclamations)
                exclamations = []
                paragraph = next(paragraphs)
            cell = self.cells[at]
            if cell == signs.EXCLAMATION:
                exclamations.append(at)
            elif cell == signs.QUOTES:
                opens = self._opens(at, depth > 0)
                depth = depth if opens else max(depth - 1, 0)
                self.put(at, _QUOTE_MARKS[min(depth, 2)][not opens])
                depth += opens
            else:
                pending = question is not None and at - question < _REACH
                opens = self._opens(at, pending)
                if self.at(at - 1) == cell and self.text[at - 1] == "¿" and (self.at(at - 2) or self.at(at + 1)):
                    # Repeated for emphasis: ¿¿¿. Two alone between blanks are both marks themselves: ¿?
                    opens = True
                self.put(at, "¿?"[not opens or not self.alphabet.inverted])
                if opens:
                    question = at
                elif self.at(at + 1) != cell:
                    question = None
        self._exclamations(exclamations)

    def _opens(self, at: int, pending: bool) -> bool:
        """Whether the sign stands before a word rather than after one."""
        left, right = at - 1, at + 1
        if self.at(left) in self.solid or self.is_number[left] and self.at(left) or self.at(left) == brackets.CLOSE:
            # Directly after a letter it closes; only quotation marks may open within a word.
            return self.cells[at] == signs.QUOTES and not pending and self.at(right) in self.solid
        while self._is_before_word(right) and self.at(right) != signs.HYPHEN and right - at < _MARKS:
            right += 1
        before_word = self.at(right) in self.solid or self._signed(at)
        while self._is_before_word(left) and at - left < _MARKS:
            left -= 1
        if self.at(left):
            return before_word and not pending and bool(self.at(at + 1))
        if before_word:
            return True
        following, mark = self.at(at + 1), self.cells[at]
        if mark != signs.QUOTES and not pending and not self.at(at - 1) and following in _OPENING_MARKS:
            # ¿(...) and ¡«...»
            return True
        if mark == signs.QUOTES:
            # Marks with no word after them, as in «…», take turns.
            return bool(following) and not pending and following != signs.CLOSE_ROUND
        # (?) closes; of !! alone between blanks only the first can open.
        return not pending and following == mark and not self.at(at - 1)

    def _signed(self, at: int) -> bool:
        """Whether ± follows, whose first cell is the sign of exclamation."""
        return self.text[at + 1 : at + 2] == ["±"]

    def _is_before_word(self, index: int) -> bool:
        return self.at(index) in _BEFORE_WORD

    # The plus sign ------------------------------------------------------------------------------------------

    def _exclamations(self, found: list[int]) -> None:
        """Tell ¡, ! and + of one paragraph."""
        runs: list[exclamations.Run] = []
        start = 0
        for number, at in enumerate(found):
            following = found[number + 1] if number + 1 < len(found) else -1
            if following == at + 1 and not self._stand_alone(found[start], following):
                continue
            runs.append(self._run(found[start], at))
            start = number + 1
        exclamations.settle(runs, self._put_exclamation)

    def _put_exclamation(self, at: int, text: str, doubt: str) -> None:
        if text == exclamations.OPENING and not self.alphabet.inverted:
            text = exclamations.CLOSING
        lone = text != exclamations.PLUS and self._is_lone(at)
        self.put(at, text, doubt or (exclamations.DOUBT if lone else ""))

    def _stand_alone(self, first: int, last: int) -> bool:
        """Whether two signs stand alone between blanks, each a mark itself: ¡!"""
        return last - first == 1 and not self.at(first - 1) and not self.at(last + 1)

    def _run(self, first: int, last: int) -> exclamations.Run:
        place = self._place(first, last)
        return exclamations.Run(first, last, place, place is Place.BEFORE_NUMBER and self._begins(first))

    def _place(self, first: int, last: int) -> Place:
        """Where signs that stand side by side stand among words and numbers."""
        before, after = self.at(first - 1), self.at(last + 1)
        number = bool(before) and self.is_number[first - 1]
        solid = number or before in self.solid
        if not before and not after:
            return Place.ALONE
        if not before and after in _CLOSING_MARKS or solid and after in self.solid:
            return Place.PLUS
        if self._is_after_letter(first, last):
            return Place.AFTER_LETTER
        if solid or not self._opens(last, False):
            return Place.AFTER_NUMBER if number and not after else Place.AFTER_WORD
        return Place.BEFORE_NUMBER if after == signs.NUMBER else Place.BEFORE_WORD

    def _is_after_letter(self, first: int, last: int) -> bool:
        """Whether the signs follow a capital that stands alone (A+, C++), or two of them a small letter (g++)."""
        letter = first - 1
        if self.at(letter) not in self.letter_of or self.is_number[letter] or last - first > 2:
            return False
        if self.at(letter - 1) == signs.CAPITAL:
            return not self._is_letter(letter - 2)
        return last - first == 1 and not self._is_letter(letter - 1)

    def _is_letter(self, index: int) -> bool:
        return self.at(index) in self.letter_of or self.at(index) == signs.CAPITAL

    def _begins(self, at: int) -> bool:
        """Whether a sentence, a bracket or a quotation begins with the cell."""
        before = at - 1
        if self.at(before):
            return self.at(before) in {signs.OPEN_ROUND, brackets.OPEN, signs.QUOTES, signs.QUESTION, signs.HYPHEN}
        while before >= 0 and not self.cells[before] and at - before < _MARKS:
            before -= 1
        ends = {signs.STOP, signs.QUESTION, signs.EXCLAMATION, signs.COLON}
        return before < 0 or self._paragraph_between(before, at) or self.at(before) in ends

    def _is_lone(self, at: int) -> bool:
        """Whether the sign stands between marks or blanks: (+) or (!)."""
        around = (self.at(at - 1), self.at(at + 1))
        return not any(cell in self.solid or cell == signs.EXCLAMATION for cell in around)
