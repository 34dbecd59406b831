"""Reads pages side by side: on a request's own thread, and on others where slots are free that no request waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from . import slots
from .slots import Slots

T = TypeVar("T")
R = TypeVar("R")
# Threads beside that of a request: as many pages as an engine on a GPU gains from at the same time.
_MOST = 7


def in_order(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """What `work` makes of each item, in the order of the items.

    This thread does the work, with helpers where it holds a slot and others are free. A helper gets its item before it
    takes a slot, so that the next page is decoded while the network reads this one. Where a request waits, it leaves
    the slot to that, and the item to this thread.

    Raises:
        Exception: what getting an item or `work` has raised first; the work on later items is given up.
    """
    return _Work(work, items).done()


class _Work(Generic[T, R]):
    def __init__(self, work: Callable[[T], R], items: Iterable[T]) -> None:
        self._work, self._items = work, enumerate(items)
        self._taking = threading.Lock()
        self._results: dict[int, R] = {}
        self._returned: list[tuple[int, T]] = []
        self._failed: list[BaseException] = []
        self._helpers: list[threading.Thread] = []

    def done(self) -> list[R]:
        """Do all of it."""
        try:
            while (taken := self._take() or self._left_behind()) is not None:
                self._get_help()
                self._do(*taken)
        except BaseException as error:
            self._failed.append(error)
            raise
        finally:
            self._join()
        if self._failed:
            raise self._failed[0]
        return [self._results[number] for number in sorted(self._results)]

    def _do(self, number: int, item: T) -> None:
        self._results[number] = self._work(item)

    def _take(self) -> tuple[int, T] | None:
        """The next item and its number; None after the last one, or once something has failed."""
        with self._taking:
            if self._failed:
                return None
            return self._returned.pop() if self._returned else next(self._items, None)

    def _left_behind(self) -> tuple[int, T] | None:
        """An item that a helper returns when all others are taken."""
        self._join()
        return self._take()

    def _join(self) -> None:
        """Wait for the helpers, each of which has one page to read at most."""
        for helper in self._helpers:
            helper.join()

    def _get_help(self) -> None:
        self._helpers = [helper for helper in self._helpers if helper.is_alive()]
        if len(self._helpers) < _MOST and (helper := slots.helper(self._help)):
            self._helpers.append(helper)

    def _help(self, slots: Slots) -> None:
        try:
            while (taken := self._take()) is not None:
                with slots.spare() as held:
                    if not held:
                        self._returned.append(taken)
                        return
                    self._do(*taken)
        except BaseException as error:  # noqa: BLE001  the thread of the request raises it
            self._failed.append(error)
