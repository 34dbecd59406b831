"""Detection of the language of a page: it is read in each, and the texts are compared with each language.

The evidence of a text is the likelihood of its letter trigrams (Cavnar and Trenkle, "N-gram-based text categorization",
1994, with probabilities in place of ranks) and how common its words are. trigrams.json and common_words.json.gz hold
the commonest of each language; tests/languages/make_trigrams.py and make_common_words.py counted them. The weights were
chosen on tests/languages/phrases.tsv, so that scores say how often a guess is right. What is not certain is "unsure".
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
from .base import UNKNOWN, Cells, Language, Recognising, lines_of_text
from .commonness import common_words
from .registry import get, languages

DEFAULT = "es"
CONTRACTED = "es-g2"
UNSURE = "unsure"
# A language is named from this score on, over all degrees of its contraction.
SURE = 0.9
# How much likelier the language that is expected is than another one, before the page is looked at.
_EXPECTED = 3.0
# A trigram that is none of the language's common ones is as likely as this.
_FLOOR = math.log(1e-5)
# More text than this says no more.
_CELLS = 3000
# Trigrams and words of one text tell of one another, so not each of them is evidence of its own.
_TRIGRAMS, _WORDS, _MOST = 0.2, 0.5, 120
# Nats that a word costs which is none of the language's common ones.
_RARE = 14.0
_NOT_LETTER = re.compile(r"[\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# Digits and marks within a word, as a table of another language leaves them, count against the text.
_BROKEN = re.compile(rf"(?<=[^\W\d_])(?:\d|[^\w\s'’.·-]|{UNKNOWN})+(?=[^\W\d_])|{UNKNOWN}")
# Words of one cell in contracted Spanish (Comisión Braille Española, B 16): la, lo, en, los, las, del, sobre, por, que,
# se, no, de, el, un, con, me, le, te, para, es, su.
_CONTRACTIONS = frozenset("3 36 26 246 12346 256 1234 12345 234 1345 145 15 136 14 134 123 2345 16 1246 345".split())
# Share of words that are one of these, from which a page is contracted Spanish; English has about half as many.
_CONTRACTED = 0.3
# Share of cells in common words of contracted Spanish from which on it is a candidate. Of three of our sentences in it,
# 0.6 is the median and 0.3 the least; single sentences in other languages have at most 0.3.
_ALIKE = 0.25
# Share of cells with dots 7 or 8 from which a page is eight-dot Braille.
_EIGHT_DOT = 0.05


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
    """The language that a page is in.

    Attributes:
        code: of the language, or "unsure".
        score: how likely it is, 0 to 1; of "unsure", how likely it is that the language to read in is wrong.
        runners_up: the other candidates from the likeliest down.
        read_as: code of the language to read the page in, whatever `code` is.
        looks_like: "contracted_spanish" or "eight_dot" where the cells look like it but are not read so, else "".
    """

    code: str
    score: float
    runners_up: tuple[Guess, ...] = ()
    read_as: str = DEFAULT
    looks_like: str = ""


def detect(lines: Cells, candidates: Sequence[str] | None = None, expected: str = DEFAULT) -> Detection:
    """Detect the language of a page.

    Args:
        lines: of cells.
        candidates: codes, preferred in this order where they tie; by default all languages.
        expected: code of the language that is likelier than others before the page is looked at, and in which a page
            that may be in any is read.

    Raises UnknownLanguageError for an unknown candidate; one that is not available is passed over.
    """
    page = _beginning(lines)
    looks_like = _looks_like(page)
    evidence: dict[str, float] = {}
    for code in candidates or _readable(page):
        try:
            language = get(code)
        except LanguageUnavailableError:
            continue
        if _base(code) in _models():
            evidence[code] = _evidence(" ".join(lines_of_text(language.read(page))), page, code, expected)
    fallback = expected if expected in evidence else next(iter(evidence), expected)
    letters = not math.isnan(evidence.get(fallback, math.nan))
    evidence = {code: value for code, value in evidence.items() if not math.isnan(value)}
    if not letters:
        return Detection(UNSURE, 0.0, (), fallback, looks_like)
    guesses = _guesses(evidence)
    first, *others = guesses
    of_base = sum(guess.score for guess in guesses if _base(guess.code) == _base(first.code))
    if first.code == CONTRACTED and first.score >= SURE:
        looks_like = ""
    if of_base < SURE or looks_like:
        read_as = first.code if of_base >= SURE or expected not in evidence else fallback
        return Detection(UNSURE, round(1 - _score(guesses, read_as), 4), tuple(guesses), read_as, looks_like)
    return Detection(first.code, first.score, tuple(others), first.code, looks_like)


def _guesses(evidence: dict[str, float]) -> list[Guess]:
    """The candidates from the likeliest down."""
    best = max(evidence.values())
    odds = {code: math.exp(value - best) for code, value in evidence.items()}
    guesses = [Guess(code, round(value / sum(odds.values()), 4)) for code, value in odds.items()]
    # Sorting is stable: of two that tie, the one preferred comes first.
    return sorted(guesses, key=lambda guess: -guess.score)


def _score(guesses: Sequence[Guess], code: str) -> float:
    return sum(guess.score for guess in guesses if guess.code == code)


def _base(code: str) -> str:
    return code.split("-", maxsplit=1)[0]


def _looks_like(page: Sequence[Sequence[str]]) -> str:
    """The kind of Braille that the cells are, where no language here is written so."""
    cells = [cell for line in page for cell in line if cell]
    if cells and sum("7" in cell or "8" in cell for cell in cells) > _EIGHT_DOT * len(cells):
        return "eight_dot"
    words = [word for line in page for word in _words(line)]
    single = sum(len(word) == 1 and word[0] in _CONTRACTIONS for word in words)
    # Words in the lower row alone (la, lo, en) settle it: English has them too, but not these alone.
    lower = sum(word in (["3"], ["36"], ["256"]) for word in words)
    contracted = len(words) > _ENOUGH and single > _CONTRACTED * len(words) and lower > 0
    return "contracted_spanish" if contracted else ""


# Words below which the share of contractions says nothing.
_ENOUGH = 4


def _words(line: Sequence[str]) -> list[list[str]]:
    words: list[list[str]] = [[]]
    for cell in line:
        if cell:
            words[-1].append(cell)
        elif words[-1]:
            words.append([])
    return [word for word in words if word]


def _evidence(text: str, page: Sequence[Sequence[str]], code: str, expected: str) -> float:
    """Log of how much a text speaks for a language; nan for a text without letters."""
    base = _base(code)
    cells = sum(bool(cell) for line in page for cell in line)
    share = min(1.0, _MOST / cells) if cells else 0.0
    prior = math.log(_EXPECTED) if code == expected else 0.0
    return share * (_TRIGRAMS * cells * likelihood(text, base) + _WORDS * _commonness(text, base)) + prior


def _commonness(text: str, code: str) -> float:
    """Nats by which the text's words are commoner than a rare one; the parts of an elision count each."""
    common = common_words(code)
    total = 0.0
    for word in _WORD.findall(text.lower()):
        parts = [word] if word in common else re.split("['’]", word)
        total += sum(max(0.0, _RARE - common[part] / 10) for part in parts if part in common)
    return total


