"""Measures what each file of `tests.bombs` costs a service: time, memory and answer (`python -m bench.bombs`)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil

from tests import loopback
from tests.bombs import BOMBS

LETTER = Path(__file__).resolve().parent.parent / "examples" / "carta.jpg"
RAW = {"Content-Type": "application/octet-stream"}


def own_memory(pid: int) -> int:
    """Bytes of a process and of those that it started, without what they share with others."""
    total = 0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            memory = process.memory_info()
        except psutil.NoSuchProcess:
            continue
        total += memory.rss - memory.shared
    return total


def measured(pid: int, work: Callable[[], httpx.Response]) -> tuple[httpx.Response, float, int]:
    """The answer, the seconds, and the most memory meanwhile."""
    most, ended = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not ended.wait(0.05):
            most = max(most, own_memory(pid))

    watching = threading.Thread(target=watch)
    watching.start()
    begin = time.monotonic()
    answer = work()
    seconds = time.monotonic() - begin
    ended.set()
    watching.join()
    return answer, seconds, most


def main() -> None:
    """Print the table."""
    with loopback.process() as (server, url), httpx.Client(base_url=url, timeout=120) as client:
        print("| file | bytes | answer | seconds | memory of the service, MB |\n|---|---|---|---|---|")
        inputs = {
            "examples/carta.jpg, a good page": LETTER.read_bytes(),
            **{name: made() for name, made in BOMBS.items()},
        }
        for name, data in inputs.items():
            answer, seconds, most = measured(
                server.pid, lambda data=data: client.post("/v1/read", content=data, headers=RAW)
            )
            code = "read" if answer.status_code == 200 else f"{answer.status_code} `{answer.json()['code']}`"
            print(f"| {name} | {len(data)} | {code} | {seconds:.1f} | {most / 1e6:.0f} |", flush=True)


if __name__ == "__main__":
    main()
