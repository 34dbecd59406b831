"""Cancellation: the request that a thread works for, and whether its caller has disconnected.

with cancellation_scope() as token:   around a request; threads that inherit its context know it too
    ...
token.cancel()                        from another thread, once the caller has disconnected
current()                             between pages and passes of the network: raises once it was cancelled
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Condition, Event

from .errors import RequestCancelledError


class CancellationToken:
    """Identifies one request, which may need many pages, and says whether it was cancelled."""

    def __init__(self) -> None:
        self._cancelled = Event()
        self._waiting: set[Condition] = set()

    def cancel(self) -> None:
        """Cancel the request: its answer is no longer needed. Threads that wait for something in `woken` wake up."""
        self._cancelled.set()
        for condition in list(self._waiting):
            with condition:
                condition.notify_all()

    @contextmanager
    def woken(self, condition: Condition) -> Iterator[None]:
        """Notify a condition when the request is cancelled inside. The thread does not hold it yet."""
        self._waiting.add(condition)
        try:
            yield
        finally:
            self._waiting.discard(condition)

    @property
    def cancelled(self) -> bool:
        """Whether the request was cancelled."""
        return self._cancelled.is_set()


_current: ContextVar[CancellationToken | None] = ContextVar("cancellation", default=None)


@contextmanager
def cancellation_scope() -> Iterator[CancellationToken]:
    """Attribute the work inside to one request, whose token is returned."""
    token = CancellationToken()
    outer = _current.set(token)
    try:
        yield token
    finally:
        _current.reset(outer)


def current() -> CancellationToken:
    """Return the token of the request that this thread works for; a new one outside any scope.

    Raises:
        RequestCancelledError: the request was cancelled.
    """
    token = _current.get() or CancellationToken()
    if token.cancelled:
        raise RequestCancelledError("The caller has disconnected.")
    return token
