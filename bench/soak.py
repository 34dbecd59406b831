"""Soaks the heavy service, as gunicorn runs it, in traffic of which a tenth is hostile (`make soak MINUTES=30`).

Three parts: connections and bodies that stall; overload, ten times; and mixed traffic while memory, threads, open files
and the time of answers are measured. The figures and a plot go to a folder. The exit status is 1 where a good request
got an answer that it should not, or something was not dropped in time.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import select
import socket
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil

from tests.bombs import BOMBS
from tests.damaged import picture_pdf
from tests.fuzz import mutated
from tests.gpu_service.served import Served, served

LETTER = (Path(__file__).resolve().parent.parent / "examples" / "carta.jpg").read_bytes()
RAW = {"Content-Type": "application/octet-stream"}
HEAD = b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
HOSTILE_SHARE = 0.1
CLIENTS = 4
SAMPLE_SECONDS = 2.0
# What a good request may be answered: read, or told to come again.
HONEST = (200, 503)
# Stalled senders are gone within this time; so is the memory that they took, but for a fifth.
DROPPED_SECONDS, MEMORY_RATIO = 30.0, 1.2
# A service that was overloaded answers as usual again within this time.
RECOVERED_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What the service's processes hold at a moment; memory in bytes, without what they share."""

    seconds: float
    memory: int
    threads: int
    files: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that ended; status 0: the connection broke."""

    seconds: float
    took: float
    what: str
    status: int


@dataclass
class Soak:
    """What was measured."""

    samples: list[Sample] = field(default_factory=list)
    good: list[Answered] = field(default_factory=list)
    hostile: list[Answered] = field(default_factory=list)


def tree(service: Served) -> list[psutil.Process]:
    """The processes of the service."""
    try:
        master = psutil.Process(service.process.pid)
        return [master, *master.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def sample(service: Served, begun: float) -> Sample:
    """What the service holds now."""
    memory = threads = files = 0
    for process in tree(service):
        with contextlib.suppress(psutil.NoSuchProcess, OSError), process.oneshot():
            held = process.memory_info()
            memory, threads = memory + held.rss - held.shared, threads + process.num_threads()
            files += process.num_fds()
    return Sample(time.monotonic() - begun, memory, threads, files)


def mixed(service: Served, seconds: float, seed: int) -> Soak:
    """Send mixed traffic for a time, as fast as it is answered."""
    soak = Soak()
    book, bombs = picture_pdf([LETTER, LETTER]), {name: make() for name, make in BOMBS.items()}
    begun = time.monotonic()

    def good(client: httpx.Client, chance: random.Random) -> tuple[str, int]:
        match chance.choices(("page", "book", "translate", "languages", "ready"), (6, 1, 2, 1, 1))[0]:
            case "page":
                return "page", client.post("/v1/read", content=LETTER, headers=RAW).status_code
            case "book":
                return "book", client.post("/v1/read", content=book, headers=RAW).status_code
            case "translate":
                return "translate", client.post("/v1/translate", json={"text": "Hola, ¿qué tal? " * 40}).status_code
            case what:
                return what, client.get("/ready" if what == "ready" else "/v1/languages").status_code

    def bad(client: httpx.Client, chance: random.Random) -> tuple[str, int]:
        match chance.choices(("bomb", "mutated", "half"), (1, 4, 2))[0]:
            case "bomb":
                name = chance.choice(list(bombs))
                return name, client.post("/v1/read", content=bombs[name], headers=RAW).status_code
            case "mutated":
                data = mutated(LETTER, LETTER, chance)
                return "mutated", client.post("/v1/read", content=data, headers=RAW).status_code
        # A body of which only a part is sent, by someone who leaves or stays.
        with connected(service.url) as connection:
            connection.sendall(HEAD % (2 * len(LETTER)) + LETTER)
            time.sleep(chance.choice((0.1, 3.0)))
        return "half", 0

    def visit(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        with httpx.Client(base_url=service.url, timeout=120) as client:
            while time.monotonic() - begun < seconds:
                hostile = chance.random() < HOSTILE_SHARE
                start = time.monotonic()
                try:
                    what, status = (bad if hostile else good)(client, chance)
                except (httpx.TransportError, OSError) as error:
                    what, status = type(error).__name__, 0
                answered = Answered(start - begun, time.monotonic() - start, what, status)
                (soak.hostile if hostile else soak.good).append(answered)
                if status == 503:
                    time.sleep(0.5)

    def watch() -> None:
        while time.monotonic() - begun < seconds:
            soak.samples.append(sample(service, begun))
            time.sleep(SAMPLE_SECONDS)

    with ThreadPoolExecutor(CLIENTS + 1) as together:
        for done in [together.submit(watch), *(together.submit(visit, number) for number in range(CLIENTS))]:
            done.result()
    return soak


@contextlib.contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    """A connection to the service."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        yield connection


