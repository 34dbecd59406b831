"""Who may read now, who waits, and who is turned away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import anyio
from fastapi import Request

from ..cancellation import CancellationToken, cancellation_scope
from ..errors import NotReadyError, RequestCancelledError

T = TypeVar("T")


class Admission:
    """Lets some requests read at the same time and some wait; turns the others away at once.

    Args:
        readers: how many read at the same time.
        queue: how many may wait.
    """

    def __init__(self, readers: int, queue: int):
        self._limiter = anyio.CapacityLimiter(readers)
        self._most = readers + queue
        self._here = 0

    def check(self) -> None:
        """Raises NotReadyError if nobody else may wait."""
        if self._here >= self._most:
            raise NotReadyError("The service has as much to do as it can take. Try again in a few seconds.")

    async def run(self, request: Request, work: Callable[[], T]) -> T:
        """Run `work()` on a thread when it is the request's turn. The request's body has been received.

        Raises:
            NotReadyError: too many wait already.
            RequestCancelledError: it is no longer asked for; a caller who hangs up leaves the line.
        """
        self.check()
        self._here += 1
        try:
            with cancellation_scope() as token, anyio.CancelScope() as waiting:
                leaving = asyncio.create_task(_watch(request, token, waiting))
                try:
                    return await anyio.to_thread.run_sync(work, limiter=self._limiter)
                finally:
                    leaving.cancel()
            raise RequestCancelledError("The caller has hung up.")
        finally:
            self._here -= 1


async def _watch(request: Request, token: CancellationToken, waiting: anyio.CancelScope) -> None:
    """Call off what a caller has asked for once they hang up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    token.cancel()
    waiting.cancel()
