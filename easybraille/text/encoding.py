"""Recognition of the encoding of a text: bytes become characters.

Marks at the beginning, UTF-8 and UTF-16 settle themselves. Of the eight-bit encodings of the languages here, the one
is taken whose accented letters and marks make the likeliest words, by the trigrams that tell languages apart.
"""

from __future__ import annotations

import codecs
import re

from ..errors import InvalidParameterError, InvalidTextError
from ..languages.detection import letters_of, likelihood

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Windows, DOS and the Macintosh, the likeliest first.
_LATIN = ("cp1252", "cp850", "mac_roman")
_CYRILLIC = ("cp1251", "koi8_r", "cp866")
_WITH_CYRILLIC = ("ru",)
_WITH_LATIN = ("es", "fr", "pt", "ca", "de", "it", "gl", "eu", "en")
_BEFORE_WORDS, _BEHIND_WORDS = frozenset("¿¡«“„‘—–·•"), frozenset("»”’…€ºª°½¼¾—–%")
# From the beginning of a word only, and without going back in it: a text may be one endless word.
_WORD = re.compile(r"(?<!\S)[^\s\x80-\U0010ffff]*+[^\x00-\x7f]\S*")
# So many words with other characters than ASCII settle it.
_MOST_WORDS = 300
# What a character costs that the language does not have or that stands where it does not belong, in nats of a
# trigram's mean; and how much rarer other encodings are than that of Windows.
_FOREIGN, _MISPLACED, _MARK, _RARER = 3.0, 5.0, 0.2, 1.0


def decode(data: bytes, encoding: str | None = None, language: str = "es") -> tuple[str, str]:
    """Decode a text; returns it and the name of its encoding.

    Args:
        data: the bytes of a file.
        encoding: its name where it is known, else it is recognised.
        language: code of the language that the text is probably in; "auto" where that is not known.

    Raises:
        InvalidParameterError: there is no encoding of this name.
        InvalidTextError: the bytes are no text in the encoding, or in none that is recognised.
    """
    if encoding is not None:
        return _named(data, encoding)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _named(data, name)
    even, odd = data[::2].count(0), data[1::2].count(0)
    if even and odd:
        raise InvalidTextError("This is not a text file.")
    if even or odd:
        return _named(data, "utf-16-be" if even else "utf-16-le")
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError:
        return _likeliest(data, language)


def _named(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        known = codecs.lookup(encoding)
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise InvalidTextError(f"The text is not encoded in {encoding}.") from None
    except (LookupError, ValueError):
        raise InvalidParameterError(
            f"{encoding} is not an encoding known here; utf-8, utf-16, cp1252, cp850 and mac_roman are, for instance."
        ) from None
    return text.removeprefix("\ufeff"), "utf-8" if known.name == "utf-8-sig" else known.name


def _likeliest(data: bytes, language: str) -> tuple[str, str]:
    base = language.partition("-")[0]
    latin, cyrillic = _languages(base)
    found: list[tuple[float, str, str]] = []
    for names, codes in ((_LATIN, latin), (_CYRILLIC, cyrillic)):
        for name in names if codes else ():
            try:
                text = data.decode(name)
            except UnicodeDecodeError:
                continue
            rarer = 0.0 if name == _LATIN[0] else _RARER
            found.append(
                (max(_likeness(text, code, rarer + _RARER * (code != codes[0])) for code in codes), name, text)
            )
    if not found:
        raise InvalidTextError("The encoding of the text is not recognised. Name it.")
    # The first of those that tie.
    _, name, text = max(found, key=lambda one: one[0])
    return text, name


def _languages(base: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The languages that a text may be in, those with Latin and those with Cyrillic letters."""
    if base == "auto":
        return _WITH_LATIN, _WITH_CYRILLIC
    return ((), (base,)) if base in _WITH_CYRILLIC else ((base,), ())


def _likeness(text: str, language: str, rarer: float) -> float:
    """How much the words with other characters than ASCII are like those of a language, in nats a trigram."""
    words = _WORD.findall(text)[:_MOST_WORDS]
    letters = letters_of(language) if language in _WITH_CYRILLIC else letters_of(language) | letters_of("es")
    costs = [_cost(f" {word} ", at, letters) for word in words for at, one in enumerate(word, 1) if not one.isascii()]
    return likelihood(" ".join(words), language) - (sum(costs) + rarer) / len(costs)


def _cost(word: str, at: int, letters: frozenset[str]) -> float:
    """What the character of a word at an index costs that is not ASCII."""
    before, character, behind = word[at - 1], word[at], word[at + 1]
    if character.isalpha() and character not in "ºª":
        if character.lower() not in letters:
            return _FOREIGN
        # CafÚ, and a Cyrillic letter beside a Latin one.
        mixed = character.isupper() and before.islower()
        return _MISPLACED if mixed or _is_cyrillic(character) and (_is_latin(before) or _is_latin(behind)) else 0.0
    if character in _BEFORE_WORDS and not before.isalpha():
        return _MARK
    return _MARK if character in _BEHIND_WORDS and not behind.isalpha() else _MISPLACED


def _is_cyrillic(character: str) -> bool:
    return "\u0400" <= character <= "\u04ff"


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
