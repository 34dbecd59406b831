"""Sentences of an answer in the language that `Accept-Language` prefers; as ever where it names none of ours."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..i18n import from_header, speaking


class AnswerLanguage:
    """ASGI middleware that sets the preferred language of each request."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).add_vary_header("Accept-Language")
            await send(message)

        with speaking(from_header(Headers(scope=scope).get("Accept-Language", ""))):
            await self._app(scope, receive, send_varying)
