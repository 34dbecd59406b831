"""Reflow: groups the lines of a page into paragraphs, headings, page numbers and blocks whose line ends are kept.

The width of the paper distinguishes a line that continues from one that ends: a line after which the next word would
still have fitted was ended on purpose.

Spanish Braille indents a paragraph by two cells, without an empty line, and centres headings; lists and verse start at
the margin, and their runover lines are indented. Books of other languages that separate paragraphs by an empty line are
supported as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

from ..document import Cell, Line, Paragraph, ParagraphKind, Run
from ..languages.base import Emphasis
from .rows import ENDS_SENTENCE, PAGE_NUMBER, Part, Row, body_of, parts_of, rows_of
from .words import WORD_START, capitalised, halves_of_word, in_capitals, word_at_end

_BLANK = Cell("", "\u2800", " ")
_HYPHEN = "36"
# Handwritten pages leave cells unused: a word that would just have fitted is no evidence.
_TO_SPARE = 2
_CENTRED_FROM = 3
# Paragraphs are indented by two cells in Spanish, by up to four elsewhere.
_MOST_PARAGRAPH_INDENT = 2
_AT_RIGHT = 1
_NARROW_GAP = 2
_OFF_CENTRE = 4
_MOST_HEADING_LINES = 4
_MOST_HANGING = 4
# A word is split because it does not fit. If it would have fitted with this many cells to spare, the hyphen is a dash.
_TOO_MUCH_TO_SPLIT = 6
# A block with at most this many lines is judged by the rest of the page.
_FEW_LINES = 4
_OPENS = re.compile(r"[¿¡«“\"'‘(\[]*(?:[—–-]|\d+[.)ºª]|[A-ZÁÉÍÓÚÜÑÇÀ-ÞΑ-ΩА-Я])")
_DASH = ("—", "–", "-")
# From the beginning of a word only, and without going back in it: a page may be one endless word.
_COMPOUND = re.compile(r"(?<![^\W\d_])[^\W\d_]++-[^\W\d_]+")
_ACCENTED = re.compile("[áéíóúÁÉÍÓÚ]")
# Languages whose words have at most one written accent, while each part of a hyphenated compound keeps its own, as in
# teórico-práctico (Ortografía de la lengua española, 2010).
_ONE_ACCENT = ("es", "gl")


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


def flow(lines: Sequence[Line], language: str = "es") -> list[Flowed]:
    """The paragraphs of one page in reading order.

    Every non-empty line belongs to one paragraph, or to two where it carries a page number or crosses two columns.
    """
    body = body_of(rows_of(lines))
    if not body.rows:
        return [_flowed(_alone(row), apart=True) for _, row in body.print_pages]
    made: list[tuple[_Made, bool]] = [(_alone(row), True) for row in body.top]
    for part in parts_of(body.rows):
        made += _grouped(_Page(part, language))
    made += [(_alone(row), True) for row in body.bottom]
    for before, row in body.print_pages:
        at = max((index + 1 for index, (one, _) in enumerate(made) if before in one.numbers), default=0)
        made.insert(at, (_alone(row), True))
    return [_flowed(one, apart) for one, apart in made]


def _grouped(page: _Page) -> Iterator[tuple[_Made, bool]]:
    """The paragraphs of a page or column, each with whether it stands apart from the one before."""
    before: _Made | None = None
    for block, kind in page.blocks():
        for made in page.paragraphs(block, kind):
            both_prose = before is not None and before.kind == made.kind == "prose"
            yield made, before is None or not both_prose or page.gap(before.numbers[-1], made.numbers[0])
            before = made


def _alone(row: Row) -> _Made:
    """A page number or a print-page line."""
    return _Made("running", [row.number], [(row.indent, row.cells)])


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
    keeps_indent = made.kind != "heading"
    marked: list[tuple[str, Emphasis | None]] = []
    for indent, cells in made.lines:
        marked += [("\n", None)] if marked else []
        marked += [(" ", None)] * (indent - least) * keeps_indent
        marked += _stripped([(character, cell.emphasis) for cell in cells for character in cell.text])
    keep = made.kind == "prose"
    kept = [[*[_BLANK] * (indent if keep else indent - least), *cells] for indent, cells in made.lines]
    text = "".join(character for character, _ in marked)
    return Flowed(Paragraph(made.kind, text, made.numbers, _runs(marked) or None), kept, apart)


def _stripped(marked: list[tuple[str, Emphasis | None]]) -> list[tuple[str, Emphasis | None]]:
    """The characters without white space at either end."""
    places = [at for at, (character, _) in enumerate(marked) if not character.isspace()]
    return marked[places[0] : places[-1] + 1] if places else []


def _runs(marked: list[tuple[str, Emphasis | None]]) -> list[Run]:
    """The emphasised runs; the blanks between two emphasised words belong to their run."""
    runs: list[Run] = []
    for at, (character, emphasis) in enumerate(marked):
        if emphasis is None or character.isspace():
            continue
        between = marked[runs[-1].end : at] if runs else []
        if runs and runs[-1].emphasis == emphasis and all(character.isspace() for character, _ in between):
            runs[-1] = Run(runs[-1].start, at + 1, emphasis)
        else:
            runs.append(Run(at, at + 1, emphasis))
    return runs


class _Page:
    """The rows of a page and its margins."""

    def __init__(self, part: Part, language: str) -> None:
        self.rows, self.margin, self.width, self.whole = part.rows, part.margin, part.width, part.whole
        self.one_accent = language.partition("-")[0] in _ONE_ACCENT
        whole = " ".join(row.text for row in self.rows).casefold()
        self.compounds = set(_COMPOUND.findall(whole))

    def gap(self, above: int, below: int) -> bool:
        """Whether an empty line separates two rows, given by their numbers."""
        places = {row.number: row.place for row in self.rows}
        return places[below] - places[above] > 1

    def blocks(self) -> list[tuple[list[Row], ParagraphKind]]:
        """The page in blocks of rows: running lines, headings, lines that are set apart, and the rest."""
        blocks: list[tuple[list[Row], ParagraphKind]] = []
        for at, row in enumerate(self.rows):
            kind = self._kind(at)
            if blocks and blocks[-1][1] == kind and kind != "running" and row.place == blocks[-1][0][-1].place + 1:
                blocks[-1][0].append(row)
            else:
                blocks.append(([row], kind))
        return self._without_false_headings(blocks)

    def _kind(self, at: int) -> ParagraphKind:
        if self._running(at):
            return "running"
        if self._tabular(at) or self.rows[at].separator:
            return "lines"
        if self._set_apart(at):
            # A heading is centred on the paper, whose width short lines do not show.
            return "heading" if self.rows[at].text.isupper() else "lines"
        return "heading" if self._centred(at) else "prose"

    def _adjacent(self, at: int) -> list[Row]:
        """The rows directly above and below."""
        place = self.rows[at].place
        return [row for row in self.rows[max(0, at - 1) : at + 2] if abs(row.place - place) == 1]

    def _tabular(self, at: int) -> bool:
        """Whether a row belongs to a table or a table of contents: guide dots, or columns that its neighbours share."""
        row = self.rows[at]
        if row.leader or self._leads_on(at):
            return True
        parts = row.parts(_NARROW_GAP)[1:]
        for other in self._adjacent(at) if parts else ():
            others = other.parts(_NARROW_GAP)[1:]
            if (
                others
                and parts[-1].end == others[-1].end
                and parts[-1].text[-1:].isdigit()
                and others[-1].text[-1:].isdigit()
            ):
                return True
            if {part.indent for part in parts} & {part.indent for part in others}:
                return True
        return False

    def _leads_on(self, at: int) -> bool:
        """Whether a row is the first line of an entry in a table of contents that goes on in the next row."""
        after = next((other for other in self._adjacent(at) if other.place > self.rows[at].place), None)
        before = next((other for other in self._adjacent(at) if other.place < self.rows[at].place), None)
        if after is None or not after.leader or self._early(self.rows[at], after):
            return False
        return after.indent > self.rows[at].indent or (before is not None and before.leader)

    def _set_apart(self, at: int) -> bool:
        """Whether a row stands at the right, such as a date or a signature, and is no paragraph's first line."""
        row = self.rows[at]
        inward = row.indent - self.margin
        at_right = row.end >= self.width - _AT_RIGHT
        if inward <= _MOST_PARAGRAPH_INDENT or (self._in_the_middle(row) and not at_right):
            return False
        level = [other for other in self._adjacent(at) if other.indent == row.indent]
        if level:
            return False
        if inward >= self.width / 3:
            return True
        after = next((other for other in self._adjacent(at) if other.place > row.place), None)
        opens = after is None or (after.indent < row.indent and _OPENS.match(after.text) is not None)
        return at_right and opens and not any(other.indent == row.indent for other in self.rows if other is not row)

    def _running(self, at: int) -> bool:
        """Whether a row is a page number, with or without a title, at the top or bottom of the page."""
        row = self.rows[at]
        last = len(self.rows) - 1
        # A title may stand above the number.
        if last < 1:
            return not self.whole and PAGE_NUMBER.fullmatch(row.text) is not None
        if not (at in (0, last) or (at == 1 and last > 1 and self._running(0))):
            return False
        beside = self.rows[at + 1] if at < last else self.rows[at - 1]
        pieces = row.pieces
        if len(pieces) > 1:
            return len(beside.parts(_NARROW_GAP)) == 1 and any(
                PAGE_NUMBER.fullmatch(p) for p in (pieces[0], pieces[-1])
            )
        apart = abs(beside.place - row.place) > 1 or row.indent > self.width / 3
        apart = apart or (at < last and self._early(row, beside))
        return apart and PAGE_NUMBER.fullmatch(row.text) is not None

    def _centred(self, at: int) -> bool:
        """Whether a row is centred rather than indented: an indented row that is full continues in the next."""
        row, after = self.rows[at], self.rows[at + 1] if at + 1 < len(self.rows) else None
        if not self._in_the_middle(row):
            return False
        continues = after is not None and after.place == row.place + 1 and not self._early(row, after)
        return not (continues and after is not None and after.indent == self.margin)

    def _in_the_middle(self, row: Row) -> bool:
        return row.indent >= _CENTRED_FROM and abs(row.indent - (self.width - row.end)) <= _OFF_CENTRE

    def _without_false_headings(
        self, blocks: list[tuple[list[Row], ParagraphKind]]
    ) -> list[tuple[list[Row], ParagraphKind]]:
        """The blocks with false headings as prose: indented verse looks centred where its lines are long enough."""
        result: list[tuple[list[Row], ParagraphKind]] = []
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

    def paragraphs(self, block: list[Row], kind: ParagraphKind) -> list[_Made]:
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

    def _set_in(self, block: list[Row], base: int) -> list[tuple[list[Row], bool]]:
        """The block divided into parts; runs of indented lines, verse within prose, are separate and marked True."""
        runs = [list(run) for _, run in groupby(block, key=lambda row: row.indent)]
        parts: list[tuple[list[Row], bool]] = []
        for run in runs:
            early = all(self._early(a, b, 0) for a, b in pairwise(run))
            verse = len(run) > 2 and run[0].indent > base and early and not self._all_paragraphs(run)
            if parts and not verse and not parts[-1][1]:
                parts[-1][0].extend(run)
            else:
                parts.append((run, verse))
        return parts

    def _early(self, above: Row, below: Row, to_spare: int = _TO_SPARE) -> bool:
        """Whether the line was ended on purpose: the next word would have fitted with `to_spare` cells left."""
        room = self.width if above.room is None else above.room
        return above.end + 1 + below.first_word + to_spare <= room

    def _hanging(self, block: list[Row], base: int) -> bool:
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
        return not any(ENDS_SENTENCE.search(a.text) for a, _ in inward)

    def _kept(self, block: list[Row], base: int, hanging: bool) -> bool:
        """Whether the block is verse, a list, a table or an address, whose line ends carry meaning."""
        columns = sum(len(row.pieces) > 1 for row in block) > len(block) / 2
        numbered = len(block) > 1 and all(row.text[-1:].isdigit() and _OPENS.match(row.text) for row in block)
        if columns or numbered:
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
    def _in_stanzas(block: list[Row], base: int) -> bool:
        """Whether indented lines follow each other within a sentence, which paragraphs never do."""
        further = [row for row in block if row.indent > base]
        pairs = [(a, b) for a, b in pairwise(block) if base < a.indent == b.indent]
        amid = [a for a, b in pairs if not ENDS_SENTENCE.search(a.text) and not b.text.startswith(_DASH)]
        return len(amid) > 1 and len(amid) >= 0.3 * len(further) and len(further) >= 0.35 * len(block)

    @cached_property
    def _page_of_lines(self) -> bool:
        """Whether many lines at the margin were ended on purpose, and no word is split."""
        level = [(a, b) for a, b in pairwise(self.rows) if b.place == a.place + 1]
        level = [(a, b) for a, b in level if a.indent == b.indent == self.margin]
        early = sum(self._early(a, b) for a, b in level)
        return early > max(2, len(level) * 0.4) and not any(self._split(a, b) for a, b in pairwise(self.rows))

    def _all_paragraphs(self, block: list[Row]) -> bool:
        """Whether each of the indented lines is a paragraph of its own: dialogue, or whole sentences."""
        speaking = sum(row.text.startswith(_DASH) for row in block)
        sentences = sum(ENDS_SENTENCE.search(row.text) is not None for row in block)
        return max(speaking, sentences) > len(block) / 2

    def _as_lines(self, block: list[Row], base: int, hanging: bool) -> _Made:
        lines: list[tuple[int, list[Cell]]] = []
        for above, row in zip([None, *block], block):
            # A hyphen at the end of a line without an indented runover line is a dash.
            if above and hanging and row.indent > base:
                lines[-1] = (lines[-1][0], self._joined(lines[-1][1], above, row))
            else:
                lines.append((row.indent, list(row.cells)))
        return _Made("lines", [row.number for row in block], lines)

    def _as_prose(self, block: list[Row], base: int, hanging: bool) -> list[_Made]:
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

    def _starts(self, above: Row, row: Row, base: int, hanging: bool, separate: bool) -> bool:
        """Whether a row of prose starts a paragraph."""
        if self._split(above, row):
            return False
        if row.indent > base:
            return not hanging
        if separate:
            return True
        ended = ENDS_SENTENCE.search(above.text) and self._early(above, row)
        return bool(ended and _OPENS.match(row.text))

    def _split(self, above: Row, below: Row) -> bool:
        """Whether a word is split between two rows: a letter and a hyphen, then a lower-case letter."""
        if len(above.cells) < 2 or above.cells[-1].dots != _HYPHEN or not above.text.endswith("-"):
            return False
        room = self.width if above.room is None else above.room
        would_have_fitted = above.end - 1 + below.first_word + _TOO_MUCH_TO_SPLIT <= room
        return halves_of_word(above.text, below.text) and not would_have_fitted

    def _joined(self, cells: list[Cell], above: Row, below: Row) -> list[Cell]:
        """The cells collected up to the row above, joined with those of the row below."""
        if not self._split(above, below):
            # A hyphen or dash at the end of a line joins both sides: "1936-" and "1939", "Castilla-" and "La Mancha".
            tight = above.text[-2:-1].isalnum() and above.text.endswith("-") and below.text[:1].isalnum()
            return cells + ([] if tight else [_BLANK]) + below.cells
        left, right = word_at_end(above.text[:-1]), WORD_START.search(below.text)
        assert left and right
        accents = self.one_accent and _ACCENTED.search(left) and _ACCENTED.search(right[0])
        compound = accents or f"{left}-{right[0]}".casefold() in self.compounds
        if in_capitals(left):
            return cells[:-1] + capitalised(below.cells)
        return (cells if compound else cells[:-1]) + below.cells
