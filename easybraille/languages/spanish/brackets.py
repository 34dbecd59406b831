"""Square brackets, whose cells are also á and ú, told from these letters over a whole page.

A bracket needs its other half, and a place where one may stand. Which it is in a word is decided by the words that
the cells would make as letters: few Spanish words begin with á or end in ú, and these are listed. Before any word is
read, the cells that are brackets are replaced by the brackets themselves, so that all that reads a word afterwards
(ordinals, apostrophes, capitals) finds punctuation where punctuation stands.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from ..cells import mask
from . import signs
from .ngrams import BLANK, START, after, spanish
from .words import ELISIONS

OPEN, CLOSE = "[", "]"
DOUBT = "bracket_or_letter"
# The other half of a pair is not looked for further away than this many cells: some two pages.
_REACH = 2000
# No word is followed further than this many cells, so that time grows with the page only.
_NEAR = 60
# Nats a cell, and for one cell, above which letters are no Spanish word: "rbol" 3.5 and 10.3, "rido" 2.1 and 3.6,
# "vida" 1.4 and 3.7.
_UNLIKELY, _IMPOSSIBLE = 3.6, 6.0
# Nats by which a word must be likelier without a cell for that to be a bracket within it.
_BRACKET = 5.0
# Words with á of no more letters than these are no words that take an ending.
_SHORT = 3
# Accented letters, of which a Spanish word has one at most.
_ACCENTS = "áéíóúàèò"
_IN_NUMBER = {*signs.DIGIT_OF, signs.THOUSANDS, signs.DECIMAL}
_SYLLABLE = re.compile(r"[iuü]?[aeoáéóàèò][iuy]?(?![aeoáéóíú])|[aeoáéóàèò]|[íú]|[iuü]+|y$")


class Chance(IntEnum):
    """How likely a cell is a bracket by its own word."""

    NEVER = 0
    AGAINST = 1  # a known word as a letter, and yet another word as a bracket
    EVEN = 2  # as a letter, a word that is not known
    FOR = 3  # as a letter, no Spanish word at all
    SURE = 4  # no letter can stand here


@dataclass
class Brackets:
    """The brackets of a page, by the index of their cells.

    Attributes:
        text: "[" or "]" for each cell that is a bracket.
        doubtful: the cells, brackets and letters, that may well be the other one.
    """

    text: dict[int, str] = field(default_factory=dict)
    doubtful: set[int] = field(default_factory=set)


def settle(cells: Sequence[str], paragraph_ends: Sequence[int], alphabet: signs.Alphabet) -> Brackets:
    """Find the brackets of a page.

    Args:
        cells: the page's cells in one row, a blank for each line's end.
        paragraph_ends: indices at which a paragraph ends, ascending; no pair of brackets spans one.
        alphabet: the letters of the language.
    """
    found = Brackets()
    page = _Page(cells, alphabet)
    squares = [at for at, cell in enumerate(cells) if cell in (signs.OPEN_SQUARE, signs.CLOSE_SQUARE)]
    paragraphs: dict[int, list[int]] = {}
    for at in squares:
        paragraphs.setdefault(bisect(paragraph_ends, at), []).append(at)
    for paragraph in paragraphs.values():
        _Paragraph(page, found).settle(paragraph)
    return found


class _Paragraph:
    """The brackets of one paragraph as they are found."""

    def __init__(self, page: _Page, found: Brackets) -> None:
        self.page, self.found = page, found
        # What is open, with its chance; letters that may have opened, and such as may have closed.
        self.opened: list[tuple[int, Chance]] = []
        self.openers: list[int] = []
        self.closers: list[int] = []

    def settle(self, squares: list[int]) -> None:
        """Settle the cells at these indices."""
        self.page.limit = squares[-1] + 1
        for at in squares:
            if self.opened and at - self.opened[-1][0] > _REACH:
                self._leave_open()
                self.opened, self.openers, self.closers = [], [], []
            opening = self.page.cells[at] == signs.OPEN_SQUARE
            if opening:
                chance = self.page.opening(at, bool(self.opened))
            else:
                chance = self.page.closing(at, self.opened[-1][0] if self.opened else None)
            if chance == Chance.AGAINST:
                (self.openers if opening else self.closers).append(at)
            elif chance == Chance.NEVER:
                self.found.doubtful |= {at} if self.page.is_odd_word(at) else set()
            elif opening:
                self.opened.append((at, chance))
            else:
                self._close(at, chance)
        self._leave_open()

    def _close(self, at: int, chance: Chance) -> None:
        if self.opened:
            partner, other = self.opened.pop()
            self.found.text |= {partner: OPEN, at: CLOSE}
            if chance == other == Chance.EVEN and at - partner > _NEAR:
                self.found.doubtful |= {partner, at}
        elif self.openers and at - self.openers[-1] <= _REACH:
            # [vida eterna]: ávida is a word as well.
            partner = self.openers.pop()
            self.found.text |= {partner: OPEN, at: CLOSE}
            self.found.doubtful |= {partner, at}
        else:
            self.found.doubtful.add(at)
            if chance >= Chance.FOR:
                self.found.text[at] = CLOSE

    def _leave_open(self) -> None:
        """Settle openings that no closing bracket followed."""
        for at, chance in reversed(self.opened):
            later = [closer for closer in self.closers if closer > at and closer not in self.found.text]
            self.found.doubtful.add(at)
            if later and chance >= Chance.FOR:
                # [el menú: menú is a word, and yet the only place where the bracket may end.
                self.found.text |= {at: OPEN, later[-1]: CLOSE}
                self.found.doubtful.add(later[-1])
            elif chance >= Chance.FOR:
                self.found.text[at] = OPEN


class _Page:
    """The cells of a page, and what stands around one of them."""

    def __init__(self, cells: Sequence[str], alphabet: signs.Alphabet) -> None:
        self.cells, self.alphabet, self.letter_of = cells, alphabet, alphabet.letter_of
        # Where the paragraph that is settled has its last square.
        self.limit = len(cells)
        self._a = self.letter_of[signs.OPEN_SQUARE]
        self._in_number: set[int] = set()
        number = False
        for at, cell in enumerate(cells):
            number = cell == signs.NUMBER or number and cell in _IN_NUMBER
            if number:
                self._in_number.add(at)

    def at(self, index: int) -> str:
        """Return the cell, or a blank beyond the page."""
        return self.cells[index] if 0 <= index < len(self.cells) else ""

    def is_letter(self, index: int) -> bool:
        """Return whether the cell is a letter and no digit."""
        return self.at(index) in self.letter_of and index not in self._in_number

    def is_odd_word(self, at: int) -> bool:
        """Return whether the letter stands between blanks where the language has no such word."""
        letter = self.letter_of[self.cells[at]]
        return not self.at(at - 1) and not self.at(at + 1) and letter not in self.alphabet.short_words

    def opening(self, at: int, within: bool) -> Chance:
        """Return the chance that an á is an opening bracket. ``within``: another one is open."""
        left, right = self.at(at - 1), self.at(at + 1)
        doubled = left == signs.OPEN_SQUARE
        if left == signs.CAPITAL or self._after_split(at):
            return Chance.NEVER
        if doubled and right == signs.CLOSE_SQUARE != self.at(at + 2):
            # [á]
            return Chance.NEVER
        if doubled and self.is_letter(at - 2):
            # está[n]: the first of the two is the letter.
            return Chance.FOR if self._closes_in_word(at) else Chance.NEVER
        if self.is_letter(at - 1) and not doubled:
            return self._opening_in_word(at, within)
        if right in self.letter_of:
            return self._opening_before_letters(at, within)
        return self._opening_before_mark(at) if right else self._opening_alone(at)

    def _opening_before_mark(self, at: int) -> Chance:
        """Before a number, a capital or a mark, of which some may end a word: á, and á."""
        right = self.at(at + 1)
        if right == signs.STOP:
            return Chance.SURE if self._closes_in_word(at) else Chance.NEVER
        ends = right in (signs.COMMA, signs.SEMICOLON, signs.COLON, signs.CLOSE_ROUND)
        last = right in (signs.QUOTES, signs.QUESTION, signs.EXCLAMATION) and not self.at(at + 2)
        return Chance.NEVER if ends or last else Chance.SURE

    def _opening_alone(self, at: int) -> Chance:
        """A cell between blanks: a bracket only if another one closes alone (B2 §6.1 spaced)."""
        for later in range(at + 1, min(self.limit, at + _REACH)):
            if self.cells[later] == signs.CLOSE_SQUARE and not self.at(later - 1) and not self.at(later + 1):
                return Chance.SURE
        return Chance.NEVER

    def _opening_in_word(self, at: int, within: bool) -> Chance:
        """After a letter: niño[s]. á ends a word or stands within it, unless there are two accents in the word."""
        following = self.at(at + 1)
        if within or not self._closes_in_word(at) or following == signs.OPEN_SQUARE:
            return Chance.NEVER
        if following in (signs.NUMBER, signs.CAPITAL):
            return Chance.SURE
        if following not in self.letter_of or following == signs.CLOSE_SQUARE:
            return Chance.NEVER
        before, rest = self._letters_before(at), self._letters_after(at)
        whole = before + self._a + rest
        closed = whole.rstrip("ú")
        if whole.endswith("ú") and _accents(closed) == 1 and not self._is_intruder(at, closing=True):
            # sábado]: a word as it stands, with a bracket that was opened elsewhere.
            return Chance.AGAINST
        return Chance.FOR if _accents(whole) > 1 else Chance.NEVER

    def _opening_before_letters(self, at: int, within: bool) -> Chance:
        if self.at(at + 1) in (signs.OPEN_SQUARE, signs.CLOSE_SQUARE):
            # [á…, [ú…: no word begins with two vowels with an accent.
            return Chance.SURE
        rest = self._letters_after(at)
        whole = self._a + rest
        if whole in self.alphabet.short_words:
            return Chance.NEVER
        # [l'hotel]
        elided = rest in ELISIONS and self.at(at + 1 + len(rest)) == signs.STOP and self.is_letter(at + 2 + len(rest))
        if elided or not self.alphabet.accented:
            return Chance.FOR
        return self._opening_by_word(at, whole, within)

    def _opening_by_word(self, at: int, whole: str, within: bool) -> Chance:
        """By the word that the letters would be, with or without a closing bracket at its end."""
        first = self._a + whole[1:].split(self._a, 1)[0]
        if first != whole and len(first) > _SHORT and self._begins_with_a(first):
            # árbol[es]
            return Chance.NEVER
        closed = whole.rstrip("ú")
        known = next((word for word in (whole, closed) if self._begins_with_a(word)), None)
        if known:
            # [vida eterna], [rea]: what follows the bracket is a word as well.
            return Chance.AGAINST if self._is_likely(at + 1, at + len(known)) else Chance.NEVER
        if not (_may_begin_with_a(whole) or whole != closed and _may_begin_with_a(closed)):
            return Chance.FOR
        return Chance.NEVER if within else Chance.EVEN

    def closing(self, at: int, opened: int | None) -> Chance:
        """Return the chance that a ú is a closing bracket. ``opened``: index of the bracket that is open."""
        left, right = self.at(at - 1), self.at(at + 1)
        if not left or left == signs.CAPITAL:
            alone = not left and not right and opened is not None and not self.at(opened + 1)
            return Chance.SURE if alone else Chance.NEVER
        if opened == at - 1:
            # []: directly after an opening bracket, unless ú is the first letter of what stands in it.
            return Chance.NEVER if right in self.letter_of else Chance.SURE
        if right in self.letter_of and right != signs.CLOSE_SQUARE:
            return self._closing_in_word(at, opened)
        if not self.is_letter(at - 1):
            return Chance.SURE if left not in (signs.NUMBER, signs.FOREIGN, signs.GREEK) else Chance.NEVER
        return self._closing_word(at, self._letters_before(at, opened))

    def _closing_word(self, at: int, stem: str) -> Chance:
        """At the end of a word that would end in ú."""
        if not stem or not stem.strip("ú") and not self.at(at - len(stem) - 1):
            return Chance.NEVER
        # {menú}, <menú>: the cell of a letter may be half of a bracket.
        half = self.at(at - len(stem) - 1) == signs.OPEN_ANGLE[0]
        # don't]: what stands behind an apostrophe is no word.
        part = self.at(at - len(stem) - 1) == signs.STOP and self.is_letter(at - len(stem) - 2)
        known = not part and (self._ends_in_u(stem) or half and self._ends_in_u(stem[1:]))
        if self.at(at + 1) == signs.CLOSE_SQUARE:
            # Perú], tú]: of several the first may be the letter.
            return Chance.NEVER if known else Chance.FOR
        if stem.endswith("ú"):
            return Chance.SURE
        if known:
            return Chance.AGAINST
        odd = not self.alphabet.accented or _accents(stem) or self._after_ordinal(at, stem)
        return Chance.FOR if odd else Chance.EVEN

    def _closing_in_word(self, at: int, opened: int | None) -> Chance:
        """Before a letter: [re]construir, se[ñ]or."""
        if opened is None or at - opened > _NEAR or "" in self.cells[opened:at]:
            return Chance.NEVER
        return Chance.FOR if self._is_intruder(at) else Chance.NEVER

    # The words around ---------------------------------------------------------------------------------------

    def _after_split(self, at: int) -> bool:
        """Whether the cell begins a line into which a hyphen splits a word."""
        return not self.at(at - 1) and self.at(at - 2) == signs.HYPHEN and self.is_letter(at - 3)

    def _closes_in_word(self, at: int) -> bool:
        for later in range(at + 1, min(len(self.cells), at + _NEAR)):
            if not self.cells[later]:
                return False
            if self.cells[later] == signs.CLOSE_SQUARE:
                return True
        return False

    def _letters_before(self, at: int, opened: int | None = None) -> str:
        """The letters directly before a cell, across capital signs, and after the bracket that is open."""
        letters, index = "", at - 1
        while at - index < _NEAR and index != opened and (self.is_letter(index) or self.at(index) == signs.CAPITAL):
            letters = self.letter_of.get(self.at(index), "") + letters
            index -= 1
        return letters

    def _letters_after(self, at: int) -> str:
        end = at + 1
        while self.at(end) in self.letter_of and end - at < _NEAR:
            end += 1
        return "".join(self.letter_of[cell] for cell in self.cells[at + 1 : end])

    def _begins_with_a(self, word: str) -> bool:
        known = self.alphabet.words_with_a
        return word.startswith(known) if isinstance(known, tuple) else word in known

    def _ends_in_u(self, stem: str) -> bool:
        return stem + "ú" in self.alphabet.words_in_u

    def _after_ordinal(self, at: int, stem: str) -> bool:
        """Whether the letters are the ending of an ordinal: 2.º]."""
        return stem in signs.ORDINAL_ENDINGS and self.at(at - len(stem) - 1) in signs.LOWERED_OF

    def _is_likely(self, start: int, end: int) -> bool:
        """Whether the cells may be a Spanish word, by the runs of cells in Spanish words."""
        costs = _costs(self.cells[start:end])
        return sum(costs) / len(costs) < _UNLIKELY and max(costs[:-1]) < _IMPOSSIBLE

    def _is_intruder(self, at: int, closing: bool = False) -> bool:
        """Whether a word is likelier without the cell that stands in it: niño[s], re]construir.

        ``closing``: the word ends with a closing bracket.
        """
        start, end = at, at + 1
        while self.is_letter(start - 1) and at - start < _NEAR and self.at(start - 1) != signs.OPEN_SQUARE:
            start -= 1
        while self.is_letter(end) and end - at < _NEAR:
            end += 1
        end -= closing
        word = self.cells[start:end]
        without = [*self.cells[start:at], *self.cells[at + 1 : end]]
        return sum(_costs(word)) - sum(_costs(without)) > _BRACKET


def _costs(word: Sequence[str]) -> list[float]:
    """Nats that each cell of a word costs, and the blank behind it."""
    masks = np.array([*(mask(cell) for cell in word), BLANK])
    before = [np.array(START)]
    for cell in masks[:-1]:
        before.append(after(before[-1], cell))
    return [-float(log) for log in spanish().log(np.array(before), masks)]


def _accents(word: str) -> int:
    return sum(letter in _ACCENTS for letter in word)


def _may_begin_with_a(word: str) -> bool:
    """Whether Spanish stress rules allow the word's first letter to be á (Real Academia Española, Ortografía, §3.4).

    With the stress on the first syllable, a word of two is written with an accent only if it ends in a consonant
    other than n or s, and one of a single syllable never.
    """
    if _accents(word) > 1:
        return False
    syllables = len(_SYLLABLE.findall(word))
    if syllables != 2:
        return syllables > 2
    ending = word[-2:]
    return ending[-1] not in "aeiouns" or ending[-1] in "ns" and ending[0] not in "aeiou"
