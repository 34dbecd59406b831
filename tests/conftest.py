"""What many tests share: a reader on the shipped weights, the service on a real port, the example pictures."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from easybraille.api import create_app
from easybraille.reader import Reader
from easybraille.service import make_reader
from easybraille.settings import from_environment

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"


@pytest.fixture(scope="session")
def reader() -> Reader:
    return make_reader(from_environment({}))


@pytest.fixture(scope="session")
def served() -> Iterator[httpx.Client]:
    """A client of the service, which runs under uvicorn on a free port of this machine."""
    settings = from_environment({"EASYBRAILLE_MAX_BODY_BYTES": "20000000", "EASYBRAILLE_HOST": "127.0.0.1"})
    server = uvicorn.Server(uvicorn.Config(create_app(settings), host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        for _ in range(600):
            if client.get("/ready").status_code == 200:
                break
            time.sleep(0.1)
        yield client
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def letter() -> bytes:
    """The example letter, a photograph."""
    return (EXAMPLES / "carta.jpg").read_bytes()
