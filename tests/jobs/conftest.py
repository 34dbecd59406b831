"""The same API on a folder and on S3 and SQS, with a reader that knows the pages' cells."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from easybraille import keys
from easybraille.jobs import consumer
from easybraille.jobs.processor import Processor
from easybraille.jobs.setup import connect
from easybraille.reader import Reader
from easybraille.settings import from_environment
from tests import loopback
from tests.made_page import png, reader_of, rendered

from .cloud import cloud

# Two a test.
MOST_CALLERS = 100
WORDS = ("hola", "casa", "luz", "mar")
READ = [rendered(word) for word in WORDS]
PICTURES = [png(page) for page in READ]


@pytest.fixture(scope="session")
def knowing() -> Reader:
    """Knows the cells of PICTURES, and of nothing else."""
    return reader_of(*READ)


@contextmanager
def working(reader: Reader, settings: dict[str, str]) -> Iterator[None]:
    """A worker on a thread, for as long as the block lasts."""
    chosen, stop = from_environment(settings), threading.Event()
    store, queue = connect(chosen)
    work = Processor(store, queue, lambda: reader, chosen)
    thread = threading.Thread(target=consumer.Consumer(queue, work, 2).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Service:
    """A service that has jobs, for callers who have none yet.

    Attributes:
        client, other: callers with keys of their own.
        reader: one whose key is not for jobs.
        stranger: one without a key.
    """

    def __init__(self, stranger: httpx.Client, mine: str, others: str, reading: str):
        self.client, self.other, self.reader = (
            httpx.Client(base_url=stranger.base_url, headers={"X-API-Key": key}, timeout=60)
            for key in (mine, others, reading)
        )
        self.stranger = stranger


@pytest.fixture(scope="module", params=["folder", "cloud"])
def running(request, tmp_path_factory, knowing) -> Iterator[tuple[httpx.Client, Iterator[str], str]]:
    """A client of a service that is not only for this machine and has a worker; keys for jobs; one for reading."""
    made = [keys.make(f"caller{number}", ["jobs"]) for number in range(MOST_CALLERS)]
    reading, entry = keys.make("web", ["read"])
    settings = {"EASYBRAILLE_API_KEYS": " ".join([entry, *(one for _, one in made)])}
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setattr(consumer, "_WAIT_SECONDS", 1)
        if request.param == "folder":
            settings["EASYBRAILLE_JOBS_FOLDER"] = str(tmp_path_factory.mktemp("jobs"))
        else:
            aws = stack.enter_context(cloud())
            settings |= aws.settings
            for name, value in aws.environment.items():
                if name.startswith("AWS"):
                    patch.setenv(name, value)
            stack.enter_context(working(knowing, settings))
        yield stack.enter_context(loopback.served(knowing, **settings)), (key for key, _ in made), reading


@pytest.fixture
def service(running) -> Service:
    client, unused, reading = running
    return Service(client, next(unused), next(unused), reading)
