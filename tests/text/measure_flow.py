"""How many paragraphs of real Spanish come back whole from embossed pages.

    apt-get install aptitude-doc-es debian-edu-doc-es
    python -m tests.text.measure_flow [--pages 60]

Paragraphs of manuals are embossed with an indent of two cells on pages of 25 rows, in five widths, once with words
left whole and once with every other word that does not fit split by a hyphen behind a vowel, then also with a page
number on the first line of text, with print-page lines, and in two columns; the rows of each page are reflowed. A
paragraph counts when its text is exact. Those that run over the end of a page count in two pieces.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from itertools import islice

from easybraille import languages
from easybraille.errors import UnwritableError
from easybraille.text.paragraphs import flow
from tests.languages.round_trip import sources
from tests.made_page import lines_of

WIDTHS = (28, 30, 33, 36, 40)
ROWS = 25
# Cells of a page number and the blanks before it.
_NUMBER = 6
Pages = Iterator[tuple[list[str], list[str]]]
_VOWELS = "aeiouáéíóú"


def rows_of(paragraph: str, width: Callable[[int], int], split: random.Random | None) -> list[str]:
    """The rows of a paragraph as text, each of at most the width of its index."""
    rows, words = [" "], paragraph.split()
    while words:
        word, room = words.pop(0), width(len(rows) - 1)
        if _fits(f"{rows[-1]} {word}".lstrip() if len(rows) > 1 else f"{rows[-1]} {word}", room):
            rows[-1] = f"{rows[-1]} {word}" if rows[-1] else word
            continue
        fitting = [at for at in _cuts(word) if _fits(f"{rows[-1]} {word[:at]}-", room)]
        if split and fitting and split.random() < 0.5:
            rows[-1] += f" {word[: fitting[-1]]}-"
            word = word[fitting[-1] :]
        rows.append("")
        words.insert(0, word)
    return rows


def _fits(row: str, width: int) -> bool:
    return _cells(row) <= width


def _cells(row: str) -> int:
    return len(languages.get("es").write(row)[0])


def _cuts(word: str) -> list[int]:
    """Where a word may be split: two letters at least on each side, behind a vowel."""
    places = range(2, len(word) - 1)
    return [at for at in places if word[at - 1] in _VOWELS and word.isalpha() and word[at:].islower()]


def pages_of(
    paragraphs: list[str], width: int, split: random.Random | None, numbered: bool = False
) -> Iterator[tuple[list[str], list[str]]]:
    """Pages of rows, each with the pieces of paragraphs that it holds; the first row may leave room for a number."""
    page: list[str] = []
    pieces: list[str] = []
    for paragraph in paragraphs:
        there = len(page)

        def room_for(at: int, before: int = there) -> int:
            return width - _NUMBER * (numbered and (at + before) % ROWS == 0)

        rows = rows_of(paragraph, room_for, split)
        while rows:
            room = ROWS - len(page)
            here, rows = rows[:room], rows[room:]
            page += here
            pieces.append(_whole(here))
            if len(page) == ROWS:
                yield page, pieces
                page, pieces = [], []


def with_number(page: list[str], width: int) -> list[str]:
    """A page with its number at the right of the first row."""
    return [page[0] + " " * (width - _cells(page[0]) - _cells("27")) + "27", *page[1:]]


def with_print_pages(page: list[str]) -> list[str]:
    """A page with a print-page line behind every eighth row."""
    return [line for at, row in enumerate(page) for line in ([row, f"-----{at}"] if at % 8 == 7 else [row])]


def side_by_side(left: list[str], right: list[str], width: int) -> list[str]:
    """Two pages as the columns of one."""
    return [row + " " * (width + 2 - _cells(row)) + beside for row, beside in zip(left, right)]


def _whole(rows: list[str]) -> str:
    text = ""
    for row in map(str.strip, rows):
        # Only splits end in a letter and a hyphen: paragraphs with other hyphens at a word's end were left out.
        text = text[:-1] + row if text.endswith("-") and text[-2:-1].isalpha() else f"{text} {row}"
    return text.strip()


def prose() -> Iterator[str]:
    """Paragraphs of several lines that a page can show as they are."""
    spanish = languages.get("es")
    for piece in sources("es")["manuals (HTML)"]:
        text = " ".join(piece.split())
        if len(text) < 60 or "- " in text or text.endswith("-"):
            continue
        try:
            cells = spanish.write(text)
        except UnwritableError:
            continue
        if languages.lines_of_text(spanish.read(cells)) == [text]:
            yield text


def _whole_words(paragraphs: list[str], width: int) -> Pages:
    return pages_of(paragraphs, width, None)


def _split_words(paragraphs: list[str], width: int) -> Pages:
    return pages_of(paragraphs, width, random.Random(width))


def _numbered(paragraphs: list[str], width: int) -> Pages:
    pages = pages_of(paragraphs, width, random.Random(width), numbered=True)
    return ((with_number(page, width), pieces) for page, pieces in pages)


def _print_pages(paragraphs: list[str], width: int) -> Pages:
    return ((with_print_pages(page), pieces) for page, pieces in _split_words(paragraphs, width))


def _columns(paragraphs: list[str], width: int) -> Pages:
    column = width // 2 + 4
    narrow = [text for text in paragraphs if max(map(_cells, text.split())) <= column - 2]
    pages = pages_of(narrow, column, random.Random(width))
    return ((side_by_side(a, b, column), [*left, *right]) for (a, left), (b, right) in zip(pages, pages))


KINDS = {
    "whole words": _whole_words,
    "split words": _split_words,
    "a page number on the first line": _numbered,
    "print-page lines": _print_pages,
    "two columns": _columns,
}


def main() -> None:
    """Print one line for each width and kind of page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=60, help="pages for each width and kind")
    parser.add_argument("--show", type=int, default=0, help="paragraphs that came back otherwise, for each of them")
    args = parser.parse_args()
    paragraphs = list(islice(prose(), 10 * args.pages))
    print(f"{len(paragraphs)} paragraphs")
    for kind, laid_out in KINDS.items():
        for width in WIDTHS:
            right = total = pages = shown = 0
            for page, pieces in islice(laid_out(paragraphs, width), args.pages):
                made = [one.paragraph.text for one in flow(lines_of("\n".join(page)))]
                there = set(made)
                pages, total = pages + 1, total + len(pieces)
                right += sum(piece in there for piece in pieces)
                for piece in pieces:
                    if piece not in there and shown < args.show:
                        shown += 1
                        print("   ", piece, "\n     ", [text for text in made if text[:10] == piece[:10]])
            print(
                f"{kind}, {width} cells: {right} of {total} paragraphs, {right / max(1, total):.2%}, on {pages} pages"
            )


if __name__ == "__main__":
    main()
