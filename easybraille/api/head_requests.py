"""HEAD wherever there is GET (RFC 9110, section 9.3.2): the same answer without its content."""

from __future__ import annotations

from starlette.types import Message, Receive, Scope, Send

from .asgi import HttpMiddleware


class HeadRequests(HttpMiddleware):
    """ASGI middleware that answers HEAD as the application answers GET."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request."""
        if scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_without_content(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, send_without_content)
