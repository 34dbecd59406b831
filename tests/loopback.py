"""A real server on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from easybraille.api.app import create_app
from easybraille.api.protocol import BoundedProtocol
from easybraille.reader import Reader
from easybraille.settings import from_environment
from tests.waiting import until


@contextmanager
def running(app: Callable) -> Iterator[str]:
    """The URL at which an ASGI application is served."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", http=BoundedProtocol))
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


@contextmanager
def process(**environment: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`easybraille serve` as a process of its own, once it is ready, and its URL."""
    with starting(**environment) as (server, url):
        until(lambda: _is_ready(url), 120)
        yield server, url


@contextmanager
def starting(**environment: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`easybraille serve` as a process of its own that has just begun to start, and its URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        usual = {"EASYBRAILLE_HOST": "127.0.0.1", "PORT": str(port), "EASYBRAILLE_JOBS_FOLDER": f"{folder}/jobs"}
        command = [sys.executable, "-m", "easybraille", "serve"]
        server = subprocess.Popen(command, env={**os.environ, **usual, **environment}, stdout=log, stderr=log)
        try:
            yield server, url
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ready", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
