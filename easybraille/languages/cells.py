"""Conversion between dots and Unicode Braille: ``"125"`` ↔ ``⠓``.

A cell is written as its raised dots in ascending order, ``""`` for a blank. Unicode gives each of the
256 eight-dot cells a character: U+2800 plus one bit a dot (The Unicode Standard, chapter 21.1).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

BLANK = "\u2800"
_FIRST, _LAST = 0x2800, 0x28FF
_DOTS = "12345678"


@lru_cache(256)
def unicode_of(dots: str) -> str:
    """Return the Unicode Braille character of one cell: ``"125"`` → ``"⠓"``. Only 1 to 8 count."""
    return chr(_FIRST + sum({1 << _DOTS.index(dot) for dot in dots if dot in _DOTS}))


def dots_of(character: str) -> str:
    """Return the raised dots of one Unicode Braille character: ``"⠓"`` → ``"125"``; a space is a blank.

    Raises ValueError for a character that is neither.
    """
    if character in (" ", "\u00a0"):
        return ""
    code = ord(character) - _FIRST
    if not 0 <= code <= _LAST - _FIRST:
        raise ValueError(f"{character!r} is not a Braille character (U+2800 to U+28FF)")
    return "".join(dot for bit, dot in enumerate(_DOTS) if code >> bit & 1)


def to_unicode(cells: Iterable[str]) -> str:
    """Return a line of cells as Unicode Braille, one character a cell."""
    return "".join(unicode_of(cell) for cell in cells)


def from_unicode(text: str) -> list[str]:
    """Return a line of Unicode Braille as cells. Raises ValueError for a character that is not Braille."""
    return [dots_of(character) for character in text]


def mask(dots: str) -> int:
    """Return the cell as a bit mask, dot 1 the lowest bit."""
    return ord(unicode_of(dots)) - _FIRST
