"""Contracted Spanish (estenografía; Comisión Braille Española, B 16), read against liblouis' table es-g2.

The table only writes. So a word is read by what would be written for it: common words and those with signs of their own
are looked up by their cells, and of any other word the contractions are undone in every way. A reading is right if
liblouis writes the same cells for it, with its marks and capitals, which is hardly ever true of two: among 86,158 words
of films 16 share their cells with another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from ..base import UNKNOWN, Cells, Sign, lines_of_text
from ..cells import from_unicode, to_unicode
from ..commonness import common_words
from ..spanish import signs
from ..spanish.language import Spanish
from .engine import Engine, LouisError
from .language import LouisLanguage
from .tables import Table
from .undoing import undone, words_with_signs

TABLES = "unicode.dis,es-g2.ctb"
SEVERAL, UNCERTAIN = "several_words", "uncertain_contraction"
# Words in one request, and readings of a word that is in no list which are tried.
_AT_ONCE, _TRIED = 40, 24
# Readings of each half of a word with a hyphen.
_HALVES = 4
# Nats by which a word must be likelier than another one of the same cells to stand without a doubt.
_CLEARLY = 4.0
# Nats that a mark costs, a capital, a small letter after ¿ or ¡, and a quotation mark, which is also a contraction.
_MARK, _CAPITAL, _SMALL, _QUOTE = 3.0, 2.0, 6.0, 11.0
# Nats a letter up to which letters are like a word.
_LIKE_A_WORD = 3.5
# Tenths of a nat that a word costs which is none of the common ones.
_RARE = 110
# Words of one letter; other letters stand for words.
_LETTER_WORDS = frozenset("aeouy")
# Marks between blanks.
_ALONE = {to_unicode([signs.HYPHEN] * 2): "—", to_unicode([signs.STOP] * 3): "..."}
_MOST_MARKS = 4
# Ways in which a word may stand among marks whose contractions are undone.
_PLACES = 12
# Words that one round reads, which several pages have: one takes some milliseconds. And words that are remembered.
_MOST_WORDS, _REMEMBERED = 3000, 20_000
# Marks before and after a word; dot 5 keeps ? and " from being contractions.
_OPENING = {
    (signs.QUESTION,): "¿", (signs.EXCLAMATION,): "¡", (signs.QUOTES,): '"', (signs.OPEN_ROUND,): "(",
    (signs.HYPHEN,): "-", (signs.HYPHEN, signs.HYPHEN): "—",
}  # fmt: skip
_CLOSING = {
    (signs.COMMA,): ",", (signs.STOP,): ".", (signs.SEMICOLON,): ";", (signs.COLON,): ":", (signs.EXCLAMATION,): "!",
    ("5", signs.QUESTION): "?", (signs.QUESTION,): "?", ("5", signs.QUOTES): '"', (signs.QUOTES,): '"',
    ("5", signs.QUESTION, signs.QUOTES): '?"', (signs.CLOSE_ROUND,): ")", (signs.HYPHEN,): "-",
    (signs.HYPHEN, signs.HYPHEN): "—", (signs.STOP,) * 3: "...",
}  # fmt: skip
# Read from the end.
_CLOSING_REVERSED = {cells[::-1]: mark[::-1] for cells, mark in _CLOSING.items()}
_FOREIGN = "5"
_BLANK = "\u2800"


@dataclass(frozen=True, slots=True)
class Written:
    """What liblouis writes for a word.

    Attributes:
        braille: its cells in Unicode Braille.
        starts: for each cell, the index of the character that it comes from.
    """

    braille: str
    starts: list[int]


def translated_words(engine: Engine, words: Sequence[str]) -> list[Written]:
    """What liblouis writes for words between blanks. Raises LouisError."""
    if not words:
        return []
    text = " ".join(words)
    (translation,) = engine.translate(TABLES, [text], back=False)
    cells = [""] + [""] * text.count(" ")
    starts: list[list[int]] = [[] for _ in cells]
    firsts = [0, *(at + 1 for at, character in enumerate(text) if character == " ")]
    word = 0
    for cell, position in zip(translation.text, translation.positions, strict=True):
        if cell in (_BLANK, " "):
            word = min(word + 1, len(cells) - 1)
            continue
        cells[word] += cell
        starts[word].append(max(0, position - firsts[word]))
    if len(words) > 1 and translation.text.count(_BLANK) + translation.text.count(" ") != len(words) - 1:
        return [one for word in words for one in translated_words(engine, [word])]
    return [Written(*pair) for pair in zip(cells, starts, strict=True)]


class ContractedSpanish(LouisLanguage):
    """Contracted Spanish, written by liblouis and read against it."""

    def __init__(self, table: Table, engine: Engine) -> None:
        super().__init__(table, engine)
        self._plain = Spanish()
        self._known: dict[str, list[Sign]] = {}
        self._index: dict[str, list[tuple[str, int]]] | None = None

    def read(self, lines: Cells) -> list[list[Sign]]:
        """One Sign for each cell, in the same shape; never raises."""
        tokens = sorted({to_unicode(token) for line in lines for token in _tokens(line)} - self._known.keys())
        known = self._known if len(self._known) < _REMEMBERED else {}
        learnt = self._learnt(tokens)
        known = {**known, **learnt}
        if len(learnt) == len(tokens):
            self._known = known
        for token in tokens:
            if token not in known:
                read = self._plain.read([from_unicode(token)])[0]
                known[token] = [replace(sign, doubt=sign.doubt or UNCERTAIN) for sign in read]
        return [self._line(line, known) for line in lines]

    def likeness(self, lines: Cells) -> float:
        """Share of the cells that are in common words of contracted Spanish, 0 to 1: much quicker than to read them."""
        try:
            known = self._words()
        except LouisError:
            return 0.0
        counts = [0, 0]
        for token in (token for line in lines for token in _tokens(line)):
            common = any(to_unicode(dressed.cells) in known for dressed in _dressed(token))
            counts[common] += len(token)
        return counts[True] / max(1, sum(counts))

    def _line(self, line: Sequence[str], known: dict[str, list[Sign]]) -> list[Sign]:
        read: list[Sign] = []
        for is_word, run in groupby(line, key=bool):
            cells = [*run]
            read += known[to_unicode(cells)] if is_word else [Sign(" ")] * len(cells)
        return read

    def _learnt(self, tokens: list[str]) -> dict[str, list[Sign]]:
        """Words of Unicode Braille as far as they can be read, in rounds of less and less certain readings."""
        learnt: dict[str, list[Sign]] = {}
        likeliest: dict[str, list[Sign]] = {}
        for kind in (self._listed, self._numbers, self._undone, self._uncontracted):
            left = [token for token in tokens if token not in learnt]
            try:
                tried = [(token, *reading) for token in left[:_MOST_WORDS] for reading in kind(token)]
                written = self._written([text for _, _, text in tried])
            except LouisError:
                break
            right: dict[str, list[tuple[float, str, Written]]] = {}
            for (token, cost, text), cells in zip(tried, written, strict=True):
                if cells.braille == token:
                    right.setdefault(token, []).append((cost, text, cells))
                elif kind == self._undone and token not in likeliest and cost < _LIKE_A_WORD * len(text):
                    likeliest[token] = _evenly(text, len(token))
            for token, readings in right.items():
                readings.sort(key=lambda reading: reading[0])
                (cost, text, cells), *others = readings
                several = any(other - cost < _CLEARLY and differs != text for other, differs, _ in others)
                doubt = SEVERAL if several else UNCERTAIN if kind == self._uncontracted else ""
                learnt[token] = _signs(text, cells, doubt)
            if kind == self._undone:
                # Contracted by somewhat other rules.
                learnt = {**likeliest, **learnt}
        return learnt

    def _written(self, words: list[str]) -> list[Written]:
        return [
            one
            for at in range(0, len(words), _AT_ONCE)
            for one in translated_words(self._engine, words[at : at + _AT_ONCE])
        ]

    def _listed(self, token: str) -> Iterator[tuple[float, str]]:
        """Readings of a word by the common ones, with the costs."""
        if token in _ALONE:
            yield 0.0, _ALONE[token]
        for dressed in _dressed(from_unicode(token)):
            for word, cost in self._words().get(to_unicode(dressed.cells), ()):
                yield cost / 10 + dressed.cost, dressed.text(word)

    def _words(self) -> dict[str, list[tuple[str, int]]]:
        """Cells → the common words and those with signs of their own that they are, each with its cost."""
        if self._index is None:
            costs = dict.fromkeys(words_with_signs(), _RARE) | {
                word: cost
                for word, cost in common_words("es").items()
                if word.isalpha() and (len(word) > 1 or word in _LETTER_WORDS)
            }
            index: dict[str, list[tuple[str, int]]] = {}
            for (word, cost), cells in zip(costs.items(), self._written(list(costs)), strict=True):
                index.setdefault(cells.braille, []).append((word, cost))
            self._index = index
        return self._index

    def _numbers(self, token: str) -> Iterator[tuple[float, str]]:
        """The uncontracted reading of a number, and of a word with k, w or x, which dot 5 announces."""
        for dressed in _dressed(from_unicode(token)):
            cells = dressed.cells
            if cells[0] == signs.NUMBER and cells[1:2] and cells[1] in signs.DIGIT_OF:
                number = lines_of_text(self._plain.read([cells]))[0]
                if number.split() == [number]:
                    yield dressed.cost, dressed.text(number)
            elif cells[0] == _FOREIGN and all(cell in signs.SPANISH.letter_of for cell in cells[1:]):
                yield dressed.cost, dressed.text("".join(map(signs.SPANISH.letter_of.__getitem__, cells[1:])))

    def _undone(self, token: str) -> Iterator[tuple[float, str]]:
        """Readings of any other word, and of two with a hyphen, with how unlikely their letters are."""
        found = [
            (dressed.cost + cost, dressed.text(word))
            for dressed in sorted(_dressed(from_unicode(token)), key=lambda one: one.cost)[:_PLACES]
            for cost, word in [*undone(dressed.cells), *_in_halves(dressed.cells)]
        ]
        yield from sorted(found)[:_TRIED]

    def _uncontracted(self, token: str) -> Iterator[tuple[float, str]]:
        """The uncontracted reading of what is no word: addresses, sums."""
        text = lines_of_text(self._plain.read([from_unicode(token)]))[0]
        if UNKNOWN not in text and text.split() == [text]:
            yield 0.0, text


@dataclass(frozen=True, slots=True)
class _Dressed:
    """How a word may stand in some cells.

    Attributes:
        cells: of the bare word.
        opening, closing: the marks before and after it.
        capital: which of its letters are capitals: "", "first" or "all".
        marks: how many marks there are.
    """

    cells: tuple[str, ...]
    opening: str
    closing: str
    capital: str
    marks: int

    @property
    def cost(self) -> float:
        """How unlikely it is that a word stands so, in nats."""
        small = bool(self.opening.strip('"(-—')) and not self.capital
        return _MARK * self.marks + _CAPITAL * bool(self.capital) + _SMALL * small + _QUOTE * ('"' in self.opening)

    def text(self, word: str) -> str:
        """A word in this place."""
        if self.capital:
            word = word.upper() if self.capital == "all" else word[:1].upper() + word[1:]
        return self.opening + word + self.closing


def _dressed(cells: list[str]) -> Iterator[_Dressed]:
    """Every way in which a word may stand in these cells, with marks around it and capitals."""
    for before, opening, first in _marks(cells, _OPENING):
        for behind, closing, last in _marks(cells[first:][::-1], _CLOSING_REVERSED):
            for capital, bare in _bare(tuple(cells[first : len(cells) - last])):
                if not bare:
                    continue
                yield _Dressed(bare, opening, closing[::-1], capital, before + behind)


def _in_halves(cells: tuple[str, ...]) -> Iterator[tuple[float, str]]:
    """Two words with a hyphen, the likeliest of each."""
    hyphens = [at for at in range(1, len(cells) - 1) if cells[at] == signs.HYPHEN]
    for at in hyphens if len(hyphens) < _MOST_MARKS else ():
        capital = cells[at + 1] == signs.CAPITAL
        for cost, word in undone(cells[:at])[:_HALVES]:
            for other, second in undone(cells[at + 1 + capital :])[:_HALVES]:
                yield _MARK + cost + other, f"{word}-{second.capitalize() if capital else second}"


def _tokens(line: Sequence[str]) -> Iterator[list[str]]:
    """The cells between blanks."""
    return ([*cells] for is_word, cells in groupby(line, key=bool) if is_word)


def _evenly(text: str, cells: int) -> list[Sign]:
    """A text on so many cells, of which liblouis does not say which is whose."""
    bounds = [round(len(text) * at / cells) for at in range(cells + 1)]
    return [Sign(text[start:end], UNCERTAIN) for start, end in pairwise(bounds)]


def _marks(cells: Sequence[str], marks: dict[tuple[str, ...], str]) -> list[tuple[int, str, int]]:
    """How the cells may begin with marks: how many marks, their text, and how many cells they take."""
    found = [(0, "", 0)]
    for count, text, taken in found:
        for key, mark in marks.items() if count < _MOST_MARKS else ():
            end = taken + len(key)
            if end < len(cells) and tuple(cells[taken:end]) == key:
                found.append((count + 1, text + mark, end))
    return found


def _bare(core: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The cells of a word without its capital signs, and which they were: "", "first" or "all"."""
    yield "", core
    foreign, rest = (core[:1], core[1:]) if core[:1] == (_FOREIGN,) else ((), core)
    if rest[:2] == (signs.CAPITAL, signs.CAPITAL):
        yield "all", (*foreign, *rest[2:])
    elif rest[:1] == (signs.CAPITAL,):
        yield "first", (*foreign, *rest[1:])


def _signs(text: str, written: Written, doubt: str) -> list[Sign]:
    """The text on its cells: that of a group of cells on the last of them."""
    starts = [0]
    for start in written.starts[1:]:
        starts.append(max(starts[-1], min(start, len(text))))
    ends = [*starts[1:], len(text)]
    return [Sign(text[start:end], doubt) for start, end in zip(starts, ends, strict=True)]
