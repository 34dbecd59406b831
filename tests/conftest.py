"""What many tests share: a reader on the shipped weights, the service on a real port, the example pictures."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from easybraille.reader import Reader
from easybraille.settings import from_environment
from easybraille.startup import make_reader

from . import loopback

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
# Whoever starts the tests in the background may have them ignore Ctrl-C, and with them all the programs they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def records_reach_caplog(monkeypatch: pytest.MonkeyPatch) -> None:
    # Once the function's logger has been imported, it keeps the records of the whole package to itself.
    monkeypatch.setattr(logging.getLogger("easybraille"), "propagate", True)


@pytest.fixture(scope="session")
def reader() -> Reader:
    return make_reader(from_environment({}))


@pytest.fixture(scope="session")
def served() -> Iterator[httpx.Client]:
    """A client of the service, which runs under uvicorn on a free port of this machine."""
    with loopback.served(EASYBRAILLE_MAX_BODY_BYTES="20000000", EASYBRAILLE_HOST="127.0.0.1") as client:
        yield client


@pytest.fixture(scope="session")
def letter() -> bytes:
    """The example letter, a photograph."""
    return (EXAMPLES / "carta.jpg").read_bytes()
