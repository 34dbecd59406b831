"""A gunicorn worker that drains: on SIGTERM it completes its requests and refuses new ones."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any, ClassVar, cast

from fastapi import FastAPI
from gunicorn.arbiter import Arbiter
from uvicorn import Server
from uvicorn_worker import UvicornWorker

from easybraille.api.protocol import BoundedProtocol

CLOSE = (b"connection", b"close")


class DrainingServer(Server):
    """uvicorn's server; told to stop, it completes its requests first, and answers new ones with a refusal."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain on a signal."""
        cast(FastAPI, self.config.app).state.service.drain()
        if CLOSE not in self.config.encoded_headers:
            # These are added to every response; the server copies them once a second.
            self.config.encoded_headers.append(CLOSE)
            self.server_state.default_headers = [*self.server_state.default_headers, CLOSE]
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Whether to close the socket: told to stop, and all requests are completed."""
        return await super().on_tick(counter) and (self.force_exit or not self.server_state.tasks)


class Worker(UvicornWorker):  # type: ignore[misc]
    """uvicorn's worker with that server, whose connections are bounded in number and time."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {**UvicornWorker.CONFIG_KWARGS, "http": BoundedProtocol}

    async def _serve(self) -> None:
        self.config.app = self.wsgi
        server = DrainingServer(self.config)
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
