"""Slots for computing: how many threads of a service may read pages at the same time.

    slots = Slots(2)
    with slots.held():            around the work of one request
        ...
        with released():          around waiting for another process, which needs no slot
            ...
        take_turns()              between two pages: requests that wait come first

Outside `held`, `released` and `take_turns` do nothing.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from . import cancellation
from .errors import NotReadyError

# A page takes seconds. Slots that are held for so long, seconds, will not become free.
STUCK_SECONDS = 120.0


class Slots:
    """A number of slots; first come, first served. Safe to share between threads.

    Args:
        count: of slots.
        patience: longest that a thread waits for one, seconds.
    """

    def __init__(self, count: int, patience: float = 120.0) -> None:
        self._count, self._patience = count, patience
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        # Since when each holder has its slot, by time.monotonic().
        self._holders: dict[object, float] = {}

    @property
    def stuck(self) -> bool:
        """Whether no slot can become free: each is held for longer than any page takes."""
        with self._changed:
            now = time.monotonic()
            held = [now - since for since in self._holders.values()]
        return len(held) >= self._count and min(held) > STUCK_SECONDS

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold a slot.

        Raises:
            NotReadyError: none became free in time.
            RequestCancelledError: the request was cancelled while it waited.
        """
        holder = object()
        self._acquire(holder)
        token = _current.set((self, holder))
        try:
            yield
        finally:
            _current.reset(token)
            self._release(holder)

    def _acquire(self, holder: object) -> None:
        ends = time.monotonic() + self._patience
        with cancellation.current().woken(self._changed), self._changed:
            self._waiting.append(holder)
            try:
                while self._waiting[0] is not holder or len(self._holders) >= self._count:
                    cancellation.current()
                    if time.monotonic() >= ends:
                        raise NotReadyError("The service has as much to do as it can take. Try again later.")
                    self._changed.wait(max(0.0, ends - time.monotonic()))
                self._holders[holder] = time.monotonic()
            finally:
                self._waiting.remove(holder)
                self._changed.notify_all()

    def _release(self, holder: object) -> None:
        with self._changed:
            self._holders.pop(holder, None)
            self._changed.notify_all()

    def _contended(self) -> bool:
        with self._changed:
            return bool(self._waiting)


_current: ContextVar[tuple[Slots, object] | None] = ContextVar("slot", default=None)


@contextmanager
def released() -> Iterator[None]:
    """Release the slot of this thread inside, and hold one again afterwards. Raises what `Slots.held` raises."""
    current = _current.get()
    if current is None:
        yield
        return
    slots, holder = current
    slots._release(holder)
    try:
        yield
    finally:
        slots._acquire(holder)


def take_turns() -> None:
    """Let requests that wait for a slot go first. Raises what `Slots.held` raises."""
    current = _current.get()
    if current is not None and current[0]._contended():
        with released():
            pass
