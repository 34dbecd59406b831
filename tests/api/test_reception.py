"""Senders that stall, trickle or never read are dropped, and what they hold is given back."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from easybraille.api import protocol
from tests import loopback
from tests.waiting import until

HEAD = b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
JPEG = {"Content-Type": "image/jpeg"}
# Within this time everybody who makes no progress is gone, seconds.
DROPPED = 30


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[int, str]]:
    with loopback.process(EASYBRAILLE_MAX_HELD_BYTES="100000000") as (server, url):
        yield server.pid, url


@contextlib.contextmanager
def connections(url: str, count: int) -> Iterator[list[socket.socket]]:
    address = urlsplit(url)
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(socket.create_connection((address.hostname, address.port), timeout=10))
            for _ in range(count)
        ]


def is_open(connection: socket.socket) -> bool:
    """Whether the server has not closed it; what it has sent is read."""
    connection.setblocking(False)
    try:
        while connection.recv(65_536):
            continue
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def memory(pid: int) -> int:
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(process.memory_info().rss for process in processes)


def test_connections_that_send_one_byte_are_closed(service, letter):
    pid, url = service
    with connections(url, 300) as opened:
        for connection in opened:
            connection.sendall(b"G")
        # A page beside them is read.
        assert httpx.post(f"{url}/v1/read", content=letter, headers=JPEG, timeout=60).status_code == 200
        until(lambda: not any(map(is_open, opened)), DROPPED)
    until(lambda: psutil.Process(pid).num_fds() < 60, 10)


def test_half_sent_bodies_are_dropped_and_their_memory_is_given_back(service, letter):
    pid, url = service
    httpx.post(f"{url}/v1/read", content=letter, headers=JPEG, timeout=60)
    before = memory(pid)
    most = before
    half = bytes(12_000_000)

    def send(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.sendall(HEAD % (2 * len(half)) + half)

    with connections(url, 40) as opened:
        threads = [threading.Thread(target=send, args=(connection,), daemon=True) for connection in opened]
        for thread in threads:
            thread.start()
        ends = time.monotonic() + DROPPED
        while any(map(is_open, opened)):
            most = max(most, memory(pid))
            assert time.monotonic() < ends
            time.sleep(0.2)
    # 480 MB were sent. The bodies may take 100 MB, and as much again while they are put together.
    assert most < before + 250_000_000
    until(lambda: memory(pid) < 1.2 * before, 20, lambda: f"{memory(pid)} bytes, {before} before")
    assert httpx.post(f"{url}/v1/read", content=letter, headers=JPEG, timeout=60).status_code == 200


def test_a_body_that_stalls_is_answered_408(service):
    _, url = service
    with connections(url, 1) as (connection,):
        connection.sendall(HEAD % 1000 + b"abc")
        connection.settimeout(DROPPED)
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_place_is_taken_from_those_who_stall_for_one_who_sends(letter):
    with loopback.process(EASYBRAILLE_READERS="1", EASYBRAILLE_QUEUE="3") as (_, url), connections(url, 4) as opened:
        for connection in opened:
            connection.sendall(HEAD % 1000 + b"abc")
        time.sleep(3)
        answer = httpx.post(f"{url}/v1/read", content=letter, headers=JPEG, timeout=60)
        assert answer.status_code == 200, answer.text


def test_a_length_that_is_no_number_is_refused(service):
    _, url = service
    with connections(url, 1) as (connection,):
        connection.sendall(HEAD.replace(b"%d", b"many"))
        connection.settimeout(10)
        assert connection.recv(100).startswith(b"HTTP/1.1 4")


def test_an_answer_that_nobody_reads_does_not_hold_its_connection(monkeypatch):
    monkeypatch.setattr(protocol, "WRITE_SECONDS", 1.0)
    ended = threading.Event()

    async def endless(scope, receive, send) -> None:
        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                continue
            ended.set()

        watching = asyncio.create_task(watch())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not ended.is_set():
            await send({"type": "http.response.body", "body": bytes(1 << 20), "more_body": True})
            await asyncio.sleep(0)
        await watching

    with loopback.running(endless) as url, connections(url, 1) as (connection,):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert ended.wait(20)
