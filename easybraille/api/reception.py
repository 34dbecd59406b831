"""Limits on bodies while they are received: senders that stall or trickle are dropped, and bytes in memory are bounded.

Reception             ASGI middleware: a time limit for each part of each body, whatever route reads it
└─ Bodies             the bodies that are being received or processed, and their bytes in memory
   └─ Body            one of them, found in the ASGI scope under `BODY`
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import NotReadyError, RequestTimeoutError
from ..memory import give_back

BODY = "easybraille.body"
# A sender may pause for so long, seconds.
STALL_SECONDS = 10.0
# After this many seconds, a body has to have arrived at this rate on average, bytes a second: 128 kbit/s.
GRACE_SECONDS, LEAST_RATE = 15.0, 16_000
# A body from which nothing has come for so long may be dropped to make room, seconds.
STALLED_SECONDS = 2.0
# After a body of so many bytes, and so many seconds, free memory is given back to the system.
LARGE_BYTES, GIVE_BACK_SECONDS = 4_000_000, 1.5
_SLOW = "The request arrived too slowly. Send it again over a faster connection, or in smaller parts."
_FULL = "The service is receiving as much as it can take. Try again in a few seconds."


@dataclass(eq=False, slots=True)
class Body:
    """The body of one request.

    Attributes:
        held: its bytes that are kept in memory until the request ends.
    """

    bodies: Bodies
    begun: float = field(default_factory=time.monotonic)
    latest: float = field(default_factory=time.monotonic)
    received: int = 0
    held: int = 0
    complete: bool = False
    evicted: bool = False
    waiting: asyncio.Timeout | None = None

    @property
    def deadline(self) -> float:
        """When the next part must have arrived, by time.monotonic()."""
        return min(self.latest + STALL_SECONDS, self.begun + GRACE_SECONDS + self.received / LEAST_RATE)

    @property
    def stalled(self) -> float:
        """Seconds since something was received; 0 where nothing is waited for."""
        return 0.0 if self.complete or self.waiting is None else time.monotonic() - self.latest

    def hold(self, size: int) -> None:
        """Count bytes that are kept in memory until the request ends.

        Raises:
            NotReadyError: the bodies of all requests together are too large.
        """
        if self.bodies.held + size > self.bodies.most and not self.bodies.make_room(size, self):
            raise NotReadyError(_FULL)
        self.held += size
        self.bodies.held += size

    def evict(self) -> None:
        """Stop receiving this body, which has stalled, for the sake of others."""
        self.evicted = True
        self.release()
        if self.waiting is not None:
            self.waiting.reschedule(asyncio.get_running_loop().time())

    def release(self) -> None:
        """Count its bytes no longer."""
        self.bodies.held -= self.held
        self.held = 0


class Bodies:
    """The bodies of all requests of a process. Used in the thread of the event loop only.

    Args:
        most: bytes that they may keep in memory together.

    Attributes:
        held: bytes that they keep now.
    """

    def __init__(self, most: int) -> None:
        self.most, self.held = most, 0
        self._bodies: set[Body] = set()

    def begin(self) -> Body:
        """Count a request whose body begins."""
        body = Body(self)
        self._bodies.add(body)
        return body

    def end(self, body: Body) -> None:
        """Count a request no longer."""
        large = body.received > LARGE_BYTES
        body.release()
        self._bodies.discard(body)
        if large:
            # Later, once the body itself is freed.
            asyncio.get_running_loop().call_later(GIVE_BACK_SECONDS, give_back)

    def evict_stalled(self) -> bool:
        """Drop the body that has stalled for longest; returns whether there was one."""
        body = max(self._bodies, key=lambda one: one.stalled, default=None)
        if body is None or body.evicted or body.stalled < STALLED_SECONDS:
            return False
        body.evict()
        return True

    def make_room(self, size: int, for_: Body) -> bool:
        """Drop stalled bodies until there is room for more bytes; returns whether there is."""
        while self.held + size > self.most:
            stalled = [one for one in self._bodies if one is not for_ and one.stalled >= STALLED_SECONDS and one.held]
            if not stalled:
                return False
            max(stalled, key=lambda one: one.held).evict()
        return True


class Reception:
    """ASGI middleware that limits how long each part of a body may take.

    Args:
        app: the application inside.
        bodies: where bodies are counted.
    """

    def __init__(self, app: ASGIApp, bodies: Bodies) -> None:
        self._app, self._bodies = app, bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # In this scope and no copy: what the router adds to it is read outside of here, by the metrics.
        body = scope[BODY] = self._bodies.begin()

        async def receive_in_time() -> Message:
            if body.complete:  # what comes now is that the caller disconnects, whenever that may be
                return await receive()
            loop = asyncio.get_running_loop()
            try:
                async with asyncio.timeout_at(loop.time() + body.deadline - time.monotonic()) as body.waiting:
                    message = await receive()
            except TimeoutError:
                raise (NotReadyError(_FULL) if body.evicted else RequestTimeoutError(_SLOW)) from None
            finally:
                body.waiting = None
            body.latest = time.monotonic()
            body.received += len(message.get("body", b""))
            body.complete = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        try:
            await self._app(scope, receive_in_time, send)
        finally:
            self._bodies.end(body)
