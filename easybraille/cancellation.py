"""Who asks for pages to be read, and whether anybody still waits for them.

with cancellation_scope() as token:          around a request; threads that inherit its context know it too
    ...
token.cancel()                    from elsewhere, once the caller has hung up
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event

from .errors import RequestCancelledError


class CancellationToken:
    """One request, which may need many pages."""

    def __init__(self) -> None:
        self._cancelled = Event()

    def cancel(self) -> None:
        """Nobody waits for the answer any more."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether that is so."""
        return self._cancelled.is_set()


_current: ContextVar[CancellationToken | None] = ContextVar("cancellation", default=None)


@contextmanager
def cancellation_scope() -> Iterator[CancellationToken]:
    """What is read inside is read for one and the same request."""
    token = CancellationToken()
    outer = _current.set(token)
    try:
        yield token
    finally:
        _current.reset(outer)


def current() -> CancellationToken:
    """The request for which this thread works; one of its own where nobody said so.

    Raises:
        RequestCancelledError: nobody waits for it any more.
    """
    token = _current.get() or CancellationToken()
    if token.cancelled:
        raise RequestCancelledError("The caller has hung up.")
    return token
