"""Undoes the contractions of a Spanish word that is in no list: the likeliest letters that its cells may stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from ..cells import mask as mask_of
from ..spanish.ngrams import BLANK, START, after, spanish
from ..spanish.signs import LETTERS
from .wasm import RUNTIME

_RULES = RUNTIME / "tables/es-g2.ctb"
# liblouis' opcodes: whether the letters may begin, go on and end a word.
_PLACES = {
    "always": (True, True, True),
    "partword": (True, True, True),
    "begword": (True, False, False),
    "sufword": (True, False, False),
    "begmidword": (True, True, False),
    "endword": (False, False, True),
    "prfword": (False, False, True),
}
_WHOLE = {"word", "sufword", "prfword"}
_BEAM = 80
_FIELDS = 3
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class _Unit:
    """Letters that some cells may stand for.

    Attributes:
        letters: of print.
        masks: their uncontracted cells.
        begins, goes_on, ends: where in a word they may stand.
    """

    letters: str
    masks: tuple[int, ...]
    begins: bool
    goes_on: bool
    ends: bool

    def fits(self, first: bool, last: bool) -> bool:
        """Whether it may stand at the beginning or the end of a word, or in between."""
        return (self.begins or not first) and (self.ends or not last) and (self.goes_on or first or last)


@lru_cache(maxsize=4096)
def undone(cells: tuple[str, ...]) -> tuple[tuple[float, str], ...]:
    """Return the words whose contraction the cells may be, in small letters, some hundred at most, the likeliest first,
    each with how unlikely its letters are in nats.
    """
    size = len(cells)
    if not 0 < size <= _LONGEST:
        return ()
    beams: list[list[tuple[float, int, str]]] = [[] for _ in range(size + 1)]
    beams[0] = [(0.0, START, "")]
    for at in range(size):
        states = sorted(beams[at], reverse=True)[:_BEAM]
        for taken in range(1, min(_longest_unit(), size - at) + 1):
            for unit in _units().get(tuple(cells[at : at + taken]), ()):
                if states and unit.fits(at == 0, at + taken == size):
                    beams[at + taken] += _followed(states, unit)
    ends = sorted(beams[size], reverse=True)[:_BEAM]
    keys = np.array([key for _, key, _ in ends], np.int64)
    costs = -np.array([log for log, _, _ in ends]) - spanish().log(keys, np.array(BLANK))
    found: dict[str, float] = {}
    for at in np.argsort(costs, kind="stable"):
        found.setdefault(ends[at][2], float(costs[at]))
    return tuple((cost, word) for word, cost in found.items())


def _followed(states: list[tuple[float, int, str]], unit: _Unit) -> list[tuple[float, int, str]]:
    logs = np.array([log for log, _, _ in states])
    keys = np.array([key for _, key, _ in states])
    for mask in unit.masks:
        cell = np.array(mask)
        logs = logs + spanish().log(keys, cell)
        keys = after(keys, cell)
    return [
        (float(log), int(key), text + unit.letters) for log, key, (_, _, text) in zip(logs, keys, states, strict=True)
    ]


@cache
def _units() -> dict[tuple[str, ...], list[_Unit]]:
    """Cells → what they may stand for: the letters, and the contractions of parts of words of the table."""
    found: dict[tuple[str, ...], list[_Unit]] = {}
    for letters, cells, places in _parts():
        masks = tuple(mask_of(LETTERS[letter]) for letter in letters)
        found.setdefault(cells, []).append(_Unit(letters, masks, *places))
    return found


@cache
def _longest_unit() -> int:
    return max(map(len, _units()))


def words_with_signs() -> list[str]:
    """Words of the table that have signs of their own, or are an exception to its rules."""
    return [rule[1] for rule in _rules() if rule[0] in _WHOLE]


def _parts() -> Iterator[tuple[str, tuple[str, ...], tuple[bool, bool, bool]]]:
    """Letters, their cells, and where in a word they may stand."""
    for letter, cell in LETTERS.items():
        yield letter, (cell,), (True, True, True)
    for opcode, letters, dots in _rules():
        if opcode in _PLACES:
            # Dots a and b are virtual ones, which later passes of the table take away.
            yield letters, tuple(cell.strip("ab") for cell in dots.split("-")), _PLACES[opcode]


def _rules() -> Iterator[tuple[str, str, str]]:
    """The rules of the table for letters: opcode, letters, dots."""
    for line in _RULES.read_text(encoding="utf-8").splitlines():
        words = [word for word in line.split("#")[0].split() if word not in ("noback", "nofor")]
        if words[:1] in (["before"], ["after"]):
            words = words[2:]
        if len(words) >= _FIELDS and set(words[1]) <= LETTERS.keys():
            yield words[0], words[1], words[2]
