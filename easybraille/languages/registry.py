"""Which languages there are."""

from __future__ import annotations

from .base import Language, LanguageInfo
from .errors import UnknownLanguage
from .spanish import Spanish
from .unicode_braille import UnicodeBraille

_BUILT_IN: dict[str, Language] = {"es": Spanish(), "braille": UnicodeBraille()}


def get(code: str) -> Language:
    """The language with this code. Raises UnknownLanguage or LanguageUnavailable."""
    if language := _BUILT_IN.get(code):
        return language
    raise UnknownLanguage(f"{code!r} is not a language known here; known are {', '.join(_BUILT_IN)}")


def languages() -> list[LanguageInfo]:
    """Every language, available or not, with how it was tested."""
    return [
        LanguageInfo("es", Spanish.name, False, True, True, True, "table of pairs and round trip of real text"),
        LanguageInfo("braille", UnicodeBraille.name, False, True, True, True, "all 256 cells, both ways", 1.0),
    ]
