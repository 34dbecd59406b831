"""A circuit breaker: after several failures in a row it opens, and no request is sent for a while."""

from __future__ import annotations

import threading
import time


class Breaker:
    """Counts failures in a row. Its lock is held for a moment only, so that slow requests do not wait for each other.

    Args:
        failures: after so many in a row no request is allowed, ...
        seconds: ... until so many seconds have passed; then one is, whose outcome decides.
    """

    def __init__(self, failures: int, seconds: float) -> None:
        self._most, self._seconds = failures, seconds
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0

    def allows(self) -> bool:
        """Whether a request may be sent now. Its outcome has to be reported by `succeeded` or `failed`."""
        with self._lock:
            if self._failures < self._most:
                return True
            now = time.monotonic()
            if now < self._open_until:
                return False
            # The others wait for the outcome of this one, which may never be reported.
            self._open_until = now + self._seconds
            return True

    def succeeded(self) -> None:
        """Report a request that was answered."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Report a request that was not."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._most:
                self._open_until = time.monotonic() + self._seconds
