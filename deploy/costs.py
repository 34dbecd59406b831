"""`python -m deploy.costs`: dollars a month of each home by pages a month; --plot draws docs/costs.png.

Prices are for us-east-1, without tax and free tiers, as docs/lambda.md and docs/jobs.md name their sources; durations
are those that docs/lambda.md measured on the older processor. AWS's own pages decide.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

PLOT = Path(__file__).resolve().parents[1] / "docs" / "costs.png"
HOURS = 730
# Lambda: a GB-second, a request; the HTTP API: a request.
GB_SECOND, LAMBDA_REQUEST, GATEWAY_REQUEST = 0.0000166667, 0.20e-6, 1.00e-6
# The default memory, and seconds of a warm page on one core: more than it takes on the 1.7 cores of this memory.
MEMORY_GB, PAGE_SECONDS_ONE_CORE = 3008 / 1024, 0.42
# A c6i.xlarge with two cores for reading, seconds of a page there, and the load balancer before it (without traffic).
MACHINE_HOUR, PAGE_SECONDS, BALANCER_HOUR = 0.17, 0.28, 0.0225
# At most this much of a machine's time is used, so that a burst finds room.
BUSY = 0.5
# Storage, requests and workers of a job, a page: docs/jobs.md, "What it costs".
JOB_PAGE = 31.93e-6
PAGES = (1_000, 100_000, 10_000_000)


def light(pages: float) -> float:
    """The cost of Lambda behind the HTTP API; none without requests."""
    return pages * (MEMORY_GB * PAGE_SECONDS_ONE_CORE * GB_SECOND + LAMBDA_REQUEST + GATEWAY_REQUEST)


def machines(pages: float) -> int:
    """Machines without a GPU that read so many pages a month, evenly spread, at least one."""
    return max(1, math.ceil(pages * PAGE_SECONDS / (HOURS * 3600 * BUSY)))


def heavy(pages: float) -> float:
    """The web tier of Elastic Beanstalk on machines without a GPU, behind a load balancer."""
    return HOURS * (machines(pages) * MACHINE_HOUR + BALANCER_HOUR)


def jobs(pages: float) -> float:
    """Bulk jobs, with workers that exist only while there are pages."""
    return pages * JOB_PAGE


HOMES: dict[str, Callable[[float], float]] = {
    "Lambda": light,
    "web tier, without a GPU": heavy,
    "jobs": jobs,
}


def plot() -> None:
    """Draw docs/costs.png."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4))
    steps = [10 ** (3 + number / 50) for number in range(201)]
    for name, cost in HOMES.items():
        axes.loglog(steps, [cost(pages) for pages in steps], label=name)
    axes.set(xlabel="pages a month", ylabel="US dollars a month")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(PLOT, dpi=110, metadata={"Software": ""})


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m deploy.costs", description=__doc__)
    parser.add_argument("--plot", action="store_true", help=f"draw docs/{PLOT.name}")
    if parser.parse_args().plot:
        plot()
    print("| | " + " | ".join(f"{pages:,} pages" for pages in PAGES) + " |")
    print("|---|" + "---|" * len(PAGES))
    for name, cost in HOMES.items():
        print(f"| {name} | " + " | ".join(f"${cost(pages):,.2f}" for pages in PAGES) + " |")
    print("| machines of the web tier | " + " | ".join(str(machines(pages)) for pages in PAGES) + " |")


if __name__ == "__main__":
    main()
