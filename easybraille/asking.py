"""Who asks for pages to be read, and whether anybody still waits for them.

with asking() as ask:          around a request; threads that inherit its context know it too
    ...
ask.leave()                    from elsewhere, once the caller has hung up
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event

from .errors import CallerLeft


class Ask:
    """One request, which may need many pages."""

    def __init__(self) -> None:
        self._left = Event()

    def leave(self) -> None:
        """Nobody waits for the answer any more."""
        self._left.set()

    @property
    def left(self) -> bool:
        """Whether that is so."""
        return self._left.is_set()


_asking: ContextVar[Ask | None] = ContextVar("asking", default=None)


@contextmanager
def asking() -> Iterator[Ask]:
    """What is read inside is read for one and the same request."""
    ask = Ask()
    token = _asking.set(ask)
    try:
        yield ask
    finally:
        _asking.reset(token)


def current() -> Ask:
    """The request for which this thread works; one of its own where nobody said so.

    Raises:
        CallerLeft: nobody waits for it any more.
    """
    ask = _asking.get() or Ask()
    if ask.left:
        raise CallerLeft("The caller has hung up.")
    return ask
