"""A budget of bytes that several threads share; who needs more than is left waits for its turn."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from .. import cancellation
from ..errors import NotReadyError


class Budget:
    """Bytes to share; first come, first served. Safe to share between threads.

    Args:
        total: bytes.
        patience: longest that a thread waits, seconds.
    """

    def __init__(self, total: int, patience: float) -> None:
        self.total, self._left, self._patience = total, total, patience
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()

    @contextmanager
    def reserved(self, amount: int) -> Iterator[None]:
        """Reserve bytes; more than the total counts as the total.

        Raises:
            NotReadyError: they did not become free in time.
            RequestCancelledError: the request was cancelled while it waited.
        """
        amount = min(amount, self.total)
        self._acquire(amount)
        try:
            yield
        finally:
            with self._changed:
                self._left += amount
                self._changed.notify_all()

    def _acquire(self, amount: int) -> None:
        me, ends = object(), time.monotonic() + self._patience
        with cancellation.current().woken(self._changed), self._changed:
            self._waiting.append(me)
            try:
                while self._waiting[0] is not me or self._left < amount:
                    cancellation.current()
                    if time.monotonic() >= ends:
                        raise NotReadyError("The service has too much to decode. Try again in a few seconds.")
                    self._changed.wait(max(0.0, ends - time.monotonic()))
                self._left -= amount
            finally:
                self._waiting.remove(me)
                self._changed.notify_all()
