"""Words that are split by a hyphen at the end of a line or page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..document import Cell

WORD_START = re.compile(r"^[^\W\d_]+")
# Letters of the end of a text that are looked at, so that joining many texts takes no longer for each one.
LONGEST_WORD = 200


def word_at_end(text: str) -> str:
    """Return the letters at the end of a text."""
    # Backwards, since a search for letters before the end would look at each run of letters once a letter.
    found = WORD_START.match(text[: -LONGEST_WORD - 1 : -1])
    return found[0][::-1] if found else ""


def halves_of_word(above: str, below: str) -> bool:
    """Whether a text ends in the first half of a word, with its hyphen, and another begins with the second half."""
    if not above.endswith("-"):
        return False
    left, right = word_at_end(above[:-1]), WORD_START.search(below)
    if not left or not right:
        return False
    return right[0].islower() or (in_capitals(left) and right[0].isupper() and len(right[0]) > 1)


def joined_words(above: str, below: str) -> str:
    """Two texts in one, with the word joined that is split between them."""
    return "".join(pieces_joined([above, below]))


def pieces_joined(texts: Iterable[str]) -> list[str]:
    """Texts in one, as pieces to be joined, with the words joined that are split between two of them."""
    pieces: list[str] = []
    end = ""
    for number, text in enumerate(texts):
        piece = text
        if halves_of_word(end, text):
            pieces[-1], end = pieces[-1][:-1], end[:-1]
            second = WORD_START.search(text)
            if second and in_capitals(word_at_end(end)):
                piece = second[0].upper() + text[second.end() :]
        elif number:
            pieces.append(" ")
            end += " "
        pieces.append(piece)
        end = (end + piece)[-LONGEST_WORD:]
    return pieces


def in_capitals(word: str) -> bool:
    """Whether a word of several letters is written in capitals."""
    return len(word) > 1 and word.isupper()


def capitalised(cells: Sequence[Cell]) -> list[Cell]:
    """The second half of a word in capitals: its own capital signs go, and its letters are capitals without them."""
    start = next((at for at, cell in enumerate(cells) if cell.text), 0)
    end = next((at for at, cell in enumerate(cells) if at >= start and not cell.text.isalpha()), len(cells))
    return [*(replace(cell, text=cell.text.upper()) for cell in cells[start:end]), *cells[end:]]
