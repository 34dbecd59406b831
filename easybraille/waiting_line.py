"""A line of threads that wait for a shared resource, first come, first served."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from . import cancellation


class WaitingLine:
    """Guards a resource by one lock; whoever waits longest gets it first. Safe to share between threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()

    @property
    def contended(self) -> bool:
        """Whether a thread waits."""
        with self._changed:
            return bool(self._waiting)

    def acquire(self, fits: Callable[[], bool], take: Callable[[], object], patience: float) -> bool:
        """Wait for the turn of this thread.

        Args:
            fits: whether enough of the resource is left; called under the lock.
            take: takes it; called under the lock once it is this thread's turn.
            patience: longest wait, seconds.

        Returns:
            whether the turn came in time.

        Raises:
            RequestCancelledError: the request was cancelled while it waited.
        """
        me, ends = object(), time.monotonic() + patience
        with cancellation.current().woken(self._changed), self._changed:
            self._waiting.append(me)
            try:
                while self._waiting[0] is not me or not fits():
                    cancellation.current()
                    if time.monotonic() >= ends:
                        return False
                    self._changed.wait(max(0.0, ends - time.monotonic()))
                take()
                return True
            finally:
                self._waiting.remove(me)
                self._changed.notify_all()

    def release(self, give: Callable[[], object]) -> None:
        """Call `give`, which returns what was taken, under the lock, and wake those who wait."""
        with self._changed:
            give()
            self._changed.notify_all()
