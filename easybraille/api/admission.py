"""Admission control: how many requests may be received, wait and be read, before any of their bytes are received."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import anyio
from fastapi import Request

from ..cancellation import CancellationToken, cancellation_scope
from ..errors import NotReadyError, RequestCancelledError
from ..slots import Slots
from .reception import Bodies

T = TypeVar("T")
# Where every place is taken and none has become free for so long, seconds, the service reports that it is not ready.
FULL_SECONDS = 15.0
_FULL = "The service has as much to do as it can take. Try again in a few seconds."


class Admission:
    """Admits requests up to a limit and refuses the others immediately.

    Args:
        readers: how many may be read at the same time.
        queue: how many others may be received or wait.
        bodies: where bodies that are being received can be dropped to make room; None where there are none.
        patience: longest that one may wait for its turn, seconds.
    """

    def __init__(self, readers: int, queue: int, bodies: Bodies | None = None, patience: float = 45.0) -> None:
        self._slots = Slots(readers, patience)
        self._most = readers + queue
        self._limiter = anyio.CapacityLimiter(self._most)
        self._bodies = bodies
        self._here = 0
        # When a request was last admitted or ended.
        self._changed = time.monotonic()

    @property
    def blocked(self) -> bool:
        """Whether no request can be admitted, and none is about to end."""
        full = self._here >= self._most and time.monotonic() - self._changed > FULL_SECONDS
        return full or self._slots.stuck

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place, while the request is received and read.

        Raises:
            NotReadyError: there is none.
        """
        if self._here >= self._most and not (self._bodies and self._bodies.evict_stalled()):
            raise NotReadyError(_FULL)
        self._here += 1
        self._changed = time.monotonic()
        try:
            yield
        finally:
            self._here -= 1
            self._changed = time.monotonic()

    async def run(self, request: Request, work: Callable[[], T]) -> T:
        """Run `work()` on a thread that holds a slot, once there is one. The request has a place and its whole body.

        Raises:
            NotReadyError: no slot became free in time.
            RequestCancelledError: the caller has disconnected.
        """

        def run() -> T:
            with self._slots.held():
                return work()

        with cancellation_scope() as token, anyio.CancelScope() as waiting:
            watching = asyncio.create_task(_watch(request, token, waiting))
            try:
                return await anyio.to_thread.run_sync(run, limiter=self._limiter)
            finally:
                watching.cancel()
        raise RequestCancelledError("The caller has disconnected.")


async def _watch(request: Request, token: CancellationToken, waiting: anyio.CancelScope) -> None:
    """Cancel the work of a request once its caller disconnects."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    token.cancel()
    waiting.cancel()
