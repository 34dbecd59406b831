"""Which language is it? Read the page in each and see which text looks most like its language.

The measure is the likelihood of the text's letter trigrams (Cavnar and Trenkle, "N-gram-based text
categorization", 1994, with probabilities in place of ranks). trigrams.json holds the commonest of each
language; tests/languages/make_trigrams.py counted them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..errors import LanguageUnavailableError
from .base import UNKNOWN, Cells, lines_of_text
from .registry import get, languages

DEFAULT = "es"
# A trigram that is none of the language's common ones is as likely as this.
_FLOOR = math.log(1e-5)
# More text than this says no more.
_CELLS = 3000
# Trigrams of one text tell of one another, so not each of them is evidence of its own.
_WEIGHT, _MOST = 0.5, 120
_NOT_LETTER = re.compile(r"[\W\d_]+")
# Digits and marks within a word, as a table of another language leaves them, count against the text.
_BROKEN = re.compile(rf"(?<=[^\W\d_])(?:\d|[^\w\s'’.·-]|{UNKNOWN})+(?=[^\W\d_])|{UNKNOWN}")


@dataclass(frozen=True, slots=True)
class Guess:
    """A language and how likely it is.

    Attributes:
        code: of the language.
        score: how likely it is, 0 to 1 over all candidates.
    """

    code: str
    score: float


@dataclass(frozen=True, slots=True)
class Detection:
    """The choice, how likely it is, and the runners-up from the likeliest down."""

    code: str
    score: float
    runners_up: tuple[Guess, ...] = ()


def detect(lines: Cells, candidates: Sequence[str] | None = None) -> Detection:
    """The language of a page. ``candidates``: codes, preferred in this order where they tie; by default all.

    A page without letters is taken for the first candidate, by default Spanish, with score 0. Raises
    UnknownLanguageError for a candidate nobody knows; one that is not available is passed over.
    """
    page = _beginning(lines)
    likelihoods: dict[str, float] = {}
    for code in candidates or _readable():
        try:
            language = get(code)
        except LanguageUnavailableError:
            continue
        if code.split("-")[0] not in _models():
            continue
        likelihoods[code] = _likelihood(" ".join(lines_of_text(language.read(page))), code.split("-")[0])
    if not likelihoods or math.isnan(next(iter(likelihoods.values()))):
        return Detection(next(iter(likelihoods), DEFAULT), 0.0)
    likelihoods = {code: value for code, value in likelihoods.items() if not math.isnan(value)}
    best = max(likelihoods.values())
    weight = _WEIGHT * min(sum(bool(cell) for line in page for cell in line), _MOST)
    odds = {code: math.exp(weight * (value - best)) for code, value in likelihoods.items()}
    guesses = [Guess(code, round(value / sum(odds.values()), 4)) for code, value in odds.items()]
    # Sorting is stable: of two that tie, the one preferred comes first.
    first, *others = sorted(guesses, key=lambda guess: -guess.score)
    return Detection(first.code, first.score, tuple(others))


def _readable() -> list[str]:
    return [info.code for info in languages() if info.available and info.reads and info.code != "braille"]


def _beginning(lines: Cells) -> list[list[str]]:
    page, cells = [], 0
    for line in lines:
        page.append(list(line[:_CELLS]))
        cells += len(line)
        if cells > _CELLS:
            break
    return page


def _likelihood(text: str, code: str) -> float:
    """Mean log probability of a trigram; nan where there is none."""
    broken = len(_BROKEN.findall(text))
    plain = f" {_NOT_LETTER.sub(' ', text.lower()).strip()} "
    trigrams = [plain[at : at + 3] for at in range(len(plain) - 2)]
    if not trigrams or plain.isspace():
        return math.nan
    model = _models()[code]
    total = sum(model.get(trigram, _FLOOR) for trigram in trigrams) + 3 * broken * _FLOOR
    return total / (len(trigrams) + 3 * broken)


@cache
def _models() -> dict[str, dict[str, float]]:
    """Language → trigram → log probability."""
    counts = json.loads(Path(__file__).with_name("trigrams.json").read_text(encoding="utf-8"))
    return {
        code: {trigram: math.log(millionths / 1e6) for trigram, millionths in trigrams.items()}
        for code, trigrams in counts.items()
    }
