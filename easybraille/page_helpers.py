"""Reads pages side by side: on a request's own thread, and on others where slots are free that no request waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from . import slots
from .slots import Slots, released

T = TypeVar("T")
R = TypeVar("R")
# Threads beside that of a request: as many pages as an engine on a GPU gains from at the same time.
_MOST = 7


def in_order(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """What `work` makes of each item, in the order of the items.

    This thread does the work, with helpers where it holds a slot and others are free. A helper gets its item before it
    waits for a slot: the next page is decoded while the network reads this one. It ends as soon as a request waits.

    Raises:
        Exception: what getting an item or `work` has raised first; the work on later items is given up.
    """
    return _Work(work, items).done()


class _Work(Generic[T, R]):
    def __init__(self, work: Callable[[T], R], items: Iterable[T]) -> None:
        self._work, self._items = work, enumerate(items)
        self._taking = threading.Lock()
        self._results: dict[int, R] = {}
        self._failed: list[BaseException] = []
        self._helpers: list[threading.Thread] = []

    def done(self) -> list[R]:
        """Do all of it."""
        try:
            while (taken := self._take()) is not None:
                self._get_help()
                number, item = taken
                self._results[number] = self._work(item)
        except BaseException as error:
            self._failed.append(error)
            raise
        finally:
            with released():
                for helper in self._helpers:
                    helper.join()
        if self._failed:
            raise self._failed[0]
        return [self._results[number] for number in sorted(self._results)]

    def _take(self) -> tuple[int, T] | None:
        """The next item and its number; None after the last one, or once something has failed."""
        with self._taking:
            return None if self._failed else next(self._items, None)

    def _get_help(self) -> None:
        self._helpers = [helper for helper in self._helpers if helper.is_alive()]
        if len(self._helpers) < _MOST and (helper := slots.helper(self._help)):
            self._helpers.append(helper)

    def _help(self, slots: Slots) -> None:
        try:
            while not slots.contended and (taken := self._take()) is not None:
                with slots.held():
                    number, item = taken
                    self._results[number] = self._work(item)
        except BaseException as error:  # noqa: BLE001  the thread of the request raises it
            self._failed.append(error)
