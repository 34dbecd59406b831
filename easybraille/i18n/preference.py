"""Which language the person who reads the sentences prefers: by Accept-Language over HTTP, by the locale otherwise."""

from __future__ import annotations

import locale
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

LANGUAGES = ("en", "es")
# In this order, as gettext looks at them; LANGUAGE may list several, parted by colons.
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_preferred: ContextVar[str | None] = ContextVar("preferred_language", default=None)


def preferred() -> str | None:
    """The language that was asked for; None where nothing was said."""
    return _preferred.get()


def prefer(language: str | None) -> None:
    """Sentences are in this language from now on, in this context."""
    _preferred.set(language)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Sentences are in this language inside, also on threads that inherit the context."""
    token = _preferred.set(language)
    try:
        yield
    finally:
        _preferred.reset(token)


def from_locale(environment: Mapping[str, str] = os.environ) -> str:
    """The language of the locale, English where that has no translation."""
    named = next((value for name in _VARIABLES if (value := environment.get(name))), None)
    if named is None:
        # Windows and macOS keep it elsewhere.
        named = locale.getlocale()[0] or ""
    codes = [part[:2].lower() for part in named.split(":")]
    return next((code for code in codes if code in LANGUAGES), LANGUAGES[0])


def from_header(accept_language: str) -> str | None:
    """The language that an Accept-Language header prefers (RFC 9110, section 12.5.4); None if it names none of ours."""
    weights: dict[str, float] = {}
    for part in accept_language.split(","):
        tag, *parameters = (piece.strip().lower() for piece in part.split(";"))
        code = tag.split("-")[0]
        weight = _weight(parameters)
        if code in LANGUAGES and weight > weights.get(code, 0):
            weights[code] = weight
    return max(weights, key=lambda code: weights[code], default=None)


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return min(max(float(parameter[2:]), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
