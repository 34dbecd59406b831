"""Pages a second over HTTP, and how long callers wait, against what one would write instead: `python -m bench.served`.

`easybraille serve` against a FastAPI route around Ultralytics, and LitServe around it where that is installed
(plain_service.py, lit_service.py), all with the same weights, pictures and cores. Each is started, measured and stopped
in turn, several times over; clients send the next picture as soon as they have the answer to the last.
"""

from __future__ import annotations

import argparse
import base64
import importlib.util
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from bench import figures
from bench.page import EXAMPLES, pictures
from tests.lambda_app.emulator import free_ports

START_SECONDS = 300.0
Body = Callable[[bytes], dict[str, Any]]


def raw(picture: bytes) -> dict[str, Any]:
    """The picture as the body of a request."""
    return {"content": picture, "headers": {"Content-Type": "image/jpeg"}}


def in_json(picture: bytes) -> dict[str, Any]:
    """The picture in JSON, as LitServe wants it."""
    return {"json": {"picture": base64.b64encode(picture).decode()}}


# What starts each server, and how a picture is sent to it.
SERVERS: dict[str, tuple[list[str], Body]] = {
    "easybraille serve": (["easybraille", "serve", "--host", "127.0.0.1", "--port", "{port}"], raw),
    "FastAPI and Ultralytics": (["uvicorn", "bench.plain_service:app", "--port", "{port}"], raw),
    "LitServe and Ultralytics": (["bench.lit_service", "{port}"], in_json),
}


@dataclass
class Run:
    """One load test of a server.

    Attributes:
        clients: number of concurrent clients.
        rate: pages a second.
        waits: seconds from request to answer, for each page.
        memory: of all processes of the server, bytes.
    """

    clients: int
    rate: float
    waits: list[float]
    memory: int = 0


@contextmanager
def served(command: Sequence[str]) -> Iterator[tuple[str, int]]:
    """A running server, ready: its address, and the group of its processes."""
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", *(part.format(port=port) for part in command)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # On a slow machine the last of many clients waits for longer than a service would let it.
        env={**os.environ, "EASYBRAILLE_OPEN": "read", "EASYBRAILLE_QUEUE_SECONDS": str(START_SECONDS)},
    )
    try:
        ends = time.monotonic() + START_SECONDS
        while not _ready(address):
            if process.poll() is not None or time.monotonic() > ends:
                raise SystemExit(f"{' '.join(command)} does not start")
            time.sleep(0.2)
        yield address, process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/ready", timeout=START_SECONDS).status_code == 200
    except httpx.TransportError:
        return False


def load(address: str, inputs: Sequence[bytes], body: Body, clients: int, pages: int) -> Run:
    """Send so many pages from so many clients, each as soon as it has an answer."""
    left = iter(range(pages))
    bodies = [body(data) for data in inputs]
    waits: list[float] = []

    def client() -> None:
        with httpx.Client(
            timeout=START_SECONDS,
        ) as http:
            for number in left:
                begin = time.perf_counter()
                http.post(f"{address}/v1/read", **bodies[number % len(bodies)]).raise_for_status()
                waits.append(time.perf_counter() - begin)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(waits) != pages:
        raise SystemExit(f"{pages - len(waits)} of {pages} requests failed")
    return Run(clients, pages / (time.perf_counter() - begin), waits)


def memory_of(group: int) -> int:
    """Bytes that a server's processes hold, what they share divided among those that share it (proc(5), Pss)."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                lines = (folder / "smaps_rollup").read_text("ascii").splitlines()
                total += sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (OSError, ProcessLookupError):
            continue
    return total


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.served", description=__doc__.splitlines()[0])
    parser.add_argument("pictures", type=Path, nargs="*", default=[EXAMPLES])
    parser.add_argument("--clients", default="1,4,16")
    parser.add_argument("--pages", type=int, default=48, help="that are sent for each number of clients")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    inputs = pictures(args.pictures)
    servers = dict(SERVERS)
    if importlib.util.find_spec("litserve") is None:
        del servers["LitServe and Ultralytics"]
        print("LitServe is not installed, and left out")
    counts = [int(number) for number in args.clients.split(",")]
    runs: dict[str, list[Run]] = {name: [] for name in servers}
    print(f"{len(inputs)} pictures, {figures.machine()}")
    for _ in range(args.rounds):
        for name, (command, body) in servers.items():
            with served(command) as (address, group):
                load(address, inputs, body, 2, 2)
                for clients in counts:
                    run = load(address, inputs, body, clients, args.pages)
                    run.memory = memory_of(group)
                    runs[name].append(run)
    print("| | clients | pages/s, median (least to most) | p50 | p95 | p99 | memory |\n|---|---|---|---|---|---|---|")
    for name, some in runs.items():
        for clients in counts:
            those = [run for run in some if run.clients == clients]
            rates = [run.rate for run in those]
            p50, p95, p99 = np.percentile([wait for run in those for wait in run.waits], [50, 95, 99])
            rate = f"{statistics.median(rates):.2f} ({min(rates):.2f} to {max(rates):.2f})"
            memory = max(run.memory for run in those) / 1e6
            print(f"| {name} | {clients} | {rate} | {p50:.2f} s | {p95:.2f} s | {p99:.2f} s | {memory:.0f} MB |")
    print(f"at the end: {figures.machine()}")
    figures.save(args.json, {name: [asdict(run) for run in some] for name, some in runs.items()})
    lines = {
        name: {n: statistics.median(r.rate for r in some if r.clients == n) for n in counts}
        for name, some in runs.items()
    }
    figures.plot(args.plot, lines, "clients", "pages a second")


if __name__ == "__main__":
    main()
