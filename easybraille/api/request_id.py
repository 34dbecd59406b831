"""A request id in every answer and every log line: the caller's own, sent as `X-Request-ID`, or a new one."""

from __future__ import annotations

import logging
import re
import uuid
from contextvars import ContextVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from .asgi import HttpMiddleware, changing_headers

HEADER = "X-Request-ID"
# A deployment that names its requests itself (AWS Lambda) puts the name here in the ASGI scope.
GIVEN = "easybraille.request_id"
# What is safe in a header and in a line of a log.
_VALID = re.compile(r"[\w.:+/=@-]{1,128}", re.ASCII)
_current: ContextVar[str | None] = ContextVar("request_id", default=None)


class RequestId(HttpMiddleware):
    """ASGI middleware that names each request."""

    def __init__(self, app: ASGIApp):
        super().__init__(app)
        _name_log_records()

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request."""
        sent = Headers(scope=scope).get(HEADER, "")
        name = sent if _VALID.fullmatch(sent) else scope.get(GIVEN) or uuid.uuid4().hex

        def add(headers: MutableHeaders) -> None:
            headers[HEADER] = name

        token = _current.set(name)
        try:
            await self._app(scope, receive, changing_headers(send, add))
        finally:
            _current.reset(token)


def _name_log_records() -> None:
    """Let the log records of a request have its name as `x_request_id`."""
    make = logging.getLogRecordFactory()
    if getattr(make, "names_requests", False):
        return

    def named(*args: object, **kwargs: object) -> logging.LogRecord:
        record = make(*args, **kwargs)
        if (name := _current.get()) is not None:
            record.x_request_id = name
        return record

    named.names_requests = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(named)
