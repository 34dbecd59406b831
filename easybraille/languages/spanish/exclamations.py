"""The sign that is ¡, ! and +: told apart over a paragraph by how openings and closings pair (B2 §6.1).

A sign before a word opens and one after a word closes. Before a number it may be a plus (+34), and after a number or
a letter that stands alone as well (18+, A+, C++): there it is a mark only if one is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

OPENING, CLOSING, PLUS = "¡", "!", "+"
DOUBT = "plus_or_exclamation"


class Place(Enum):
    """Where a run of the sign stands."""

    BEFORE_WORD = auto()
    BEFORE_NUMBER = auto()
    AFTER_WORD = auto()
    AFTER_NUMBER = auto()
    AFTER_LETTER = auto()
    ALONE = auto()
    PLUS = auto()


@dataclass(frozen=True)
class Run:
    """Signs that stand side by side.

    Attributes:
        first, last: indices of the first and the last cell.
        place: where they stand.
        begins: whether a sentence, a bracket or a quotation begins with them.
    """

    first: int
    last: int
    place: Place
    begins: bool = False

    @property
    def length(self) -> int:
        """How many signs there are."""
        return self.last - self.first + 1


Put = Callable[[int, str, str], None]


def settle(runs: Sequence[Run], put: Put) -> None:
    """Set what each sign of a paragraph is read as: ``put(index, text, doubt)``."""
    partner = _paired(runs)
    for run in runs:
        other = partner.get(run)
        if run.place is Place.BEFORE_WORD:
            _put(run, OPENING, put)
        elif run.place is Place.BEFORE_NUMBER:
            _before_number(run, other, put)
        elif run.place is Place.ALONE and other and other.first > run.first:
            _put(run, OPENING, put)
        elif run.place in (Place.AFTER_WORD, Place.ALONE):
            # One that nothing opened may be a plus: Google+.
            _put(run, CLOSING, put, "" if other else DOUBT)
        elif run.place is Place.AFTER_NUMBER and other and run.length <= other.length:
            _put(run, CLOSING, put)
        elif run.place in (Place.AFTER_NUMBER, Place.AFTER_LETTER) and other:
            _put(Run(run.first, run.last - 1, run.place), PLUS, put, DOUBT)
            put(run.last, CLOSING, DOUBT)
        else:
            _put(run, PLUS, put, DOUBT)


def _paired(runs: Sequence[Run]) -> dict[Run, Run]:
    """Each run that opens or closes with its other half: words first, then numbers, then what may be a plus."""
    partner: dict[Run, Run] = {}
    opened: list[Run] = []
    unopened: list[Run] = []
    for run in runs:
        if run.place is Place.BEFORE_WORD or run.place is Place.BEFORE_NUMBER and run.length > 1:
            opened.append(run)
        elif run.place in (Place.AFTER_WORD, Place.ALONE):
            if opened:
                _join(opened.pop(), run, partner)
            elif run.place is Place.ALONE:
                opened.append(run)
            else:
                unopened.append(run)
    for closing in unopened:
        free = [
            run for run in runs if run.place is Place.BEFORE_NUMBER and run not in partner and run.last < closing.first
        ]
        if free:
            _join(next((run for run in reversed(free) if run.begins), free[-1]), closing, partner)
    numbers = [run for run in runs if run.place is Place.BEFORE_NUMBER and run.begins and run not in partner]
    for opening in sorted([*opened, *numbers], key=lambda run: -run.first):
        limit = next((run.first for run in runs if run.first > opening.last and run in opened), None)
        later = [
            run
            for run in runs
            if run.first > opening.last
            and (limit is None or run.first < limit)
            and run not in partner
            and run.place in (Place.AFTER_NUMBER, Place.AFTER_LETTER)
        ]
        if later:
            _join(opening, later[-1], partner)
    return partner


def _join(opening: Run, closing: Run, partner: dict[Run, Run]) -> None:
    partner[opening], partner[closing] = closing, opening


def _before_number(run: Run, other: Run | None, put: Put) -> None:
    """+10, ¡10 goles!, ¡+10%!, ¡¡10 goles!!"""
    if other is None and run.length == 1:
        _put(run, PLUS, put, DOUBT)
    elif run.length == 1 or other and other.length > 1:
        _put(run, OPENING, put, DOUBT)
    else:
        _put(Run(run.first, run.last - 1, run.place), OPENING, put, DOUBT)
        put(run.last, PLUS, DOUBT)


def _put(run: Run, text: str, put: Put, doubt: str = "") -> None:
    for at in range(run.first, run.last + 1):
        put(at, text, doubt)
