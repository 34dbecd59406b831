"""The heavy service under load on a machine without a GPU: `python -m bench.heavy`.

Starts it under gunicorn, lets clients post one photo again and again, and says: what was answered; pages a second, as a
share of what `Reader.read` alone does in a loop, before and after; memory after warm-up and at the end; and whether,
told to stop under that load, it answered everything that it had taken.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from easybraille.settings import from_environment
from easybraille.startup import make_reader, warm_up
from tests.gpu_service.served import Served, served

ROOT = Path(__file__).resolve().parent.parent
JPEG = {"Content-Type": "image/jpeg"}


@dataclass
class Seen:
    """What clients have seen: how often each outcome, and the seconds that each page took."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


def loop(picture: bytes, seconds: float) -> float:
    """Pages a second of Reader.read by itself, in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_loop, (picture, seconds))


def _loop(picture: bytes, seconds: float) -> float:
    reader = make_reader(from_environment({}))
    warm_up(reader)
    reader.read(picture)
    begin, pages = time.perf_counter(), 0
    while time.perf_counter() - begin < seconds:
        reader.read(picture)
        pages += 1
    return pages / (time.perf_counter() - begin)


def client(url: str, picture: bytes, stop: threading.Event, seen: Seen) -> None:
    """Post until told to stop, or until the service goes away; wait as long as a 503 says."""
    with httpx.Client(base_url=url, timeout=120) as http:
        while not stop.is_set():
            begin = time.perf_counter()
            try:
                answer = http.post("/v1/read", content=picture, headers=JPEG)
            except httpx.ConnectError:
                seen.outcomes["not taken: nobody listens"] += 1
                return
            except httpx.TransportError as error:
                seen.outcomes[f"failed: {type(error).__name__}"] += 1
                continue
            seen.outcomes[_name(answer)] += 1
            if answer.status_code == 200:
                seen.seconds.append(time.perf_counter() - begin)
            elif answer.status_code == 503:
                stop.wait(float(answer.headers["retry-after"]))


def _name(answer: httpx.Response) -> str:
    if answer.status_code == 503 and "draining" in answer.text:
        return "503 draining"
    return str(answer.status_code)


def under_load(service: Served, picture: bytes, clients: int, warm: float, seconds: float) -> tuple[Seen, list[int]]:
    """The clients for a while; what they saw after the warm-up, and bytes of memory at every tenth of the time."""
    stop, seen, memory = threading.Event(), Seen(), []
    with ThreadPoolExecutor(clients) as together:
        for _ in range(clients):
            together.submit(client, service.url, picture, stop, seen)
        time.sleep(warm)
        before, slow = Counter(seen.outcomes), len(seen.seconds)
        for _ in range(10):
            memory.append(service.memory())
            time.sleep(seconds / 10)
        memory.append(service.memory())
        after = seen.outcomes - before
        took = seen.seconds[slow:]
        stop.set()
    return Seen(after, took), memory


def told_to_stop(service: Served, picture: bytes, clients: int) -> tuple[Seen, float]:
    """What clients see of a service that is told to stop while they call; and how long it took to be gone."""
    stop, seen = threading.Event(), Seen()
    with ThreadPoolExecutor(clients) as together:
        for _ in range(clients):
            together.submit(client, service.url, picture, stop, seen)
        time.sleep(5)
        service.process.send_signal(signal.SIGTERM)
        begin = time.perf_counter()
        service.process.wait(120)
        took = time.perf_counter() - begin
        stop.set()
    return seen, took


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.heavy", description=__doc__)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--warm", type=float, default=30, help="seconds of the same load before anything is measured")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--picture", type=Path, default=ROOT / "examples" / "carta.jpg")
    args = parser.parse_args()
    picture = args.picture.read_bytes()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; {args.picture.name}, {args.clients} clients")
    alone = [loop(picture, args.seconds / 4)]
    with served(GUNICORN_WORKERS=str(args.workers)) as service:
        service.wait_until_ready()
        seen, memory = under_load(service, picture, args.clients, args.warm, args.seconds)
        batches = service.metric("easybraille_batch_pages_sum"), service.metric("easybraille_batch_pages_count")
        stopping, took = told_to_stop(service, picture, args.clients)
        status = service.process.returncode
    alone.append(loop(picture, args.seconds / 4))
    pages, loops = seen.outcomes["200"] / args.seconds, statistics.mean(alone)
    print(f"answers in {args.seconds:.0f} s: {dict(seen.outcomes)}")
    print(f"pages a second: {pages:.2f}; Reader.read in a loop: {alone[0]:.2f} before, {alone[1]:.2f} after")
    print(f"ratio: {pages / loops:.2f}")
    quick = statistics.quantiles(seen.seconds, n=20)
    print(f"seconds a page: {quick[9]:.2f} median, {quick[18]:.2f} for 95 %")
    print(f"pages in a run of the engine: {batches[0] / max(1, batches[1]):.2f}")
    growth = max(memory[5:]) / max(memory[:5]) - 1
    print(f"memory: {', '.join(f'{m / 1e6:.0f}' for m in memory)} MB; second half to first: {growth:+.1%}")
    print(f"told to stop: {dict(stopping.outcomes)}; gone after {took:.1f} s with status {status}")


if __name__ == "__main__":
    main()
