"""Layout of cells for an embosser: lines are wrapped to the width of the paper and rows are divided into pages.

A cell is the ascending digits of its raised dots, "" for a blank, as in `easybraille.languages`.
"""

from __future__ import annotations

from collections.abc import Sequence

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

    Lines break at blanks, otherwise after a hyphen between letters. Only a word that is longer than a row is cut, and a
    hyphen marks the cut. Blanks at the start of the line are kept; those at a break are dropped.
    """
    words = _words(line)
    if not words:
        return [[]]
    rows: list[Row] = [[]]
    for blanks, word in words:
        start = [*rows[-1], *[""] * min(blanks, width // 2)]
        if len(start) + len(word) <= width:
            rows[-1] = start + word
            continue
        head = _fitting_head(word, width - len(start))
        if head:
            rows[-1] = start + word[:head]
        rest = word[head:]
        if rows[-1]:
            rows.append([])
        while len(rest) > width:
            cut = _fitting_head(rest, width)
            rows[-1] = rest[:cut] if cut else [*rest[: width - 1], HYPHEN]
            rest = rest[cut or width - 1 :]
            rows.append([])
        rows[-1] = list(rest)
    return rows


def _words(line: Sequence[str]) -> list[tuple[int, Row]]:
    """The words of a line, each with the number of blanks before it."""
    words: list[tuple[int, Row]] = []
    blanks, word = 0, []
    for cell in [*line, ""]:
        if cell:
            word.append(cell)
            continue
        if word:
            words.append((blanks, word))
            blanks, word = 0, []
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
