"""The log of the GPU service: JSON lines, and one line for each request with its id, caller, pages and times."""

from __future__ import annotations

import logging
import re
import time
import uuid
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from easybraille import stats

REQUEST_ID = "X-Request-Id"
# Ids of load balancers, Lambda and UUIDs; anything else is replaced, so that no caller can write into the log.
_ID = re.compile(r"[\w.=;:-]{1,128}", re.ASCII)
# Paths that load balancers and Prometheus call all the time.
_QUIET = ("/health", "/ready", "/metrics")
_current: ContextVar[str | None] = ContextVar("request_id", default=None)
log = logging.getLogger("easybraille.request")


class _Formatter(JsonFormatter):
    """A JSON line with level, message, timestamp, logger and the id of the request that this thread works for."""

    def __init__(self) -> None:
        super().__init__(
            "{levelname}{message}{asctime}{name}",
            style="{",
            rename_fields={"levelname": "level", "asctime": "timestamp", "name": "logger"},
        )
        self.default_msec_format = "%s.%03dZ"
        self.converter = time.gmtime

    def add_fields(
        self, log_data: dict[str, object], record: logging.LogRecord, message_dict: dict[str, object]
    ) -> None:
        super().add_fields(log_data, record, message_dict)
        if (request_id := _current.get()) is not None:
            log_data.setdefault("request_id", request_id)


def configure(level: str) -> None:
    """Write all logs of this process as JSON lines to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # botocore says at INFO where it found credentials.
    logging.getLogger("botocore").setLevel(max(logging.WARNING, logging.getLogger().level))


class RequestLog:
    """An ASGI application around another, that logs its requests and names them in their responses.

    Args:
        app: the inner application.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _ID.fullmatch(given) else str(uuid.uuid4())
        token = _current.set(request_id)
        begin, status = time.perf_counter(), 500

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                named = (REQUEST_ID.lower().encode(), request_id.encode())
                message = {**message, "headers": [*message.get("headers", []), named]}
            await send(message)

        try:
            with stats.collect() as taken:
                await self._app(scope, receive, send_named)
        finally:
            _write(scope, status, time.perf_counter() - begin, taken)
            _current.reset(token)


def _write(scope: Scope, status: int, seconds: float, taken: stats.Stats) -> None:
    caller = scope.get("state", {}).get("caller")
    log.log(
        logging.DEBUG if scope["path"] in _QUIET and status == 200 else logging.INFO,
        "request",
        extra={
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
