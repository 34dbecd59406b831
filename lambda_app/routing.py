"""Which way a request is read: here, or by the GPU service where it is more than this function should take.

           soft limits            hard limits
── light ──────┼───── heavy ───────────┼───── heavy ─────────────▶ pages, pixels, seconds
                 GPU away: light         GPU away: a problem
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from easybraille import stats
from easybraille.document import Document
from easybraille.errors import InputError, NotReadyError
from easybraille.reader import Layout, Reader, Sides
from easybraille.settings import Settings

from . import telemetry
from .gpu_client import GpuUnavailableError, HeavyPath, Inputs
from .invocation import current
from .work_estimate import Effort, Pace, measure

# Waiting for the GPU service may take as long as reading here would, and at least this long, seconds …
PATIENCE = 5.0
# … as long as this many times what reading here takes is left for that …
RESERVE = 1.3
# … but always so long that a service that is there can answer.
LEAST = 1.0
# What it takes to write down a long answer, seconds.
WRITING = 1.0
WAY_OUT = "Make a job of it with POST /v1/jobs, or send it in parts."


class TooHeavyError(InputError):
    """More than is ever read here, and there is nowhere to pass it on to."""

    status = 413
    code = "too_heavy"
    title = "Too much at once"


class HeavyPathAwayError(NotReadyError):
    """More than is ever read here, and the GPU service doesn't answer."""

    code = "heavy_path_away"
    title = "Too much for now"


@dataclass(frozen=True, slots=True)
class Bound:
    """Pages, pixels and seconds beyond which something else happens."""

    pages: int
    pixels: int
    seconds: float

    def exceeded(self, effort: Effort, seconds: float) -> bool:
        """Whether one of them is."""
        return effort.pages > self.pages or effort.pixels > self.pixels or seconds > self.seconds


class TwoPathReader(Reader):
    """Reads what is light, and has the GPU service read what is heavy.

    Args:
        reader: whose detector and limits count here.
        settings: the soft and hard limits, and where the GPU service is.
    """

    def __init__(self, reader: Reader, settings: Settings):
        super().__init__(reader.detector, reader.limits)
        self._soft = Bound(settings.soft_pages, settings.soft_pixels, settings.soft_seconds)
        self._hard = Bound(settings.hard_pages, settings.hard_pixels, settings.hard_seconds)
        self._heavy = HeavyPath(settings) if settings.gpu_url else None
        self._pace = Pace()

    def read(
        self, data: bytes, source: str = "", language: str = "es", layout: Layout = "page", sides: Sides = "front"
    ) -> Document:
        """See Reader. Raises also TooHeavyError, HeavyPathAwayError, and what the GPU service refuses."""
        options = {"language": language, "layout": layout, "sides": sides}
        return self._either([(source, data)], options, partial(super().read, data, source, **options))

    def read_all(
        self,
        inputs: Iterable[tuple[str, bytes]],
        language: str = "es",
        layout: Layout = "page",
        sides: Sides = "front",
    ) -> Document:
        """See Reader. Raises also TooHeavyError, HeavyPathAwayError, and what the GPU service refuses."""
        inputs, options = list(inputs), {"language": language, "layout": layout, "sides": sides}
        return self._either(inputs, options, partial(super().read_all, inputs, **options))

    def _either(self, inputs: Inputs, options: Mapping[str, str], here: Callable[[], Document]) -> Document:
        invocation = current.get()
        effort = measure(data for _, data in inputs)
        seconds = self._pace.seconds(effort)
        never_here = self._hard.exceeded(effort, seconds)
        if self._heavy is None or invocation.forwarded:
            if never_here:
                self._pace.not_read()
                raise TooHeavyError(f"This is more than is read at once here: {effort}. {WAY_OUT}")
        elif never_here or self._soft.exceeded(effort, seconds):
            self._pace.not_read()
            left = invocation.left - WRITING
            budget = left if never_here else max(LEAST, min(left - RESERVE * seconds, max(seconds, PATIENCE)))
            try:
                return self._there(inputs, options, budget)
            except GpuUnavailableError as reason:
                telemetry.log.warning("the GPU service did not read %s: %s", effort, reason)
                invocation.path, invocation.away = None, True
                if never_here:
                    raise HeavyPathAwayError(
                        f"This is more than is read at once here ({effort}), and the service that reads so much does "
                        f"not answer. {WAY_OUT}"
                    ) from None
        invocation.path = "light"
        begin = time.monotonic()
        document = here()
        self._pace.learn(effort, time.monotonic() - begin)
        return document

    def _there(self, inputs: Inputs, options: Mapping[str, str], budget: float) -> Document:
        invocation = current.get()
        invocation.path = "heavy"
        with stats.stage("heavy"):
            document = self._heavy.read(inputs, {**options, "format": "json"}, invocation.along, budget)
        for page in document.pages:
            stats.count_page(sum(bool(cell.dots) for line in page.lines for cell in line.cells))
        return document
