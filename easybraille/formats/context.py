"""Input of a format besides the document: the pictures that were read, and the paper size to write for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import InvalidParameterError
from .pictures import Pictures

_SIZE = re.compile(r"(\d{1,3})x(\d{1,3})")
_LEAST, _MOST = 10, 200


@dataclass(frozen=True, slots=True)
class Paper:
    """The capacity of an embossed page: cells per row and rows per page."""

    cells: int = 40
    rows: int = 25


@dataclass(frozen=True, slots=True)
class Context:
    """Optional input of a format; most formats use none of it.

    Attributes:
        pictures: the pictures that were read, for the formats that show them.
        paper: the paper size for which text is laid out again; None keeps the lines and pages as read.
    """

    pictures: Pictures | None = None
    paper: Paper | None = None


PLAIN = Context()


def paper_of(size: str | None) -> Paper | None:
    """Parse a paper size such as "40x25", cells by rows; None gives None.

    Raises:
        InvalidParameterError: the text is not a paper size, or the size is out of range.
    """
    if size is None:
        return None
    match = _SIZE.fullmatch(size)
    if match is None or int(match[1]) < _LEAST or not 1 <= int(match[2]) <= _MOST or int(match[1]) > _MOST:
        raise InvalidParameterError(
            f"paper is {size!r}; it is cells by rows, such as 40x25, at most {_MOST} each and at least {_LEAST} cells."
        )
    return Paper(int(match[1]), int(match[2]))
