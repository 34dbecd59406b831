"""Waiting for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(condition: Callable[[], object], seconds: float = 60, said: Callable[[], str] = lambda: "") -> None:
    """Wait until `condition()` holds.

    Raises:
        AssertionError: it does not in time; with what `said()` gives then.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, said()
        time.sleep(0.01)
