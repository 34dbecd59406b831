"""Estimates the work of some inputs from their headers: pages, pixels, and the seconds that reading them takes here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from easybraille.errors import InputError
from easybraille.imaging.files import sizes

# Measured on two cores, with the shipped weights; `python -m bench.work_estimate` compares the estimate with the time
# that reading takes. A pixel of a PNG costs more, one of a JPEG less.
PAGE_SECONDS = 0.3
PIXEL_SECONDS = 15e-9
# More pages of one file are not counted: each limit on the pages of a request is lower.
MOST_PAGES = 1000
# Weight of the newest measurement in the moving average.
NEWEST = 0.2
# One measurement may be wrong by any factor, since the time in which Lambda freezes a process counts as well. So none
# counts for more than this factor, and the estimate stays within bounds that memory sizes explain.
MOST_CHANGE = 3.0
FASTEST, SLOWEST = 0.1, 6.0
# How far the correction is forgotten with each request that is not read here, since it cannot correct the estimate.
FORGOTTEN = 0.2


@dataclass(frozen=True, slots=True)
class Workload:
    """The size of a request.

    Attributes:
        pages: 0 for inputs that cannot be read; refusing them is no work.
        pixels: of all pages together, as they are decoded.
    """

    pages: int
    pixels: int

    def __str__(self) -> str:
        return f"{self.pages} page{'s' * (self.pages != 1)}, {self.pixels / 1e6:.0f} megapixels"


class DurationModel:
    """Predicts durations, corrected by a moving average of measured ones: memory buys cores, and weights differ."""

    def __init__(self) -> None:
        self._factor = 1.0

    def seconds(self, workload: Workload) -> float:
        """The expected duration."""
        return self._factor * _uncorrected(workload)

    def learn(self, workload: Workload, seconds: float) -> None:
        """Include a measured duration."""
        if workload.pages:
            measured = seconds / _uncorrected(workload)
            measured = min(max(measured, self._factor / MOST_CHANGE), self._factor * MOST_CHANGE)
            self._factor = min(max(self._factor + NEWEST * (measured - self._factor), FASTEST), SLOWEST)

    def forget(self) -> None:
        """Move towards the uncorrected duration, after a request that was expected to take too long to be read here."""
        self._factor += FORGOTTEN * (1.0 - self._factor)


def _uncorrected(workload: Workload) -> float:
    return workload.pages * PAGE_SECONDS + workload.pixels * PIXEL_SECONDS


def measure(inputs: Iterable[bytes]) -> Workload:
    """The workload of these files; nothing is decoded."""
    found = [int(width * height) for data in inputs for width, height in _sizes(data)]
    return Workload(len(found), sum(found))


def _sizes(data: bytes) -> list[tuple[float, float]]:
    """Width and height of each page; none of a file that cannot be opened, since refusing it is no work."""
    try:
        return sizes(data, MOST_PAGES)
    except InputError:
        return []
