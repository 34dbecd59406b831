"""The rows of a page before they are grouped: what stands in them and what does not belong to the text.

Page numbers and print-page lines are taken out of the text, and the columns of a page are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, groupby, pairwise

from ..document import Cell, Line

# Blanks that separate more than words: the columns of a table, or a title and a page number.
WIDE_GAP = 3
_NARROW_GAP = 2
PAGE_NUMBER = re.compile(r"[-—– ]*(?:\d{1,4}|[ivxlc]{1,7}|[IVXLC]{1,7})[-—– ]*")
ENDS_SENTENCE = re.compile(r"[.:;!?…][»”\"'’)\]]*$")
_PRINT_PAGE = re.compile(r"[-—–\s]*[a-z]?\d{1,4}[-—–\s]*")
_HYPHEN = "36"
_PRINT_PAGE_HYPHENS, _SEPARATOR_CELLS = 4, 5
# A page number on a line of text ends at the edge of the page, give or take this many cells.
_AT_EDGE = 2
# A line of text is longer than this share of the page; a running title is not.
_TEXT_FROM = 0.6
_LEADERS = ("3", "5", "25", "36", "256", "2")
_LEADER_CELLS = 3
# Two columns of text have at least so many rows beside each other, most of them filled.
_FEWEST_COLUMN_ROWS, _FILLED = 4, 0.6
_NARROWEST_COLUMN, _MOST_INDENT = 8, 4


@dataclass(frozen=True)
class Row:
    """A non-empty line, or a part of it; its texts are asked for often and joined once.

    Attributes:
        number: index of the line on the page.
        place: the same for the page as if it were single-spaced and had no print-page lines.
        indent: number of blanks before the first cell.
        cells: the cells without blanks at either end.
        room: the cells that were available to it, where something else stands on the same line.
    """

    number: int
    place: int
    indent: int
    cells: list[Cell]
    room: int | None = None

    @cached_property
    def text(self) -> str:
        """The text without blanks at either end."""
        return "".join(cell.text for cell in self.cells).strip()

    @property
    def end(self) -> int:
        """The column after the last cell."""
        return self.indent + len(self.cells)

    @property
    def first_word(self) -> int:
        """Number of cells before the first blank."""
        return next((at for at, cell in enumerate(self.cells) if not cell.dots), len(self.cells))

    def parts(self, gap: int = WIDE_GAP) -> list[Row]:
        """The parts between gaps of at least so many blanks."""
        parts: list[Row] = []
        start = 0
        for blank, run in groupby(range(len(self.cells)), key=lambda at: not self.cells[at].dots):
            places = list(run)
            if blank and len(places) >= gap:
                parts.append(self.part(start, places[0]))
                start = places[-1] + 1
        return [*parts, self.part(start, len(self.cells))]

    def part(self, start: int, end: int) -> Row:
        """The cells from one index up to another, without blanks at either end."""
        while start < end and not self.cells[start].dots:
            start += 1
        while end > start and not self.cells[end - 1].dots:
            end -= 1
        return replace(self, indent=self.indent + start, cells=self.cells[start:end])

    @cached_property
    def pieces(self) -> list[str]:
        """The texts between wide gaps."""
        return [part.text for part in self.parts()]

    @property
    def leader(self) -> bool:
        """Whether a run of guide dots leads to a number at the end, as in a table of contents."""
        if not self.text[-1:].isdigit():
            return False
        runs = [(dots, len(list(run))) for dots, run in groupby(self.cells, key=lambda cell: cell.dots)]
        return any(dots in _LEADERS and length >= _LEADER_CELLS for dots, length in runs[1:-1])

    @property
    def separator(self) -> bool:
        """Whether it is a line of one repeated cell."""
        return len(self.cells) >= _SEPARATOR_CELLS and len({cell.dots for cell in self.cells}) == 1

    @property
    def print_page(self) -> bool:
        """Whether it is the line, hyphens and a number, that marks where a page of the printed book begins."""
        hyphens = next((at for at, cell in enumerate(self.cells) if cell.dots != _HYPHEN), len(self.cells))
        return hyphens >= _PRINT_PAGE_HYPHENS and _PRINT_PAGE.fullmatch(self.text) is not None


@dataclass(slots=True)
class Body:
    """The rows of a page's text, and its page numbers.

    Attributes:
        rows: the rows of the text.
        top, bottom: page numbers that stand on the first or last line of the text.
        print_pages: print-page lines, each with the number of the row before it; -1 for none.
    """

    rows: list[Row]
    top: list[Row] = field(default_factory=list)
    bottom: list[Row] = field(default_factory=list)
    print_pages: list[tuple[int, Row]] = field(default_factory=list)


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """The non-empty lines; on a double-spaced page every other line is ignored."""
    raised = [[at for at, cell in enumerate(line.cells) if cell.dots] for line in lines]
    numbers = [number for number, places in enumerate(raised) if places]
    steps = [below - above for above, below in pairwise(numbers)]
    # A page number may be closer.
    double = len(steps) >= 3 and steps.count(2) > len(steps) / 2 and steps.count(1) <= 0.2 * len(steps)
    spacing = 2 if double else 1
    places = accumulate((max(1, step // spacing) for step in steps), initial=0)
    return [
        Row(number, place, raised[number][0], list(lines[number].cells[raised[number][0] : raised[number][-1] + 1]))
        for number, place in zip(numbers, places)
    ]


def body_of(rows: Sequence[Row]) -> Body:
    """The text of a page without its print-page lines and the page numbers that share a line with text."""
    body = Body([])
    closed = 0
    for row in rows:
        if row.print_page and len(rows) > 1:
            body.print_pages.append((body.rows[-1].number if body.rows else -1, row))
            closed += 1
        else:
            body.rows.append(replace(row, place=row.place - closed))
    for at, found in ((0, body.top), (len(body.rows) - 1, body.bottom)):
        if len(body.rows) > 1 and (split := _without_number(body.rows, at)):
            body.rows[at], number = split
            found.append(number)
    return body


def _without_number(rows: Sequence[Row], at: int) -> tuple[Row, Row] | None:
    """The row of text and the page number at its end, where it has one; a running title is no text."""
    row, beside = rows[at], rows[1] if at == 0 else rows[at - 1]
    parts = row.parts(_NARROW_GAP)
    width = max(other.end for other in rows)
    if len(parts) < 2 or row.end < width - _AT_EDGE or not re.fullmatch(r"\d{1,4}|[ivxlc]{1,7}", parts[-1].text):
        return None
    number = parts[-1]
    text = row.part(0, number.indent - row.indent)
    if len(parts) > 2 or len(beside.parts(_NARROW_GAP)) > 1 or abs(beside.place - row.place) > 1:
        return None
    below = rows[1] if at == 0 else row
    above = row if at == 0 else beside
    continues = below.text[:1].islower() and not ENDS_SENTENCE.search(text.text if at == 0 else above.text)
    filled = text.end - min(other.indent for other in rows) > _TEXT_FROM * width
    # A running title stands in the middle or ends without a full stop.
    if not (continues or filled or (ENDS_SENTENCE.search(text.text) and " " in text.text)):
        return None
    return replace(text, room=number.indent - WIDE_GAP), number


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that are read one after the other.

    Attributes:
        rows: at least one.
        margin, width: the columns between which they are laid out.
        whole: whether these are all rows of the page.
    """

    rows: list[Row]
    margin: int
    width: int
    whole: bool


