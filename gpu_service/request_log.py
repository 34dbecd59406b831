"""The log of the GPU service: JSON lines, and one line for each request with its id, caller, pages and times."""

from __future__ import annotations

import logging
import time

from pythonjsonlogger.json import JsonFormatter
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from easybraille import stats
from easybraille.api.asgi import HttpMiddleware
from easybraille.api.request_id import HEADER

# Paths that load balancers and Prometheus call all the time.
_QUIET = ("/health", "/ready", "/metrics")
log = logging.getLogger("easybraille.request")


def configure(level: str) -> None:
    """Write all logs of this process as JSON lines to standard error; those of a request have its id."""
    names = {"levelname": "level", "asctime": "timestamp", "name": "logger", "x_request_id": "request_id"}
    formatter = JsonFormatter("{levelname}{message}{asctime}{name}", style="{", rename_fields=names)
    formatter.default_msec_format = "%s.%03dZ"
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # botocore says at INFO where it found credentials.
    logging.getLogger("botocore").setLevel(max(logging.WARNING, logging.getLogger().level))


class RequestLog(HttpMiddleware):
    """ASGI middleware that logs the requests."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request."""
        begin, status, request_id = time.perf_counter(), 500, None

        async def send_on(message: Message) -> None:
            nonlocal status, request_id
            if message["type"] == "http.response.start":
                status, request_id = message["status"], Headers(raw=message["headers"]).get(HEADER)
            await send(message)

        try:
            with stats.collect() as taken:
                await self._app(scope, receive, send_on)
        finally:
            _write(scope, status, request_id, time.perf_counter() - begin, taken)


def _write(scope: Scope, status: int, request_id: str | None, seconds: float, taken: stats.Stats) -> None:
    caller = scope.get("state", {}).get("caller")
    log.log(
        logging.DEBUG if scope["path"] in _QUIET and status == 200 else logging.INFO,
        "request",
        extra={
            "request_id": request_id,
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "ms": _ms(seconds),
            "pages": taken.pages,
            "cells": taken.cells,
            "stages_ms": {name: _ms(spent) for name, spent in taken.seconds.items()},
            "caller": caller.name if caller else None,
        },
    )


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
