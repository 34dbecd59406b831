"""Words that are split by a hyphen at the end of a line or page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..document import Cell

WORD_END, WORD_START = re.compile(r"[^\W\d_]+$"), re.compile(r"^[^\W\d_]+")


def halves_of_word(above: str, below: str) -> bool:
    """Whether a text ends in the first half of a word, with its hyphen, and another begins with the second half."""
    left, right = WORD_END.search(above[:-1]), WORD_START.search(below)
    if not (above.endswith("-") and left and right):
        return False
    return right[0].islower() or (in_capitals(left[0]) and right[0].isupper() and len(right[0]) > 1)


def joined_words(above: str, below: str) -> str:
    """Two texts in one, with the word joined that is split between them."""
    if not halves_of_word(above, below):
        return f"{above} {below}"
    left = WORD_END.search(above[:-1])
    second = WORD_START.search(below)
    if left and second and in_capitals(left[0]):
        below = second[0].upper() + below[second.end() :]
    return above[:-1] + below


def in_capitals(word: str) -> bool:
    """Whether a word of several letters is written in capitals."""
    return len(word) > 1 and word.isupper()


def capitalised(cells: Sequence[Cell]) -> list[Cell]:
    """The second half of a word in capitals: its own capital signs go, and its letters are capitals without them."""
    start = next((at for at, cell in enumerate(cells) if cell.text), 0)
    end = next((at for at, cell in enumerate(cells) if at >= start and not cell.text.isalpha()), len(cells))
    return [*(replace(cell, text=cell.text.upper()) for cell in cells[start:end]), *cells[end:]]
