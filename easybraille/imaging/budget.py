"""A budget of bytes that several threads share; a thread that needs more than is left waits for its turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import NotReadyError
from ..waiting_line import WaitingLine


class Budget:
    """Bytes to share; first come, first served. Safe to share between threads.

    Args:
        total: bytes.
        patience: longest that a thread waits, seconds.
    """

    def __init__(self, total: int, patience: float) -> None:
        self.total, self._left, self._patience = total, total, patience
        self._line = WaitingLine()

    @contextmanager
    def reserved(self, amount: int) -> Iterator[None]:
        """Reserve bytes; more than the total counts as the total.

        Raises:
            NotReadyError: they did not become free in time.
            RequestCancelledError: the request was cancelled while it waited.
        """
        amount = min(amount, self.total)

        def change(by: int) -> None:
            self._left += by

        if not self._line.acquire(lambda: self._left >= amount, lambda: change(-amount), self._patience):
            raise NotReadyError("The service has too much to decode. Try again in a few seconds.")
        try:
            yield
        finally:
            self._line.release(lambda: change(amount))
