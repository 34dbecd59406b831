"""The last resort for an error that no code expects: a problem, inside all layers that every answer goes through."""

from __future__ import annotations

import logging

from starlette.types import Message, Receive, Scope, Send

from .asgi import HttpMiddleware
from .problems import unexpected

log = logging.getLogger(__name__)


class UnexpectedErrors(HttpMiddleware):
    """ASGI middleware that logs such an error and answers 500, where no answer has begun."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request."""
        begun = False

        async def send_noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:
            if begun:
                raise
            log.exception("unexpected", exc_info=error)
            await unexpected()(scope, receive, send)
