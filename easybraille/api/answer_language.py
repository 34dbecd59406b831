"""The language of the sentences in an answer, negotiated by `Accept-Language`."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from ..i18n import from_header, speaking
from .asgi import HttpMiddleware, changing_headers


class AnswerLanguage(HttpMiddleware):
    """ASGI middleware that sets the preferred language of each request."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request."""
        varying = changing_headers(send, lambda headers: headers.add_vary_header("Accept-Language"))
        with speaking(from_header(Headers(scope=scope).get("Accept-Language", ""))):
            await self._app(scope, receive, varying)
