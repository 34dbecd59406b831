"""Pages of all requests go through the engine together.

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


class Watcher(Protocol):
    """Who is told how busy the engine is."""

    def batch(self, waits: Sequence[float], left: int) -> None:
        """Pages were taken together, after so many seconds of waiting each; others wait still.

        None were, where the callers of all that waited have left.
        """


class Batching:
    """A Detector that lets the pages of all threads that call it share one engine.

    Args:
        network: the engine; only one thread runs it.
        pages: so many are run together at most.
        patience: seconds that a page waits for others to come along.
        watcher: is told about each batch.
        lost: is called when the engine can't even read an empty page any more.
    """

    def __init__(
        self,
        network: Network,
        pages: int,
        patience: float,
        watcher: Watcher | None = None,
        lost: Callable[[], None] = lambda: None,
    ):
        self._network = network
        self._most, self._patience = (pages, patience) if network.batches else (1, 0.0)
        self._watcher, self._lost = watcher, lost
        self._queue = FairQueue()
        self.engine, self.device, self.manifest = network.engine, network.device, network.manifest
        self._thread = Thread(target=self._work, name="engine", daemon=True)
        self._thread.start()

    def detect(self, images: Sequence[np.ndarray], candidate: float | None = None) -> list[Detections]:
        """See `Detector.detect`.

        Raises:
            RequestCancelledError: nobody waits for this page any more.
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
            raise RequestCancelledError("Nobody waits for this page any more.") from None

    def close(self) -> None:
        """End the engine thread, once it has done what it has in hand."""
        self._queue.close()
        self._thread.join()

    def _work(self) -> None:
        while (batch := self._queue.take(self._most, self._patience)) is not None:
            if self._watcher:
                now = time.perf_counter()
                self._watcher.batch([now - page.since for page in batch], len(self._queue))
            if batch := [page for page in batch if page.output.set_running_or_notify_cancel()]:
                self._run(batch)

    def _run(self, batch: list[Page]) -> None:
        try:
            for page, output in zip(batch, self._network.run([page.image for page in batch])):
                page.output.set_result(output)
        except Exception as error:  # whatever an engine raises belongs to the page that made it do so
            if len(batch) > 1:
                log.warning("%d pages fail together; each is tried by itself: %s", len(batch), error)
                for page in batch:
                    self._run([page])
                return
            batch[0].output.set_exception(error)
            self._check()

    def _check(self) -> None:
        """After a page that failed by itself: was it the page, or is the engine gone?"""
        try:
            self._network.run([BLANK])
        except Exception as error:  # as above
            log.critical("the engine can't go on: %s", error)
            self._lost()
