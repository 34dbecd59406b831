"""Background threads of jobs outlive what ends their work, and the service says that it failed."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest

from easybraille.api.app import create_app
from easybraille.api.metrics import Metrics
from easybraille.jobs import supervised
from easybraille.jobs.consumer import Consumer
from easybraille.jobs.local_consumer import THREADS
from easybraille.jobs.models import NewFile, NewJob
from easybraille.jobs.processor import Processor
from easybraille.jobs.queues.base import Message
from easybraille.jobs.queues.sqlite import SqliteQueue
from easybraille.jobs.service import Jobs
from easybraille.jobs.storage.folder import FolderStore
from easybraille.settings import Settings, from_environment
from tests import loopback
from tests.waiting import until

from .conftest import PICTURES, READ

JOBS, EXPIRE = THREADS
DEEPER_THAN_PYTHON_CALLS = 1100


def started(folder: Path, settings: Settings) -> tuple[Jobs, str]:
    jobs = Jobs(FolderStore(folder), SqliteQueue(folder), settings)
    files = [NewFile(name=f"{n}.png", size=len(data)) for n, data in enumerate(PICTURES, 1)]
    job, _ = jobs.make("me", NewJob(files=files), None)
    for number, data in enumerate(PICTURES, 1):
        jobs.store.put(job.keys.input(number), data)
    jobs.start(job)
    return jobs, job


def remove(folder: Path) -> None:
    """Remove a folder of any depth, which shutil cannot."""
    subprocess.run(["rm", "-rf", str(folder)], check=True)


class Watched:
    """A running service whose jobs are in a folder."""

    def __init__(self, url: str):
        self._url = url

    @property
    def notice(self) -> str:
        answer = httpx.get(f"{self._url}/ready", timeout=10)
        assert answer.status_code == 200  # pages that are sent to it are read
        return answer.json().get("notice", "")

    def failures(self, thread: str) -> float:
        lines = httpx.get(f"{self._url}/metrics", timeout=10).text.splitlines()
        found = [line for line in lines if line.startswith(f'easybraille_thread_failures_total{{thread="{thread}"}}')]
        return float(found[0].split()[-1]) if found else 0


@pytest.fixture
def watch(knowing, tmp_path, monkeypatch):
    """Starts a service with this folder of jobs; a failure is past three seconds after it was repaired."""
    monkeypatch.setattr(supervised, "CALM_SECONDS", 3)
    monkeypatch.setattr(supervised, "FIRST_PAUSE", 0.1)
    settings = from_environment({"EASYBRAILLE_HOST": "127.0.0.1", "EASYBRAILLE_JOBS_FOLDER": str(tmp_path)})

    def make():
        app = create_app(settings, knowing)
        Metrics().add_to(app)
        return loopback.running(app)

    make.settings = settings
    return make


def test_the_thread_that_reads_pages_starts_again_until_its_lock_can_be_opened(watch, tmp_path):
    jobs, job = started(tmp_path, watch.settings)
    (tmp_path / "worker.lock").mkdir()
    with watch() as url:
        service = Watched(url)
        until(lambda: service.failures(JOBS) >= 2, 20)
        assert f"started again: {JOBS}." in service.notice
        (tmp_path / "worker.lock").rmdir()
        until(lambda: jobs.status(job).state == "done", 30)
        assert jobs.status(job).done == len(PICTURES)
        until(lambda: service.notice == "", 20)


def test_the_thread_that_deletes_what_has_expired_starts_again(watch, tmp_path):
    store = FolderStore(tmp_path)
    old = time.time() - 365 * 86_400
    store.put("parts/old", b"x")
    os.utime(tmp_path / "parts" / "old", (old, old))
    # Nothing that a service makes, and more than it can follow.
    at = os.open(tmp_path / "parts", os.O_RDONLY)
    for _ in range(DEEPER_THAN_PYTHON_CALLS):
        os.mkdir("a", dir_fd=at)
        below = os.open("a", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
    try:
        with watch() as url:
            service = Watched(url)
            until(lambda: service.failures(EXPIRE) >= 1, 20)
            assert f"started again: {EXPIRE}." in service.notice
            remove(tmp_path / "parts" / "a")
            until(lambda: not (tmp_path / "parts" / "old").exists(), 30)
            until(lambda: service.notice == "", 20)
    finally:
        remove(tmp_path / "parts" / "a")


def test_what_lies_among_jobs_and_is_none_keeps_no_job_from_continuing(watch, tmp_path):
    jobs, job = started(tmp_path, watch.settings)
    for name, files in {"stray": ["queued"], "broken": ["queued", "job.json"]}.items():
        (tmp_path / "jobs" / name).mkdir()
        for file in files:
            (tmp_path / "jobs" / name / file).write_bytes(b"{}")
    (tmp_path / "jobs" / "circle").symlink_to(tmp_path / "jobs" / "circle")
    for file in tmp_path.glob("queue.sqlite3*"):
        file.unlink()
    with watch() as url:
        until(lambda: jobs.status(job).state == "done", 30)
        assert Watched(url).notice == ""


def test_a_message_whose_end_cannot_be_told_takes_no_place_for_good(tmp_path, knowing):
    class Failing(SqliteQueue):
        """Fails in an unforeseen way at the first three deletions."""

        failures = 3

        def delete(self, message: Message) -> None:
            if self.failures:
                self.failures -= 1
                raise RuntimeError("unforeseen")
            super().delete(message)

    settings = from_environment({})
    jobs, job = started(tmp_path, settings)
    queue = Failing(tmp_path)
    consumer = Consumer(queue, Processor(jobs.store, queue, lambda: knowing, settings), concurrency=1)
    stop = threading.Event()
    thread = supervised.Supervised("test", lambda: consumer.run(stop), stop, lambda name: None)
    thread.start()
    until(lambda: jobs.status(job).state == "done", 30)
    stop.set()
    thread.join()
    assert jobs.status(job).done == len(READ)
