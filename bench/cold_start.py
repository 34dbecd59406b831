"""Cold and warm answers of the Lambda function under AWS's emulator: `python -m bench.cold_start`.

Each run starts a fresh process, posts one photo to it, as it is, until it has answered WARM times more, and takes the
cold start from the emulator's INIT REPORT; several functions take turns. With --image, inside the container image
instead of this virtual environment. A busy machine is measured with real-time priority (--priority, as root), which
keeps other work from the cores meanwhile.
"""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lambda_app.events.make import v2
from tests.lambda_app.emulator import INVOKE, RUNTIME, Emulator, emulated, free_ports, program

ROOT = Path(__file__).resolve().parent.parent
DOCKER = shlex.split(os.environ.get("DOCKER", "docker"))
WARM = 5
MB_OF_A_CORE = 1769
PRIORITY = ("chrt", "--rr", "50")
# What a start consists of, in its order; the time of each is that of one process that does them one after another.
PARTS = {
    "Python and the runtime client": "import awslambdaric.bootstrap",
    "pydantic, FastAPI": "from lambda_app.fast_imports import quick_imports; quick_imports().__enter__()",
    "numpy, ONNX Runtime": "import numpy, onnxruntime",
    "Mangum, Powertools": "import mangum, aws_lambda_powertools",
    "EasyBraille": "import easybraille.api.app, easybraille.startup, lambda_app.gateway, lambda_app.responses",
    "weights, network, first run": (
        "from easybraille.startup import make_reader, warm_up; from easybraille.settings import from_environment;"
        "s = from_environment({}); r = make_reader(s); warm_up(r, (344, 256))"
    ),
    "the application": "from easybraille.api.app import create_app; create_app(s, r)",
}


@dataclass
class Run:
    """One process: seconds of its start, of its first answer and of later ones; bytes of its largest memory."""

    init: float
    first: float
    warm: list[float]
    peak: int


def measure(function: Emulator, picture: bytes, peak: Sequence[str]) -> Run:
    """Cold start, first answer and warm ones of a function that has not been called yet.

    Args:
        peak: a command that prints VmHWM lines of the function's processes.
    """
    event = v2(picture)
    for _ in range(1 + WARM):
        answer = function.invoke(event)
        if answer.get("statusCode") != 200:
            raise SystemExit(f"the function answers {str(answer)[:300]}\n{function.log}")
    spent = [line["ms"] / 1000 for line in function.lines("request")]
    lines = subprocess.run(peak, capture_output=True, text=True, check=False).stdout.splitlines()
    return Run(function.init_seconds, spent[0], spent[1:], max(int(line.split()[1]) * 1024 for line in lines))


