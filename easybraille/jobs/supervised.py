"""A background thread whose work starts again when an unforeseen error ends it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

# Seconds before the work starts again: 1, 2, 4 … and then always the longest.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
# Work that has gone on for so long since counts as repaired.
CALM_SECONDS = 60.0
log = logging.getLogger(__name__)


class Supervised:
    """A thread that repeats its work with back-off while that ends with an error; work that returns is over.

    Args:
        name: of the thread, for logs, metrics and `/ready`.
        work: what it does, until `stop` is set.
        stop: ends the pauses, too.
        failed: called with the name at each failure.
    """

    def __init__(
        self, name: str, work: Callable[[], object], stop: threading.Event, failed: Callable[[str], object]
    ) -> None:
        self.name = name
        self._work, self._stop, self._failed = work, stop, failed
        self._calm_from = 0.0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def failing(self) -> bool:
        """Whether the work has ended with an error, and has not gone on for a while since."""
        return time.monotonic() < self._calm_from

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def join(self) -> None:
        """Wait until the work is over."""
        self._thread.join()

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            begun = time.monotonic()
            try:
                self._work()
                return
            except Exception:  # whatever it is, the thread has to live on
                now = time.monotonic()
                if now - begun > CALM_SECONDS:
                    pause = FIRST_PAUSE
                log.exception("the thread %r failed; it starts again in %.0f s", self.name, pause)
                self._calm_from = now + pause + CALM_SECONDS
            self._failed(self.name)
            self._stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
