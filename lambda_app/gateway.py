"""The layer between API Gateway and the application: mount point, authorised caller, time limit."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from easybraille.api.auth import CHECKED
from easybraille.api.problems import problem
from easybraille.api.request_id import GIVEN
from easybraille.keys import SCOPES, Caller

from . import telemetry
from .invocation import FORWARDED, PATH, Invocation, current

# Seconds for sending a response: with less time left, a timeout problem is sent instead.
MARGIN = 0.5
REQUEST_ID = "X-Request-Id"


class Gateway:
    """An ASGI application around another, for one invocation at a time.

    Args:
        app: the inner application.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI request."""
        event, context = scope["aws.event"], scope["aws.context"]
        scope = {**scope, **mounted(scope["path"], event), "state": {}}
        scope[GIVEN] = context.aws_request_id
        if (caller := authorized_caller(event)) is not None:
            scope[CHECKED] = caller
        headers = Headers(scope=scope)
        invocation = Invocation(
            context.aws_request_id,
            # The runtime has this function's part of the trace, the gateway the whole.
            os.environ.get("_X_AMZN_TRACE_ID") or headers.get("x-amzn-trace-id"),
            time.monotonic() + context.get_remaining_time_in_millis() / 1000 - MARGIN,
            forwarded=FORWARDED in headers,
        )
        current.set(invocation)
        with telemetry.request(scope, event, invocation):

            async def send_named(message: Message) -> None:
                if message["type"] == "http.response.start":
                    invocation.status = message["status"]
                    message = {**message, "headers": [*message.get("headers", []), *_named(invocation)]}
                await send(message)

            await self._in_time(scope, receive, send_named, invocation.remaining)

    async def _in_time(self, scope: Scope, receive: Receive, send: Send, seconds: float) -> None:
        """Run the application; when the time is up, respond for it and discard its late response."""
        late = False

        async def send_in_time(message: Message) -> None:
            if not late:
                await send(message)

        task = asyncio.ensure_future(self._app(scope, receive, send_in_time))
        done, _ = await asyncio.wait({task}, timeout=max(0.0, seconds))
        if done:
            await task
            return
        late = True
        detail = "Reading took longer than this service may take. Send fewer pages at once, or smaller ones."
        await problem(504, "timeout", "Timeout", detail, {REQUEST_ID: scope[GIVEN]})(scope, receive, send)


def _named(invocation: Invocation) -> list[tuple[bytes, bytes]]:
    """Headers of the response with the path that read."""
    named = {PATH: invocation.path}
    return [(name.lower().encode(), value.encode()) for name, value in named.items() if value]


def mounted(path: str, event: dict[str, Any]) -> dict[str, str]:
    """`path` and `root_path` of the ASGI scope; the latter is the stage's part of the address, "/prod".

    Args:
        path: from Mangum. That of an HTTP API contains the stage, unless it is $default; that of a REST API does not.
    """
    request = event["requestContext"]
    if event.get("version") == "2.0":
        prefix = f"/{request.get('stage', '$default')}"
        return {"root_path": prefix if path.startswith(prefix + "/") or path == prefix else "", "path": path}
    full = request.get("path") or path
    return {"root_path": full.removesuffix(path) if full.endswith(path) else "", "path": full}


def authorized_caller(event: dict[str, Any]) -> Caller | None:
    """The caller that a JWT authoriser authenticated: the token's subject, with those of its scopes that exist here.

    The last part of a scope counts, since Cognito puts the name of the resource server before it: "easybraille/read".
    """
    authorizer = event["requestContext"].get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims")
    if not claims:
        return None
    scopes = {scope.rsplit("/", 1)[-1] for scope in claims.get("scope", "").split()}
    return Caller(f"jwt:{claims.get('sub', '')}", frozenset(scopes & set(SCOPES)))
