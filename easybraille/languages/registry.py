"""Registry of the languages, with how each was tested."""

from __future__ import annotations

import threading

from ..errors import LanguageUnavailableError, UnknownLanguageError
from .base import Language, LanguageInfo
from .liblouis.tables import TABLES, Table
from .spanish.language import Spanish
from .spanish.signs import BASQUE, CATALAN, GALICIAN, Edition
from .unicode_braille import UnicodeBraille

_TABLES = {table.code: table for table in TABLES}
_SPANISH = {
    "es": Spanish(),
    "ca": Spanish("ca", "Catalan (català), uncontracted", CATALAN),
    "gl": Spanish("gl", "Galician (galego), uncontracted", GALICIAN),
    "eu": Spanish("eu", "Basque (euskara), uncontracted", BASQUE),
}
_BUILT_IN: dict[str, Language] = {**_SPANISH, "braille": UnicodeBraille()}
_lock = threading.Lock()
_loaded: dict[str, Language] = {}

# Scores are those of tests/languages/round_trip.py under "same sign": 15,000 words, of Spanish 368,575.
_ROUND_TRIP = "text to Braille and back over real text from Debian packages (tests/languages/round_trip.py)"
_TESTED = {
    "es": ("a table of pairs with sources, both ways, and " + _ROUND_TRIP, 0.9998),
    "ca": (_ROUND_TRIP, 0.9995),
    "gl": (_ROUND_TRIP, 0.9996),
    "eu": (_ROUND_TRIP, 0.9999),
    "braille": ("all 256 cells, both ways", 1.0),
}


def get(code: str, edition: Edition = "current") -> Language:
    """Return the language with this code.

    Args:
        code: of the language.
        edition: of the Spanish code, where two of them read the same cells differently; others have one edition.

    Raises UnknownLanguageError, or LanguageUnavailableError with what to install.
    """
    if edition != "current" and code in _SPANISH:
        return _SPANISH[code].of(edition)
    if language := _BUILT_IN.get(code):
        return language
    if code not in _TABLES:
        known = ", ".join([*_BUILT_IN, *_TABLES])
        raise UnknownLanguageError(f"{code!r} is not a language known here; known are {known}")
    with _lock:
        if code not in _loaded:
            from .liblouis.language import load  # the engine is loaded with the first language that needs it

            _loaded[code] = load(_TABLES[code])
        return _loaded[code]


def has_editions(code: str) -> bool:
    """Whether the language follows the Spanish code, of which an older edition can be chosen."""
    return code in _SPANISH


def languages() -> list[LanguageInfo]:
    """Return every language, available or not, with how it was tested."""
    own = [
        LanguageInfo(code, language.name, False, True, True, True, *_TESTED[code])
        for code, language in _BUILT_IN.items()
    ]
    return own + [_info(table) for table in TABLES]


def _info(table: Table) -> LanguageInfo:
    needs = ""
    try:
        get(table.code)
    except LanguageUnavailableError as error:
        needs = str(error)
    return LanguageInfo(
        code=table.code,
        name=table.name,
        contracted=table.contracted,
        reads=True,
        writes=True,
        available=not needs,
        tested="with liblouis 3.39, " + _ROUND_TRIP,
        score=table.score,
        needs=needs,
    )
