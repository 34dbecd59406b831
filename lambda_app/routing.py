"""Routing of requests: light ones are read here, heavy ones by the GPU service.

           soft limits            hard limits
── light ──────┼───── heavy ───────────┼───── heavy ─────────────▶ pages, pixels, seconds
                 GPU fails: light        GPU fails: a problem
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from easybraille import stats
from easybraille.document import Document
from easybraille.errors import InputError, NotReadyError
from easybraille.languages import Edition
from easybraille.reader import Layout, Reader, RotationChoice, Sides
from easybraille.settings import Settings

from . import telemetry
from .gpu_client import GpuClient, GpuUnavailableError, Inputs
from .invocation import current
from .work_estimate import DurationModel, Workload, measure

# The time limit of a forwarded request, seconds, is the expected duration of reading here, but at least this …
SHORTEST_WAIT = 5.0
# … and it leaves this many times that duration for reading here …
RESERVE_FACTOR = 1.3
# … but never less than a healthy service needs.
LEAST_WAIT = 1.0
# Time for formatting a long response, seconds.
FORMATTING_SECONDS = 1.0
ADVICE = "Make a job of it with POST /v1/jobs, or send it in parts."


class TooHeavyError(InputError):
    """The request exceeds a hard limit, and no GPU service is configured."""

    status = 413
    code = "too_heavy"
    title = "Too much at once"


class HeavyPathAwayError(NotReadyError):
    """The request exceeds a hard limit, and the GPU service fails."""

    code = "heavy_path_away"
    title = "Too much for now"


@dataclass(frozen=True, slots=True)
class WorkloadLimit:
    """A limit of pages, pixels and seconds."""

    pages: int
    pixels: int
    seconds: float

    def exceeded(self, workload: Workload, seconds: float) -> bool:
        """Whether one of the three is exceeded."""
        return workload.pages > self.pages or workload.pixels > self.pixels or seconds > self.seconds


class RoutingReader(Reader):
    """A Reader that forwards heavy requests to the GPU service.

    Args:
        reader: its detector and limits are used here.
        settings: the soft and hard limits, and the address of the GPU service.
    """

    def __init__(self, reader: Reader, settings: Settings):
        super().__init__(reader.detector, reader.limits)
        self._soft = WorkloadLimit(settings.soft_pages, settings.soft_pixels, settings.soft_seconds)
        self._hard = WorkloadLimit(settings.hard_pages, settings.hard_pixels, settings.hard_seconds)
        self._gpu = GpuClient(settings) if settings.gpu_url else None
        self._durations = DurationModel()

    def read(
        self,
        data: bytes,
        source: str = "",
        language: str = "es",
        layout: Layout = "page",
        sides: Sides = "front",
        rotation: RotationChoice = "auto",
        code: Edition = "current",
    ) -> Document:
        """See Reader. Raises also TooHeavyError, HeavyPathAwayError, and the refusals of the GPU service."""
        here = partial(super().read, data, source, language, layout, sides, rotation, code)
        options = _options(language, layout, sides, rotation, code)
        return self._route([(source, data)], options, here)

    def read_all(
        self,
        inputs: Iterable[tuple[str, bytes]],
        language: str = "es",
        layout: Layout = "page",
        sides: Sides = "front",
        rotation: RotationChoice = "auto",
        code: Edition = "current",
    ) -> Document:
        """See Reader. Raises also TooHeavyError, HeavyPathAwayError, and the refusals of the GPU service."""
        inputs = list(inputs)
        here = partial(super().read_all, inputs, language, layout, sides, rotation, code)
        options = _options(language, layout, sides, rotation, code)
        return self._route(inputs, options, here)

    def _route(self, inputs: Inputs, options: Mapping[str, str], here: Callable[[], Document]) -> Document:
        invocation = current.get()
        workload = measure(data for _, data in inputs)
        seconds = self._durations.seconds(workload)
        never_here = self._hard.exceeded(workload, seconds)
        if self._gpu is None or invocation.forwarded:
            if never_here:
                self._durations.forget()
                raise TooHeavyError(f"This is more than is read at once here: {workload}. {ADVICE}")
        elif never_here or self._soft.exceeded(workload, seconds):
            self._durations.forget()
            budget = remaining = invocation.remaining - FORMATTING_SECONDS
            if not never_here:
                spare = remaining - RESERVE_FACTOR * seconds
                budget = max(LEAST_WAIT, min(spare, max(seconds, SHORTEST_WAIT)))
            try:
                return self._forward(self._gpu, inputs, options, budget)
            except GpuUnavailableError as reason:
                telemetry.log.warning("the GPU service did not read %s: %s", workload, reason)
                invocation.path, invocation.gpu_unavailable = None, True
                if never_here:
                    raise HeavyPathAwayError(
                        f"This is more than is read at once here ({workload}), and the service that reads so much does "
                        f"not answer. {ADVICE}"
                    ) from None
        invocation.path = "light"
        begin = time.monotonic()
        document = here()
        self._durations.learn(workload, time.monotonic() - begin)
        return document

    def _forward(self, gpu: GpuClient, inputs: Inputs, options: Mapping[str, str], budget: float) -> Document:
        invocation = current.get()
        invocation.path = "heavy"
        with stats.stage("heavy"):
            document = gpu.read(inputs, {**options, "format": "json"}, invocation.forwarded_headers, budget)
        for page in document.pages:
            stats.count_page(sum(bool(cell.dots) for line in page.lines for cell in line.cells))
        return document


def _options(language: str, layout: str, sides: str, rotation: str, code: str) -> dict[str, str]:
    """The parameters of a forwarded request; a GPU service of before the choice of a code knows the current one."""
    options = {"language": language, "layout": layout, "sides": sides, "rotation": rotation}
    return options if code == "current" else {**options, "code": code}
