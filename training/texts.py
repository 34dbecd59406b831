"""What made-up pages say: lines of dot masks, 0 a blank."""

from __future__ import annotations

import numpy as np

from .pages import mask

# A letter's frequency matters little; that no pattern is rare does. Half of the words use all 63 patterns evenly.
LETTERS = tuple(
    map(
        mask,
        "1 12 14 145 15 124 1245 125 24 245 13 123 134 1345 135 1234 12345 1235 234 2345 136 1236 1346 13456 1356 "
        "2346 123456 12356 34 346 3456 46 2 23 26 235 256 36 6 3".split(),
    )
)
DIGITS = LETTERS[:10]
NUMBER = mask("3456")
# Plus, minus, times, divided by and equals in the codes that use the lower cells: Spanish and Nemeth-like ones.
OPERATORS = tuple(map(mask, "235 36 236 256 2356 346 56 6 16 34".split()))


def random_lines(rng: np.random.Generator, rows: int, columns: int) -> list[list[int]]:
    """Lines of a page: prose, sums, tables, leaders, rules of one sign, letters set apart, empty lines."""
    kind = rng.random()
    if kind < 0.08:
        return [sums(rng, columns) for _ in range(rows)]
    if kind < 0.14:
        return table(rng, rows, columns)
    if kind < 0.20:
        return alphabet(rng, rows, columns)
    return [random_line(rng, columns) for _ in range(rows)]


def random_line(rng: np.random.Generator, columns: int) -> list[int]:
    """One line of a page of any kind."""
    kind = rng.random()
    if kind < 0.04:
        line = [int(rng.integers(1, 64))] * columns
    elif kind < 0.10:  # leaders: a word, a row of lone dots, a number
        line = word(rng, int(rng.integers(0, 8)))
        line += [0, *[1 << int(rng.integers(6))] * columns]
        line[columns - 5 :] = [0, NUMBER, *rng.choice(DIGITS, 3).tolist()]
    elif kind < 0.14:
        line = sums(rng, columns)
    elif kind < 0.18:
        line = []
    else:
        line = [0] * int(rng.choice([0, 0, 0, 2, 4]))
        end = columns - int(rng.integers(0, columns // 2 + 1)) * (rng.random() < 0.3)
        while len(line) < end:
            line += [*word(rng, int(rng.integers(1, 10))), 0]
    return line[:columns]


def word(rng: np.random.Generator, length: int) -> list[int]:
    """A word of letters, or of any patterns."""
    if rng.random() < 0.5:
        return rng.choice(LETTERS, length).tolist()
    return rng.integers(1, 64, length).tolist()


def number(rng: np.random.Generator, longest: int = 4) -> list[int]:
    """A number with its sign."""
    return [NUMBER, *rng.choice(DIGITS, int(rng.integers(1, longest + 1))).tolist()]


def sums(rng: np.random.Generator, columns: int) -> list[int]:
    """A line of numbers between operators."""
    line = [0] * int(rng.choice([0, 0, 2]))
    while len(line) < columns:
        gap = [0] * int(rng.integers(0, 2))
        line += [*number(rng), *gap, int(rng.choice(OPERATORS)), *gap]
        if rng.random() < 0.3:
            line += [0] * int(rng.integers(1, 4))
    return line[:columns]


def table(rng: np.random.Generator, rows: int, columns: int) -> list[list[int]]:
    """Columns of short numbers or words, each line at the same places."""
    width = int(rng.integers(4, 9))
    lines = []
    for _ in range(rows):
        line: list[int] = []
        for _ in range(0, columns, width):
            cell = number(rng, 3) if rng.random() < 0.6 else word(rng, int(rng.integers(1, 4)))
            line += (cell[: width - 1] + [0] * width)[:width]
        lines.append(line[:columns])
    return lines


def alphabet(rng: np.random.Generator, rows: int, columns: int) -> list[list[int]]:
    """Single letters set apart, as on alphabet cards: rows of cells with upper dots only, and no neighbour to tell."""
    gap = int(rng.integers(1, 5))
    few = LETTERS[: int(rng.choice([10, 10, 20, len(LETTERS)]))]
    lines = []
    for row in range(rows):
        line: list[int] = []
        while len(line) < columns and (row % 2 == 0 or gap < 3):
            line += [int(rng.choice(few)), *[0] * gap]
        lines.append(line[:columns])
    return lines
