"""The application for a machine that does much: the same one, with the best engine that there is, shared by all."""

from __future__ import annotations

import logging
import os
import signal

import anyio
import numpy as np
from fastapi import FastAPI

from easybraille.api.admission import Admission
from easybraille.api.app import create_app as create_api
from easybraille.api.lifecycle import Service
from easybraille.api.metrics import Metrics
from easybraille.reader import Reader
from easybraille.settings import Settings, from_environment
from easybraille.startup import limits_of

from .batching import Batching
from .engine import choose
from .metrics import EngineMetrics

# A page upright, on its side, as wide as a sheet of A4, and the piece that tells how a page is turned.
SIZES = ((1376, 1032), (1032, 1376), (1376, 973), (480, 480))


def create_app() -> FastAPI:
    """The application with the settings of the environment; it loads its weights once it runs."""
    settings = from_environment()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    metrics = Metrics()
    app = create_api(settings, load=lambda: load(settings, app.state.service, metrics))
    app.state.service.when_ready = lambda reader: metrics.engine(reader.detector)
    # Whoever is let in gets a thread and waits for the engine, where the line is a fair one.
    app.state.admission = Admission(settings.readers + settings.queue, 0, app.state.bodies)
    app.state.pages = anyio.CapacityLimiter(settings.readers + settings.queue)
    metrics.add_to(app)
    return app


def load(settings: Settings, service: Service, metrics: Metrics) -> Reader:
    """A reader whose engine is warm, and shared by all requests.

    Raises:
        ModelError: see `choose`.
    """
    network, service.notice = choose(settings)
    most = settings.batch_pages if network.batches else 1
    for size in SIZES if network.batches else SIZES[:1]:
        for pages in {1, most}:
            network.run([np.full(size, 200, np.uint8)] * pages)
    watcher = EngineMetrics(network, metrics.registry)
    batching = Batching(network, most, settings.batch_wait_ms / 1000, watcher, lost=replace_this_process)
    return Reader(batching, limits_of(settings))


def replace_this_process() -> None:
    """Have gunicorn start another one in its place, with an engine that works."""
    os.kill(os.getpid(), signal.SIGTERM)
