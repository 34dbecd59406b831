"""What an engine finds in pictures, how long it takes and how much memory: in a process of its own."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from easybraille.errors import InputError, ModelError
from easybraille.recognition.detections import Detections
from easybraille.recognition.detectors import Detector
from easybraille.recognition.model import Manifest
from training.evaluate import read
from training.pages import truth
from training.score import Score, score


@dataclass(frozen=True)
class Candidate:
    """Weights in an engine.

    Attributes:
        name: for the table: "torch fp32".
        path: the .pt or .onnx file.
        manifest: what it is.
    """

    name: str
    path: Path
    manifest: Manifest


@dataclass
class Measured:
    """What came of it.

    Attributes:
        cells: of each picture, boxes in its pixels.
        seconds: of each picture.
        score: of all pictures that have a truth; None where none has.
        peak_bytes: the most memory that the process held, engine and all.
        bytes: size of the file.
    """

    name: str
    bytes: int
    cells: list[Detections] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    score: Score | None = None
    peak_bytes: int = 0

    @property
    def milliseconds(self) -> float:
        """Median a picture."""
        return 1000 * float(np.median(self.seconds))


def measure(candidates: Sequence[Candidate], pictures: Sequence[Path]) -> list[Measured]:
    """Let every candidate read every picture, in turns, so that what else the machine does befalls all alike.

    Args:
        candidates: each gets a process of its own.
        pictures: files; a CSV beside one is its truth.

    Raises:
        ModelError: an engine refuses its weights, or its process was ended.
        InputError: a picture or its truth can't be read; the message names it.
    """
    truths = [_truth(path) for path in pictures]
    results = [Measured(candidate.name, candidate.path.stat().st_size) for candidate in candidates]
    workers = [
        ProcessPoolExecutor(1, get_context("spawn"), initializer=_start, initargs=(candidate,))
        for candidate in candidates
    ]
    try:
        for path, labelled in zip(pictures, truths):
            for worker, result in zip(workers, results):
                try:
                    cells, seconds = worker.submit(_read, path).result()
                except BrokenProcessPool:
                    raise ModelError(f"{result.name} was ended while it read {path}: is there memory enough?") from None
                result.cells.append(cells)
                result.seconds.append(seconds)
                if labelled is not None:
                    result.score = result.score or Score()
                    result.score.add(score(cells.boxes, cells.dots, *labelled))
        for worker, result in zip(workers, results):
            result.peak_bytes = worker.submit(_peak).result()
    finally:
        for worker in workers:
            worker.shutdown()
    return results


def cells_of(detector: Detector, path: Path) -> Detections:
    """What a detector finds in a picture, boxes in its pixels.

    Raises:
        InputError: it can't be read; the message names it.
    """
    try:
        return read(detector, path)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _truth(path: Path) -> tuple[np.ndarray, np.ndarray] | None:
    table = path.with_suffix(".csv")
    try:
        return truth(path) if table.exists() else None
    except (KeyError, TypeError, ValueError, OverflowError):
        raise InputError(
            f"{table} is not the truth of a picture: it needs the columns x1, y1, x2, y2 (pixels) and dots (125)."
        ) from None


class _Worker:
    """What a worker process measures; set by its initializer."""

    candidate: Candidate
    detector: Detector | None = None


def _start(candidate: Candidate) -> None:
    _Worker.candidate = candidate


def _read(path: Path) -> tuple[Detections, float]:
    """In the worker: the cells of a picture and the time it took; the first also loads and warms the engine."""
    detector = _Worker.detector
    if detector is None:
        detector = _Worker.detector = load(_Worker.candidate)
        cells_of(detector, path)
    before = time.perf_counter()
    cells = cells_of(detector, path)
    return cells, time.perf_counter() - before


def load(candidate: Candidate) -> Detector:
    """The candidate in its engine.

    Raises:
        ModelError: the engine refuses it.
    """
    if candidate.path.suffix == ".pt":
        from easybraille.recognition.detectors.torch import TorchDetector

        return TorchDetector(candidate.path, candidate.manifest)
    from easybraille.recognition.detectors.onnx import OnnxDetector

    return OnnxDetector(candidate.path, candidate.manifest)


def _peak() -> int:
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Not ru_maxrss: on Linux that still counts the process that this one was started from.
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) * 1024
