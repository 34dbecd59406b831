"""Shared by the speed benchmarks: alternating runs, medians with their spread, tables, JSON and plots."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Spread:
    """Seconds of several measurements: median, quartiles, mean, longest."""

    median: float
    low: float
    high: float
    mean: float
    longest: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        """Of at least two measurements."""
        low, median, high = statistics.quantiles(seconds, n=4, method="inclusive")
        return cls(median, low, high, statistics.fmean(seconds), max(seconds))


def in_turns(
    contestants: Mapping[str, Callable[[bytes], object]], inputs: Iterable[bytes], rounds: int
) -> dict[str, list[float]]:
    """Seconds that each contestant takes for each input: the median of the rounds, in which all of them take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for data in inputs:
        taken: dict[str, list[float]] = {name: [] for name in contestants}
        for _ in range(rounds):
            for name, read in contestants.items():
                begin = time.perf_counter()
                read(data)
                taken[name].append(time.perf_counter() - begin)
        for name, times in taken.items():
            seconds[name].append(statistics.median(times))
    return seconds


def machine() -> str:
    """The machine and how busy it is, in one line."""
    model = next((line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), "")
    load = os.getloadavg()
    return (
        f"{len(os.sched_getaffinity(0))} cores, {model or platform.machine()}, load {load[0]:.1f} (5 min {load[1]:.1f})"
    )


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text("ascii", "ignore").splitlines() if path.exists() else []


def table(spreads: Mapping[str, Spread], first: str) -> str:
    """A Markdown table; ratios are to the first contestant."""
    rows = ["| | median | quartiles | mean | longest | median, mean: times |", "|---|---|---|---|---|---|"]
    one = spreads[first]
    rows += [
        f"| {name} | {s.median:.3f} s | {s.low:.3f} to {s.high:.3f} | {s.mean:.3f} | {s.longest:.3f} | "
        f"{s.median / one.median:.2f}, {s.mean / one.mean:.2f} |"
        for name, s in spreads.items()
    ]
    return "\n".join(rows)


def save(path: Path | None, figures: object) -> None:
    """Write figures as JSON, with the machine."""
    if path:
        path.write_text(json.dumps({"machine": machine(), "figures": _plain(figures)}, indent=2) + "\n", "utf-8")


def _plain(figures: object) -> object:
    if isinstance(figures, Spread):
        return asdict(figures)
    if isinstance(figures, Mapping):
        return {str(name): _plain(one) for name, one in figures.items()}
    return figures


def plot(path: Path | None, lines: Mapping[str, Mapping[float, float]], across: str, up: str) -> None:
    """Draw lines of points on logarithmic axes."""
    if path:
        import matplotlib

        matplotlib.use("svg")
        from matplotlib import pyplot

        figure, axes = pyplot.subplots(figsize=(7, 4.5))
        for name, points in lines.items():
            axes.plot(list(points), list(points.values()), marker="o", label=name)
        axes.set(xscale="log", yscale="log", xlabel=across, ylabel=up)
        axes.grid(True, which="both", alpha=0.3)
        axes.legend()
        figure.savefig(path, bbox_inches="tight")
