"""GET /metrics for Prometheus: requests, pages and seconds by stage. Imported only where metrics are served."""

from __future__ import annotations

import os
import time

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import stats
from ..recognition.detectors import Detector
from .auth import needs

# Environment variable of the folder in which prometheus_client shares figures between gunicorn's processes.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
PATH = "/metrics"
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """The metrics of one process.

    Attributes:
        registry: where further metrics of the same process are registered.
    """

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter("easybraille_requests", "Requests answered.", ("route", "status"), registry=registry)
        self.seconds = Histogram(
            "easybraille_request_seconds", "Time that requests took.", ("route",), buckets=SECONDS, registry=registry
        )
        self.here = Gauge(
            "easybraille_requests_here",
            "Requests being read or waiting.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self.pages = Counter("easybraille_pages", "Pages read, over HTTP.", registry=registry)
        self.cells = Counter("easybraille_cells", "Cells found, over HTTP.", registry=registry)
        self.stages = Counter(
            "easybraille_stage_seconds", "Time by stage of reading, over HTTP.", ("stage",), registry=registry
        )
        self._engine = Gauge(
            "easybraille_engine",
            "Processes that read with this engine.",
            ("engine", "device"),
            registry=registry,
            multiprocess_mode="livesum",
        )

        self._thread_failures = Counter(
            "easybraille_thread_failures",
            "Times that an unforeseen error ended the work of a background thread, which started again.",
            ("thread",),
            registry=registry,
        )

    def engine(self, detector: Detector) -> None:
        """Record the engine that reads from now on."""
        self._engine.labels(detector.engine, detector.device).set(1)

    def leaves(self, scope: Scope, status: int, seconds: float, taken: stats.Stats) -> None:
        """Record an answered request and what it took."""
        self.here.dec()
        # By its template: paths hold ids of jobs, and callers choose unknown paths freely, without bound.
        route = getattr(scope.get("route"), "path", "other")
        self.requests.labels(route, status).inc()
        self.seconds.labels(route).observe(seconds)
        self.pages.inc(taken.pages)
        self.cells.inc(taken.cells)
        for stage, spent in taken.seconds.items():
            self.stages.labels(stage).inc(spent)

    def add_to(self, app: FastAPI) -> None:
        """Count the requests of an application, and serve /metrics."""
        app.add_middleware(_Counted, metrics=self)
        app.state.jobs.when_thread_fails = lambda name: self._thread_failures.labels(name).inc()
        app.add_api_route(
            PATH, self._answer, include_in_schema=False, dependencies=needs("metrics", app.state.settings)
        )

    def _answer(self) -> Response:
        registry = self.registry
        if FOLDER in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _Counted:
    """ASGI middleware that counts requests, except those for the metrics."""

    def __init__(self, app: ASGIApp, metrics: Metrics):
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == PATH:
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        status, counted = 500, False

        def count() -> None:
            nonlocal counted
            if not counted:
                counted = True
                self._metrics.leaves(scope, status, time.perf_counter() - begin, taken)

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif not message.get("more_body"):
                # Before the last part is sent, so that a caller who has the answer finds it counted.
                count()
            await send(message)

        self._metrics.here.inc()
        with stats.collect() as taken:
            try:
                await self._app(scope, receive, tell)
            finally:
                count()
