"""The state of a service while its reader is loaded."""

from __future__ import annotations

import threading
import time

import httpx
import pytest

from easybraille import startup
from easybraille.api.app import create_app
from easybraille.api.lifecycle import Service
from easybraille.errors import ModelError, ModelUnavailableError, NotReadyError
from easybraille.jobs import messages
from easybraille.jobs.queues.sqlite import SqliteQueue
from easybraille.settings import from_environment
from tests import loopback


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(startup, "LONGEST_WAIT", 0.05)


def test_weights_that_are_damaged_end_the_start_and_the_log_says_why(caplog):
    def load():
        raise ModelError("s3://weights/best.pt: wrong checksum")

    service, ended = Service(load), threading.Event()
    service.when_failed = ended.set
    service.start()
    assert ended.is_set() and service.state == "failed" and "wrong checksum" in caplog.text
    assert "s3://" not in service.reason
    with pytest.raises(NotReadyError, match="failed"):
        service.reader  # noqa: B018


@pytest.mark.parametrize(
    "error", [ModelUnavailableError("S3 is away"), NotReadyError("no credentials"), RuntimeError("CUDA out of memory")]
)
def test_what_can_pass_is_tried_again_and_the_reason_is_said_meanwhile(reader, error, caplog):
    reasons = []

    def load():
        reasons.append(service.reason)
        if len(reasons) < 4:
            raise error
        return reader

    service = Service(load)
    service.start()
    assert service.state == "ready" and service.reason is None
    assert len(reasons) == 4 and None not in reasons[1:]
    assert str(error) in caplog.text


def test_told_to_stop_while_it_waits_for_the_next_attempt_it_ends_immediately(monkeypatch):
    monkeypatch.setattr(startup, "LONGEST_WAIT", 60)
    tried = threading.Event()

    def load():
        tried.set()
        raise ModelUnavailableError("S3 is away")

    service = Service(load)
    loading = threading.Thread(target=service.start)
    loading.start()
    assert tried.wait(10)
    begin = time.monotonic()
    service.drain()
    loading.join()
    assert service.state == "draining" and time.monotonic() - begin < 0.5


def test_told_to_stop_while_it_loads_it_takes_nothing_afterwards(reader):
    begun, go_on = threading.Event(), threading.Event()

    def load():
        begun.set()
        go_on.wait(10)
        return reader

    service = Service(load)
    loading = threading.Thread(target=service.start)
    loading.start()
    assert begun.wait(10)
    service.drain()
    go_on.set()
    loading.join()
    assert service.state == "draining"


def test_a_worker_gives_messages_back_unreceived_until_its_weights_are_there(tmp_path, reader):
    repaired = threading.Event()

    def load():
        if not repaired.is_set():
            raise ModelError("wrong checksum")
        return reader

    environment = {
        "EASYBRAILLE_HOST": "127.0.0.1",
        "EASYBRAILLE_ROLE": "worker",
        "EASYBRAILLE_JOBS_FOLDER": str(tmp_path),
    }
    app = create_app(from_environment(environment), load=load)
    body = messages.Read(job="0" * 32, file=1).body
    with loopback.running(app) as url:
        answer = httpx.get(f"{url}/ready")
        assert answer.status_code == 503
        for receives in ("1", "10"):
            answer = httpx.post(f"{url}/worker", content=body, headers={"X-Aws-Sqsd-Receive-Count": receives})
            # The daemon deletes the message; a copy of it waits in the queue.
            assert answer.status_code == 200
        queue = SqliteQueue(tmp_path)
        (waiting,) = queue._database.execute("SELECT count(*) FROM messages WHERE receives = 0").fetchone()
        assert waiting == 2 and queue.receive(10, 0, 60) == []
        assert "weights" in httpx.get(f"{url}/ready").json()["reason"]
        repaired.set()
        for _ in range(200):
            if httpx.get(f"{url}/ready").status_code == 200:
                break
            time.sleep(0.05)
        assert httpx.post(f"{url}/worker", content=body).status_code == 200
