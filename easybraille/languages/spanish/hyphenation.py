"""Division of words into syllables, by the patterns of the hyph-utf8 project that pyphen carries.

They are loaded when the first word is divided: reading needs none of them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyphen import Pyphen

# No fewer letters than these are left before and after a hyphen.
_LEAST = 2


@cache
def _patterns(language: str) -> Pyphen:
    from pyphen import Pyphen

    return Pyphen(lang=language, left=_LEAST, right=_LEAST)


def divided_at(word: str, language: str) -> frozenset[int]:
    """Return the offsets at which a word may be divided: "camino" → {2, 4}. ``language``: es, ca, gl or eu."""
    return frozenset(_patterns(language).positions(word.lower()))
