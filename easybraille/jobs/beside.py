"""Work that is done together, and work that is done alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Beside:
    """Lets many do something at once, and now and then one of them while nobody else does anything.

    A page that came back without an outcome may be the one that killed its worker, or one that was only beside it. Read
    alone, it takes nobody with it if it does so again.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._here = 0
        self._waiting_alone = 0

    @contextmanager
    def others(self) -> Iterator[None]:
        """Together with others; those who want to be alone come first."""
        with self._changed:
            self._changed.wait_for(lambda: self._here >= 0 and not self._waiting_alone)
            self._here += 1
        try:
            yield
        finally:
            with self._changed:
                self._here -= 1
                self._changed.notify_all()

    @contextmanager
    def nobody(self) -> Iterator[None]:
        """Alone."""
        with self._changed:
            self._waiting_alone += 1
            self._changed.wait_for(lambda: self._here == 0)
            self._waiting_alone -= 1
            self._here = -1
        try:
            yield
        finally:
            with self._changed:
                self._here = 0
                self._changed.notify_all()