def parts_of(rows: Sequence[Row]) -> list[Part]:
    """The rows in parts: two columns of text are one part each, what is above and below them is another.

    A table stays one part: the cells of its columns are not filled as lines of text are.
    """
    margin, width = min(row.indent for row in rows), max(row.end for row in rows)
    parts = []
    for part, is_column in _columns_of(rows):
        columns = min(row.indent for row in part), max(row.end for row in part)
        parts.append(Part(part, *(columns if is_column else (margin, width)), whole=len(part) == len(rows)))
    return parts


def _columns_of(rows: Sequence[Row]) -> list[tuple[list[Row], bool]]:
    for start, end in _runs_with_gutter(rows):
        gutter = _gutter(rows[start:end])
        assert gutter is not None
        left = [part for row in rows[start:end] if (part := _side(row, 0, gutter))]
        right = [part for row in rows[start:end] if (part := _side(row, gutter, row.end))]
        if _is_text(left) and _is_text(right):
            above = [(list(rows[:start]), False)] if start else []
            return [*above, (left, True), (right, True), *_columns_of(rows[end:])]
    return [(list(rows), False)] if rows else []


def _runs_with_gutter(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Runs of consecutive rows that a gutter divides, from the first row that has cells on both sides."""
    runs = []
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and _gutter(rows[start : end + 1]) is not None:
            end += 1
        if end - start >= _FEWEST_COLUMN_ROWS:
            runs.append((start, end))
        start = max(end, start + 1)
    return runs


def _gutter(rows: Sequence[Row]) -> int | None:
    """A column before which every row has two blanks or ends; None where the first row has no cells after it."""
    starts = [part.indent for part in rows[0].parts(_NARROW_GAP)[1:]]
    # The first line of the right column may be indented.
    for column in (start - indent for indent in range(_MOST_INDENT + 1) for start in starts):
        if column >= _NARROWEST_COLUMN and all(_divided(row, column) for row in rows):
            return column
    return None


def _divided(row: Row, column: int) -> bool:
    beside = (column - _NARROW_GAP - row.indent, column - 1 - row.indent)
    return all(not 0 <= at < len(row.cells) or not row.cells[at].dots for at in beside)


def _side(row: Row, start: int, end: int) -> Row | None:
    """The part of a row between two columns, as a row of its own whose margin is the first."""
    part = row.part(max(0, start - row.indent), max(0, min(end, row.end) - row.indent))
    return replace(part, indent=part.indent - start) if part.cells else None


def _is_text(rows: Sequence[Row]) -> bool:
    """Whether the rows are filled as lines of text are."""
    if len(rows) < _FEWEST_COLUMN_ROWS:
        return False
    width = max(row.end for row in rows)
    pairs = list(pairwise(rows))
    full = sum(above.end + 1 + below.first_word > width for above, below in pairs)
    return full >= _FILLED * len(pairs) and any(" " in row.text for row in rows)
