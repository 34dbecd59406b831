"""Bulk jobs over moto's S3 and SQS, with real processes: `python -m bench.jobs kills|faults|crashes|large`.

    kills    two workers, both killed (SIGKILL) at random moments ten times, while they read a job
    faults   every fifth call to S3 and SQS fails: 500, 503, no answer, an answer that is lost, silence for seconds
    crashes  of a hundred pages seven can't be read and three kill their worker each time
    large    what it costs the service to make, fill, start, watch and end a job of 100 pages and one of 10,000

Each ends with status 1 if what it shows is not so. Pages are a word each, read by the shipped weights.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from easybraille.jobs.object_keys import Keys, Place
from tests.damaged import protected_pdf, truncated_jpeg
from tests.jobs import client as jobs
from tests.jobs.cloud import Cloud, Workers, cloud
from tests.lambda_app.emulator import free_ports
from tests.made_page import png, rendered

ROOT = Path(__file__).resolve().parent.parent
WORDS = ("hola", "casa", "luz", "mar", "pan", "sol", "flor", "voz")
LONGEST = 3600
RESULT = b'{"language":"es","text":"","pages":[]}'
LAMBDA_BYTES, LAMBDA_SECONDS = 6_000_000, 25


def pages(count: int) -> dict[str, bytes]:
    """So many pictures of a word, by their names."""
    pictures = [png(rendered(word)) for word in WORDS]
    return {f"libro/{number:05}.png": pictures[number % len(WORDS)] for number in range(count)}


@contextmanager
def service(aws: Cloud, **settings: str) -> Iterator[tuple[httpx.Client, int]]:
    """A client of the service in a process of its own, and that process's id."""
    (port,) = free_ports(1)
    environment = {**os.environ, **aws.environment, "EASYBRAILLE_HOST": "127.0.0.1", "PORT": str(port), **settings}
    command = [sys.executable, "-m", "easybraille", "serve"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
                while not _ready(client):
                    time.sleep(0.2)
                yield client, process.pid
        finally:
            process.kill()


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get("/ready").status_code == 200
    except httpx.TransportError:
        return False


def _workers(aws: Cloud, log: Path) -> Workers:
    environment = {**aws.environment, "EASYBRAILLE_READERS": "2"}
    return Workers(environment, count=2, hold=5, log=log)


def _report(aws: Cloud, job: str, status: dict, begun: float, workers: Workers) -> Counter:
    kinds = Counter(key.rsplit(".", 1)[-1] if key.endswith(".json") else "other" for key in aws.keys(Keys(job).pages))
    print(f"ended after {time.monotonic() - begun:.0f} s; {workers.deaths} workers died")
    print(f"state {status['state']}, {status['pages']}, results {kinds['json']}")
    print(f"in the queue {aws.messages()}, dead letters {aws.dead()}")
    return kinds


def _until_empty(aws: Cloud, workers: Workers) -> None:
    end = time.monotonic() + 300
    while aws.messages() and time.monotonic() < end:
        workers.tend()
        time.sleep(1)


def kills(folder: Path, count: int = 300, rounds: int = 10) -> bool:
    """Both workers die at random moments."""
    chance = random.Random(1)
    with cloud() as aws, service(aws) as (client, _), _workers(aws, folder / "log") as workers:
        files = pages(count)
        begun = time.monotonic()
        job = jobs.begin(client, files)
        done = 0
        for number in range(1, rounds + 1):
            further = done + chance.randint(1, count // rounds - 5)
            while done < further:
                time.sleep(chance.uniform(0, 1))
                done = jobs.done(client, job)
            for place in range(len(workers.processes)):
                workers.kill(place)
            workers.tend()
            print(f"round {number}: both killed with {done} of {count} pages done", flush=True)
        status = jobs.ended(client, job, LONGEST, workers.tend)
        _until_empty(aws, workers)
        kinds = _report(aws, job, status, begun, workers)
        text = jobs.whole(client, job, "text").decode().split("\n\n")
        right = sum(page.strip() == WORDS[number % len(WORDS)] for number, page in enumerate(text))
        print(f"pages of the whole with their own word {right}")
        return kinds["json"] == count == right == status["pages"]["done"] and aws.messages() + aws.dead() == 0


def faults(folder: Path, count: int = 100) -> bool:
    """Every fifth call fails, for the service and for the workers."""
    with cloud() as aws, service(aws) as (client, _), _workers(aws, folder / "log") as workers:
        aws.proxy.kinds = ("error", "slow down", "silence", "lost", "hang")
        files = pages(count)
        begun = time.monotonic()
        job = client.post("/v1/jobs", json=jobs.asked(files)).raise_for_status().json()["id"]
        jobs.upload(client, job, files)
        aws.proxy.chance = 0.2
        while (answer := client.post(f"/v1/jobs/{job}/start")).status_code != 202:
            print(f"start answers {answer.status_code}, again", flush=True)
        status = jobs.ended(client, job, LONGEST, workers.tend)
        _until_empty(aws, workers)
        aws.proxy.chance = 0
        kinds = _report(aws, job, status, begun, workers)
        print(f"of {aws.proxy.calls} calls {aws.proxy.met} failed")
        return kinds["json"] == count == status["pages"]["done"] and aws.messages() + aws.dead() == 0


def crashes(folder: Path) -> bool:
    """Seven can't be read, three kill."""
    files = pages(90)
    picture = (ROOT / "examples" / "carta.jpg").read_bytes()
    unreadable = (b"", b"hola", protected_pdf(), truncated_jpeg(picture), b"%PDF-1.7", b"PK\3\4", b"\xff\xd8\xff")
    files |= {f"libro/unreadable{number}": data for number, data in enumerate(unreadable)}
    files |= {f"libro/deadly{number}.png": next(iter(files.values())) for number in range(3)}
    names = list(files)
    random.Random(2).shuffle(names)
    with cloud() as aws, service(aws) as (client, _), _workers(aws, folder / "log") as workers:
        begun = time.monotonic()
        job = jobs.begin(client, {name: files[name] for name in names})
        status = jobs.ended(client, job, LONGEST, workers.tend)
        _until_empty(aws, workers)
        kinds = _report(aws, job, status, begun, workers)
        for failure in status["failures"]:
            print(f"  {failure['name']}: {failure['reason']}")
        dead = sorted(names[json.loads(letter)["file"] - 1] for letter in aws.dead_letters())
        print(f"dead letters: {', '.join(dead)}")
        return (
            kinds["json"] == 90
            and len(status["failures"]) == 10
            and dead == [n for n in sorted(names) if "deadly" in n]
        )


def large(_: Path) -> bool:
    """A hundred pages and ten thousand, each with a service of its own."""
    taken = {count: _taken(count) for count in (100, 10_000)}
    print("| | " + " | ".join(f"{count:,} pages" for count in taken) + " |\n|---|" + "---|" * len(taken))
    for name in taken[100].asked:
        cells = [f"{one.asked[name][0]:.2f} s, {one.asked[name][1] / 1e6:.2f} MB" for one in taken.values()]
        print(f"| {name} | {' | '.join(cells)} |")
    memory = " | ".join(f"{one.memory / 1e6:.0f} MB" for one in taken.values())
    print(f"| memory above that of the idle service | {memory} |")
    return all(
        seconds < LAMBDA_SECONDS and size < LAMBDA_BYTES
        for one in taken.values()
        for seconds, size in one.asked.values()
    )


@dataclass
class Taken:
    """Seconds and bytes (of request or answer, the larger one) by what was asked; the service's memory."""

    asked: dict[str, tuple[float, int]] = field(default_factory=dict)
    memory: int = 0


def _taken(count: int) -> Taken:
    """Of a job of so many pages; results are written as workers write them."""
    taken = Taken()
    with cloud() as aws, service(aws) as (client, pid):

        def ask(name: str, method: str, path: str, **content: object) -> dict:
            longest, status = 0.0, 503
            # What is too much for one request says so, and goes on with the next.
            while status == 503:
                start = time.monotonic()
                answer = client.request(method, f"/v1/jobs{path}", **content)
                longest, status = max(longest, time.monotonic() - start), answer.status_code
                print(f"{count} pages: {name}: {status}, {longest:.2f} s", flush=True)
            size = max(len(answer.request.content), len(answer.raise_for_status().content))
            taken.asked[name] = longest, size
            return answer.json() if answer.content else {}

        files, idle = pages(count), _memory(pid, "VmRSS")
        job = ask("make", "POST", "", json=jobs.asked(files))["id"]
        keys = Keys(job)
        ask("addresses of the first 500", "POST", f"/{job}/uploads")
        for number, data in enumerate(files.values(), 1):
            aws.put(keys.input(number), data)
        ask("that all is uploaded", "POST", f"/{job}/uploads")
        ask("start", "POST", f"/{job}/start")
        ask("status, nothing read", "GET", f"/{job}")
        for number in range(1, count + 1):
            aws.put(keys.result(Place(number)), RESULT)
            if number == count // 2:
                ask("status, half read", "GET", f"/{job}")
        ask("status that ends it", "GET", f"/{job}")
        ask("status, ended", "GET", f"/{job}")
        ask("results, first 500", "GET", f"/{job}/results")
        ask("erase", "DELETE", f"/{job}?erase=true")
        taken.memory = _memory(pid, "VmHWM") - idle
        if aws.keys(keys.root):
            raise RuntimeError("something of the erased job is left")
    return taken


def _memory(pid: int, name: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return 1024 * int(next(line for line in status.splitlines() if line.startswith(name)).split()[1])


def main() -> int:
    """The command line."""
    runs = {"kills": kills, "faults": faults, "crashes": crashes, "large": large}
    parser = argparse.ArgumentParser(prog="python -m bench.jobs", description=__doc__.splitlines()[0])
    parser.add_argument("run", choices=runs)
    args = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        good = runs[args.run](Path(folder))
    print("as it should be" if good else "NOT as it should be")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
