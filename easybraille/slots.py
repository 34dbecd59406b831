"""Slots for computing: how many threads of a service may read pages at the same time.

    slots = Slots(2)
    with slots.held():            around the work of one request
        ...
        with released():          around waiting for another process, which needs no slot
            ...
        take_turns()              between two pages: requests that wait come first
        helper(work)              another thread, where a slot is free

Outside `held`, the others do nothing.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .errors import NotReadyError
from .waiting_line import WaitingLine

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
        self._line = WaitingLine()
        # Since when each holder has its slot, by time.monotonic().
        self._holders: dict[object, float] = {}

    @property
    def stuck(self) -> bool:
        """Whether no slot can become free: each is held for longer than any page takes."""
        now = time.monotonic()
        held = [now - since for since in list(self._holders.values())]
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
        with self._holding(holder):
            yield

    @contextmanager
    def spare(self) -> Iterator[bool]:
        """Hold a slot where one is free that nobody waits for; yields whether."""
        holder = object()
        if not self._try(holder, 0.0):
            yield False
            return
        with self._holding(holder):
            yield True

    @contextmanager
    def _holding(self, holder: object) -> Iterator[None]:
        token = _current.set((self, holder))
        try:
            yield
        finally:
            _current.reset(token)
            self._release(holder)

    @property
    def contended(self) -> bool:
        """Whether a request waits for a slot."""
        return self._line.contended

    @property
    def free(self) -> bool:
        """Whether there is a slot that nobody holds or waits for."""
        return len(self._holders) < self._count and not self.contended

    def _acquire(self, holder: object) -> None:
        if not self._try(holder, self._patience):
            raise NotReadyError("The service has as much to do as it can take. Try again later.")

    def _try(self, holder: object, patience: float) -> bool:
        def fits() -> bool:
            return len(self._holders) < self._count

        def take() -> None:
            self._holders[holder] = time.monotonic()

        return self._line.acquire(fits, take, patience)

    def _release(self, holder: object) -> None:
        self._line.release(lambda: self._holders.pop(holder, None))


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


def helper(work: Callable[[Slots], None]) -> threading.Thread | None:
    """Start a thread beside this one, with its context, if a slot is free that nobody waits for.

    Args:
        work: gets the slots, and holds one only inside `held` or `spare`.

    Returns:
        the thread; None where this thread holds no slot, or no other one is free.
    """
    current = _current.get()
    if current is None or not current[0].free:
        return None
    context = contextvars.copy_context()
    context.run(_current.set, None)
    thread = threading.Thread(target=context.run, args=(work, current[0]), daemon=True)
    thread.start()
    return thread


def take_turns() -> None:
    """Let requests that wait for a slot go first. Raises what `Slots.held` raises."""
    current = _current.get()
    if current is not None and current[0].contended:
        with released():
            pass
