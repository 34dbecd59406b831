"""A consumer in the background of the service itself, where jobs are stored in a folder of this machine."""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from pydantic import ValidationError

from ..errors import NotReadyError
from ..reader import Reader
from ..settings import Settings
from .consumer import Consumer
from .messages import expansions
from .models import Job
from .processor import Processor
from .queues.sqlite import SqliteQueue
from .storage.base import ObjectMissingError
from .storage.folder import FolderStore
from .supervised import Supervised

_DAY = 86_400
_SWEEP_SECONDS = 3600
# Of the background threads: the one that reads pages, and the one that deletes what has expired.
THREADS = ("jobs", "jobs expire")
log = logging.getLogger(__name__)


class LocalConsumer:
    """A background consumer; of all processes of a service one works while it lives, the others stand by.

    Args:
        store, queue: where jobs and messages are.
        reader: returns the reader; raises NotReadyError until there is one.
        settings: the limits of a job, how many pages are read concurrently, when jobs expire.
        failed: called with the name of a background thread each time an unforeseen error ends its work.
    """

    def __init__(
        self,
        store: FolderStore,
        queue: SqliteQueue,
        reader: Callable[[], Reader],
        settings: Settings,
        failed: Callable[[str], object] = lambda name: None,
    ):
        self._store, self._queue, self._reader, self._settings = store, queue, reader, settings
        self._stop = threading.Event()
        self._threads = [
            Supervised(name, work, self._stop, failed) for name, work in zip(THREADS, (self._run, self._expire))
        ]

    @property
    def failing(self) -> list[str]:
        """The names of threads whose work fails and is started again."""
        return [thread.name for thread in self._threads if thread.failing]

    def start(self) -> None:
        """Start the background threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Complete the messages in flight and end the threads."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        with self._store.path("worker.lock").open("w") as lock:
            while not self._stop.is_set():
                try:
                    # First, so that a process without a reader leaves the work to one that has it.
                    reader = self._reader()
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._consume(reader)
                except (BlockingIOError, NotReadyError):
                    self._stop.wait(1)

    def _consume(self, reader: Reader) -> None:
        log.info("this process reads the pages of jobs in %s", self._store.path(""))
        self._queue.release_all()
        if self._queue.new:
            self._send_unfinished()
        processor = Processor(self._store, self._queue, lambda: reader, self._settings)
        Consumer(self._queue, processor, self._settings.readers).run(self._stop)

    def _send_unfinished(self) -> None:
        """Send the messages of jobs that were running when the queue was lost; pages with an outcome are skipped."""
        for entry in list(self._store.entries("jobs/")):
            root, name = entry.key.rsplit("/", 1)
            if name != "queued" or any(self._store.head(f"{root}/{end}") for end in ("summary.json", "cancelled")):
                continue
            try:
                job = Job.model_validate_json(self._store.get(f"{root}/job.json"))
            except (ObjectMissingError, ValidationError) as error:
                # Erased meanwhile, or no job: the others continue.
                log.error("%s is no job that can continue: %s", root, type(error).__name__)
                continue
            self._queue.send(expansions(job.id, len(job.asked.files)))
            log.info("job %s continues", job.id)
        self._queue.new = False

    def _expire(self) -> None:
        while not self._stop.is_set():
            before = time.time() - self._settings.jobs_days * _DAY
            with suppress(NotReadyError):
                self._store.expire(before)
                self._queue.expire(before)
            self._stop.wait(_SWEEP_SECONDS)
