"""The HTTP server protocol: uvicorn's, which also closes connections that make no progress and bounds their number.

uvicorn itself waits without limit for the headers of a request, for a caller that does not read its answer, and for the
rest of a body that the application has already answered.
"""

from __future__ import annotations

import asyncio
import resource
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# Seconds for the headers of a request, for the rest of a body after the answer, and between two reads of the answer.
HEADER_SECONDS, REST_SECONDS, WRITE_SECONDS = 10.0, 10.0, 30.0
_MOST_CONNECTIONS = 1000


def most_connections() -> int:
    """Return how many connections may be open: half of the files that this process may open, 1000 at most."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(16, min(_MOST_CONNECTIONS, soft // 2))


class BoundedProtocol(H11Protocol):
    """One connection."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection; beyond the limit the oldest one without a request is closed, or else this one."""
        super().connection_made(transport)
        self._start("headers", HEADER_SECONDS)
        if len(self.connections) > most_connections():
            waiting = [one for one in self.connections if isinstance(one, BoundedProtocol) and one.idle_since]
            min(waiting, key=lambda one: cast(float, one.idle_since), default=self).abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Clean up a closed connection."""
        for name in list(self._timers):
            self._stop(name)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Receive bytes; the headers of a request have to be complete in time."""
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self.conn.their_state is h11.IDLE and self._between_requests:
            # Of the next request, which does not get more time by sending more of it.
            if "headers" not in self._timers:
                self._start("headers", HEADER_SECONDS)
        else:
            self._stop("headers")

    def on_response_complete(self) -> None:
        """End a request; what is left of its body has to arrive soon."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self._start("rest", REST_SECONDS)

    def handle_events(self) -> None:
        """Handle what was received; a new request ends the wait for the rest of the one before."""
        super().handle_events()
        if self.conn.their_state is not h11.SEND_BODY or not self._between_requests:
            self._stop("rest")

    def pause_writing(self) -> None:
        """Wait until the caller reads, but not without limit."""
        super().pause_writing()
        self._start("write", WRITE_SECONDS)

    def resume_writing(self) -> None:
        """Go on sending."""
        super().resume_writing()
        self._stop("write")

    @property
    def idle_since(self) -> float | None:
        """When the current wait for headers ends, by the loop's time; None while there is a request."""
        timer = self._timers.get("headers") or self.timeout_keep_alive_task
        return timer.when() if timer is not None and self._between_requests else None

    def abort(self) -> None:
        """Close the connection without waiting for anything."""
        self.transport.abort()

    @property
    def _between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _start(self, name: str, seconds: float) -> None:
        self._stop(name)
        self._timers[name] = self.loop.call_later(seconds, self.abort)

    def _stop(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()
