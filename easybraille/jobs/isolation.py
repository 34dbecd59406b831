"""Work that is done together, and work that is done alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Beside:
    """Lets many do something at once, and now and then one of them while nobody else does anything.

    A page that came back without an outcome may be the one that killed its worker, or one that was only beside it. Read
    alone, it takes nobody with it if it does so again.

    Args:
        seconds: longest that anybody waits for the others; who takes longer has got stuck and is waited for no more.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._changed = threading.Condition()
        self._together = 0
        self._alone = False
        self._waiting = 0

    @contextmanager
    def others(self) -> Iterator[None]:
        """Together with others; those who want to be alone come first."""
        with self._changed:
            self._changed.wait_for(lambda: not self._alone and not self._waiting, self._seconds)
            self._together += 1
        try:
            yield
        finally:
            with self._changed:
                self._together -= 1
                self._changed.notify_all()

    @contextmanager
    def nobody(self) -> Iterator[None]:
        """Alone."""
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: not self._alone and not self._together, self._seconds)
            self._waiting -= 1
            self._alone = True
        try:
            yield
        finally:
            with self._changed:
                self._alone = False
                self._changed.notify_all()