def stalled(service: Served, count: int, send: Callable[[socket.socket], object]) -> dict[str, float]:
    """Open connections that send something and then stall; what became of them and of the memory.

    Returns:
        seconds until all were closed, the memory before, the most meanwhile and that half a minute later, in MB.
    """
    begun = time.monotonic()
    before = sample(service, begun).memory
    most = before
    opened = [opened_connection(service.url) for _ in range(count)]

    def start(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            send(connection)

    threads = [threading.Thread(target=start, args=(connection,), daemon=True) for connection in opened]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    left = list(opened)
    while left and time.monotonic() - begun < 4 * DROPPED_SECONDS:
        left = [connection for connection in left if is_open(connection)]
        most = max(most, sample(service, begun).memory)
        time.sleep(0.2)
    closed = time.monotonic() - begun
    for connection in opened:
        connection.close()
    ends = time.monotonic() + DROPPED_SECONDS
    after = sample(service, begun).memory
    while after > MEMORY_RATIO * before and time.monotonic() < ends:
        time.sleep(0.5)
        after = sample(service, begun).memory
    return {
        "connections": count,
        "still open": len(left),
        "seconds": closed,
        "before": before / 1e6,
        "most": most / 1e6,
        "after": after / 1e6,
    }


def opened_connection(url: str) -> socket.socket:
    """A connection that its caller closes."""
    address = urlsplit(url)
    return socket.create_connection((address.hostname, address.port), timeout=60)


def is_open(connection: socket.socket) -> bool:
    """Whether the server has not closed a connection; what it has sent is thrown away."""
    readable = select.poll()
    readable.register(connection, select.POLLIN)
    try:
        while readable.poll(0):
            if not connection.recv(65_536):
                return False
    except OSError:
        return False
    return True


def overload(service: Served, times: int, requests: int) -> list[dict[str, float]]:
    """Send many pages at once, several times; who was refused and when, and when a page took its usual time again."""

    def page(gate: threading.Barrier | None = None) -> tuple[int, float]:
        # A plain socket: sixty HTTP clients that start at once would be what is measured.
        with contextlib.closing(opened_connection(service.url)) as connection:
            connection.settimeout(300)
            if gate:
                gate.wait()
            start, status = time.monotonic(), b""
            with contextlib.suppress(ConnectionError):  # who is refused may be so before all is sent
                connection.sendall(HEAD % len(LETTER) + LETTER)
            with contextlib.suppress(ConnectionError):
                status = connection.recv(12)[9:]
            return int(status or 0), time.monotonic() - start

    rows: list[dict[str, float]] = []
    usual = statistics.median(page()[1] for _ in range(5)) if times else 0.0
    for _ in range(times):
        gate = threading.Barrier(requests)
        with ThreadPoolExecutor(requests) as together:
            answers = list(together.map(page, [gate] * requests))
        begun = time.monotonic()
        while page()[1] > 2 * usual and time.monotonic() - begun < 60:
            continue
        refused = [took for status, took in answers if status == 503]
        rows.append(
            {
                "read": sum(status == 200 for status, _ in answers),
                "refused": len(refused),
                "other": sum(status not in HONEST for status, _ in answers),
                "median refusal": statistics.median(refused or [0.0]),
                "last refusal": max(refused, default=0.0),
                "last answer": max(took for _, took in answers),
                "recovered": time.monotonic() - begun,
                "usual": usual,
            }
        )
    return rows


def percentile(values: list[float], share: float) -> float:
    """The value below which a share of all values lies; 0 where there is none."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0.0


def told(soak: Soak, seconds: float) -> list[str]:
    """The table of the mixed traffic: thirds of the time beside each other."""
    lines = [
        "| third | good requests | p50 s | p99 s | memory MB | threads | open files |",
        "|---|---|---|---|---|---|---|",
    ]
    for third in range(3):
        low, high = third * seconds / 3, (third + 1) * seconds / 3
        pages = [one for one in soak.good if low <= one.seconds < high]
        took = [one.took for one in pages if one.status == 200 and one.what == "page"]
        held = [one for one in soak.samples if low <= one.seconds < high]
        if held:
            lines.append(
                f"| {third + 1} | {len(pages)} | {percentile(took, 0.5):.2f} | {percentile(took, 0.99):.2f} | "
                f"{statistics.median(one.memory for one in held) / 1e6:.0f} | "
                f"{statistics.median(one.threads for one in held):.0f} | "
                f"{statistics.median(one.files for one in held):.0f} |"
            )
    for name, answers in (("good", soak.good), ("hostile", soak.hostile)):
        counts = Counter(one.status for one in answers)
        lines.append(f"{name}: {len(answers)} requests, " + ", ".join(f"{n} × {s}" for s, n in sorted(counts.items())))
    return lines


def plot(soak: Soak, path: Path) -> None:
    """Draw memory, threads, open files and the time of pages over the time."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(4, 1, figsize=(8, 8), sharex=True)
    at = [one.seconds / 60 for one in soak.samples]
    for axis, values, name in (
        (axes[0], [one.memory / 1e6 for one in soak.samples], "memory, MB"),
        (axes[1], [one.threads for one in soak.samples], "threads"),
        (axes[2], [one.files for one in soak.samples], "open files"),
    ):
        axis.plot(at, values, linewidth=1)
        axis.set_ylabel(name)
        axis.set_ylim(bottom=0)
    pages = [one for one in soak.good if one.what == "page" and one.status == 200]
    axes[3].plot([one.seconds / 60 for one in pages], [one.took for one in pages], ".", markersize=2)
    axes[3].set_ylabel("a page, seconds")
    axes[3].set_xlabel("minutes")
    figure.tight_layout()
    figure.savefig(path, dpi=100)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--connections", type=int, default=1000, help="that send one byte; 0 leaves the part out")
    parser.add_argument("--bodies", type=int, default=60, help="of 48 MB of which half is sent; 0 leaves the part out")
    parser.add_argument("--overloads", type=int, default=10)
    parser.add_argument("--burst", type=int, default=60, help="requests at once in an overload")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path("runs/soak"))
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores at the beginning", flush=True)
    found: dict[str, object] = {}
    wrong: list[str] = []
    half = bytes(24_000_000)
    with served() as service:
        service.wait_until_ready(300)
        httpx.post(f"{service.url}/v1/read", content=LETTER, headers=RAW, timeout=120)
        for name, count, send in (
            ("one byte of a header", args.connections, lambda connection: connection.sendall(b"G")),
            ("half of 48 MB", args.bodies, lambda connection: connection.sendall(HEAD % (2 * len(half)) + half)),
        ):
            if count:
                row = found[name] = stalled(service, count, send)
                print(f"{name}: " + ", ".join(f"{key} {value:.1f}" for key, value in row.items()), flush=True)
                if row["still open"] or row["seconds"] > DROPPED_SECONDS + 2:
                    wrong.append(f"{name}: not dropped in time")
                if row["after"] > MEMORY_RATIO * row["before"]:
                    wrong.append(f"{name}: memory is not given back")
        rows = found["overload"] = overload(service, args.overloads, args.burst)
        for row in rows:
            print("overload: " + ", ".join(f"{key} {value:.1f}" for key, value in row.items()), flush=True)
            if row["other"] or row["recovered"] > RECOVERED_SECONDS:
                wrong.append("overload: not as it should be")
        soak = mixed(service, 60 * args.minutes, args.seed)
        print("\n".join(told(soak, 60 * args.minutes)), flush=True)
        bad = [one for one in soak.good if one.status not in HONEST]
        bad += [one for one in soak.hostile if one.status >= 500 and one.status != 503]
        wrong += [f"{one.what} at {one.seconds:.0f} s: {one.status or 'the connection broke'}" for one in bad[:20]]
        if service.process.poll() is not None:
            wrong.append("the service ended")
    plot(soak, args.output / "soak.png")
    for name, measured in (("samples", soak.samples), ("good", soak.good), ("hostile", soak.hostile)):
        found[name] = [asdict(one) for one in measured]
    (args.output / "soak.json").write_text(json.dumps(found))
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    print("\n".join(wrong) or "nothing wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
