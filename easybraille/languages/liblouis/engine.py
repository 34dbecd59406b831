"""What the languages need of liblouis: an engine that checks and translates, and its errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class LouisError(RuntimeError):
    """liblouis crashed, exceeded its time or refused the request."""


@dataclass(frozen=True, slots=True)
class Translation:
    """The translation of one line.

    Attributes:
        text: the translated line.
        positions: for each of its characters, the index of the character of the input that it comes from.
        typeforms: for each of its characters, the bits of liblouis.h's `typeforms`; empty where the library does not
            report them.
    """

    text: str
    positions: list[int]
    typeforms: list[int]


class Engine(Protocol):
    """One liblouis; safe to share between threads. Every call may raise LouisError, and the next one starts afresh."""

    def version(self) -> tuple[int, ...]:
        """The version of liblouis, (3, 39, 0)."""
        ...

    def check(self, tables: str) -> bool:
        """Whether the tables (a comma-separated list of files) exist and compile."""
        ...

    def translate(
        self, tables: str, lines: Sequence[str], back: bool, drop_undefined: bool = False
    ) -> list[Translation]:
        """Translate lines to Unicode Braille, or back to text.

        Args:
            tables: comma-separated files.
            lines: text, or Unicode Braille.
            back: from Braille to text.
            drop_undefined: leave out characters or dots that the tables do not define.
        """
        ...
