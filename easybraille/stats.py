"""Statistics of one request: pages, cells and seconds by stage.

    with collect() as stats:
        reader.read(data)
    stats.seconds          {"picture": 0.012, "cells": 0.151, "text": 0.061}

Outside `collect` nothing is recorded.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
_changing = threading.Lock()


@dataclass(slots=True)
class Stats:
    """What was recorded inside `collect`; safe to share between threads.

    Attributes:
        pages, cells: how many were read.
        seconds: by stage, "picture" (decoding), "cells" (the network), "text" (lines and language), "answer" (the
            format).
    """

    pages: int = 0
    cells: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, other: Stats) -> None:
        """Include other stats."""
        with _changing:
            self.pages += other.pages
            self.cells += other.cells
            for name, seconds in other.seconds.items():
                self.seconds[name] = self.seconds.get(name, 0.0) + seconds


_current: ContextVar[Stats | None] = ContextVar("stats", default=None)


@contextmanager
def collect() -> Iterator[Stats]:
    """Record what is done inside, also in threads that inherit its context; it counts for an outer record, too."""
    stats, outer = Stats(), _current.get()
    token = _current.set(stats)
    try:
        yield stats
    finally:
        _current.reset(token)
        if outer is not None:
            outer.add(stats)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Add the time spent inside to a stage."""
    start = time.perf_counter()
    try:
        yield
    finally:
        _record(Stats(seconds={name: time.perf_counter() - start}))


def timed_items(name: str, items: Iterable[T]) -> Iterator[T]:
    """Yield the items, and add the time that getting them takes to a stage."""
    iterator = iter(items)
    while True:
        with stage(name):
            try:
                item = next(iterator)
            except StopIteration:
                return
        yield item


def count_page(cells: int) -> None:
    """Count a page with this number of cells."""
    _record(Stats(1, cells))


def _record(more: Stats) -> None:
    stats = _current.get()
    if stats is not None:
        stats.add(more)
