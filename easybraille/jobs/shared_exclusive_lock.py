"""A lock that many threads share, or that one thread holds alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class SharedExclusiveLock:
    """A shared/exclusive lock that prefers threads waiting for exclusive access.

    A page that came back without an outcome may have killed its worker, or may only have been read at the same time
    as the page that did. Read alone, it takes no other page with it if its worker dies again.

    Args:
        seconds: longest time to wait for other threads; a thread that takes longer is stuck and no longer waited for.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._changed = threading.Condition()
        self._sharing = 0
        self._exclusive = False
        self._waiting = 0

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Hold the lock together with other threads; those that wait for exclusive access come first."""
        with self._changed:
            self._changed.wait_for(lambda: not self._exclusive and not self._waiting, self._seconds)
            self._sharing += 1
        try:
            yield
        finally:
            with self._changed:
                self._sharing -= 1
                self._changed.notify_all()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the lock alone."""
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: not self._exclusive and not self._sharing, self._seconds)
            self._waiting -= 1
            self._exclusive = True
        try:
            yield
        finally:
            with self._changed:
                self._exclusive = False
                self._changed.notify_all()
