"""Real workers with S3 and SQS over HTTP, and a service with a folder: all may be killed. bench/jobs.py does more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from easybraille.jobs.object_keys import Keys
from easybraille.jobs.setup import connect
from easybraille.settings import from_environment
from tests import loopback
from tests.conftest import ROOT
from tests.lambda_app.emulator import free_ports

from . import client as jobs
from .cloud import CREDENTIALS, Workers, cloud
from .conftest import PICTURES, WORDS

PAGE_SECONDS = "5"
# On a machine that does much else; a quiet one takes a tenth of it.
LONGEST = 400


def book(count: int) -> dict[str, bytes]:
    return {f"{number}.png": PICTURES[number % len(WORDS)] for number in range(count)}


@pytest.fixture
def aws(monkeypatch):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with cloud() as found:
        found.settings["EASYBRAILLE_JOBS_PAGE_SECONDS"] = PAGE_SECONDS
        monkeypatch.setenv("AWS_ENDPOINT_URL", found.proxy.url)
        yield found


@pytest.fixture
def client(aws, knowing) -> Iterator[httpx.Client]:
    with loopback.served(knowing, EASYBRAILLE_HOST="127.0.0.1", **aws.settings) as found:
        yield found


def test_workers_that_are_killed_lose_nothing_and_a_page_that_kills_takes_nobody_with_it(aws, client):
    files = {**book(20), "deadly.png": PICTURES[0]}
    with Workers(aws.environment) as workers:
        job = jobs.begin(client, files)
        while jobs.done(client, job) < 4:
            time.sleep(0.1)
        workers.kill(0)
        status = jobs.ended(client, job, LONGEST, workers.tend)
        assert status["pages"] == {"total": 21, "done": 20, "failed": 1, "waiting": 0}
        assert [one["name"] for one in status["failures"]] == ["deadly.png"]
        end = time.monotonic() + 60
        while aws.messages() and time.monotonic() < end:
            workers.tend()
            time.sleep(0.2)
        assert [json.loads(letter)["file"] for letter in aws.dead_letters()] == [21]
        assert len([key for key in aws.keys(Keys(job).pages) if key.endswith(".json")]) == 20
        assert jobs.whole(client, job, "text").decode().split() == [WORDS[n % len(WORDS)] for n in range(20)]
        assert workers.stop() == [0, 0]


def test_a_worker_that_is_told_to_stop_ends_what_it_has_begun_and_leaves_the_rest_to_others(aws, client):
    with Workers(aws.environment, count=1, hold=600) as workers:
        job = jobs.begin(client, book(12))
        while jobs.done(client, job) < 2:
            time.sleep(0.05)
        assert workers.stop() == [0]
        done = jobs.done(client, job)
        assert 2 <= done < 12 and aws.messages() == 12 - done
        # Nothing is held for a process that is gone, or this would take ten minutes.
        workers.tend()
        assert jobs.ended(client, job, LONGEST)["pages"]["done"] == 12
        assert aws.messages() + aws.dead() == 0


def test_an_empty_queue_is_waited_at_and_no_failure_however_long_that_may_take(aws):
    _, queue = connect(from_environment(aws.settings))
    begun = time.monotonic()
    assert queue.receive(10, 20, 30) == []
    assert time.monotonic() - begun > 1


def test_what_passes_is_tried_again_however_often_there_is_nothing_to_be_found(aws, monkeypatch):
    store, _ = connect(from_environment(aws.settings))
    aws.proxy.chance, aws.proxy.kinds = 0.2, ("error", "slow down")
    # Waiting is not what this is about.
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    assert [store.head(f"jobs/{number}") for number in range(1000)] == [None] * 1000
    assert aws.proxy.met > 100


def test_a_job_ends_though_every_fifth_call_fails(aws, client):
    files = book(12)
    with Workers(aws.environment, count=1) as workers:
        job = client.post("/v1/jobs", json=jobs.asked(files)).json()["id"]
        jobs.upload(client, job, files)
        aws.proxy.chance = 0.2
        while client.post(f"/v1/jobs/{job}/start").status_code != 202:
            time.sleep(0.1)
        assert jobs.ended(client, job, LONGEST, workers.tend)["pages"]["done"] == 12
        assert aws.proxy.met > 10


@contextmanager
def serving(folder, port: int) -> Iterator[subprocess.Popen]:
    environment = {**os.environ, "EASYBRAILLE_HOST": "127.0.0.1", "PORT": str(port)}
    environment |= {"EASYBRAILLE_JOBS_FOLDER": str(folder), "EASYBRAILLE_READERS": "1"}
    command = [sys.executable, "-m", "easybraille", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while not _ready(port):
            assert time.monotonic() < end
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def _ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200
    except httpx.TransportError:
        return False


def test_a_service_that_is_killed_goes_on_with_its_folder_where_it_stopped(tmp_path):
    (port,) = free_ports(1)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        with serving(tmp_path, port):
            job = jobs.begin(client, book(12))
            while (done := jobs.done(client, job)) < 3:
                time.sleep(0.01)
        results = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "jobs" / job / "pages").iterdir()}
        assert done <= len(results) < 12
        with serving(tmp_path, port):
            status = jobs.ended(client, job)
            assert status["pages"]["done"] == 12
            assert jobs.whole(client, job, "text").decode().split() == [WORDS[n % len(WORDS)] for n in range(12)]
        after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "jobs" / job / "pages").iterdir()}
        assert {name: after[name] for name in results} == results
