"""What can't be done for a job just now: the log says why, the caller that it passes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import NotReadyError

log = logging.getLogger(__name__)


def refused(why: str) -> NotReadyError:
    """What to raise for it."""
    log.error("%s", why)
    return NotReadyError("The jobs can't be reached just now. Try again in a few seconds.")


@contextmanager
def disk() -> Iterator[None]:
    """Raises NotReadyError for whatever the disk doesn't do, as when it is full."""
    try:
        yield
    except OSError as error:
        raise refused(f"jobs on disk: {error}") from None
