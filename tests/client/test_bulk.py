"""`easybraille bulk`: a folder goes to a real service and comes back, however often that is interrupted."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from PIL import Image

from easybraille import keys
from easybraille.api.app import create_app
from easybraille.client.http import CONNECTIONS
from easybraille.jobs.consumer import Consumer
from easybraille.jobs.processor import Processor
from easybraille.jobs.setup import connect
from easybraille.settings import from_environment
from tests import loopback
from tests.conftest import EXAMPLES
from tests.jobs.cloud import cloud
from tests.made_page import reader_of, rendered

MANY = 5 * CONNECTIONS


class Gate:
    """Stands before the service, counts what it is asked, and lets it fail.

    Attributes:
        folder: of the service's jobs.
        asked: method, path and status of each answer.
        faults: what the next requests get instead of an answer, a status; None lets one pass.
        expired: how many of the next uploads come too late for their address.
        lost: a method; the next such request is done, and its answer is lost behind a gateway.
        slow: seconds that each upload and download takes longer.
    """

    def __init__(self, app, folder):
        self.app = app
        self.folder = folder
        self.asked: list[tuple[str, str, int]] = []
        self.faults: list[int | None] = []
        self.expired = 0
        self.lost = ""
        self.slow = 0.0

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def noted(message):
            if message["type"] == "http.response.start":
                self.asked.append((scope["method"], scope["path"], message["status"]))
            await send(message)

        status = self.faults.pop(0) if self.faults else None
        if self.expired and scope["method"] == "PUT":
            status, self.expired = 403, self.expired - 1
        if scope["method"] == self.lost:
            self.lost, status = "", 504
            await self.app(scope, receive, _unheard)
        if status:
            await noted({"type": "http.response.start", "status": status, "headers": []})
            return await send({"type": "http.response.body"})
        if scope["path"].startswith("/v1/objects"):
            await asyncio.sleep(self.slow)
        await self.app(scope, receive, noted)

    @property
    def uploads(self) -> Counter:
        return Counter(path for method, path, status in self.asked if method == "PUT" and status == 200)


async def _unheard(message: object) -> None:
    pass


@contextmanager
def gated(tmp_path, reader=None, **environment) -> Iterator[tuple[str, Gate]]:
    settings = {"EASYBRAILLE_HOST": "127.0.0.1", "EASYBRAILLE_JOBS_FOLDER": str(tmp_path / "jobs")} | environment
    gate = Gate(create_app(from_environment(settings), reader), tmp_path / "jobs")
    with loopback.running(gate) as url:
        yield url, gate


@pytest.fixture(scope="module")
def running(tmp_path_factory, reader) -> Iterator[tuple[str, Gate]]:
    with gated(tmp_path_factory.mktemp("service"), reader) as found:
        yield found


@pytest.fixture
def service(running) -> tuple[str, Gate]:
    """A service that has been asked nothing yet."""
    _, gate = running
    gate.asked.clear()
    return running


@pytest.fixture
def book(tmp_path):
    """Two pictures, one in a subfolder, a file that is no picture, and one that nobody asked for; each time others."""
    folder = tmp_path / "book"
    (folder / "sub").mkdir(parents=True)
    for source, target in (("carta.jpg", "carta.jpg"), ("receta.jpg", "sub/receta.jpg")):
        (folder / target).write_bytes((EXAMPLES / source).read_bytes() + secrets.token_bytes(8))
    (folder / "broken.jpg").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("not a page")
    return folder


def command(folder, url, *options):
    return [sys.executable, "-m", "easybraille", "bulk", str(folder), "--url", url, *map(str, options)]


def environment(**extra):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("EASYBRAILLE_", "MODEL_"))}
    return clean | {"PYTHONIOENCODING": "utf-8"} | extra


def bulk(folder, url, *options, **extra):
    return subprocess.run(
        command(folder, url, *options),
        capture_output=True,
        encoding="utf-8",
        env=environment(**extra),
        timeout=120,
    )


def made(folder) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name[0] != "."}


def test_a_folder_comes_back_as_a_folder_and_what_cannot_be_read_is_named(service, book, tmp_path):
    url, _ = service
    done = bulk(book, url)
    assert done.returncode == 1, done.stderr
    assert "broken.jpg: Not a picture" in done.stderr and "1 could not be read." in done.stderr
    assert made(tmp_path / "book-results") == {"carta.txt", "sub/receta.txt"}
    text = (tmp_path / "book-results" / "carta.txt").read_text("utf-8")
    assert text.rstrip("\n") == (EXAMPLES / "carta.txt").read_text("utf-8").rstrip("\n")


def test_a_pdf_comes_back_as_one_document(service, tmp_path):
    url, _ = service
    folder = tmp_path / "book"
    folder.mkdir()
    with Image.open(EXAMPLES / "receta.jpg") as first, Image.open(EXAMPLES / "carta.jpg") as second:
        first.save(folder / "two.pdf", save_all=True, append_images=[second])
    done = bulk(folder, url, "--format", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "book-results" / "two.json").read_text("utf-8"))
    assert [(page["number"], page["source_page"]) for page in document["pages"]] == [(1, 1), (2, 2)]
    assert document["text"] == "\n\n".join(page["text"] for page in document["pages"])


def test_the_same_command_in_another_format_sends_and_reads_nothing_again(service, book, tmp_path):
    url, gate = service
    bulk(book, url, "--output", tmp_path / "out")
    before = len(gate.uploads)
    done = bulk(book, url, "--output", tmp_path / "out", "--format", "marked")
    assert made(tmp_path / "out") == {"carta.txt", "sub/receta.txt", "carta.marked.png", "sub/receta.marked.png"}, (
        done.stderr
    )
    assert before == 3 and len(gate.uploads) == 3 and set(gate.uploads.values()) == {1}


def test_a_book_comes_back_as_one_file_in_the_order_of_its_pages(service, book, tmp_path):
    url, _ = service
    done = bulk(book, url, "--output", tmp_path / "out", "--whole")
    assert done.returncode == 1 and "broken.jpg: Not a picture" in done.stderr
    assert made(tmp_path / "out") == {"book.txt"}
    text = (tmp_path / "out" / "book.txt").read_text("utf-8")
    assert 0 < text.index("Querida Lucía") < text.index((EXAMPLES / "receta.txt").read_text("utf-8").split("\n")[0])


def test_interrupted_three_times_it_completes_and_uploads_nothing_twice(tmp_path):
    folder, out = tmp_path / "book", tmp_path / "out"
    folder.mkdir()
    for number in range(MANY):
        Image.new("L", (320, 320), 100 + number).save(folder / f"{number}.png")
    # When the first one ends, twice as many as are sent at once may be there.
    moments = (
        (signal.SIGKILL, lambda: gate.uploads),
        (signal.SIGINT, lambda: len(gate.uploads) > 2 * CONNECTIONS),
        (signal.SIGKILL, lambda: any(re.search("/pages/", path) for _, path, _ in gate.asked)),
    )
    # Reading is not what this is about: the reader finds nothing on these pages.
    with gated(tmp_path, reader_of(rendered("a"))) as (url, gate):
        gate.slow = 0.1
        for ending, reached in moments:
            client = subprocess.Popen(
                command(folder, url, "--output", out), stderr=subprocess.PIPE, encoding="utf-8", env=environment()
            )
            while not reached():
                assert client.poll() is None, client.communicate()
                time.sleep(0.005)
            client.send_signal(ending)
            _, said = client.communicate(timeout=60)
            assert client.returncode == (130 if ending == signal.SIGINT else -ending), said
            assert "Traceback" not in said
            assert len(made(out)) < MANY
        done = bulk(folder, url, "--output", out)
        assert done.returncode == 0, done.stderr
    assert made(out) == {f"{number}.txt" for number in range(MANY)}
    assert len(gate.uploads) == MANY and set(gate.uploads.values()) == {1}
    fetched = Counter(path for method, path, _ in gate.asked if "/pages/" in path)
    assert max(fetched.values()) <= 2 and list(fetched.values()).count(2) <= 2 * CONNECTIONS


def test_a_start_that_broke_off_is_made_again_by_the_same_command(tmp_path):
    folder, out = tmp_path / "book", tmp_path / "out"
    folder.mkdir()
    for number in range(3):
        Image.new("L", (320, 320), 100 + number).save(folder / f"{number}.png")
    with gated(tmp_path, reader_of(rendered("a"))) as (url, gate):
        httpx.get(f"{url}/v1/jobs").raise_for_status()
        # Another process locks the queue when everything is uploaded.
        other = sqlite3.connect(gate.folder / "queue.sqlite3")
        other.execute("BEGIN EXCLUSIVE")
        client = subprocess.Popen(command(folder, url, "--output", out), stderr=subprocess.PIPE, env=environment())
        while not any(path.endswith("/start") and status == 503 for _, path, status in gate.asked):
            assert client.poll() is None, client.communicate()
            time.sleep(0.01)
        client.kill()
        client.communicate(timeout=60)
        other.close()
        done = bulk(folder, url, "--output", out)
    assert done.returncode == 0, done.stderr
    assert made(out) == {f"{number}.txt" for number in range(3)}
    assert len(gate.uploads) == 3 and set(gate.uploads.values()) == {1}


def test_where_nothing_can_be_read_there_is_no_whole_and_each_file_is_named(service, tmp_path):
    url, _ = service
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "broken.jpg").write_bytes(secrets.token_bytes(8))
    done = bulk(folder, url, "--whole")
    assert done.returncode == 1 and "broken.jpg: Not a picture" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "book-results").exists()


def test_what_passes_by_itself_is_tried_again(service, book, tmp_path):
    url, gate = service
    gate.faults = [503, None, 500, None, 429, 502, 504, 408]
    done = bulk(book, url, "--output", tmp_path / "out")
    assert gate.faults == [] and made(tmp_path / "out") == {"carta.txt", "sub/receta.txt"}, done.stderr


def test_addresses_that_have_expired_are_asked_for_again(service, book, tmp_path):
    url, gate = service
    gate.expired = 2
    done = bulk(book, url, "--output", tmp_path / "out")
    assert gate.expired == 0 and made(tmp_path / "out") == {"carta.txt", "sub/receta.txt"}, done.stderr
    assert sum(gate.uploads.values()) == 3


def test_pictures_go_straight_into_the_bucket_where_there_is_one(book, tmp_path, reader, monkeypatch):
    with cloud() as here:
        for name, value in here.environment.items():
            monkeypatch.setenv(name, value)
        with gated(tmp_path, reader, **here.settings) as (url, gate):
            settings = from_environment(here.settings)
            store, queue = connect(settings)
            stop = threading.Event()
            worker = Consumer(queue, Processor(store, queue, lambda: reader, settings), 2)
            working = threading.Thread(target=worker.run, args=(stop,))
            working.start()
            try:
                done = bulk(book, url, "--output", tmp_path / "out")
            finally:
                stop.set()
                working.join()
    assert made(tmp_path / "out") == {"carta.txt", "sub/receta.txt"}, done.stderr
    assert "1 could not be read." in done.stderr
    assert not any(method == "PUT" or "objects" in path for method, path, _ in gate.asked)


def test_a_key_is_sent_to_the_service_and_a_wrong_one_is_said(book, tmp_path, reader):
    key, entry = keys.make("school", ["jobs"])
    with gated(tmp_path, reader, EASYBRAILLE_OPEN="none", EASYBRAILLE_API_KEYS=entry) as (url, _):
        wrong = bulk(book, url, EASYBRAILLE_KEY="eb_wrong")
        assert wrong.returncode == 1 and "Nobody has this key" in wrong.stderr and "eb_wrong" not in wrong.stderr
        right = bulk(book, url, EASYBRAILLE_KEY=key)
    assert made(tmp_path / "book-results") == {"carta.txt", "sub/receta.txt"}, right.stderr


def test_erase_leaves_nothing_at_the_service_and_the_folder_can_be_sent_anew(service, book, tmp_path):
    url, gate = service
    gate.lost = "DELETE"
    done = bulk(book, url, "--erase")
    assert gate.lost == "" and "1 could not be read." in done.stderr and "no job" not in done.stderr
    assert made(tmp_path / "book-results") == {"carta.txt", "sub/receta.txt"}
    uploaded = next(path for path in gate.uploads)
    assert httpx.get(url + uploaded.split("/inputs")[0].replace("/objects", "")).status_code == 404
    assert not (gate.folder / uploaded.removeprefix("/v1/objects/")).exists()
    again = bulk(book, url, "--output", tmp_path / "again")
    assert made(tmp_path / "again") == {"carta.txt", "sub/receta.txt"}, again.stderr


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://example.org", "must be https://"),
        ("example.org", "must be https://"),
        ("http://example.org", "unencrypted"),
    ],
)
def test_an_address_to_which_no_key_should_go_is_bad_usage(book, url, says):
    done = bulk(book, url, EASYBRAILLE_KEY="eb_x")
    assert done.returncode == 2 and says in done.stderr and "eb_x" not in done.stderr


def test_an_empty_folder_is_bad_usage(tmp_path):
    (tmp_path / "empty").mkdir()
    done = bulk(tmp_path / "empty", "https://example.org")
    assert done.returncode == 2 and "no picture or PDF" in done.stderr
