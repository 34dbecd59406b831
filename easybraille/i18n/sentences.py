"""Sentences in the preferred language; English, in which they are written, wherever a translation is missing."""

from __future__ import annotations

import re
from functools import cache

from .preference import preferred
from .spanish import SENTENCES

_FIELD = re.compile(r"\{(\w+)\}")
_SENTENCE_END = re.compile(r"(?<=[.?!]) ")


def say(sentence: str, **fields: object) -> str:
    """A sentence in the preferred language, with its `{fields}` filled in."""
    template = SENTENCES.get(sentence, sentence) if preferred() == "es" else sentence
    return template.format(**fields) if fields else template


def translated(message: str, language: str | None = None) -> str:
    """A sentence that is already filled in, in a language; None is the preferred one.

    The translations know their English sentences with `{fields}` in them; the one that fits says what stands in each
    field. A message is translated sentence by sentence, or as a whole where a field holds a full stop.
    """
    if (language or preferred()) != "es" or not message:
        return message
    pieces = _SENTENCE_END.split(message)
    found = [_match(piece) for piece in pieces]
    if None in found and (whole := _match(message)) is not None:
        return whole
    return " ".join(spanish or english for spanish, english in zip(found, pieces))


def _match(sentence: str) -> str | None:
    if sentence in SENTENCES:
        return SENTENCES[sentence]
    for pattern, spanish in _patterns():
        if fits := pattern.fullmatch(sentence):
            return spanish.format(**fits.groupdict())
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The sentences with fields as patterns, those with most fixed characters first."""
    with_fields = [english for english in SENTENCES if _FIELD.search(english)]
    with_fields.sort(key=lambda english: len(_FIELD.sub("", english)), reverse=True)
    return [(re.compile(_pattern(english), re.DOTALL), SENTENCES[english]) for english in with_fields]


def _pattern(english: str) -> str:
    pieces = _FIELD.split(english)
    return "".join(f"(?P<{piece}>.+?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
