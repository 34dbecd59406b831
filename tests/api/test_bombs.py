"""Files that are built to harm cost their own answer and nothing else."""

from __future__ import annotations

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from tests import loopback
from tests.bombs import BOMBS

# The longest answer to a bomb, the most memory of the service with all its processes, and by how much a
# page beside bombs may be slower.
SECONDS, BYTES, SLOWER = 15.0, 2_000_000_000, 3.0
JPEG = {"Content-Type": "image/jpeg"}
RAW = {"Content-Type": "application/octet-stream"}


class Memory:
    """The most memory that a process and those that it started have held, sampled; what they share counts once."""

    def __init__(self, pid: int) -> None:
        self.most = 0
        self._process, self._stop = psutil.Process(pid), threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def now(self) -> int:
        total = 0
        for process in [self._process, *self._process.children(recursive=True)]:
            try:
                memory = process.memory_info()
                total += memory.rss - memory.shared
            except psutil.NoSuchProcess:
                continue
        return total

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            self.most = max(self.most, self.now())


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    return {name: made() for name, made in BOMBS.items()}


@pytest.fixture(scope="module")
def service():
    with (
        loopback.process(EASYBRAILLE_HOST="127.0.0.1") as (process, url),
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield process, client


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_answered_in_time_and_takes_little_memory(name, bombs, service):
    process, client = service
    with Memory(process.pid) as memory:
        begin = time.monotonic()
        answer = client.post("/v1/read", content=bombs[name], headers=RAW)
        seconds = time.monotonic() - begin
    # Some show a page that is merely slow to open; all others are refused as what they are.
    assert 400 <= answer.status_code < 500 or answer.status_code == 200, answer.text
    assert seconds < SECONDS
    assert memory.most < BYTES
    assert client.get("/ready").status_code == 200


def test_a_page_beside_bombs_is_read_in_nearly_its_usual_time(bombs, service, letter):
    process, client = service

    def read() -> float:
        begin = time.monotonic()
        assert client.post("/v1/read", content=letter, headers=JPEG).status_code == 200
        return time.monotonic() - begin

    read()
    usual = statistics.median(read() for _ in range(3))
    worst = [bombs[name] for name in ("pdf_tiling_pattern", "pdf_shadings", "pdf_deflated_twice", "webp_tiny")]
    with Memory(process.pid) as memory, ThreadPoolExecutor(4) as together:
        sent = [together.submit(client.post, "/v1/read", content=bomb, headers=RAW) for bomb in worst]
        time.sleep(0.5)
        beside = [read() for _ in range(3)]
        codes = {one.result().status_code for one in sent}
    assert statistics.median(beside) < SLOWER * usual
    assert codes <= {422, 413, 503}
    assert memory.most < BYTES


def test_a_dozen_of_them_together_leave_the_service_working(bombs, service, letter):
    _, client = service
    begin = time.monotonic()
    with ThreadPoolExecutor(12) as together:
        bomb = bombs["pdf_tiling_pattern"]
        sent = [together.submit(client.post, "/v1/read", content=bomb, headers=RAW) for _ in range(12)]
        statuses = [one.result().status_code for one in sent]
    # Those for which no process is free soon are told to come again.
    assert time.monotonic() - begin < 2 * SECONDS
    assert set(statuses) <= {422, 503}
    assert client.post("/v1/read", content=letter, headers=JPEG).status_code == 200
    assert client.get("/ready").status_code == 200
