"""Jobs in a folder: what the disk does to them, and services that share one."""

from __future__ import annotations

import io
import resource
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from easybraille.document import Document
from easybraille.errors import NotReadyError
from easybraille.jobs import consumer
from easybraille.jobs.local_consumer import LocalConsumer
from easybraille.jobs.models import Job, NewFile, NewJob
from easybraille.jobs.object_keys import TRIES, Place
from easybraille.jobs.queues.sqlite import SqliteQueue
from easybraille.jobs.service import Jobs
from easybraille.jobs.storage.folder import FolderStore
from easybraille.reader import Reader
from easybraille.settings import Settings, from_environment
from tests import loopback
from tests.waiting import until

from .conftest import PICTURES

SETTINGS = from_environment({"EASYBRAILLE_READERS": "1"})


@contextmanager
def full_disk(free: int) -> Iterator[None]:
    """No file can have more than so many bytes, which a program meets as it does a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def started(folder, settings: Settings = SETTINGS, count: int = len(PICTURES)) -> tuple[Jobs, Job]:
    store, queue = FolderStore(folder), SqliteQueue(folder)
    jobs, pictures = Jobs(store, queue, settings), (PICTURES * count)[:count]
    files = [NewFile(name=f"{n}.png", size=len(data)) for n, data in enumerate(pictures, 1)]
    job, _ = jobs.make("me", NewJob(files=files), None)
    for number, data in enumerate(pictures, 1):
        store.put(job.keys.input(number), data)
    jobs.start(job)
    return jobs, job


class Watched:
    """A reader that counts how often it reads each file, and whose texts are longer by so many characters."""

    def __init__(self, reader: Reader, longer: int = 0):
        self.limits = reader.limits
        self._longer = longer
        self.times: Counter[str] = Counter()
        self._reader = reader

    def read(self, data: bytes, source: str, *options: str) -> Document:
        self.times[source] += 1
        document = self._reader.read(data, source, *options)
        return replace(document, text=document.text + " " * self._longer)


@pytest.mark.parametrize("content", [b"x" * 1001, io.BytesIO(b"x" * 1001)], ids=["bytes", "file"])
def test_what_a_full_disk_does_not_take_leaves_nothing_and_passes(tmp_path, content):
    store, queue = FolderStore(tmp_path), SqliteQueue(tmp_path)
    with full_disk(1000):
        with pytest.raises(NotReadyError, match="Try again"):
            store.put("jobs/a/b", content)
        with pytest.raises(NotReadyError, match="Try again"):
            store.create("jobs/a/b", b"x" * 1001)
        with pytest.raises(NotReadyError, match="Try again"):
            queue.send(["x" * 1001])
    assert list(store.entries("parts/")) == list(store.entries("jobs/")) == queue.receive(1, 0, 60) == []
    store.put("jobs/a/b", b"x" * 1001)
    assert store.get("jobs/a/b") == b"x" * 1001


@pytest.mark.parametrize("size", [10_000, 5_000_000], ids=["in memory", "through a temporary file"])
def test_an_upload_that_finds_the_disk_full_is_told_to_come_again(tmp_path, knowing, size):
    environment = {"EASYBRAILLE_HOST": "127.0.0.1", "EASYBRAILLE_JOBS_FOLDER": str(tmp_path)}
    with loopback.served(knowing, **environment) as client:
        job = client.post("/v1/jobs", json={"files": [{"name": "a.png", "size": size}]}).json()["id"]
        url = client.post(f"/v1/jobs/{job}/uploads").json()["uploads"][0]["url"]
        with full_disk(1000):
            answer = client.put(url, content=bytes(size))
        assert (answer.status_code, answer.json()["code"]) == (503, "not_ready") and answer.headers["Retry-After"]
        assert client.put(url, content=bytes(size)).status_code == 200


def test_a_job_goes_on_when_the_disk_is_no_longer_full(tmp_path, knowing, monkeypatch):
    monkeypatch.setattr(consumer, "_FIRST_DELAY", 0.05)
    jobs, job = started(tmp_path, count=1)
    watched = Watched(knowing, longer=2_000_000)
    local = LocalConsumer(jobs.store, jobs.queue, lambda: watched, SETTINGS)
    # Room for messages, but not for the result.
    with full_disk(1_000_000):
        local.start()
        until(lambda: watched.times["1.png"] > TRIES)
        time.sleep(0.2)
    until(lambda: jobs.status(job).state == "done")
    local.stop()
    assert (jobs.status(job).done, jobs.status(job).failures) == (1, [])


def test_of_two_services_with_one_folder_one_reads_each_page_and_the_other_takes_over(tmp_path, knowing):
    jobs, job = started(tmp_path, count=12)
    readers = [Watched(knowing), Watched(knowing)]
    first, second = (
        LocalConsumer(FolderStore(tmp_path), SqliteQueue(tmp_path), lambda reader=reader: reader, SETTINGS)
        for reader in readers
    )
    first.start()
    until(lambda: len(readers[0].times) >= 3)
    second.start()
    until(lambda: len(readers[0].times) >= 5)
    assert readers[1].times.total() == 0
    first.stop()
    until(lambda: jobs.status(job).state == "done")
    second.stop()
    assert jobs.status(job).done == 12
    read = readers[0].times + readers[1].times
    assert len(read) == 12 and set(read.values()) == {1} and readers[1].times.total() > 0


def test_pages_are_read_in_the_order_in_which_they_were_sent(tmp_path):
    queue = SqliteQueue(tmp_path)
    for body in "abcdef":
        queue.send([body])
        time.sleep(0.002)
    assert [message.body for message in queue.receive(10, 0, 60)] == list("abcdef")


def test_a_message_that_is_done_may_be_held_and_deleted_once_more(tmp_path):
    queue = SqliteQueue(tmp_path)
    queue.send(["a"])
    (early,) = queue.receive(1, 0, 0)
    (late,) = queue.receive(1, 0, 60)
    queue.delete(early)
    queue.change_visibility(late, 60)
    queue.delete(late)
    assert queue.receive(1, 0, 60) == []


def test_what_is_old_expires_and_the_folder_can_still_be_written_to(tmp_path):
    jobs, job = started(tmp_path, count=1)
    (tmp_path / "parts" / "left").write_bytes(b"")
    for expired in (jobs.store, jobs.queue):
        expired.expire(time.time() - 60)
    assert jobs.store.head(job.keys.job) and jobs.store.head("parts/left")
    for expired in (jobs.store, jobs.queue):
        expired.expire(time.time() + 60)
    assert [entry for top in ("jobs/", "callers/", "parts/") for entry in jobs.store.entries(top)] == []
    assert jobs.queue.receive(10, 0, 60) == []
    assert jobs.make("me", job.asked, None)[1]


def test_a_message_is_received_by_one_of_many_processes_and_returns_after_its_visibility_timeout(tmp_path):
    SqliteQueue(tmp_path).send(str(number) for number in range(200))
    queues = [SqliteQueue(tmp_path) for _ in range(4)]  # each with a connection of its own, as in four processes

    def drain(queue: SqliteQueue) -> list[str]:
        found = []
        while messages := queue.receive(3, 0, 0.5):
            found += [message.body for message in messages]
        return found

    with ThreadPoolExecutor(4) as pool:
        received = [body for bodies in pool.map(drain, queues) for body in bodies]
    assert sorted(received, key=int) == [str(number) for number in range(200)]
    time.sleep(0.6)
    (again,) = queues[0].receive(1, 0, 60)
    assert again.receives == 2


def test_a_message_that_is_received_ten_times_becomes_a_dead_letter(tmp_path):
    queue = SqliteQueue(tmp_path)
    queue.send(["a", "b"])
    for receives in range(1, queue.most_receives + 1):
        messages = {message.body: message for message in queue.receive(2, 0, 0)}
        assert messages["a"].receives == receives
        if receives == 1:
            queue.delete(messages["b"])
    assert queue.receive(2, 0, 0) == []
    assert queue.dead_letters() == ["a"]


def test_a_stray_file_disturbs_neither_the_queue_nor_the_progress_of_a_job(tmp_path, knowing):
    jobs, job = started(tmp_path)
    for stray in ("queue", "notes.txt", f"{job.keys.pages}notes.txt", f"{job.keys.pages}.DS_Store"):
        (tmp_path / stray).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / stray).write_bytes(b"stray")
    local = LocalConsumer(jobs.store, jobs.queue, lambda: knowing, SETTINGS)
    local.start()
    until(lambda: jobs.status(job).state == "done")
    local.stop()
    assert jobs.status(job).done == len(PICTURES)


def test_a_running_job_continues_where_its_queue_was_lost(tmp_path, knowing):
    jobs, job = started(tmp_path)
    jobs.store.create(job.keys.result(Place(1)), b"{}")
    for file in tmp_path.glob("queue.sqlite3*"):
        file.unlink()
    watched = Watched(knowing)
    local = LocalConsumer(jobs.store, SqliteQueue(tmp_path), lambda: watched, SETTINGS)
    local.start()
    until(lambda: jobs.status(job).state == "done")
    local.stop()
    assert set(watched.times) == {f"{number}.png" for number in range(2, len(PICTURES) + 1)}


def test_a_signed_address_is_valid_for_its_request_and_its_time_only(tmp_path, monkeypatch):
    store = FolderStore(tmp_path)
    upload = store.upload("jobs/a/inputs/000001", 10, None, seconds=3600)
    path, token = upload.url.removeprefix("/v1/objects/").split("?token=")
    assert store.signed_terms("PUT", path, token)["size"] == 10
    assert store.signed_terms("GET", path, token) is None
    assert store.signed_terms("PUT", "jobs/a/inputs/000002", token) is None
    terms, signature = token.split(".")
    forged = ("A" if signature[0] != "A" else "B") + signature[1:]
    assert store.signed_terms("PUT", path, f"{terms}.{forged}") is None
    assert FolderStore(tmp_path / "another").signed_terms("PUT", path, token) is None
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3601)
    assert store.signed_terms("PUT", path, token) is None


def test_writers_of_one_result_do_not_meet_and_a_reader_sees_one_of_them_whole(tmp_path):
    store = FolderStore(tmp_path)
    contents = [bytes([65 + number]) * 200_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            list(pool.map(lambda content: store.put("jobs/a/000001.json", content), contents))
            assert (tmp_path / "jobs/a/000001.json").read_bytes() in contents
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and path.name.startswith("tmp")] == []