@contextmanager
def container(image: str, cores: int) -> Iterator[tuple[Emulator, list[str]]]:
    """The function in its image: read-only, 1 GB."""
    (port,) = free_ports(1)
    options = ["--detach", "--read-only", "--tmpfs", "/tmp", "--memory", "1g", "--cpuset-cpus", f"0-{cores - 1}"]
    options += ["--env", f"AWS_LAMBDA_FUNCTION_MEMORY_SIZE={cores * MB_OF_A_CORE}"]
    options += ["--publish", f"127.0.0.1:{port}:8080", "--volume", f"{program()}:/aws-lambda-rie:ro"]
    name = subprocess.run(
        [*DOCKER, "run", *options, "--entrypoint", "/aws-lambda-rie", image, "python", *RUNTIME[1:]],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        try:
            time.sleep(2)
            following = subprocess.Popen([*DOCKER, "logs", "--follow", name], stdout=log, stderr=subprocess.STDOUT)
            peak = [*DOCKER, "exec", name, "sh", "-c", "grep -h VmHWM /proc/[0-9]*/status"]
            yield Emulator(f"http://127.0.0.1:{port}{INVOKE}", Path(folder) / "log"), peak
        finally:
            subprocess.run([*DOCKER, "rm", "--force", name], check=False, capture_output=True)
            following.wait()


@contextmanager
def process(handler: str, prefix: Sequence[str], cores: int) -> Iterator[tuple[Emulator, list[str]]]:
    """The function in this virtual environment, its bytecode made beforehand as in the image."""
    environment = {"PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "easybraille-bytecode")}
    environment |= {"PYTHONDONTWRITEBYTECODE": "", "PYDANTIC_DISABLE_PLUGINS": "1"}
    environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = str(cores * MB_OF_A_CORE)
    with emulated(environment, (*RUNTIME[:-1], handler), prefix) as function:
        yield (
            function,
            ["sh", "-c", f"grep -h VmHWM $(grep -lz {handler} /proc/[0-9]*/cmdline | sed s/cmdline/status/)"],
        )


def split(prefix: Sequence[str]) -> dict[str, float]:
    """Seconds of each part of a start, in this virtual environment."""
    script = "import time\n" + "".join(
        f"{part}\nprint('PART', time.clock_gettime(time.CLOCK_MONOTONIC))\n" for part in PARTS.values()
    )
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "easybraille-bytecode")}
    environment |= {"PYTHONDONTWRITEBYTECODE": "", "PYDANTIC_DISABLE_PLUGINS": "1"}
    times = [time.clock_gettime(time.CLOCK_MONOTONIC)]
    ended = subprocess.run(
        [*prefix, sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    times += [float(line.split()[1]) for line in ended.stdout.splitlines() if line.startswith("PART")]
    return {name: after - before for name, before, after in zip(PARTS, times, times[1:])}


def table(name: str, runs: Sequence[Run]) -> str:
    """One line of the table: medians, and the longest."""
    warm = [seconds for run in runs for seconds in run.warm]
    cells = [
        f"{statistics.median(values):.2f} ({max(values):.2f})"
        for values in ([run.init for run in runs], [run.first for run in runs], warm)
    ]
    return f"| {name} | {' | '.join(cells)} | {max(run.peak for run in runs) / 1e6:.0f} MB |"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.cold_start", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cores", type=int, default=2, help="that the function gets, 1769 MB each; 2 by default")
    parser.add_argument("--picture", type=Path, default=ROOT / "examples" / "carta.jpg")
    parser.add_argument("--image", help="measure this container image")
    parser.add_argument("--heavy", action="store_true", help="also with torch and ultralytics imported")
    parser.add_argument("--split", action="store_true", help="also what a cold start consists of")
    parser.add_argument("--priority", action="store_true", help="real-time priority, against other work on the machine")
    args = parser.parse_args()
    prefix = ("taskset", "--cpu-list", f"0-{args.cores - 1}", *(PRIORITY if args.priority else ()))
    if args.image and args.priority:
        parser.error("a container gets no real-time priority")
    picture = args.picture.read_bytes()
    how = ", real-time priority" if args.priority else ""
    print(f"{args.cores} of {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}{how}; seconds:")
    print("| | cold start, median (longest) | first answer | warm answers | peak memory |\n|---|---|---|---|---|")
    handlers = {"lambda_app": RUNTIME[-1]} | (
        {"with torch, ultralytics": "bench.heavy_handler.handler"} if args.heavy else {}
    )
    if args.image:
        places = {args.image: lambda: container(args.image, args.cores)}
    else:
        places = {
            name: lambda handler=handler: process(handler, prefix, args.cores) for name, handler in handlers.items()
        }
    runs: dict[str, list[Run]] = {name: [] for name in places}
    # They take turns, since a machine gets slower and faster. The first round makes the bytecode and fills the cache.
    for _ in range(1 + args.runs):
        for name, place in places.items():
            with place() as (function, peak):
                runs[name].append(measure(function, picture, peak))
    for name, some in runs.items():
        print(table(name, some[1:]), flush=True)
    if args.split:
        split(prefix)
        found = [split(prefix) for _ in range(args.runs)]
        print("\n| part of a cold start | seconds, median |\n|---|---|")
        for part in PARTS:
            print(f"| {part} | {statistics.median(one[part] for one in found):.2f} |")


if __name__ == "__main__":
    main()
