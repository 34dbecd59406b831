"""Passages in capitals, which liblouis marks when it writes and loses when it reads.

The cells of the indicators are taken out before liblouis translates, and the text between them is capitalised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """The indicators of a passage in capitals.

    Attributes:
        begin: the cells that open it.
        end: the cells that close it.
        before_last_word: `end` stands before the last word of the passage rather than after it.
    """

    begin: tuple[str, ...]
    end: tuple[str, ...]
    before_last_word: bool = False


# The Rules of Unified English Braille, 2013, section 8.5.
UEB = Passage(("6", "6", "6"), ("6", "3"))
# Code braille français uniformisé, 2008: from four words on, ⠒⠨ before the first and ⠨ before the last word.
FRENCH = Passage(("25", "46"), ("46",), before_last_word=True)
# Grafia Braille para a Língua Portuguesa: ⠒⠨⠨ before the first and ⠨⠨ before the last word.
PORTUGUESE = Passage(("25", "46", "46"), ("46", "46"), before_last_word=True)


def take_out(cells: Sequence[str], breaks: set[int], passage: Passage) -> tuple[list[int], set[int]]:
    """Find the passages of a text.

    Args:
        cells: the text, its lines joined by blanks.
        breaks: indices of cells at which every passage ends: empty lines.
        passage: the indicators.

    Returns:
        The indices of all cells but the indicators of passages, and those of the cells to capitalise.
    """
    kept: list[int] = []
    capital: set[int] = set()
    at = 0
    while at < len(cells):
        found = _passage(cells, at, breaks, passage)
        if found is None:
            kept.append(at)
            at += 1
            continue
        inside, at = found
        kept += inside
        capital.update(inside)
    return kept, capital


def _passage(cells: Sequence[str], at: int, breaks: set[int], passage: Passage) -> tuple[list[int], int] | None:
    """The cells inside the passage that opens at an index, and the index after it; None where none opens."""
    if not _there(cells, at, passage.begin):
        return None
    begin = at + len(passage.begin)
    last = min((index for index in breaks if index >= begin), default=len(cells))
    if not passage.before_last_word:
        # Without a closing indicator the passage continues on the next page.
        end = next((index for index in range(begin, last) if _there(cells, index, passage.end)), last)
        return list(range(begin, end)), min(last, end + len(passage.end))
    if at > 0 and cells[at - 1]:
        return None
    words = [index for index in range(begin, last) if not cells[index - 1] and _there(cells, index, passage.end)]
    if not words:
        return None
    word = words[0] + len(passage.end)
    after = next((index for index in range(word, last) if not cells[index]), last)
    return [*range(begin, words[0]), *range(word, after)], after


def _there(cells: Sequence[str], at: int, indicator: tuple[str, ...]) -> bool:
    return tuple(cells[at : at + len(indicator)]) == indicator
