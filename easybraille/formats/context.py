"""What a format may need besides the document: the pictures that were read, and the paper to write for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import InvalidParameterError
from .pictures import Pictures

_SIZE = re.compile(r"(\d{1,3})x(\d{1,3})")
_LEAST, _MOST = 10, 200


@dataclass(frozen=True, slots=True)
class Paper:
    """How much Braille one page takes: cells in a row, rows on a page."""

    cells: int = 40
    rows: int = 25


@dataclass(frozen=True, slots=True)
class Context:
    """What a format may use; most use nothing of it.

    Attributes:
        pictures: what was read, for the formats that show it.
        paper: None keeps the lines and pages as they were read.
    """

    pictures: Pictures | None = None
    paper: Paper | None = None


PLAIN = Context()


def paper_of(size: str | None) -> Paper | None:
    """Paper of a size such as "40x25", cells by rows; None for None.

    Raises:
        InvalidParameterError: it is not such a size, or no page can have it.
    """
    if size is None:
        return None
    match = _SIZE.fullmatch(size)
    if match is None or int(match[1]) < _LEAST or not 1 <= int(match[2]) <= _MOST or int(match[1]) > _MOST:
        raise InvalidParameterError(
            f"paper is {size!r}; it is cells by rows, such as 40x25, at most {_MOST} each and at least {_LEAST} cells."
        )
    return Paper(int(match[1]), int(match[2]))
