"""Reflow: groups the lines of a page into paragraphs, headings, page numbers and blocks whose line ends are kept.

The width of the paper distinguishes a line that continues from one that ends: a line after which the next word would
still have fitted was ended on purpose.

Spanish Braille indents a paragraph by two cells, without an empty line, and centres headings; lists and verse start at
the margin, and their runover lines are indented. Books of other languages that separate paragraphs by an empty line are
supported as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby, pairwise

from ..document import Cell, Line, Paragraph, ParagraphKind

_BLANK = Cell("", "\u2800", " ")
_HYPHEN = "36"
# Blanks that separate more than words: the columns of a table, or a title and a page number.
_WIDE_GAP = 3
# Handwritten pages leave cells unused: a word that would just have fitted is no evidence.
_TO_SPARE = 2
_CENTRED_FROM = 3
_OFF_CENTRE = 4
_MOST_HEADING_LINES = 4
_MOST_HANGING = 4
# A word is split because it does not fit. If it would have fitted with this many cells to spare, the hyphen is a dash.
_TOO_MUCH_TO_SPLIT = 6
# A block with at most this many lines is judged by the rest of the page.
_FEW_LINES = 4
_PAGE_NUMBER = re.compile(r"[-—– ]*(?:\d{1,4}|[ivxlc]{1,7}|[IVXLC]{1,7})[-—– ]*")
_ENDS_SENTENCE = re.compile(r"[.:;!?…][»”\"'’)\]]*$")
_OPENS = re.compile(r"[¿¡«“\"'‘(\[]*(?:[—–-]|\d+[.)ºª]|[A-ZÁÉÍÓÚÜÑÇÀ-ÞΑ-ΩА-Я])")
_DASH = ("—", "–", "-")
_ACCENTED = re.compile("[áéíóúÁÉÍÓÚ]")
# Languages whose words have at most one written accent, while each part of a hyphenated compound keeps its own, as in
# teórico-práctico (Ortografía de la lengua española, 2010).
_ONE_ACCENT = ("es", "gl")
_WORD_END, _WORD_START = re.compile(r"[^\W\d_]+$"), re.compile(r"^[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Flowed:
    """A paragraph with its cells.

    Attributes:
        paragraph: kind, text and lines.
        cells: a list of cells for each kept line; a single list where the text flows.
        apart: whether an empty line or a paragraph of another kind precedes it.
    """

    paragraph: Paragraph
    cells: list[list[Cell]]
    apart: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """A non-empty line.

    Attributes:
        number: index of the line on the page.
        place: the same for the page as if it were single-spaced.
        indent: number of blanks before the first cell.
        cells: the cells without blanks at either end.
    """

    number: int
    place: int
    indent: int
    cells: list[Cell]

    @property
    def text(self) -> str:
        return "".join(cell.text for cell in self.cells).strip()

    @property
    def end(self) -> int:
        return self.indent + len(self.cells)

    @property
    def first_word(self) -> int:
        """Number of cells before the first blank."""
        return next((at for at, cell in enumerate(self.cells) if not cell.dots), len(self.cells))

    @property
    def pieces(self) -> list[str]:
        """The texts between wide gaps."""
        pieces, blanks = [""], 0
        for cell in self.cells:
            blanks = 0 if cell.dots else blanks + 1
            if blanks == _WIDE_GAP:
                pieces.append("")
            pieces[-1] += cell.text
        return [piece.strip() for piece in pieces]


def flow(lines: Sequence[Line], language: str = "es") -> list[Flowed]:
    """The paragraphs of one page, in order; every non-empty line belongs to exactly one."""
    rows = _rows(lines)
    if not rows:
        return []
    page = _Page(rows, language)
    paragraphs: list[Flowed] = []
    for made in (made for block, kind in page.blocks() for made in page.paragraphs(block, kind)):
        before = paragraphs[-1].paragraph if paragraphs else None
        both_prose = before is not None and before.kind == made.kind == "prose"
        apart = before is None or not both_prose or page.gap(before.lines[-1], made.numbers[0])
        paragraphs.append(_flowed(made, apart))
    return paragraphs


def text_of(paragraphs: Sequence[Paragraph]) -> str:
    """The reflowed text, an empty line between paragraphs."""
    return "\n\n".join(paragraph.text for paragraph in paragraphs)


@dataclass(slots=True)
class _Made:
    """A paragraph under construction: lines of cells, each with its indent."""

    kind: ParagraphKind
    numbers: list[int]
    lines: list[tuple[int, list[Cell]]]


def _flowed(made: _Made, apart: bool) -> Flowed:
    least = min(indent for indent, _ in made.lines)
    if made.kind == "heading":
        texts = ["".join(cell.text for cell in cells).strip() for _, cells in made.lines]
    else:
        texts = [" " * (indent - least) + "".join(c.text for c in cells).strip() for indent, cells in made.lines]
    keep = made.kind == "prose"
    cells = [[*[_BLANK] * (indent if keep else indent - least), *cells] for indent, cells in made.lines]
    return Flowed(Paragraph(made.kind, "\n".join(texts), made.numbers), cells, apart)


class _Page:
    """The rows of a page and its margins."""

    def __init__(self, rows: list[_Row], language: str) -> None:
        self.rows = rows
        self.width = max(row.end for row in rows)
        self.margin = min(row.indent for row in rows)
        self.one_accent = language.partition("-")[0] in _ONE_ACCENT
        whole = " ".join(row.text for row in rows).casefold()
        self.compounds = set(re.findall(r"[^\W\d_]+-[^\W\d_]+", whole))

    def gap(self, above: int, below: int) -> bool:
        """Whether an empty line separates two rows, given by their numbers."""
        places = {row.number: row.place for row in self.rows}
        return places[below] - places[above] > 1

    def blocks(self) -> list[tuple[list[_Row], ParagraphKind]]:
        """The page in blocks of rows: running lines, headings, and the rest divided at empty lines."""
        blocks: list[tuple[list[_Row], ParagraphKind]] = []
        for at, row in enumerate(self.rows):
            kind: ParagraphKind = "running" if self._running(at) else "heading" if self._centred(at) else "prose"
            if blocks and blocks[-1][1] == kind and kind != "running" and row.place == blocks[-1][0][-1].place + 1:
                blocks[-1][0].append(row)
            else:
                blocks.append(([row], kind))
        return self._without_false_headings(blocks)

    def _running(self, at: int) -> bool:
        """Whether a row is a page number, with or without a title, at the top or bottom of the page."""
        row = self.rows[at]
        last = len(self.rows) - 1
        # A title may stand above the number.
        if last < 1 or not (at in (0, last) or (at == 1 and last > 1 and self._running(0))):
            return False
        beside = self.rows[at + 1] if at < last else self.rows[at - 1]
        pieces = row.pieces
        if len(pieces) > 1:
            return len(beside.pieces) == 1 and any(_PAGE_NUMBER.fullmatch(p) for p in (pieces[0], pieces[-1]))
        apart = abs(beside.place - row.place) > 1 or row.indent > self.width / 3
        apart = apart or (at < last and self._early(row, beside))
        return apart and _PAGE_NUMBER.fullmatch(row.text) is not None

    def _centred(self, at: int) -> bool:
        """Whether a row is centred rather than indented: an indented row that is full continues in the next."""
        row, after = self.rows[at], self.rows[at + 1] if at + 1 < len(self.rows) else None
        if not self._in_the_middle(row):
            return False
        continues = after is not None and after.place == row.place + 1 and not self._early(row, after)
        return not (continues and after is not None and after.indent == self.margin)

    def _in_the_middle(self, row: _Row) -> bool:
        return row.indent >= _CENTRED_FROM and abs(row.indent - (self.width - row.end)) <= _OFF_CENTRE

    def _without_false_headings(
        self, blocks: list[tuple[list[_Row], ParagraphKind]]
    ) -> list[tuple[list[_Row], ParagraphKind]]:
        """The blocks with false headings as prose: indented verse looks centred where its lines are long enough."""
        result: list[tuple[list[_Row], ParagraphKind]] = []
        for at, (block, marked) in enumerate(blocks):
            kind = marked
            after = blocks[at + 1][0][0] if at + 1 < len(blocks) else None
            near = result and result[-1][1] == "prose" and block[0].place == result[-1][0][-1].place + 1
            if kind == "heading" and (
                len(block) > _MOST_HEADING_LINES
                or (len(block) > 1 and len({row.indent for row in block}) == 1 and len({r.end for r in block}) > 1)
                or (near and result[-1][0][-1].indent == block[0].indent)
                or (after and (after.place, after.indent) == (block[-1].place + 1, block[-1].indent))
            ):
                kind = "prose"
            if near and kind == "prose":
                result[-1][0].extend(block)
            else:
                result.append((list(block), kind))
        return result

    def paragraphs(self, block: list[_Row], kind: ParagraphKind) -> list[_Made]:
        """The paragraphs of a block of rows."""
        if kind != "prose":
            return [_Made(kind, [row.number for row in block], [(row.indent, row.cells) for row in block])]
        base = min(row.indent for row in block)
        hanging = self._hanging(block, base)
        if self._kept(block, base, hanging):
            return [self._as_lines(block, base, hanging)]
        if hanging:
            return self._as_prose(block, base, hanging)
        made: list[_Made] = []
        for part, set_in in self._set_in(block, base):
            made += [self._as_lines(part, base, hanging)] if set_in else self._as_prose(part, base, hanging)
        return made

    def _set_in(self, block: list[_Row], base: int) -> list[tuple[list[_Row], bool]]:
        """The block divided into parts; runs of indented lines, verse within prose, are separate and marked True."""
        runs = [list(run) for _, run in groupby(block, key=lambda row: row.indent)]
        parts: list[tuple[list[_Row], bool]] = []
        for run in runs:
            early = all(self._early(a, b, 0) for a, b in pairwise(run))
            verse = len(run) > 2 and run[0].indent > base and early and not self._all_paragraphs(run)
            if parts and not verse and not parts[-1][1]:
                parts[-1][0].extend(run)
            else:
                parts.append((run, verse))
        return parts

    def _early(self, above: _Row, below: _Row, to_spare: int = _TO_SPARE) -> bool:
        """Whether the line was ended on purpose: the next word would have fitted with `to_spare` cells left."""
        return above.end + 1 + below.first_word + to_spare <= self.width

    def _hanging(self, block: list[_Row], base: int) -> bool:
        """Whether indented lines continue the line above, as in lists, rather than start a paragraph."""
        inward = [(a, b) for a, b in pairwise(block) if a.indent == base < b.indent]
        further = [(a, b) for a, b in pairwise(block) if base < b.indent]
        if not inward or block[0].indent != base or any(self._early(a, b) for a, b in further):
            return False
        if max(row.indent for row in block) > base + _MOST_HANGING:
            return False
        outward = [self._early(a, b, 0) for a, b in pairwise(block) if b.indent == base < a.indent]
        if outward:
            return sum(outward) >= len(outward) / 2
        return not any(_ENDS_SENTENCE.search(a.text) for a, _ in inward)

    def _kept(self, block: list[_Row], base: int, hanging: bool) -> bool:
        """Whether the block is verse, a list, a table or an address, whose line ends carry meaning."""
        if sum(len(row.pieces) > 1 for row in block) > len(block) / 2:
            return True
        level = [(a, b) for a, b in pairwise(block) if b.indent == base and not self._split(a, b)]
        if not level or (base > self.margin and self._all_paragraphs(block)):
            return False
        early = sum(self._early(a, b) for a, b in level) / len(level)
        opening = sum(_OPENS.match(b.text) is not None for _, b in level) / len(level)
        if hanging:
            return early >= 0.5
        if self._in_stanzas(block, base):
            return True
        if len(level) <= _FEW_LINES and self._page_of_lines:
            return True
        return early >= 0.5 or (early >= 0.25 and opening >= 0.6) or (opening >= 0.8 and len(level) >= 3)

    @staticmethod
    def _in_stanzas(block: list[_Row], base: int) -> bool:
        """Whether indented lines follow each other within a sentence, which paragraphs never do."""
        further = [row for row in block if row.indent > base]
        pairs = [(a, b) for a, b in pairwise(block) if base < a.indent == b.indent]
        amid = [a for a, b in pairs if not _ENDS_SENTENCE.search(a.text) and not b.text.startswith(_DASH)]
        return len(amid) > 1 and len(amid) >= 0.3 * len(further) and len(further) >= 0.35 * len(block)

    @cached_property
    def _page_of_lines(self) -> bool:
        """Whether many lines at the margin were ended on purpose, and no word is split."""
        level = [(a, b) for a, b in pairwise(self.rows) if b.place == a.place + 1]
        level = [(a, b) for a, b in level if a.indent == b.indent == self.margin]
        early = sum(self._early(a, b) for a, b in level)
        return early > max(2, len(level) * 0.4) and not any(self._split(a, b) for a, b in pairwise(self.rows))

    def _all_paragraphs(self, block: list[_Row]) -> bool:
        """Whether each of the indented lines is a paragraph of its own: dialogue, or whole sentences."""
        speaking = sum(row.text.startswith(_DASH) for row in block)
        sentences = sum(_ENDS_SENTENCE.search(row.text) is not None for row in block)
        return max(speaking, sentences) > len(block) / 2

    def _as_lines(self, block: list[_Row], base: int, hanging: bool) -> _Made:
        lines: list[tuple[int, list[Cell]]] = []
        for above, row in zip([None, *block], block):
            # A hyphen at the end of a line without an indented runover line is a dash.
            if above and hanging and row.indent > base:
                lines[-1] = (lines[-1][0], self._joined(lines[-1][1], above, row))
            else:
                lines.append((row.indent, list(row.cells)))
        return _Made("lines", [row.number for row in block], lines)

    def _as_prose(self, block: list[_Row], base: int, hanging: bool) -> list[_Made]:
        separate = base > self.margin and self._all_paragraphs(block)
        made: list[_Made] = []
        for above, row in zip([None, *block], block):
            if above is None or self._starts(above, row, base, hanging, separate):
                made.append(_Made("prose", [row.number], [(row.indent, list(row.cells))]))
                continue
            indent, cells = made[-1].lines[0]
            made[-1].lines[0] = (indent, self._joined(cells, above, row))
            made[-1].numbers.append(row.number)
        return made

    def _starts(self, above: _Row, row: _Row, base: int, hanging: bool, separate: bool) -> bool:
        """Whether a row of prose starts a paragraph."""
        if self._split(above, row):
            return False
        if row.indent > base:
            return not hanging
        if separate:
            return True
        ended = _ENDS_SENTENCE.search(above.text) and self._early(above, row)
        return bool(ended and _OPENS.match(row.text))

    def _split(self, above: _Row, below: _Row) -> bool:
        """Whether a word is split between two rows: a letter and a hyphen, then a lower-case letter."""
        if len(above.cells) < 2 or above.cells[-1].dots != _HYPHEN or not above.text.endswith("-"):
            return False
        would_have_fitted = above.end - 1 + below.first_word + _TOO_MUCH_TO_SPLIT <= self.width
        return above.text[-2:-1].isalpha() and below.text[:1].islower() and not would_have_fitted

    def _joined(self, cells: list[Cell], above: _Row, below: _Row) -> list[Cell]:
        """The cells collected up to the row above, joined with those of the row below."""
        if not self._split(above, below):
            # A hyphen or dash at the end of a line joins both sides: "1936-" and "1939", "Castilla-" and "La Mancha".
            tight = above.text[-2:-1].isalnum() and above.text.endswith("-") and below.text[:1].isalnum()
            return cells + ([] if tight else [_BLANK]) + below.cells
        left, right = _WORD_END.search(above.text[:-1]), _WORD_START.search(below.text)
        assert left and right
        accents = self.one_accent and _ACCENTED.search(left[0]) and _ACCENTED.search(right[0])
        compound = accents or f"{left[0]}-{right[0]}".casefold() in self.compounds
        return (cells if compound else cells[:-1]) + below.cells


def _rows(lines: Sequence[Line]) -> list[_Row]:
    """The non-empty lines; on a double-spaced page every other line is ignored."""
    raised = [[at for at, cell in enumerate(line.cells) if cell.dots] for line in lines]
    numbers = [number for number, places in enumerate(raised) if places]
    steps = [below - above for above, below in pairwise(numbers)]
    # A page number may be closer.
    double = len(steps) >= 3 and steps.count(2) > len(steps) / 2 and steps.count(1) <= 0.2 * len(steps)
    spacing = 2 if double else 1
    places = accumulate((max(1, step // spacing) for step in steps), initial=0)
    return [
        _Row(number, place, raised[number][0], list(lines[number].cells[raised[number][0] : raised[number][-1] + 1]))
        for number, place in zip(numbers, places)
    ]
