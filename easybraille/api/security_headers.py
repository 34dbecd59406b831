"""Headers on every answer that tell browsers what they must not do with it; a route's own headers take precedence."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import Receive, Scope, Send

from .asgi import HttpMiddleware, changing_headers

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    # Answers of the API are data: nothing in them is loaded or run. Inline styles are those of the format html.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}
_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}


class SecurityHeaders(HttpMiddleware):
    """ASGI middleware that adds HEADERS, and over https that the service is only to be called so."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request."""

        def add(headers: MutableHeaders) -> None:
            for name, value in (HEADERS | (_HTTPS if scope["scheme"] == "https" else {})).items():
                headers.setdefault(name, value)

        await self._app(scope, receive, changing_headers(send, add))
