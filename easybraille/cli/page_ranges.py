"""Pages as people list them: 1-3,7."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from ..errors import UsageError
from ..i18n import say

_RANGE = re.compile(r"(\d{1,6})(?:(-)(\d{1,6})?)?")


class PageRanges:
    """Pages that were asked for, in their order.

    Args:
        text: numbers and ranges parted by commas; "5-" goes on to the last page.

    Raises:
        argparse.ArgumentTypeError: it is something else.
    """

    def __init__(self, text: str):
        self._text = text
        self._ranges: list[tuple[int, int | None]] = []
        for piece in text.split(","):
            found = _RANGE.fullmatch(piece.strip())
            if found is None or int(found[1]) == 0:
                raise argparse.ArgumentTypeError(say("{pages} is not a list of pages such as 1-3,7", pages=text))
            first = int(found[1])
            last = first if found[2] is None else None if found[3] is None else int(found[3])
            if last is not None and last < first:
                raise argparse.ArgumentTypeError(say("{pages} is not a list of pages such as 1-3,7", pages=text))
            self._ranges.append((first, last))

    def __str__(self) -> str:
        """As it was asked for."""
        return self._text

    def of(self, total: int) -> Sequence[int]:
        """The pages of a file that has `total`, each once. Raises UsageError where it lacks one of them."""
        pages: list[int] = []
        for first, last in self._ranges:
            if max(first, last or first) > total:
                raise UsageError(f"The file has {total} pages; there is no page {max(first, last or first)}.")
            pages += range(first, (last or total) + 1)
        return list(dict.fromkeys(pages))
