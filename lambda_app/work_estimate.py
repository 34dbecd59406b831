"""How much work some inputs are, told from their headers: pages, pixels, and the seconds that they take here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from easybraille.errors import InputError
from easybraille.imaging.files import sizes

# On the two cores of the default memory size, with the weights that ship; `python -m bench.work_estimate` compares it
# with what reading takes. A pixel of a PNG costs more, one of a JPEG less.
PAGE_SECONDS = 0.3
PIXEL_SECONDS = 15e-9
# More pages of one file are not counted: each limit on the pages of a request is lower.
MOST_PAGES = 1000
# How much one reading counts against those before it.
NEWEST = 0.2
# One measurement may be wrong by any factor, since the time in which Lambda freezes a process counts as well. So none
# counts for more than this factor, and the estimate stays within bounds that memory sizes explain.
MOST_CHANGE = 3.0
FASTEST, SLOWEST = 0.1, 6.0
# How much of what was learnt is taken back by each request that is not read here, since it can't correct the estimate.
FORGOTTEN = 0.2


@dataclass(frozen=True, slots=True)
class Effort:
    """What there is to do.

    Attributes:
        pages: 0 for what can't be read at all; saying so is no work.
        pixels: of all pages together, as they are decoded.
    """

    pages: int
    pixels: int

    def __str__(self) -> str:
        return f"{self.pages} page{'s' * (self.pages != 1)}, {self.pixels / 1e6:.0f} megapixels"


class Pace:
    """How long work takes here, learnt from what it took: memory buys cores, and weights differ."""

    def __init__(self) -> None:
        self._factor = 1.0

    def seconds(self, effort: Effort) -> float:
        """What is to be expected."""
        return self._factor * _usual(effort)

    def learn(self, effort: Effort, seconds: float) -> None:
        """Take into account what a reading took."""
        if effort.pages:
            measured = seconds / _usual(effort)
            measured = min(max(measured, self._factor / MOST_CHANGE), self._factor * MOST_CHANGE)
            self._factor = min(max(self._factor + NEWEST * (measured - self._factor), FASTEST), SLOWEST)

    def not_read(self) -> None:
        """Take back some of what was learnt, after a request that was expected to take too long to be read here."""
        self._factor += FORGOTTEN * (1.0 - self._factor)


def _usual(effort: Effort) -> float:
    return effort.pages * PAGE_SECONDS + effort.pixels * PIXEL_SECONDS


def measure(inputs: Iterable[bytes]) -> Effort:
    """The work that these files are; nothing is decoded."""
    found = [int(width * height) for data in inputs for width, height in _sizes(data)]
    return Effort(len(found), sum(found))


def _sizes(data: bytes) -> list[tuple[float, float]]:
    """Width and height of each page; none of what can't be opened, since saying so is no work."""
    try:
        return sizes(data, MOST_PAGES)
    except InputError:
        return []
