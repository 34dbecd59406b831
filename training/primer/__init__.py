"""What pages of a Spanish primer say, whose ink print runs across the Braille that it repeats.

Typed from the print of `ink_over_braille`, one file a picture; the lines are the page's own. `error_rate` compares.
"""

from __future__ import annotations

from pathlib import Path

TEXTS = {path.stem: path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("*.txt"))}


def error_rate(read: str, truth: str) -> tuple[int, int]:
    """Edit distance and length of the truth, in characters, runs of white space folded to one space."""
    read, truth = " ".join(read.split()), " ".join(truth.split())
    row = list(range(len(read) + 1))
    for i, wanted in enumerate(truth, 1):
        before, row[0] = row[0], i
        for j, given in enumerate(read, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (wanted != given))
    return row[-1], len(truth)
