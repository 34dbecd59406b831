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
        _settle_paragraph(page, paragraph, found)
    return found


def _settle_paragraph(page: _Page, squares: list[int], found: Brackets) -> None:
    page.limit = squares[-1] + 1
    opened: list[tuple[int, Chance]] = []
    letters: list[int] = []
    closers: list[int] = []
    for at in squares:
        if opened and at - opened[-1][0] > _REACH:
            _leave_open(opened, closers, found)
            opened, letters, closers = [], [], []
        if page.cells[at] == signs.OPEN_SQUARE:
            chance = page.opening(at, bool(opened))
            if chance == Chance.AGAINST:
                letters.append(at)
            elif chance == Chance.NEVER and page.is_odd_word(at):
                found.doubtful.add(at)
            elif chance > Chance.AGAINST:
                opened.append((at, chance))
            continue
        chance = page.closing(at, opened[-1][0] if opened else None)
        if chance == Chance.AGAINST:
            closers.append(at)
        elif chance == Chance.NEVER and page.is_odd_word(at):
            found.doubtful.add(at)
        if chance <= Chance.AGAINST:
            continue
        if opened:
            partner, other = opened.pop()
            found.text |= {partner: OPEN, at: CLOSE}
            if chance == other == Chance.EVEN and at - partner > _NEAR:
                found.doubtful |= {partner, at}
        elif letters and at - letters[-1] <= _REACH:
            # [vida eterna]: ávida is a word as well.
            partner = letters.pop()
            found.text |= {partner: OPEN, at: CLOSE}
            found.doubtful |= {partner, at}
        else:
            found.doubtful.add(at)
            if chance >= Chance.FOR:
                found.text[at] = CLOSE
    _leave_open(opened, closers, found)


def _leave_open(opened: list[tuple[int, Chance]], closers: list[int], found: Brackets) -> None:
    """Settle openings that no closing bracket followed."""
    for at, chance in reversed(opened):
        later = [closer for closer in closers if closer > at and closer not in found.text]
        found.doubtful.add(at)
        if later and chance >= Chance.FOR:
            # [el menú: menú is a word, and yet the only place where the bracket may end.
            found.text |= {at: OPEN, later[-1]: CLOSE}
            found.doubtful.add(later[-1])
        elif chance >= Chance.FOR:
            found.text[at] = OPEN


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
        if left == signs.CAPITAL or self._after_split(at):
            return Chance.NEVER
        if self.is_letter(at - 1) and left not in (signs.OPEN_SQUARE,):
            return self._opening_in_word(at, within)
        if left == signs.OPEN_SQUARE and self.is_letter(at - 2):
            return Chance.NEVER
        if not right:
            return self._opening_alone(at)
        if right in self.letter_of:
            return self._opening_before_letters(at, within)
        if right == signs.STOP:
            return Chance.SURE if self._closes_in_word(at) else Chance.NEVER
        if right in (signs.COMMA, signs.SEMICOLON, signs.COLON, signs.CLOSE_ROUND):
            return Chance.NEVER
        if right in (signs.QUOTES, signs.QUESTION, signs.EXCLAMATION) and not self.at(at + 2):
            return Chance.NEVER
        return Chance.SURE

    def _opening_alone(self, at: int) -> Chance:
        """A cell between blanks: a bracket only if another one closes alone (B2 §6.1 spaced)."""
        for later in range(at + 1, min(self.limit, at + _REACH)):
            if self.cells[later] == signs.CLOSE_SQUARE and not self.at(later - 1) and not self.at(later + 1):
                return Chance.SURE
        return Chance.NEVER

    def _opening_in_word(self, at: int, within: bool) -> Chance:
        """After a letter: niño[s]. á ends a word or stands within it, unless there are two accents in the word."""
        following = self.at(at + 1)
        if within or not self._closes_in_word(at):
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
        closed = whole.rstrip("ú") if rest.endswith("ú") else whole
        if whole in self.alphabet.short_words:
            return Chance.NEVER
        if not self.alphabet.accented:
            return Chance.FOR
        known = next((word for word in (whole, closed) if self._begins_with_a(word)), None)
        if rest in ELISIONS and self.at(at + 1 + len(rest)) == signs.STOP and self.is_letter(at + 2 + len(rest)):
            # [l'hotel]
            return Chance.FOR
        if known:
            # [vida eterna], [rea]: what follows the bracket is a word as well.
            return Chance.AGAINST if self._is_likely(at + 1, at + len(known)) else Chance.NEVER
        if not (_may_begin_with_a(whole) or whole != closed and _may_begin_with_a(closed)):
            return Chance.FOR
        return Chance.NEVER if within else Chance.EVEN

    def closing(self, at: int, opened: int | None) -> Chance:
        """Return the chance that a ú is a closing bracket. ``opened``: index of the bracket that is open."""
        left, right = self.at(at - 1), self.at(at + 1)
        if left == signs.CAPITAL:
            return Chance.NEVER
        if not left:
            alone = not right and opened is not None and not self.at(opened + 1)
            return Chance.SURE if alone else Chance.NEVER
        if opened == at - 1:
            return self._closing_nothing(at)
        if right in self.letter_of and right != signs.CLOSE_SQUARE:
            return self._closing_in_word(at, opened)
        if not self.is_letter(at - 1):
            return Chance.SURE if left not in (signs.NUMBER, signs.FOREIGN, signs.GREEK) else Chance.NEVER
        stem = self._letters_before(at, opened)
        if not stem or not stem.strip("ú") and not self.at(at - len(stem) - 1):
            return Chance.NEVER
        if right == signs.CLOSE_SQUARE:
            # Perú], tú]: of several the first may be the letter.
            return Chance.NEVER if self._ends_in_u(stem) else Chance.FOR
        if stem.endswith("ú"):
            return Chance.SURE
        return self._closing_word(at, stem)

    def _closing_word(self, at: int, stem: str) -> Chance:
        """At the end of a word that would end in ú."""
        # {menú}, <menú>: the cell of a letter may be half of a bracket.
        half = self.at(at - len(stem) - 1) == signs.OPEN_ANGLE[0]
        if self._ends_in_u(stem) or half and self._ends_in_u(stem[1:]):
            return Chance.AGAINST
        if not self.alphabet.accented or _accents(stem) or self._after_ordinal(at, stem):
            return Chance.FOR
        return Chance.EVEN

    def _closing_nothing(self, at: int) -> Chance:
        """Directly after an opening bracket: [], or the first letter of what stands in it."""
        right = self.at(at + 1)
        return Chance.NEVER if right in self.letter_of else Chance.SURE

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
    before, costs, model = START, [], spanish()
    for cell in [*(mask(cell) for cell in word), BLANK]:
        costs.append(-float(model.log(np.array(before), np.array(cell))))
        before = int(after(np.array(before), np.array(cell)))
    return costs


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
