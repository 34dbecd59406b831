"""Numeric fractions, whose denominators are the cells of punctuation marks (CMU 2.4).

⠼⠁⠆ is 1/2 and it is "1;". What stands around it decides, and a reading that is not certain says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from . import signs
from .words import AFTER_FRACTION, LABELS

# Numerators and denominators above these are none of a fraction in a text: years, numbers of houses.
_MOST = 999
# Marks that may stand alone behind a number.
_MARKS = (signs.QUESTION, signs.EXCLAMATION, signs.QUOTES, signs.STAR)
# Numbers up to this one are numerators of improper fractions (3/2).
_IMPROPER = 9


@dataclass(frozen=True)
class Numeral:
    """A number and the lowered cells behind it.

    Attributes:
        numerator: the number.
        lowered: the cells, which are digits a row lower or punctuation marks.
        mixed: whether an integer stands directly before it.
        in_formula: whether it stands in a formula, where the lowered 7 is an equals sign.
    """

    numerator: int
    lowered: list[str]
    mixed: bool
    in_formula: bool

    @property
    def denominator(self) -> int:
        """The lowered cells as a number; 0 if they begin with a nought."""
        digits = "".join(signs.LOWERED_OF[cell] for cell in self.lowered)
        return 0 if digits.startswith("0") else int(digits)


@dataclass(frozen=True)
class Context:
    """What stands around a number and its marks.

    Attributes:
        open_marks: the signs (question, exclamation, quotes, special type) that are open before it.
        word_before: the word before it on its line, lower case; "" at the line's beginning.
        word_after: the word after it, lower case; "" for anything but letters.
        capital_after: whether the word after it begins with a capital.
        follows: whether anything follows in the paragraph.
        ends_line: whether the line ends after it.
        closed: whether a full stop, a bracket or a mark between blanks stands directly after it.
    """

    open_marks: frozenset[str] = frozenset()
    word_before: str = ""
    word_after: str = ""
    capital_after: bool = False
    follows: bool = False
    ends_line: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Reading:
    """Whether a number and its lowered cells are a fraction, and whether that is in doubt."""

    fraction: bool
    doubtful: bool = False


def is_fraction(numeral: Numeral, context: Context) -> Reading:
    """Tell a fraction from a number with punctuation marks."""
    numerator, denominator = numeral.numerator, numeral.denominator
    if denominator < 2 or denominator > _MOST or numerator > _MOST or numerator == 0:
        return Reading(False)
    proper = numerator < denominator
    if numeral.mixed:
        return Reading(proper, not proper)
    single = numeral.lowered[0] if len(numeral.lowered) == 1 else ""
    if not _may_be_marks(numeral, context):
        reduced = gcd(numerator, denominator) == 1
        # 5!, 5*: a mark whose other half is missing.
        return Reading(proper or reduced, not proper or single in _MARKS)
    if single in (signs.SEMICOLON, signs.COLON) and context.closed:
        return Reading(True, True)
    if single in (signs.SEMICOLON, signs.COLON):
        return _after_number(numeral, context, single)
    # Marks that close what is open: 18/6 is no likelier than 18!
    plausible = proper and gcd(numerator, denominator) == 1
    return Reading(False, plausible)


def _may_be_marks(numeral: Numeral, context: Context) -> bool:
    """Whether the lowered cells are marks that may stand here together, each of them."""
    if numeral.lowered == [signs.FRACTION_BAR]:
        return False
    if len(numeral.lowered) > 2 and len(set(numeral.lowered)) == 1:
        # 4===, 5!!!
        return True
    *closing, last = numeral.lowered
    ends = last in (signs.COMMA, signs.SEMICOLON, signs.COLON)
    return all(_may_close(cell, numeral, context) for cell in closing) and (ends or _may_close(last, numeral, context))


def _may_close(cell: str, numeral: Numeral, context: Context) -> bool:
    if cell in (signs.QUESTION, signs.QUOTES, signs.STAR):
        return cell in context.open_marks
    if cell == signs.EXCLAMATION:
        # 18+: more than six, so no proper fraction.
        return cell in context.open_marks or numeral.numerator > _IMPROPER and len(numeral.lowered) == 1
    if cell == signs.EQUALS:
        return numeral.in_formula
    return cell == signs.DEGREE


def _after_number(numeral: Numeral, context: Context, mark: str) -> Reading:
    """A semicolon or a half, a colon or a third: by the words around."""
    numerator, denominator = numeral.numerator, numeral.denominator
    measured = context.word_after in AFTER_FRACTION and not context.capital_after
    if gcd(numerator, denominator) > 1 or numerator > _IMPROPER:
        return Reading(False)
    if numerator > denominator:
        return Reading(measured, True)
    if measured:
        return Reading(True, True)
    if mark == signs.COLON:
        listed = bool(context.word_before) and (context.capital_after or context.ends_line)
        fraction = not context.follows and not context.word_before
        return Reading(fraction and not listed and context.word_before not in LABELS, True)
    return Reading(not context.capital_after and context.word_before not in LABELS, True)