def _readable(page: Sequence[Sequence[str]]) -> list[str]:
    """The languages that a page may be in."""
    codes = [info.code for info in languages() if info.available and info.reads and info.code != "braille"]
    return [code for code in codes if _is_possible(get(code), page)]


def _is_possible(language: Language, page: Sequence[Sequence[str]]) -> bool:
    if not isinstance(language, Recognising):
        return True
    return sum(len(_words(line)) for line in page) > _ENOUGH and language.likeness(page) > _ALIKE


def _beginning(lines: Cells) -> list[list[str]]:
    page, cells = [], 0
    for line in lines:
        page.append(list(line[:_CELLS]))
        cells += len(line)
        if cells > _CELLS:
            break
    return page


def letters_of(code: str) -> frozenset[str]:
    """Return the small letters in the common words of a language, of Spanish where the language has no list."""
    return frozenset("".join(common_words(code) or common_words(DEFAULT)))


def likelihood(text: str, code: str) -> float:
    """Return the mean log probability of a letter trigram of a text in a language, nats; nan where there is none.

    A language without a model makes every text as likely as Spanish does.
    """
    broken = len(_BROKEN.findall(text))
    plain = f" {_NOT_LETTER.sub(' ', text.lower()).strip()} "
    trigrams = [plain[at : at + 3] for at in range(len(plain) - 2)]
    if not trigrams or plain.isspace():
        return math.nan
    model = _models().get(code, _models()[DEFAULT])
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
