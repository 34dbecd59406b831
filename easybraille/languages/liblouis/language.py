"""The languages that come through liblouis, in its own process (liblouis_process.py)."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass

from ...errors import LanguageUnavailableError, NotWritableError, UnwritableError
from ..base import UNKNOWN, Cells, Sign
from ..cells import from_unicode, to_unicode
from .process import LouisError, LouisProcess, find_library

INSTALL = (
    "liblouis is not on this machine: install it (Debian: apt-get install liblouis20 liblouis-data), "
    "or name its library in EASYBRAILLE_LIBLOUIS"
)
# Cells in one request: enough for several pages, little enough to be done long before the time is up.
_CELLS = 4000
# What liblouis puts for dots that its table does not know: \12456/ , or \x28ff for a bare character.
_UNDEFINED = re.compile(r"\\[0-9]+/|\\x[0-9a-f]{4}")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of liblouis and what to call it."""

    code: str
    name: str
    file: str
    contracted: bool = False
    since: tuple[int, int] = (3, 24)
    """The oldest liblouis, of 3.24, 3.33 and 3.39, whose table reads the language without gross errors."""
    score: float | None = None
    """Characters that came back in tests/languages/round_trip.py with liblouis 3.39."""


TABLES = (
    Table("en", "English (UEB), uncontracted", "en-ueb-g1.ctb", score=0.9991),
    Table("en-g2", "English (UEB), contracted", "en-ueb-g2.ctb", contracted=True, score=0.9981),
    Table("pt", "Portuguese (português), uncontracted", "pt-pt-g1.utb", since=(3, 39), score=0.9975),
    Table("fr", "French (français), uncontracted", "fr-bfu-comp6.utb", score=0.9993),
    Table("it", "Italian (italiano), uncontracted", "it-it-comp6.utb", since=(3, 39), score=0.9972),
    Table("de", "German (Deutsch), Basisschrift", "de-g0-detailed.utb", score=0.9873),
    Table("de-g1", "German (Deutsch), Vollschrift", "de-g1-detailed.ctb", contracted=True, score=0.9873),
    Table("ru", "Russian (русский), uncontracted", "ru-litbrl-detailed.utb", score=0.9609),
)

_lock = threading.Lock()
_processes: dict[str, LouisProcess] = {}


def louis() -> LouisProcess:
    """The worker shared by all languages. Raises LanguageUnavailableError."""
    library = find_library()
    if library is None:
        raise LanguageUnavailableError(INSTALL)
    with _lock:
        if library not in _processes:
            _processes[library] = LouisProcess(library)
        return _processes[library]


def load(table: Table) -> LouisLanguage:
    """The language, its table checked. Raises LanguageUnavailableError."""
    process = louis()
    try:
        answer = process.ask(check=[f"unicode.dis,{table.file}"])
    except LouisError as error:
        raise LanguageUnavailableError(f"{table.name}: {error}") from error
    version = tuple(int(part) for part in re.findall(r"\d+", answer["version"])[:2])
    if version < table.since:
        needed = ".".join(map(str, table.since))
        raise LanguageUnavailableError(f"{table.name} needs liblouis {needed}; this machine has {answer['version']}")
    if answer["tables"] != [True]:
        raise LanguageUnavailableError(f"this machine's liblouis lacks the table {table.file}: install a newer one")
    return LouisLanguage(table, process)


class LouisLanguage:
    """One table of liblouis, read cell by cell and written."""

    def __init__(self, table: Table, process: LouisProcess) -> None:
        self.code, self.name = table.code, table.name
        self._table, self._process = table, process
        self._tables = f"unicode.dis,{table.file}"
        self._writable: dict[str, bool] = {}

    def read(self, lines: Cells) -> list[list[Sign]]:
        """One Sign for each cell, in the same shape. A line that liblouis fails on is unknown, all of it."""
        read: list[list[Sign]] = []
        batch: list[list[str]] = []
        for line in lines:
            if batch and sum(map(len, batch)) + len(line) > _CELLS:
                read += self._read(batch)
                batch = []
            batch.append(list(line))
        return read + self._read(batch)

    def _read(self, lines: list[list[str]]) -> list[list[Sign]]:
        if not lines:
            return []
        try:
            asked = [to_unicode(line[:_CELLS]) for line in lines]
            answered = self._process.ask(back=True, tables=self._tables, lines=asked)["lines"]
        except LouisError:
            if len(lines) > 1:
                return [signs for line in lines for signs in self._read([line])]
            return [[Sign(UNKNOWN, "not_translated") if cell else Sign(" ") for cell in lines[0]]]
        return [_aligned(line, text, positions) for line, (text, positions) in zip(lines, answered, strict=True)]

    def write(self, text: str) -> list[list[str]]:
        """One list of cells for each line of ``text``.

        Raises UnwritableError, or NotWritableError if liblouis fails.
        """
        lines = [line.replace("\t", " ").replace("\u00a0", " ") for line in text.split("\n")]
        self._check(lines)
        try:
            return self._translated(lines)
        except LouisError:
            return [self._in_pieces(line) for line in lines]

    def _translated(self, lines: list[str]) -> list[list[str]]:
        asked = {"back": False, "tables": self._tables, "lines": lines, "drop_undefined": True}
        return [from_unicode(braille) for braille, _ in self._process.ask(**asked)["lines"]]

    def _in_pieces(self, line: str) -> list[str]:
        """The cells of a line that may fail as a whole: by words, and a word that fails by its halves."""
        try:
            return self._translated([line])[0]
        except LouisError as error:
            if " " in line:
                words = [self._in_pieces(word) if word else [] for word in line.split(" ")]
                return [cell for word in words for cell in (*word, "")][:-1]
            if len(line) < 2:
                raise NotWritableError(f"{self.name}: {error}") from error
            middle = len(line) // 2
            return self._in_pieces(line[:middle]) + self._in_pieces(line[middle:])

    def _check(self, lines: list[str]) -> None:
        """Raises UnwritableError for the first character that by itself leaves no Braille."""
        new = sorted({character for line in lines for character in line} - set(self._writable) - {" "})
        asked = {"back": False, "tables": self._tables, "lines": new, "drop_undefined": True}
        try:
            answered = self._process.ask(**asked)["lines"]
        except LouisError as error:
            raise NotWritableError(f"{self.name}: {error}") from error
        for character, (braille, _) in zip(new, answered, strict=True):
            self._writable[character] = any("\u2801" <= cell <= "\u28ff" for cell in braille)
        for number, line in enumerate(lines):
            for column, character in enumerate(line):
                if not self._writable.get(character, True):
                    raise UnwritableError(character, number, column, self.name)


def _aligned(line: list[str], text: str, positions: list[int]) -> list[Sign]:
    """Gives every character to a cell, in order.

    liblouis names the first cell of a group (number sign and digit, both cells of a contraction); the text
    belongs to its last, so that the signs before it have none. A character that it moves back stays where the
    text has got to.
    """
    if not line:
        return []
    starts = sorted({position for position in positions if position < len(line)} | {0})
    ends = dict(zip(starts, [start - 1 for start in starts[1:]] + [min(len(line), _CELLS) - 1], strict=True))
    texts = [""] * len(line)
    reached = 0
    for character, position in zip(text, positions, strict=True):
        reached = max(reached, ends.get(position, reached))
        texts[reached] += character
    texts[_CELLS:] = [UNKNOWN if cell else " " for cell in line[_CELLS:]]
    signs = []
    for part in texts:
        known = _UNDEFINED.sub(UNKNOWN, part)
        signs.append(Sign(known, "unknown_sign" if UNKNOWN in known else ""))
    return signs
