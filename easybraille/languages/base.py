"""Types that every language shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

UNKNOWN = "\ufffd"
Emphasis = Literal["italic", "bold", "underline"]


@dataclass(frozen=True, slots=True)
class Sign:
    """The text that one cell stands for."""

    text: str
    """Its part of the line's text; "" for a cell that only changes its neighbours, as a number sign does."""
    doubt: str = ""
    """Empty, or a short machine-readable reason, one of DOUBTS."""
    emphasis: Emphasis | None = None
    """The special type that the Braille marks for this text; None for plain type and for the indicators themselves."""


DOUBTS = {
    "unknown_sign": "these dots are no sign here",
    "not_translated": "liblouis failed on the line",
    "mathematics": "part of a formula, which is read only roughly",
    "asterisk_or_italics": "an asterisk, or the beginning or end of special type",
    "plus_or_exclamation": "a plus, or an exclamation mark",
    "bracket_or_letter": "a square bracket, or the letter á or ú",
    "fraction_or_marks": "a fraction, or a number with punctuation marks",
    "letter_or_digit": "a letter, or a digit of the number before it",
    "degree_or_ordinal": "the degree sign, or an ordinal",
    "division_sign": "a sign of division, which print may show as ÷, : or a bar",
    "shared_letter": "one of two letters that share these dots (ï and ñ)",
    "point_or_apostrophe": "a full stop, or an apostrophe",
    "section_or_letter": "a section sign, or the letter ó",
    "foreign_letter": "a letter whose accent the Braille does not name",
    "lowered_number": "a number in the lower row without what it should come with",
    "several_words": "one of several words with the same contractions",
    "uncertain_contraction": "not contracted by the rules, and read letter by letter or as the likeliest word",
    "by_its_word": "not what the picture shows most clearly, but what the letters around it make likely",
}


@dataclass(frozen=True, slots=True)
class Break:
    """A place within a word where a row of cells may end.

    Attributes:
        end: cells that end the row, such as a hyphen.
        start: cells that begin the next one, such as the sign of a number that goes on.
    """

    end: tuple[str, ...] = ()
    start: tuple[str, ...] = ()


class WrittenLine(list[str]):
    """The cells of a line of text, and where it may be broken into rows.

    Attributes:
        breaks: index of the first cell of a row that may begin within a word → how it is broken there.
        kept: indices of blanks at which no row may end.
    """

    def __init__(self, cells: Sequence[str], breaks: dict[int, Break], kept: set[int]) -> None:
        super().__init__(cells)
        self.breaks, self.kept = breaks, kept


Cells = Sequence[Sequence[str]]
"""Lines of cells; a cell is its raised dots as ascending digits ("125"), "" a blank."""


class Language(Protocol):
    """Dots ↔ text for one language and one degree of contraction."""

    code: str
    name: str

    def read(self, lines: Cells) -> list[list[Sign]]:
        """Return one Sign for each cell, in the same shape. Joined in order, a line's texts are its text.

        Never raises on any sequence of dots.
        """
        ...

    def write(self, text: str) -> list[list[str]]:
        """Return one list of cells for each line of ``text``.

        Raises UnwritableError for a character without Braille.
        """
        ...

    def unwritable(self, text: str) -> frozenset[str]:
        """Return the characters of ``text`` that have no Braille in the language."""
        ...


@runtime_checkable
class Hyphenating(Protocol):
    """A language that knows where its words may be divided."""

    def write_for_paper(self, text: str) -> list[WrittenLine]:
        """Return the cells of each line, with the places where it may be broken into rows."""
        ...


@runtime_checkable
class Recognising(Protocol):
    """A language that takes long to read, and tells sooner whether a page looks like it."""

    def likeness(self, lines: Cells) -> float:
        """Return how much a page looks like the language, 0 to 1."""
        ...


@dataclass(frozen=True, slots=True)
class LanguageInfo:
    """Description of a language, as ``GET /v1/languages`` answers it."""

    code: str
    """What `language` is to be, es for instance."""
    name: str
    """In English and in the language itself."""
    contracted: bool
    """Whether its Braille has contractions."""
    reads: bool
    """Whether Braille becomes text."""
    writes: bool
    """Whether text becomes Braille."""
    available: bool
    """Whether it can be used on this machine."""
    tested: str
    """Sentence that says how it was tested."""
    score: float | None = None
    """Share of characters that came back in that test, 0 to 1."""
    needs: str = ""
    """What to install where it is not available."""


def lines_of_text(signs: Sequence[Sequence[Sign]]) -> list[str]:
    """Return the text of each line."""
    return ["".join(sign.text for sign in line) for line in signs]
