"""The order in which people count file names: page 2 comes before page 10."""

from __future__ import annotations

import re
from pathlib import PurePath

_DIGITS = re.compile(r"([0-9]+)")


def natural_key(name: str | PurePath) -> tuple[object, ...]:
    """The sort key of a path: part by part, runs of digits by their value, letters without regard to case.

    Names that differ only in case or in leading zeros stay apart, in the order of their characters.
    """
    path = PurePath(name)
    return (*(_part(part) for part in path.parts), str(path))


def _part(part: str) -> list[str | tuple[int, str]]:
    # Odd places hold digits. A number with more digits is larger, so that no length of a name is too much.
    pieces = _DIGITS.split(part.casefold())
    return [(len(piece.lstrip("0")), piece.lstrip("0")) if at % 2 else piece for at, piece in enumerate(pieces)]
