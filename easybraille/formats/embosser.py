"""Layout of cells for an embosser: lines are wrapped to the width of the paper and rows are divided into pages.

A cell is the ascending digits of its raised dots, "" for a blank, as in `easybraille.languages`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..languages import Break, WrittenLine
from ..languages.cells import to_unicode
from .context import Paper

Row = list[str]
HYPHEN = "36"
_NUMBER = "3456"


def pages(lines: Sequence[Sequence[str]], paper: Paper) -> list[list[Row]]:
    """Lay out lines of any length as pages of rows; empty rows at the end of a page are dropped."""
    rows = [row for line in lines for row in wrap(line, paper.cells)]
    cut = [rows[i : i + paper.rows] for i in range(0, len(rows), paper.rows)]
    return [_without_empty_end(page) for page in cut] or [[]]


def wrap(line: Sequence[str], width: int) -> list[Row]:
    """Wrap one line into rows of at most `width` cells; an empty line gives one empty row.

    Lines break at blanks, otherwise after a hyphen between letters, or where a `WrittenLine` says that they may. Only a
    word that is longer than a row is cut, and a hyphen marks the cut. Blanks at the start of the line are kept; those
    at a break are dropped, and a row ends at no blank that the line keeps.
    """
    words = _words(line)
    if not words:
        return [[]]
    rows: list[Row] = [[]]
    for blanks, whole in words:
        word = whole
        start = [*rows[-1], *[""] * min(blanks, width // 2)]
        if len(start) + len(word.cells) <= width:
            rows[-1] = start + word.cells
            continue
        head = word.head(width - len(start))
        if head:
            rows[-1] = start + head.cells
            word = head.rest
        if rows[-1]:
            rows.append([])
        while len(word.cells) > width:
            head = word.head(width) or _cut(word, width)
            rows[-1] = head.cells
            word = head.rest
            rows.append([])
        rows[-1] = word.cells
    return rows


@dataclass(frozen=True)
class _Word:
    """Cells without a blank at which a row may end, and where else it may; keys count from the first cell."""

    cells: Row
    breaks: dict[int, Break] = field(default_factory=dict)

    def head(self, room: int) -> _Head | None:
        """The longest part that fits into the room, and the rest."""
        places = [at for at, how in self.breaks.items() if at + len(how.end) <= room]
        hyphen = _fitting_head(self.cells, room)
        at = max([*places, hyphen])
        if not at:
            return None
        how = self.breaks.get(at, Break()) if at != hyphen else Break()
        moved = {place - at + len(how.start): other for place, other in self.breaks.items() if place > at}
        return _Head([*self.cells[:at], *how.end], _Word([*how.start, *self.cells[at:]], moved))


@dataclass(frozen=True)
class _Head:
    """The beginning of a word that ends a row, and the word that goes on in the next one."""

    cells: Row
    rest: _Word


def _cut(word: _Word, width: int) -> _Head:
    """A word that nothing allows to break, cut where the row ends."""
    at = width - 1
    moved = {place - at: how for place, how in word.breaks.items() if place > at}
    return _Head([*word.cells[:at], HYPHEN], _Word(word.cells[at:], moved))


def _words(line: Sequence[str]) -> list[tuple[int, _Word]]:
    """The words of a line, each with the number of blanks before it; a blank that is kept parts no words."""
    breaks, kept = (line.breaks, line.kept) if isinstance(line, WrittenLine) else ({}, set())
    words: list[tuple[int, _Word]] = []
    blanks, first = 0, -1
    for at, cell in enumerate([*line, ""]):
        if cell or first >= 0 and at in kept:
            first = at if first < 0 else first
            continue
        if first >= 0:
            inner = {place - first: how for place, how in breaks.items() if first < place < at}
            words.append((blanks, _Word(list(line[first:at]), inner)))
            blanks, first = 0, -1
        blanks += 1
    return words


def _fitting_head(word: Row, room: int) -> int:
    """Length of the longest part of the word that ends in a hyphen and fits into the room; 0 if there is none.

    A dash (two hyphens) and the minus sign or hyphen of a number do not allow a break.
    """
    best, number = 0, False
    for at, cell in enumerate(word[:room]):
        if cell == _NUMBER:
            number = True
        if cell != HYPHEN or at == 0 or at + 1 == len(word):
            continue
        alone = word[at - 1] != HYPHEN and word[at + 1] != HYPHEN
        if alone and not number:
            best = at + 1
        number = False
    return best


def _without_empty_end(rows: list[Row]) -> list[Row]:
    end = len(rows)
    while end and not rows[end - 1]:
        end -= 1
    return rows[:end]


def emboss(written: Sequence[Sequence[Sequence[str]]], paper: Paper | None) -> list[list[str]]:
    """Lay out pages of lines of cells as pages of rows of Unicode Braille; without paper each line is one row."""
    if paper is None:
        return [[to_unicode(line) for line in lines] for lines in written]
    return [[to_unicode(row) for row in rows] for lines in written for rows in pages(lines, paper)]
