"""The heartbeat of `easybraille worker`: a file that is touched while the consumer polls the queue.

A container's health check reads it, since a worker has no port.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

HEARTBEAT = Path(tempfile.gettempdir()) / "easybraille-worker.alive"
# The consumer polls every few seconds; pages are read on other threads meanwhile.
SILENCE_SECONDS = 60


def beat() -> None:
    """Touch the file; a folder that is not writable only means that there is no health check."""
    with suppress(OSError):
        HEARTBEAT.touch()


def end() -> None:
    """Remove the file."""
    with suppress(OSError):
        HEARTBEAT.unlink(missing_ok=True)
