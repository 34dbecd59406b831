"""Failures of the store or the queue: the log gets the cause, the caller a problem that asks to retry."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import NotReadyError

log = logging.getLogger(__name__)


def unavailable(cause: str) -> NotReadyError:
    """The exception to raise for a failure whose cause is logged."""
    log.error("%s", cause)
    return NotReadyError("The jobs can't be reached just now. Try again in a few seconds.")


@contextmanager
def aws_errors(what: str) -> Iterator[None]:
    """Raises NotReadyError for each error of AWS; the log gets `what` failed and why."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise unavailable(f"{what}: {error}") from None


@contextmanager
def disk() -> Iterator[None]:
    """Raises NotReadyError for each failure of the disk, for example where it is full."""
    try:
        yield
    except OSError as error:
        raise unavailable(f"jobs on disk: {error}") from None
