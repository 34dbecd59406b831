"""A real server on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from easybraille.api.app import create_app
from easybraille.reader import Reader
from easybraille.settings import from_environment


@contextmanager
def running(app: Callable) -> Iterator[str]:
    """The URL at which an ASGI application is served."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def served(reader: Reader | None = None, **environment: str) -> Iterator[httpx.Client]:
    """A client of the application with these settings, once it is ready; without a reader it loads its own."""
    app = create_app(from_environment(environment), reader)
    with running(app) as url, httpx.Client(base_url=url, timeout=60) as client:
        while client.get("/ready").json()["status"] == "starting":
            time.sleep(0.1)
        yield client
