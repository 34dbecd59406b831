"""A gunicorn worker that drains: on SIGTERM it completes its requests and refuses new ones.

It does the same when gunicorn's master is gone, which would otherwise leave a worker that nobody stops on the port.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import Any, ClassVar, cast

from fastapi import FastAPI
from gunicorn.arbiter import Arbiter
from uvicorn import Server
from uvicorn_worker import UvicornWorker

from easybraille.api.protocol import BoundedProtocol

CLOSE = (b"connection", b"close")
# Between two looks for the master.
_LOOK_SECONDS = 1.0
log = logging.getLogger(__name__)


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

    def init_process(self) -> None:
        """Watch the master from now on, and run."""
        threading.Thread(target=self._end_with_master, name="master", daemon=True).start()
        super().init_process()

    def _end_with_master(self) -> None:
        # A thread, since an event loop that hangs would not look; no PR_SET_PDEATHSIG, which knows Linux only.
        while os.getppid() == self.ppid:
            time.sleep(_LOOK_SECONDS)
        log.critical("gunicorn's master is gone; this worker completes its requests and ends")
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(self.cfg.graceful_timeout)
        os._exit(1)

    async def _serve(self) -> None:
        self.config.app = self.wsgi
        server = DrainingServer(self.config)
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
