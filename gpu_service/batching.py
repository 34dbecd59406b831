"""Batching: pages of all requests go through the engine together.

Reader threads ──put──▶ FairQueue ──take──▶ one engine thread ──▶ outputs, decoded by the Reader threads
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from threading import Thread
from typing import Protocol

import numpy as np

from easybraille import cancellation
from easybraille.errors import RequestCancelledError
from easybraille.recognition.detections import Detections
from easybraille.recognition.detectors.network import Network
from easybraille.recognition.model import Flank

from .fair_queue import FairQueue, Page

log = logging.getLogger(__name__)
BLANK = np.full((320, 320), 200, np.uint8)


class BatchObserver(Protocol):
    """Observes the batches of the engine."""

    def batch(self, waits: Sequence[float], left: int) -> None:
        """A batch was taken from the queue.

        Args:
            waits: seconds that each of its pages waited; empty where all waiting requests were cancelled.
            left: pages that still wait.
        """


class Batching:
    """A Detector that batches the pages of all threads that call it for one engine.

    Args:
        network: the engine; only one thread runs it.
        pages: largest batch.
        wait: seconds that a page waits for others to join its batch.
        observer: is notified of each batch.
        engine_lost: called when the engine fails on an empty page.
    """

    def __init__(
        self,
        network: Network,
        pages: int,
        wait: float,
        observer: BatchObserver | None = None,
        engine_lost: Callable[[], None] = lambda: None,
    ):
        self._network = network
        self._most, self._wait = (pages, wait) if network.batches else (1, 0.0)
        self._observer, self._engine_lost = observer, engine_lost
        self._queue = FairQueue()
        self.engine, self.device, self.manifest = network.engine, network.device, network.manifest
        self._thread = Thread(target=self._work, name="engine", daemon=True)
        self._thread.start()

    def detect(self, images: Sequence[np.ndarray], candidate: float | None = None) -> list[Detections]:
        """See `Detector.detect`.

        Raises:
            RequestCancelledError: the request of this page was cancelled.
        """
        return [self._network.cells(output, candidate) for output in self._outputs(images)]

    def detect_flanks(
        self, images: Sequence[np.ndarray], candidate: float | None = None
    ) -> list[dict[Flank, Detections]]:
        """See `Network.detect_flanks` and, for what it raises, `detect`."""
        return [self._network.flank_cells(output, candidate) for output in self._outputs(images)]

    def _outputs(self, images: Sequence[np.ndarray]) -> list[np.ndarray]:
        token = cancellation.current()
        pages = [Page(image, token) for image in images]
        for page in pages:
            self._queue.put(page)
        try:
            return [page.output.result() for page in pages]
        except CancelledError:
            raise RequestCancelledError("The caller has hung up.") from None

    def close(self) -> None:
        """End the engine thread after its current batch."""
        self._queue.close()
        self._thread.join()

    def _work(self) -> None:
        while (batch := self._queue.take(self._most, self._wait)) is not None:
            try:
                self._observe(batch)
                if batch := [page for page in batch if page.output.set_running_or_notify_cancel()]:
                    self._run(batch)
            except Exception as error:
                # Without this thread no page would be read any more, and no caller would learn of it.
                log.critical("the engine's thread fails", exc_info=True)
                for page in batch:
                    if not page.output.done():
                        page.output.set_exception(error)

    def _observe(self, batch: list[Page]) -> None:
        if self._observer is None:
            return
        now = time.perf_counter()
        try:
            self._observer.batch([now - page.since for page in batch], len(self._queue))
        except Exception:  # figures, also those of a GPU that fails: whether it does is seen by the pages
            log.exception("a batch is not counted")

    def _run(self, batch: list[Page]) -> None:
        try:
            for page, output in zip(batch, self._network.run([page.image for page in batch])):
                page.output.set_result(output)
        except Exception as error:  # noqa: BLE001 -- an engine's own error belongs to the page that caused it
            if len(batch) > 1:
                log.warning("%d pages fail together; each is tried alone: %s", len(batch), error)
                for page in batch:
                    self._run([page])
                return
            batch[0].output.set_exception(error)
            self._check()

    def _check(self) -> None:
        """After a page that failed alone: test the engine with an empty page."""
        try:
            self._network.run([BLANK])
        except Exception as error:  # noqa: BLE001 -- an engine's own error
            log.critical("the engine fails: %s", error)
            self._engine_lost()
