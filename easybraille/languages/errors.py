"""What can go wrong with a language.

ValueError
└── LanguageError           status 400
    ├── UnknownLanguage     404, nobody speaks it here
    ├── LanguageUnavailable 501, known but not installed on this machine
    ├── Unwritable          422, a character has no Braille in this language
    └── NotWritten          422, the language can be read here but not written

Each class carries the HTTP ``status`` and the machine-readable ``code`` that the service answers with.
"""

from __future__ import annotations


class LanguageError(ValueError):
    """A language cannot do what was asked."""

    status = 400
    code = "language"


class UnknownLanguage(LanguageError):
    """No language has this code."""

    status = 404
    code = "unknown_language"


class LanguageUnavailable(LanguageError):
    """The language needs something that this machine lacks; the message says what to install."""

    status = 501
    code = "language_unavailable"


class Unwritable(LanguageError):
    """A character of the text has no Braille in the language. ``character``, ``line`` and ``column`` tell
    which.
    """

    status = 422
    code = "unwritable"

    def __init__(self, character: str, line: int, column: int, language: str) -> None:
        self.character, self.line, self.column = character, line, column
        super().__init__(
            f"{character!r} (U+{ord(character):04X}), line {line + 1}, column {column + 1}, "
            f"cannot be written in Braille for {language}"
        )


class NotWritten(LanguageError):
    """The language is read here but not written."""

    status = 422
    code = "not_written"
