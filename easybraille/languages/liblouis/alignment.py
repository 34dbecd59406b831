"""Assigns the text of a translation to the cells that it comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..base import UNKNOWN, Emphasis, Sign
from .engine import Translation

# liblouis' output for dots that its table does not define: \12456/ , or \x28ff for a bare character.
_UNDEFINED = re.compile(r"\\[0-9]+/|\\x[0-9a-f]{4}")
# liblouis.h, `typeforms`: the tables declare their classes in the order italic, underline, bold.
_EMPHASIS: tuple[tuple[int, Emphasis], ...] = ((1, "italic"), (4, "bold"), (2, "underline"))


@dataclass(frozen=True, slots=True)
class JoinedCells:
    """Lines of cells as one sequence.

    Attributes:
        cells: the cells of all lines, a blank between two lines.
        lengths: the number of cells of each line.
        longest: the number of cells of a line that are translated; the rest is unknown.
    """

    cells: list[str]
    lengths: list[int]
    longest: int

    @classmethod
    def of(cls, lines: Sequence[Sequence[str]], longest: int) -> JoinedCells:
        """Join lines."""
        cells = [cell for line in lines for cell in (*line[:longest], "")][:-1]
        return cls(cells, [len(line) for line in lines], longest)

    @property
    def breaks(self) -> set[int]:
        """Indices of the blanks before empty lines."""
        breaks, at = set(), 0
        for length in self.lengths:
            if length == 0 and at > 0:
                breaks.add(at - 1)
            at += min(length, self.longest) + 1
        return breaks

    def signs(self, signs: dict[int, Sign]) -> list[list[Sign]]:
        """The signs of each line, from those of the joined cells by index; a cell without a sign has no text."""
        lines, at = [], 0
        for length in self.lengths:
            end = at + min(length, self.longest)
            line = [signs.get(index, Sign("")) for index in range(at, end)]
            # What liblouis writes for the blank between two lines beyond a space belongs to the line before it.
            beyond = signs.get(end, Sign("")).text.strip()
            if beyond and line:
                line[-1] = Sign(line[-1].text + beyond, line[-1].doubt, line[-1].emphasis)
            lines.append(line + [Sign(UNKNOWN, "not_translated")] * (length - len(line)))
            at = end + 1
        return lines


def aligned(translation: Translation, kept: Sequence[int], capital: set[int]) -> dict[int, Sign]:
    """Assign every character of a translation to a cell, in order.

    liblouis reports the first cell of a group (number sign and digit, both cells of a contraction); the text belongs to
    its last cell, so that the indicators before it have none. A character that liblouis places before its predecessor
    is assigned to the predecessor's cell.

    Args:
        translation: of the kept cells.
        kept: their indices.
        capital: indices of the cells whose text is capitalised.

    Returns:
        The sign of each cell that has text, by its index.
    """
    if not kept:
        return {}
    last = len(kept) - 1
    starts = sorted({min(position, last) for position in translation.positions} | {0})
    ends = dict(zip(starts, [start - 1 for start in starts[1:]] + [last], strict=True))
    texts: dict[int, str] = {}
    emphasis: dict[int, Emphasis | None] = {}
    reached = 0
    for at, (character, position) in enumerate(zip(translation.text, translation.positions, strict=True)):
        reached = max(reached, ends[min(position, last)])
        cell = kept[reached]
        texts[cell] = texts.get(cell, "") + (character.upper() if cell in capital else character)
        if translation.typeforms:
            emphasis[cell] = _emphasis_of(translation.typeforms[at])
    return {cell: _sign(text, emphasis.get(cell)) for cell, text in texts.items()}


def _sign(text: str, emphasis: Emphasis | None) -> Sign:
    known = _UNDEFINED.sub(UNKNOWN, text)
    return Sign(known, "unknown_sign" if UNKNOWN in known else "", emphasis)


def _emphasis_of(typeform: int) -> Emphasis | None:
    return next((name for bit, name in _EMPHASIS if typeform & bit), None)
