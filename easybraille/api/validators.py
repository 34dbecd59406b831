"""ETag and 304 (RFC 9110, section 13): what a caller has already is not sent again."""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from .asgi import HttpMiddleware

# Of the header fields of a 200, those that a 304 repeats; the others describe content that is not sent.
_CONTENT = ("content-length", "content-type", "content-encoding", "content-disposition")


class Validators(HttpMiddleware):
    """ASGI middleware that gives answers to GET an ETag, and answers 304 to a caller who has the content.

    Tags are weak, since the content may be compressed on its way. Content that comes in several parts has one only if
    its route gives it.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request."""
        if scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        has = {tag.strip().removeprefix("W/") for tag in Headers(scope=scope).get("If-None-Match", "").split(",")}
        start: Message | None = None
        matches = False

        async def send_validated(message: Message) -> None:
            nonlocal start, matches
            if matches:  # the answer is complete, whatever more of its content there is
                return
            if message["type"] == "http.response.start":
                start = message if message["status"] == 200 else None
                if start is None:
                    await send(message)
                return
            if message["type"] == "http.response.body" and start is not None:
                headers = MutableHeaders(scope=start)
                if "etag" not in headers and not message.get("more_body") and "no-store" not in _caching(headers):
                    headers["ETag"] = f'"{hashlib.sha256(message.get("body", b"")).hexdigest()[:32]}"'
                matches = headers.get("etag", "").removeprefix("W/") in has - {""}
                await send(_not_modified(start) if matches else _weakened(start))
                start = None
            await send({"type": "http.response.body"} if matches else message)

        await self._app(scope, receive, send_validated)


def _caching(headers: MutableHeaders) -> str:
    return headers.get("cache-control", "")


def _weakened(start: Message) -> Message:
    headers = MutableHeaders(scope=start)
    if "etag" in headers and not headers["etag"].startswith("W/"):
        headers["ETag"] = f"W/{headers['etag']}"
    return start


def _not_modified(start: Message) -> Message:
    headers = MutableHeaders(scope=_weakened(start))
    for name in _CONTENT:
        if name in headers:
            del headers[name]
    return {**start, "status": 304}
