"""Writing of Spanish text as cells."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from math import gcd

from ...errors import UnwritableError
from ..base import Break, WrittenLine
from ..cells import dots_of
from . import signs
from .characters import NO_BREAK, bare, is_braille, normalised, unwritable

__all__ = ["unwritable", "write_line"]

_ORDINAL = re.compile(r"(\d+)\.?([ºª])|(\d+)\.(os|as|er)(?!\w)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# A fraction, or an integer and one: no part of a date, a longer number or a chain of bars.
_FRACTION = re.compile(r"(?:(\d{1,3}) )?(\d{1,3})/(\d{1,3})(?![\d/\w%])(?![.,]\d)")
_FIRST_TEN = frozenset("abcdefghij")
_SUPERSCRIPT_OF = {raised: digit for digit, raised in signs.SUPERSCRIPTS.items()}
_SUBSCRIPT_OF = {lowered: digit for digit, lowered in signs.SUBSCRIPTS.items()}
# Marks before which a fraction is ended by a blank: their cells are lowered digits, or the code says so (CMU 9.1.3).
_ENDED_BEFORE = frozenset(",;:?!»”\"'’*°)+=")
_ANGLE = re.compile(r"<(?=[^\s\d<>=])[^<>]*>")
# How far a word goes on that two capital signs would cover.
_WORD_ENDS = " \u00a0"
_WORD = re.compile(rf"[^{_WORD_ENDS}]*")
# Addresses and files, which no hyphen divides: a row may end behind one of these characters.
_ADDRESS = re.compile(r"@|://|www\.|\w\.\w|\w/\w")
_PARTS = frozenset("/@._-")
# Symbols of units, which stay with their numbers.
_UNIT = re.compile(r"(?:[kcmdhMG]?(?:m|g|l|L|b|B|W|V|Hz)|km/h|[hst€$£¥%‰°]|min|°[CF])(?:[²³])?(?![\w])")
# Shorter runs of letters are not divided, longer numbers may be divided anywhere.
_DIVISIBLE, _LONG = 4, 12
Hyphenate = Callable[[str], frozenset[int]]


def write_line(
    text: str,
    line: int,
    language: str,
    alphabet: signs.Alphabet = signs.SPANISH,
    edition: signs.Edition = "current",
    hyphenate: Hyphenate | None = None,
) -> WrittenLine:
    """Return the cells of one line of text, and where it may be broken into rows.

    Args:
        text: the line; typography is normalised.
        line: its number, from 0, for the error.
        language: name of the language, for the error.
        alphabet: letters of the language.
        edition: notation of fractions, quotients and letters after numbers.
        hyphenate: gives the offsets at which a word may be divided; by default it may be nowhere.

    Raises UnwritableError.
    """
    written = _Line(text, line, language, alphabet, edition, hyphenate)
    return WrittenLine(written.cells, written.breaks, written.kept)


class _Line:
    """One line on its way to cells."""

    def __init__(
        self,
        text: str,
        line: int,
        language: str,
        alphabet: signs.Alphabet,
        edition: signs.Edition,
        hyphenate: Hyphenate | None,
    ) -> None:
        self.letters = alphabet.letters | alphabet.also
        self.middle_dot, self.edition = alphabet.middle_dot, edition
        self.text, self.line, self.language = normalised(text), line, language
        self.cells: list[str] = []
        self.hyphenate = hyphenate
        self.breaks: dict[int, Break] = {}
        self.kept: set[int] = set()
        # Whether a letter from a to j would be read as a digit here (B2 §8.2), and whether a digit as one (CMU 2.5).
        self.in_number = self.goes_on = False
        self.single_quotes = self.double_quotes = 0
        self.angles = {at for match in _ANGLE.finditer(self.text) for at in (match.start(), match.end() - 1)}
        # What is asked for many characters of a word is found once, since a text may be one endless word.
        self.lower_follows = self._lower_follows()
        self.blanks = [at for at, character in enumerate(self.text) if character == " "]
        self.addresses: dict[int, bool] = {}
        self._write()

    def _write(self) -> None:
        at = 0
        while at < len(self.text):
            character = self.text[at]
            if character in "0123456789":
                at = self._number(at)
            elif self._is_letter(at):
                at = self._letters(at)
            else:
                self._sign(at)
                at += 1

    def _is_letter(self, at: int) -> bool:
        character = self.text[at : at + 1]
        return character.isalpha() and character not in "ºª" and character not in _SUBSCRIPT_OF

    # Numbers ------------------------------------------------------------------------------------------------

    def _number(self, at: int) -> int:
        """Number sign, then digits with their points and commas (B2 §8.1); lowered for an ordinal."""
        if ordinal := _ORDINAL.match(self.text, at):
            digits = ordinal[1] or ordinal[3]
            ending = {"º": "o", "ª": "a"}.get(ordinal[2], ordinal[2]) if ordinal[2] else ordinal[4]
            self.cells += [signs.NUMBER, *(signs.LOWERED[digit] for digit in digits)]
            self.cells += [signs.LETTERS[letter] for letter in ending]
            self.in_number = self.goes_on = False
            return ordinal.end()
        if end := self._fraction(at):
            return end
        number = _NUMBER.match(self.text, at)
        assert number is not None
        self._digits(number[0], sign=not self.goes_on)
        return self._vulgar_fraction(number.end())

    def _digits(self, digits: str, sign: bool = True) -> None:
        within = {".": signs.THOUSANDS, ",": signs.DECIMAL}
        self.cells += [signs.NUMBER] if sign else []
        for at, character in enumerate(digits):
            if at and (digits[at - 1] == "." or "." not in digits and len(digits) > _LONG):
                # A number that goes on in the next row repeats its sign.
                self.breaks[len(self.cells)] = Break(start=(signs.NUMBER,))
            self.cells.append(within.get(character) or signs.DIGITS[character])
        self.in_number = True
        self.goes_on = self.edition == "current"

    def _fraction(self, at: int) -> int:
        """Write a numeric fraction, perhaps after its integer, and return where it ends; 0 if there is none (CMU 2.4).

        A date (24/12), a year (39/2015) or a score (5/5) is none: its bar is a bar.
        """
        found = _FRACTION.match(self.text, at)
        if not found or self.text[at - 1 : at] in tuple("/.,-") and at:
            return 0
        integer, above, below = found[1], found[2], found[3]
        numerator, denominator = int(above), int(below)
        proper = 0 < numerator < denominator and not below.startswith("0") and not above.startswith("0")
        improper = not integer and 1 < denominator < numerator < 10 and gcd(numerator, denominator) == 1
        if integer and not proper:
            return 0
        if not (proper or improper):
            return 0
        if integer:
            self._digits(integer, sign=not self.goes_on)
        self._put_fraction(above, below, found.end())
        return found.end()

    def _put_fraction(self, above: str, below: str, end: int) -> None:
        if self.edition == "current":
            self.cells += [signs.NUMBER, *(signs.DIGITS[d] for d in above), *(signs.LOWERED[d] for d in below)]
            self.in_number = self.goes_on = False
            if self.text[end : end + 1] and self.text[end] in _ENDED_BEFORE:
                self._kept_blank()
        else:
            self.cells += [signs.NUMBER, *(signs.LOWERED[d] for d in above), *(signs.DIGITS[d] for d in below)]
            self.in_number, self.goes_on = True, False

    def _vulgar_fraction(self, at: int) -> int:
        """Write ½ where it stands directly after an integer, and return where it ends."""
        if self.text[at : at + 1] in signs.FRACTIONS and self.text[at : at + 1]:
            above, below = signs.FRACTIONS[self.text[at]].split("/")
            self._put_fraction(above, below, at + 1)
            return at + 1
        return at

    # Letters ------------------------------------------------------------------------------------------------

    def _letters(self, at: int) -> int:
        """A run of letters, with one capital sign a capital or two for a word in capitals (B2 §7, §7.1)."""
        end = at
        while self._is_letter(end) or self._is_middle_dot(end) or self._is_combining(end):
            end += 1
        run = self.text[at:end]
        greek = any(bare(letter.lower()) in signs.GREEK_LETTERS for letter in run)
        # The doubled sign reaches to the end of the word, so nothing in lower case may follow.
        together = len(run) > 1 and run.isupper() and not self.lower_follows[at] and not greek
        if together:
            self.cells += [signs.CAPITAL, signs.CAPITAL]
            self.in_number = self.goes_on = False
        parts = self._divided_at(run, at)
        for offset, letter in enumerate(run):
            if offset in parts:
                self.breaks[len(self.cells)] = Break(end=(signs.HYPHEN,))
            if self._is_combining(at + offset):
                continue
            if letter == "·":
                self.cells.append(signs.SEPARATOR)
                continue
            marked = self._is_combining(at + offset + 1)
            self._letter(letter, at + offset, letter.isupper() and not together, marked)
        return end

    def _divided_at(self, run: str, at: int) -> frozenset[int]:
        """Offsets at which a run of letters may be divided by a hyphen; none in an address."""
        if self.hyphenate is None or len(run) < _DIVISIBLE or self._in_address(at):
            return frozenset()
        return self.hyphenate(run)

    def _in_address(self, at: int) -> bool:
        number = bisect_left(self.blanks, at)
        if number not in self.addresses:
            word = _WORD.match(self.text, self.blanks[number - 1] + 1 if number else 0)
            self.addresses[number] = word is not None and _ADDRESS.search(word[0]) is not None
        return self.addresses[number]

    def _lower_follows(self) -> list[bool]:
        """For each character: whether it or a later one of its word is in lower case."""
        follows, found = [False] * len(self.text), False
        for at in range(len(self.text) - 1, -1, -1):
            character = self.text[at]
            found = character not in _WORD_ENDS and (found or (character.islower() and character not in "ºª"))
            follows[at] = found
        return follows

    def _kept_blank(self) -> None:
        self.kept.add(len(self.cells))
        self.cells.append("")

    def _is_middle_dot(self, at: int) -> bool:
        around = self.text[at - 1 : at + 2].lower() if at else ""
        return self.middle_dot and around == "l·l"

    def _is_combining(self, at: int) -> bool:
        return "\u0300" <= self.text[at : at + 1] <= "\u036f"

    def _letter(self, letter: str, at: int, capital: bool, marked: bool) -> None:
        small = letter.lower()
        first = small in _FIRST_TEN and not marked
        cells = self._cells_of(small, at, letter.isupper(), marked)
        if cells[0] in (signs.GREEK, signs.GREEK_CAPITAL):
            capital = False
        if capital:
            self.cells.append(signs.CAPITAL)
        elif self.in_number and first:
            self.cells.append(signs.SEPARATOR)
        self.cells += cells
        # Dot 5 and the capital sign cover one cell, and the number goes on (CMU 1.0, 2.5).
        goes_on = self.text[max(0, at - 1) : at] not in (".", ",") if capital else first
        stays = self.in_number and self.edition == "current" and goes_on
        self.goes_on = self.goes_on and stays and first
        self.in_number = stays

    def _cells_of(self, small: str, at: int, upper: bool, marked: bool) -> list[str]:
        if small in self.letters and not marked:
            return [self.letters[small]]
        base = bare(small)
        if base in signs.GREEK_LETTERS:
            return [signs.GREEK_CAPITAL if upper else signs.GREEK, signs.GREEK_LETTERS[base]]
        if base in signs.ALPHABET:
            return [signs.FOREIGN, signs.LETTERS[base]]
        raise UnwritableError(self.text[at], self.line, at, self.language)

    # Signs --------------------------------------------------------------------------------------------------

    def _sign(self, at: int) -> None:
        character, before, after = self.text[at], self.text[at - 1 : at] if at else "", self.text[at + 1 : at + 2]
        was_number, self.in_number, self.goes_on = self.in_number, False, False
        if write := _SPECIAL.get(character):
            write(self, at, character, before, after)
        elif character in signs.MATHEMATICS:
            self.cells += signs.MATHEMATICS[character]
        elif character in signs.PLAIN:
            self.cells += signs.PLAIN[character]
            if character == "@" and was_number and after in _FIRST_TEN and after:
                self.cells.append(signs.SEPARATOR)
            # 3.a: the point could be that of a number, and a its decimals.
            self.in_number = was_number and character in ".," and before.isdigit()
        elif is_braille(character):
            self.cells.append(dots_of(character))
        elif self._is_combining(at):
            # A mark on what is no letter.
            pass
        else:
            raise UnwritableError(character, self.line, at, self.language)
        if character in _PARTS and before and after and self.hyphenate and self._in_address(at):
            self.breaks[len(self.cells)] = Break()

    def _blank(self, at: int, character: str, before: str, after: str) -> None:
        """A blank, at which no row ends where the text says so or a unit follows its number (B2 V3)."""
        if character == NO_BREAK or before.isdigit() and _UNIT.match(self.text, at + 1):
            self._kept_blank()
        else:
            self.cells.append("")

    def _one_cell(self, at: int, character: str, before: str, after: str) -> None:
        self.cells.append(_ONE_CELL[character])

    def _double_quote(self, at: int, character: str, before: str, after: str) -> None:
        """A quotation mark, or after a number with none open the sign of inches and seconds."""
        if character == '"' and before.isdigit() and not self.double_quotes and not after.isalnum():
            self.cells += [signs.PRIME, signs.PRIME]
            return
        opens = character in "«“„" or character == '"' and not self.double_quotes
        self.double_quotes = max(0, self.double_quotes + (1 if opens else -1))
        self.cells.append(signs.QUOTES)

    def _single_quote(self, at: int, character: str, before: str, after: str) -> None:
        """An apostrophe between letters or before a year (B2 §6.2), feet or minutes after a number, else a quote."""
        year = not before.isalnum() and re.match(r"\d\d(?!\d)", self.text[at + 1 :])
        decade = before.isdigit() and re.match(r"s(?!\w)", self.text[at + 1 :]) is not None
        if before.isalpha() and after.isalnum() or decade or year and not self._closes_later(at):
            self.cells.append(signs.STOP)
        elif before.isdigit() and not self.single_quotes and character in "'’" and not after.isalpha():
            self.cells.append(signs.PRIME)
        else:
            opens = not before.isalnum() and bool(after.strip()) and not self.single_quotes
            self.single_quotes = max(0, self.single_quotes + (1 if opens else -1))
            self.cells.append(signs.QUOTES)

    def _closes_later(self, at: int) -> bool:
        """Whether a single quotation mark closes what this one would open: '98 was good'."""
        return re.search(r"(?<=\w)['’](?!\w)", self.text[at + 1 :]) is not None

    def _inner_quote(self, at: int, character: str, before: str, after: str) -> None:
        self.cells += [signs.INNER, signs.QUOTES]

    def _less(self, at: int, character: str, before: str, after: str) -> None:
        self.cells += signs.OPEN_ANGLE if at in self.angles else [signs.LESS]

    def _greater(self, at: int, character: str, before: str, after: str) -> None:
        """135 is also o, so it stands for > only between digits; elsewhere it is the closing angle bracket (CMU)."""
        between = before.isdigit() and after.isdigit()
        self.cells += [signs.LETTERS["o"]] if between and at not in self.angles else signs.CLOSE_ANGLE

    def _ordinal(self, at: int, character: str, before: str, after: str) -> None:
        self.cells += [signs.SUPERSCRIPT, signs.LETTERS["o" if character == "º" else "a"]]

    def _prime(self, at: int, character: str, before: str, after: str) -> None:
        self.cells += [signs.PRIME] * (1 if character == "′" else 2)

    def _divided(self, at: int, character: str, before: str, after: str) -> None:
        spaced = before == " " or after == " "
        self.cells += signs.DIVISION if self.edition == "current" and not spaced else [signs.FRACTION_BAR]

    def _middle_dot(self, at: int, character: str, before: str, after: str) -> None:
        """The dot of a product: dot 6 and a blank (CMU 5.1.4), until 2023 another sign."""
        if self.edition == "current" and before.isalnum() and after.isalnum():
            self.cells.append(signs.FOREIGN)
            self._kept_blank()
        else:
            self.cells += ["5", "256"]

    def _vulgar(self, at: int, character: str, before: str, after: str) -> None:
        above, below = signs.FRACTIONS[character].split("/")
        self._put_fraction(above, below, at + 1)

    def _index(self, at: int, character: str, before: str, after: str) -> None:
        """A raised or lowered digit: its sign, then a number (CMU 4.2); one sign for a row of them."""
        table, sign = (
            (_SUPERSCRIPT_OF, signs.SUPERSCRIPT) if character in _SUPERSCRIPT_OF else (_SUBSCRIPT_OF, signs.SUBSCRIPT)
        )
        if not (before and before in table):
            self.cells += [sign, signs.NUMBER]
        self.cells.append(signs.DIGITS[table[character]])
        self.in_number = True


_ONE_CELL = {
    **dict.fromkeys("¿?", signs.QUESTION),
    **dict.fromkeys("¡!+", signs.EXCLAMATION),
    "×": signs.QUOTES,
    "[": signs.OPEN_SQUARE,
    "]": signs.CLOSE_SQUARE,
    "*": signs.STAR,
}
# Signs that depend on what stands around them, or that share a cell.
_SPECIAL: dict[str, Callable[[_Line, int, str, str, str], None]] = {
    **dict.fromkeys(_ONE_CELL, _Line._one_cell),
    **dict.fromkeys((" ", NO_BREAK), _Line._blank),
    **dict.fromkeys(signs.DOUBLE_QUOTES, _Line._double_quote),
    **dict.fromkeys(signs.SINGLE_QUOTES, _Line._single_quote),
    **dict.fromkeys(signs.INNER_QUOTES, _Line._inner_quote),
    "<": _Line._less,
    ">": _Line._greater,
    **dict.fromkeys("ºª", _Line._ordinal),
    **dict.fromkeys("′″", _Line._prime),
    "÷": _Line._divided,
    "·": _Line._middle_dot,
    **dict.fromkeys(signs.FRACTIONS, _Line._vulgar),
    **dict.fromkeys([*_SUPERSCRIPT_OF, *_SUBSCRIPT_OF], _Line._index),
}
