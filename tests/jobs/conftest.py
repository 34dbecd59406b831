"""The same API on a folder and on S3 and SQS, with a reader that knows the pages' cells."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from easybraille import keys
from easybraille.jobs import worker
from easybraille.jobs.setup import connect
from easybraille.jobs.work import Work
from easybraille.reader import Reader
from easybraille.settings import from_environment
from tests import loopback
from tests.made_page import png, reader_of, rendered

from .cloud import Cloud, cloud

WORDS = ("hola", "casa", "luz", "mar")
READ = [rendered(word) for word in WORDS]
PICTURES = [png(page) for page in READ]


@pytest.fixture(scope="session")
def knowing() -> Reader:
    """Knows the cells of PICTURES, and of nothing else."""
    return reader_of(*READ)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with cloud() as found:
        for name, value in found.environment.items():
            if name.startswith("AWS"):
                monkeypatch.setenv(name, value)
        yield found


@contextmanager
def working(reader: Reader, settings: dict[str, str]) -> Iterator[None]:
    """A worker on a thread, for as long as the block lasts."""
    chosen, stop = from_environment(settings), threading.Event()
    store, queue = connect(chosen)
    work = Work(store, queue, lambda: reader, chosen)
    thread = threading.Thread(target=worker.Worker(queue, work, 2).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Service:
    """A service that has jobs.

    Attributes:
        client, other: callers with keys of their own.
        stranger: one without.
        settings: of the service.
    """

    def __init__(self, client: httpx.Client, settings: dict[str, str], mine: str, others: str, reading: str):
        self.settings = settings
        self.client, self.other, self.reader = (
            httpx.Client(base_url=client.base_url, headers={"X-API-Key": key}, timeout=60)
            for key in (mine, others, reading)
        )
        self.stranger = client


@pytest.fixture(params=["folder", "cloud"])
def service(request, tmp_path, monkeypatch, knowing) -> Iterator[Service]:
    """One that is not only for this machine, with a worker."""
    monkeypatch.setattr(worker, "_WAIT_SECONDS", 1)
    (mine, one), (others, two) = keys.make("library", ["jobs"]), keys.make("school", ["jobs"])
    reading, three = keys.make("web", ["read"])
    settings = {"EASYBRAILLE_API_KEYS": f"{one} {two} {three}", "EASYBRAILLE_JOBS_PAGE_SECONDS": "5"}
    if request.param == "folder":
        settings["EASYBRAILLE_JOBS_FOLDER"] = str(tmp_path)
        with loopback.served(knowing, **settings) as client:
            yield Service(client, settings, mine, others, reading)
    else:
        settings |= request.getfixturevalue("aws").settings
        with working(knowing, settings), loopback.served(knowing, **settings) as client:
            yield Service(client, settings, mine, others, reading)
