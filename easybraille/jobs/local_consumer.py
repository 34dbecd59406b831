"""A worker in the background of the service itself, where jobs live in a folder of this machine."""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from ..errors import NotReadyError
from ..reader import Reader
from ..settings import Settings
from .consumer import Worker
from .processor import Work
from .queues.folder import FolderQueue
from .storage.folder import FolderStore

_DAY = 86_400
_SWEEP_SECONDS = 3600
log = logging.getLogger(__name__)


class LocalWorker:
    """Of all processes of a service one works, as long as it lives; the others wait for their turn.

    Args:
        store, queue: where the jobs are.
        reader: gives the reader; raises NotReadyError until there is one.
        settings: the limits of a job, how many pages are read at once, when jobs expire.
    """

    def __init__(self, store: FolderStore, queue: FolderQueue, reader: Callable[[], Reader], settings: Settings):
        self._store, self._queue, self._reader, self._settings = store, queue, reader, settings
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("jobs", self._run), ("jobs expire", self._expire))
        ]

    def start(self) -> None:
        """Begin in the background."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End what has been begun, and nothing else."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        with self._store.path("worker.lock").open("w") as lock:
            while not self._stop.is_set():
                try:
                    # First, so that a process which gets none leaves the work to one that has.
                    reader = self._reader()
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._work(reader)
                except (BlockingIOError, NotReadyError):
                    self._stop.wait(1)

    def _work(self, reader: Reader) -> None:
        log.info("this process reads the pages of jobs in %s", self._store.path(""))
        self._queue.take_over()
        work = Work(self._store, self._queue, lambda: reader, self._settings)
        Worker(self._queue, work, self._settings.readers).run(self._stop)

    def _expire(self) -> None:
        while not self._stop.is_set():
            with suppress(NotReadyError):
                self._store.expire(time.time() - self._settings.jobs_days * _DAY)
            self._stop.wait(_SWEEP_SECONDS)
