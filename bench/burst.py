"""Workers, queue and Auto Scaling when many pages arrive at once: `python -m bench.burst`.

A calculation, second by second, of a worker tier that is scaled by an alarm on the age of the oldest message, or by
the pages that wait for each worker. It prints a table, and with --plot draws one burst into docs/burst.png.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

PLOT = Path(__file__).resolve().parent.parent / "docs" / "burst.png"
LONGEST = 40 * 24 * 3600
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Tier:
    """A worker tier; seconds, pages, dollars.

    Attributes:
        rate: pages that one worker reads in a second.
        price: of one worker an hour.
        most: workers; one always runs.
        by: what adds workers: "age", `step` of them whenever the oldest message is older than `age`, then none for
            `cooldown`; "backlog", as many as let every worker have `backlog` seconds of work.
        start: from being asked for until a worker reads its first page: instance, container, weights.
        idle: for how long nothing must have waited before all but one leave.
    """

    rate: float
    price: float
    most: int = 1
    by: Literal["age", "backlog"] = "age"
    age: int = 2 * MINUTE
    step: int = 2
    cooldown: int = 6 * MINUTE
    backlog: int = 15 * MINUTE
    start: int = 5 * MINUTE
    idle: int = 15 * MINUTE


@dataclass(frozen=True, slots=True)
class Course:
    """What happens, a value a second: pages waiting, seconds since they came, workers paid for, workers at work."""

    waiting: np.ndarray
    age: np.ndarray
    paid: np.ndarray
    working: np.ndarray

    @property
    def finished(self) -> int:
        """Seconds until no page is left."""
        return int(np.flatnonzero(self.waiting)[-1]) + 1

    def cost(self, tier: Tier) -> float:
        """Dollars for the workers until one is left."""
        return float(self.paid.sum()) / 3600 * tier.price


def simulate(tier: Tier, pages: int, after: int = 0) -> Course:
    """The course of a burst of `pages` that are queued at once, as when a job is started.

    All came at the same time, so the oldest is as old as the burst until the last one is read. `after`: seconds to go
    on when all is over.
    """
    ready = [0]  # when each worker reads its first page
    waiting, quiet, asked = float(pages), 0, -tier.cooldown
    rows = []
    for now in range(LONGEST):
        working = sum(since <= now for since in ready)
        rows.append((math.ceil(waiting), now if waiting else 0, len(ready), working))
        quiet = 0 if waiting else quiet + 1
        # A queue reports once a minute; the alarm hears of it a minute later.
        if now % MINUTE == 0 and now >= MINUTE:
            _, age, paid, _ = rows[now - MINUTE]
            wanted = paid
            if tier.by == "backlog":
                wanted = math.ceil(rows[now - MINUTE][0] / (tier.rate * tier.backlog))
            elif age > tier.age and now - asked >= tier.cooldown:
                wanted, asked = paid + tier.step, now
            ready += [now + tier.start] * (min(wanted, tier.most) - len(ready))
            if quiet >= tier.idle:
                del ready[1:]
        waiting = max(0.0, waiting - working * tier.rate)
        if quiet >= tier.idle + after and len(ready) == 1:
            break
    return Course(*(np.array(column) for column in zip(*rows)))


def table(tiers: dict[str, Tier], sizes: Sequence[int]) -> str:
    """For each tier and burst: time until the last page, most workers, dollars for the workers."""
    lines = [f"| pages at once | {' | '.join(tiers)} |", "|---" * (1 + len(tiers)) + "|"]
    for pages in sizes:
        cells = []
        for tier in tiers.values():
            course = simulate(tier, pages)
            cells.append(f"{_duration(course.finished)}, {course.paid.max()}, ${course.cost(tier):.2f}")
        lines.append(f"| {pages:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _duration(seconds: int) -> str:
    if seconds < 2 * 3600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} days"


def plot(tiers: dict[str, Tier], pages: int, path: Path) -> None:
    """Pages waiting, age of the oldest and workers over time, a line a tier."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (waiting, age, workers) = pyplot.subplots(3, 1, sharex=True, figsize=(9, 8), layout="constrained")
    for (name, tier), colour in zip(tiers.items(), ("#333333", "#0072b2", "#d55e00")):
        course = simulate(tier, pages, after=MINUTE * 5)
        minutes = np.arange(len(course.waiting)) / MINUTE
        waiting.plot(minutes, course.waiting, color=colour, label=f"{name}: {_duration(course.finished)}")
        age.plot(minutes, course.age / MINUTE, color=colour)
        workers.plot(minutes, course.paid, color=colour, linestyle=":")
        workers.plot(minutes, course.working, color=colour)
    one = next(iter(tiers.values()))
    title = f"{pages:,} pages at once; {one.rate:.1f} pages/s a worker, which starts in {one.start / MINUTE:.0f} min"
    waiting.set_title(title)
    waiting.set_ylabel("pages waiting")
    waiting.legend()
    age.set_ylabel("oldest page, minutes")
    workers.set_ylabel("workers: at work (line),\npaid for (dots)")
    workers.set_xlabel("minutes")
    for axes in (waiting, age, workers):
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=110)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.burst", description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.28, help="a page takes one worker; measured, docs/lambda.md")
    parser.add_argument("--price", type=float, default=0.17, help="dollars an hour of one worker")
    parser.add_argument("--start", type=int, default=300, help="seconds until a new worker reads its first page")
    parser.add_argument("--most", type=int, default=16, help="workers")
    parser.add_argument("--pages", type=int, default=30_000, help="of the burst that is drawn")
    parser.add_argument("--plot", action="store_true", help=f"draw {PLOT.name}")
    args = parser.parse_args()
    one = Tier(1 / args.seconds, args.price, start=args.start)
    many = replace(one, most=args.most)
    tiers = {
        "one worker": one,
        f"1 to {args.most}, by age": many,
        f"1 to {args.most}, by backlog": replace(many, by="backlog"),
    }
    print(table(tiers, (1_000, 10_000, 100_000, 1_000_000)))
    if args.plot:
        plot(tiers, args.pages, PLOT)


if __name__ == "__main__":
    main()
