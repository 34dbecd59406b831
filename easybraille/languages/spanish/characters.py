"""Characters of print as those that Spanish Braille has signs for.

Typography is normalised: spaces, dashes, ligatures, full-width letters. What a reader could not feel (marks of
direction, joiners, soft hyphens) is left away.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from . import signs

NO_BREAK = "\u00a0"
_BRAILLE = (0x2800, 0x28FF)
# Format characters and variation selectors, which no reader could feel.
_INVISIBLE = frozenset("\u034f\u180b\u180c\u180d\u180e") | {chr(code) for code in range(0xFE00, 0xFE10)}
_INVISIBLE |= {chr(code) for code in range(0xE0100, 0xE01F0)}
# Ligatures in words of capitals, of which both letters are capitals.
_IN_CAPITALS = re.compile("[ÆŒĲ](?=[A-ZÆŒ])|(?<=[A-ZÆŒ])[ÆŒĲ]")
_RAISED = frozenset(signs.SUPERSCRIPTS.values())
_LOWERED = frozenset(signs.SUBSCRIPTS.values())
_SIGNS = frozenset(
    " \u00a00123456789¿?¡!+×÷·[]*<>ºª′″'"
    + "".join([*signs.PLAIN, *signs.MATHEMATICS, *signs.FRACTIONS, *_RAISED, *_LOWERED])
    + signs.DOUBLE_QUOTES
    + signs.SINGLE_QUOTES
    + signs.INNER_QUOTES
)


def normalised(text: str) -> str:
    """Return ``text`` with its typography as the writer of cells knows it; other characters stay as they are."""
    text = _IN_CAPITALS.sub(lambda found: signs.SAME_AS[found[0]].upper(), unicodedata.normalize("NFC", text))
    return "".join(_plain(character) for character in text)


def unwritable(text: str, alphabet: signs.Alphabet) -> frozenset[str]:
    """Return the characters of ``text``, in Unicode's form NFC, that have no Braille."""
    characters = set(unicodedata.normalize("NFC", text)) - {"\n"}
    return frozenset(
        character
        for character in characters
        if not all(_is_known(part, alphabet.letters) for part in _plain(character))
    )


def bare(letter: str) -> str:
    """Return a small letter without its marks: "ő" → "o", "ł" → "l"."""
    return signs.BARE.get(letter) or unicodedata.normalize("NFD", letter)[:1]


def is_braille(character: str) -> bool:
    """Return whether a character is a cell of Unicode Braille."""
    return _BRAILLE[0] <= ord(character) <= _BRAILLE[1]


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    """A character as those that may have signs; itself if nothing else is known of it."""
    if character in signs.SAME_AS:
        return signs.SAME_AS[character]
    if character in _SIGNS or character == "\n" or is_braille(character):
        return character
    if character in _INVISIBLE:
        return ""
    by_category = {"Cf": "", "Zs": " ", "Nd": str(unicodedata.decimal(character, ""))}
    return by_category.get(unicodedata.category(character), _compatible(character))


def _compatible(character: str) -> str:
    """A ligature, a full-width letter or another compatibility character as its plain characters."""
    if not (character.isalpha() and bare(character.lower()) in signs.ALPHABET) and unicodedata.decomposition(
        character
    ).startswith("<"):
        simple = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", character))
        if simple != character and len(simple) <= 8:
            return "".join(signs.SAME_AS.get(part, part) for part in simple)
    return character


def _is_known(character: str, letters: dict[str, str]) -> bool:
    if character in _SIGNS or is_braille(character):
        return True
    small = character.lower()
    # A combining mark stands on a letter, of which it makes a foreign one.
    mark = unicodedata.category(character) == "Mn" and "\u0300" <= character <= "\u036f"
    known = small in letters or bare(small) in signs.ALPHABET or bare(small) in signs.GREEK_LETTERS
    return mark or len(small) == 1 and character.isalpha() and known
