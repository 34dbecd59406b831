"""Reading of one word of Spanish Braille: a run of cells between blanks, from left to right.

Nothing in a word depends on another word but a series of capitals that runs over a line's end, and the mark that
may end a number as well as make it a fraction, so that a wrong cell costs at most its word. What only the page can
settle (signs that come in pairs) is noted for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..base import UNKNOWN
from . import signs
from .apostrophes import is_address, is_apostrophe
from .brackets import CLOSE, OPEN
from .cursor import NEAR
from .formulas import RAISED, Formulas
from .numbers import Numbers
from .words import ELISIONS, WITH_ENYE

PAIRED = {signs.QUESTION: "?", signs.EXCLAMATION: "!", signs.QUOTES: "»"}
SERIES = "series"
_VOWELS = frozenset("aeiouáéíóúàèòü")
# Endings of Galician verbs with ï, and what stands before them (saïamos, construïades).
_GALICIAN = ("amos", "ades")
_GALICIAN_STEMS = ("sa", "ca", "tra", "ra", "o", "ro", "mo", "do", "co", "stru", "tribu", "clu", "titu", "flu", "minu")


class Word(Numbers, Formulas):
    """The cells ``start`` to ``end`` of a page, read as one word."""

    def read(self) -> None:
        """Put a text on each cell of the word."""
        while self.i < self.end:
            self._one()
        if self.mathematics or self._is_equation():
            self._as_mathematics()

    def _one(self) -> None:
        cell = self.cell()
        after_number, self.after_number = self.after_number, False
        in_number, self.in_number = self.in_number, False
        if in_number and self._goes_on_in_number(cell):
            return
        if cell == signs.SEPARATOR and after_number and self.cell(1) in signs.DIGIT_OF:
            self._apart(in_number=True)
        elif sign := self._mathematical():
            self._put_all(*sign, "mathematics")
        elif cell == signs.NUMBER:
            self._number()
        elif cell == signs.CAPITAL:
            self._capital(in_number)
        elif compound := self._compound():
            self._put_all(*compound, "division_sign" if compound[0] == signs.DIVISION else "")
        elif self._structure(cell, after_number):
            pass
        elif cell in self.page.letter_of:
            self.letter()
        else:
            self._mark(cell, after_number)

    def _capital(self, in_number: bool) -> None:
        """The capital sign, or two of them for the rest of the word (B2 §7)."""
        following = self.cell(1)
        letter_of = self.page.letter_of
        if following == signs.CAPITAL and (self.cell(2) in letter_of or self.cell(2) == signs.FOREIGN):
            self.put("")
            self.put("")
            self.capitals = True
        elif following in letter_of:
            self.put("")
            self.letter(capital=True)
            # The sign covers the next cell only, so that a number goes on after it (CMU 2.5).
            self.in_number = self.apart = in_number and self.page.edition == "current"
        elif following == signs.FOREIGN and self.cell(2) in letter_of:
            self.put("")
            self.put("")
            self.put(letter_of[self.cell()].upper(), "foreign_letter")
        elif following == signs.COMMA:
            # CMU 11.4.2: the closing angle bracket.
            self.put(">")
            self.put("")
        else:
            self.put(UNKNOWN, "unknown_sign")

    def letter(self, doubt: str = "", capital: bool = False) -> None:
        """Read the letter at the cursor, or the other sign that its cell is there."""
        cell = self.cell()
        letter = self.page.letter_of[cell]
        after_number = self.i > self.start and self.page.is_number[self.i - 1]
        if capital:
            self.put(letter.upper(), doubt)
            return
        if letter == "o" and after_number and self.cell(1) == signs.NUMBER:
            letter = ">"
        elif letter == "o" and self._is_older_ordinal():
            letter = "º"
        elif cell == signs.SECTION and (kind := self._section()):
            letter, doubt = "§", kind if kind != "sure" else ""
        elif cell == signs.PRIME and self._is_prime():
            self._primes()
            return
        elif cell in self.page.alphabet.also.values():
            letter, doubt = self._shared(letter, cell, doubt)
        self.put(letter.upper() if self.capitals else letter, doubt)

    def _section(self) -> str:
        """Whether the cell is § and not ó: "sure", a doubt, or "".

        § stands before a number, alone or doubled. ó stands there only between two numbers (5 ó 6), and directly
        before a number sign never.
        """
        first, last = self.i, self.i + 1
        while first > self.start and self.page.cells[first - 1] == signs.SECTION:
            first -= 1
        while last < self.end and self.page.cells[last] == signs.SECTION:
            last += 1
        cells = self.page.cells
        joined = first > self.start and (cells[first - 1] in self.page.letter_of or self._touches(first))
        doubled = last - first == 2
        if last - first > 2 or joined:
            return ""
        if last < self.end:
            return "sure" if cells[last] == signs.NUMBER and (doubled or not self._in_capitals()) else ""
        before_number = last + 1 < len(cells) and cells[last + 1] == signs.NUMBER
        if doubled:
            return "sure" if before_number else "section_or_letter"
        return self._single_section(last + 1) if before_number else ""

    def _single_section(self, number: int) -> str:
        """Whether one cell between blanks, before a number, is §."""
        if self.page.letter_of[signs.SECTION] in self.page.alphabet.short_words:
            return ""
        after_number = self.i == self.start and self.start > 1 and self.page.is_number[self.start - 2]
        if after_number and self._joins_numbers(number):
            # 5 ó 6, and yet 12:30 § 5.
            self.page.in_doubt[self.i] = "section_or_letter"
            return ""
        return "section_or_letter"

    def _joins_numbers(self, sign: int) -> bool:
        """Whether a plain number stands before the word and a greater one behind it. ``sign``: its number sign."""
        cells = self.page.cells
        end = self.start - 1
        start = end
        while start > 0 and end - start < NEAR and cells[start - 1] in signs.DIGIT_OF:
            start -= 1
        last = sign + 1
        while last < len(cells) and last - sign < NEAR and cells[last] in signs.DIGIT_OF:
            last += 1
        if not start < end or cells[start - 1] != signs.NUMBER or cells[start - 2] or last == sign + 1:
            return False
        first = int("".join(signs.DIGIT_OF[cell] for cell in cells[start:end]))
        return first < int("".join(signs.DIGIT_OF[cell] for cell in cells[sign + 1 : last]))

    def _touches(self, first: int) -> bool:
        return self.page.cells[first - 1] in (signs.CAPITAL, signs.FOREIGN, signs.NUMBER, signs.SEPARATOR)

    def _in_capitals(self) -> bool:
        return self.capitals and self.i > self.start

    def _shared(self, letter: str, cell: str, doubt: str) -> tuple[str, str]:
        """One of two letters that share a cell: ï and ñ in Catalan and Galician.

        Catalan ï follows a vowel and stands before a consonant or in the ending of a verb; ñ begins a syllable.
        Galician ï stands in a few verb forms only.
        """
        before = "".join(self.page.text[max(self.start, self.i - NEAR) : self.i]).lower()
        after = self._letters_from(self.i + 1)
        other = next(iter(self.page.alphabet.also))
        if letter == "ñ":
            verb = after in _GALICIAN and before.endswith(_GALICIAN_STEMS)
            return (other, "shared_letter") if verb else (letter, doubt)
        vowel_before, vowel_after = before[-1:] in _VOWELS, after[:1] in _VOWELS
        surname = after.startswith("ez")
        if not vowel_before or surname or vowel_after and (before[-1] == "i" or after[0] in "oiuáéíóúàèò"):
            return other, doubt
        if not vowel_after:
            return letter, doubt
        whole = f"{before}ñ{after}"
        return (other, "shared_letter") if whole in WITH_ENYE else (letter, "shared_letter")

    def _compound(self) -> tuple[Sequence[str], str] | None:
        """The longest sign of several cells that begins here and means that here."""
        if self.cell() == signs.BAR == self.cell(-1):
            # The second of two bars: || and a comma are no brace.
            return None
        if self._starts_with(signs.OPEN_ANGLE) and self._is_open_angle():
            return signs.OPEN_ANGLE, "<"
        if self._starts_with(signs.DIVISION) and self._between_numbers(2):
            return signs.DIVISION, "÷"
        for cells, text in signs.COMPOUND.get(self.cell(), ()):
            if not self._starts_with(cells):
                continue
            # Three hyphens or more are a line, not a dash.
            if text == "—" and signs.HYPHEN in (self.cell(-1), self.cell(2)):
                continue
            # ₡ and ₿ stand alone or beside numbers; elsewhere the cells are a bar and a letter.
            alone = not self.cell(-1) and not self.cell(2)
            if text in "₡₿" and not alone and self.cell(2) != signs.NUMBER and not self._after_digit():
                continue
            # 5 and the cell after it may be @ and a letter, as in an address.
            if cells[0] == signs.SEPARATOR and self._in_address(text, cells[1]):
                continue
            return cells, text
        return None

    def _after_digit(self) -> bool:
        return self.i > self.start and self.page.is_number[self.i - 1]

    def _is_open_angle(self) -> bool:
        """< unless the cells are @ and k: after a letter, with no closing bracket."""
        if self.page.closes_angle(self.i):
            return True
        return self.cell(-1) not in self.page.letter_of and self.cell(2) not in self.page.letter_of

    def _in_address(self, text: str, second: str) -> bool:
        """Whether 5 and the cell after it are @ and the next letter: ana@luis.com, @luis."""
        if second not in self.page.letter_of:
            # @. and @? are no address.
            return False
        if text == "{":
            return not self.page.closes_angle(self.i) and self.cell(2) in self.page.letter_of
        return self.cell(-1) in self.page.letter_of

    def _mark(self, cell: str, after_number: bool) -> None:
        if cell in (OPEN, CLOSE):
            self.put(cell)
        elif cell == signs.STOP:
            self._stop(after_number)
        elif cell == signs.COMMA:
            self.put(",")
            self.after_number = after_number
        elif cell in PAIRED or cell == signs.STAR:
            self._paired(cell, after_number)
        elif cell == SERIES:
            # The mark of a series of capitals, set aside by the page.
            self.put("")
        elif cell == signs.THIRD_TYPE and self.cell(1) == signs.STAR:
            self._star()
        elif cell == signs.FRACTION_BAR:
            self.put("÷", "division_sign" if self.page.edition == "current" and self.end - self.start > 1 else "")
        elif cell == signs.SEPARATOR:
            self._separator(after_number)
        elif cell == signs.SUPERSCRIPT and self.cell(1) in RAISED:
            self.put("")
            self.put(RAISED[self.cell()])
        elif cell == signs.FOREIGN:
            self._foreign()
        elif cell in signs.SIMPLE:
            self.put(signs.SIMPLE[cell])
        else:
            self.put(UNKNOWN, "unknown_sign")

    def _paired(self, cell: str, after_number: bool) -> None:
        """A sign of operation, or one that opens and closes, left for the page; an asterisk or special type."""
        if self._operates(cell, after_number):
            self.put({signs.EXCLAMATION: "+", signs.QUOTES: "×", signs.STAR: "*", signs.QUESTION: "?"}[cell])
        elif cell == signs.STAR:
            self._star()
        else:
            self.page.pairs.append(self.i)
            self.put(PAIRED[cell])

    def _separator(self, after_number: bool) -> None:
        """Dot 5: @, or in Catalan the middle dot between two l, across a capital sign too."""
        following = self.cell(1) if self.cell(1) != signs.CAPITAL else self.cell(2)
        between_l = self.page.alphabet.middle_dot and self.cell(-1) == following == signs.LETTERS["l"]
        self.put("·" if between_l else "@")
        self.after_number = after_number

    def _stop(self, after_number: bool) -> None:
        """A full stop, or between letters that are such as have one an apostrophe (B2 §6.2)."""
        self.after_number = after_number
        if self._before_number():
            return
        before, capital_before = self._letters_before()
        capital = self.cell(1) == signs.CAPITAL
        foreign = self.cell(1) == signs.FOREIGN and self.cell(2) in self.page.letter_of
        after = self._letters_from(self.i + 1 + foreign + capital + (self.cell(2) == signs.CAPITAL))
        if self._after_digit() and after == "s" and not capital:
            # 60's
            self.put("'", "point_or_apostrophe")
            return
        if not before or not after or self._is_address():
            self.put(".")
        elif is_apostrophe(before, after, self._with_stops(), (capital_before, capital)):
            self.put("'", "point_or_apostrophe")
        else:
            initials = capital and (before not in ELISIONS or len(after) == 1)
            self.put(".", "" if initials else "point_or_apostrophe")

    def _before_number(self) -> bool:
        """Read dot 3 before a number sign, and return whether it was: '98, and Catalan l'11."""
        if self.cell(1) != signs.NUMBER:
            return False
        ahead = 2
        while self.cell(ahead) in signs.DIGIT_OF:
            ahead += 1
        digits = "".join(signs.DIGIT_OF[self.cell(index)] for index in range(2, ahead))
        if self.cell(-1) not in self.page.letter_of:
            begins = self.i == self.start or self.cell(-1) in (signs.OPEN_ROUND, signs.QUOTES, OPEN)
            year = begins and len(digits) == 2
            self.put("'" if year else ".", "point_or_apostrophe" if year else "")
            return True
        before, _ = self._letters_before()
        elided = before in ("l", "d") and digits in ("1", "11")
        if elided and self.page.alphabet.elided_numbers:
            self.put("'")
        else:
            self.put(".", "point_or_apostrophe" if elided else "")
        return True

    def _letters_before(self) -> tuple[str, bool]:
        """The letters before the cell, across capital signs, and whether the first of them is a capital."""
        if self.i > self.start and self.page.is_number[self.i - 1]:
            return "", False
        letters, at, capital = "", self.i - 1, self.capitals
        while at >= max(self.start, self.i - NEAR):
            cell = self.page.cells[at]
            if cell == signs.CAPITAL:
                capital = True
            elif cell in self.page.letter_of:
                letters, capital = self.page.letter_of[cell] + letters, self.capitals
            else:
                break
            at -= 1
        return letters, capital

    def _with_stops(self) -> str:
        """The letters around the cell, across capital signs and other dots 3."""
        kinds = {**self.page.letter_of, signs.STOP: ".", signs.CAPITAL: ""}
        first = last = self.i
        while first > max(self.start, self.i - NEAR) and self.page.cells[first - 1] in kinds:
            first -= 1
        while last < min(self.end, self.i + NEAR) and self.page.cells[last] in kinds:
            last += 1
        return "".join(kinds[cell] for cell in self.page.cells[first:last]).strip(".")

    def _is_address(self) -> bool:
        if self._address is None:
            self._address = is_address(self.page.cells[self.start : self.end], self.page.letter_of)
        return self._address

    def _star(self) -> None:
        """An asterisk or special type: one, two together, or one after 56."""
        first = self.i
        if self.cell() == signs.THIRD_TYPE:
            self.put(UNKNOWN)
        while self.cell() == signs.STAR and self.i - first < 2:
            self.put("*")
        self.page.stars.append((first, self.i))
