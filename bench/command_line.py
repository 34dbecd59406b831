"""How much faster `easybraille read` is on several cores: `python -m bench.command_line [FOLDER] [--jobs 1,2]`.

Each number of jobs reads the same folder, in turns, and the fastest of its runs counts, since a busy machine only makes
runs slower. Without a folder it is 40 copies of the pages in examples/.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PAGES = 40


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--jobs", default="1,2")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.folder or _copies(Path(scratch) / "pages")
        jobs = [int(number) for number in args.jobs.split(",")]
        seconds: dict[int, list[float]] = {number: [] for number in jobs}
        for run in range(args.runs):
            for number in jobs:
                seconds[number].append(_read(folder, Path(scratch) / f"{number}-{run}", number))
        print(f"load when it ended: {os.getloadavg()[0]:.1f}")
        first = min(seconds[jobs[0]])
        for number, took in seconds.items():
            print(f"--jobs {number}: {min(took):.1f} s, {first / min(took):.2f} times as fast as --jobs {jobs[0]}")


def _copies(folder: Path) -> Path:
    folder.mkdir()
    for number, picture in enumerate(islice(cycle(sorted(EXAMPLES.glob("*.jpg"))), PAGES), 1):
        shutil.copy(picture, folder / f"{number}.jpg")
    return folder


def _read(folder: Path, output: Path, jobs: int) -> float:
    begin = time.perf_counter()
    command = [sys.executable, "-m", "easybraille", "read", folder, "--quiet", "--jobs", str(jobs), "--output", output]
    subprocess.run(command, check=True)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
