"""The application of the GPU service: the common one, with the best engine of the machine, shared by all requests."""

from __future__ import annotations

import logging
import os
import signal

import anyio
import numpy as np
from fastapi import FastAPI
from gunicorn.arbiter import Arbiter

from easybraille.api.admission import Admission
from easybraille.api.app import create_app as create_api
from easybraille.api.lifecycle import Service
from easybraille.api.metrics import Metrics
from easybraille.reader import Reader
from easybraille.recognition.detectors.network import Network
from easybraille.settings import LOOPBACK, Settings, from_environment
from easybraille.startup import limits_of

from . import request_log
from .batching import Batching
from .engine import choose
from .metrics import EngineMetrics

log = logging.getLogger(__name__)

# Rows and columns of a page upright, a page on its side, a page of A4, and the crop from which orientation is told.
SIZES = ((1376, 1032), (1032, 1376), (1376, 973), (480, 480))


def create_app() -> FastAPI:
    """The application with the settings of the environment; it loads its weights after it has started."""
    settings = closed(from_environment())
    request_log.configure(settings.log_level)
    metrics = Metrics()
    app = create_api(settings, load=lambda: load(settings, app.state.service, metrics))
    app.state.service.when_ready = lambda reader: metrics.engine(reader.detector)
    # gunicorn ends with all workers when one says that it cannot start.
    app.state.service.when_failed = lambda: os._exit(Arbiter.WORKER_BOOT_ERROR)
    # Each admitted request gets a thread and waits for the engine, whose queue is fair.
    app.state.admission = Admission(settings.readers + settings.queue, 0, app.state.bodies)
    app.state.pages = anyio.CapacityLimiter(settings.readers + settings.queue)
    metrics.add_to(app)
    app.add_middleware(request_log.RequestLog)
    return app


def closed(settings: Settings) -> Settings:
    """The settings, with reading closed to callers without a key where others than this machine can call and no
    setting opens it: this service is the expensive one.
    """
    if settings.open is not None or settings.host in LOOPBACK:
        return settings
    if not settings.api_keys and not settings.api_keys_secret:
        log.warning("nobody can read here: there are no API keys, and EASYBRAILLE_OPEN=read is not set")
    return settings.model_copy(update={"open": "none"})


def load(settings: Settings, service: Service, metrics: Metrics) -> Reader:
    """A reader whose engine is warm and shared by all requests.

    Raises:
        ModelError: see `choose`.
    """

    def warm(network: Network) -> None:
        for size in SIZES if network.batches else SIZES[:1]:
            for pages in {1, settings.batch_pages if network.batches else 1}:
                network.run([np.full(size, 200, np.uint8)] * pages)

    network, service.notice = choose(settings, warm)
    most = settings.batch_pages if network.batches else 1
    observer = EngineMetrics(network, metrics.registry)
    batching = Batching(network, most, settings.batch_wait_ms / 1000, observer, engine_lost=replace_this_process)
    return Reader(batching, limits_of(settings))


def replace_this_process() -> None:
    """Let gunicorn replace this process by one with a working engine."""
    os.kill(os.getpid(), signal.SIGTERM)
