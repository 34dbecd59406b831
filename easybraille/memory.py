"""Gives free memory back to the system, which the C library otherwise keeps for later."""

from __future__ import annotations

import ctypes
import time

_SECONDS = 1.0
_latest = 0.0


def give_back() -> None:
    """Give free memory back, once a second at most; nothing happens where the C library can't (malloc_trim(3))."""
    global _latest  # noqa: PLW0603  there is one C library in a process
    now = time.monotonic()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None and now - _latest >= _SECONDS:
        _latest = now
        trim(0)
