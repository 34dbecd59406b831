"""The table of Spanish pairs, spanish_pairs.tsv."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

_PATH = Path(__file__).with_name("spanish_pairs.tsv")


class Pair(NamedTuple):
    """Text, its Braille in Unicode, what the Braille reads as (the text itself where it is one to one),
    source.
    """

    text: str
    braille: str
    reading: str
    source: str


def pairs() -> list[Pair]:
    lines = _PATH.read_text(encoding="utf-8").splitlines()
    return [_pair(line) for line in lines if line and not line.startswith("# ")]


def _pair(line: str) -> Pair:
    text, braille, reading, source = line.split("\t")
    text, braille, reading = (field.replace("\\n", "\n") for field in (text, braille, reading))
    return Pair(text, braille, reading or text, source)
