"""Which store and queue the settings mean, and the jobs of a service, opened when they are first asked for."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import JobsUnavailableError
from ..reader import Reader
from ..settings import Settings
from .queues.base import Queue
from .service import Jobs
from .storage.base import Store

if TYPE_CHECKING:
    from .local_consumer import LocalWorker
    from .processor import Work


def connect(settings: Settings) -> tuple[Store, Queue]:
    """Where jobs are and what is left to do: in a bucket and SQS, else in a folder."""
    if settings.jobs_bucket and settings.jobs_queue:
        from .queues.sqs import SqsQueue
        from .storage.s3 import S3Store

        return S3Store(settings.jobs_bucket), SqsQueue(settings.jobs_queue)
    from .queues.folder import FolderQueue
    from .storage.folder import FolderStore

    folder = folder_of(settings)
    return FolderStore(folder), FolderQueue(folder)


def folder_of(settings: Settings) -> Path:
    """Where jobs are without a bucket; by default among the user's data, or where temporary files are if that is no
    place to write to.
    """
    if settings.jobs_folder:
        return settings.jobs_folder
    try:
        data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
        above = next(path for path in (data, *data.parents) if path.exists())
        if os.access(above, os.W_OK):
            return data / "easybraille" / "jobs"
    except RuntimeError:  # a user without a home
        pass
    return Path(tempfile.gettempdir()) / f"easybraille-{os.getuid()}" / "jobs"


class ServedJobs:
    """The jobs of a service. Few of its processes are ever asked for them, and boto3 takes long to import.

    Args:
        settings: where they are.
        reader: reads the pages of those in a folder, in the background; raises NotReadyError until there is one.
        local: whether a folder will do; it won't where this machine is gone after a request.
    """

    def __init__(self, settings: Settings, reader: Callable[[], Reader], local: bool):
        self._settings, self._reader, self._local = settings, reader, local
        self._lock = threading.Lock()
        self._jobs: Jobs | None = None
        self._worker: LocalWorker | None = None
        self._work: Work | None = None

    @property
    def local(self) -> bool:
        """Whether jobs may live in a folder of this machine."""
        return self._local

    def open(self) -> Jobs:
        """The jobs. Raises JobsUnavailableError where a folder won't do and there is no bucket."""
        with self._lock:
            if self._jobs is None:
                self._jobs = self._open()
            return self._jobs

    def _open(self) -> Jobs:
        if self._settings.jobs_bucket is None and not self._local:
            raise JobsUnavailableError(
                "Bulk jobs are not set up here: there is no bucket. Send few pages at once to /v1/read."
            )
        store, queue = connect(self._settings)
        if self._settings.jobs_bucket is None:
            # What only reads pages is no part of a function's start.
            from .local_consumer import LocalWorker

            self._worker = LocalWorker(store, queue, self._reader, self._settings)
            self._worker.start()
        return Jobs(store, queue, self._settings)

    def work(self) -> Work:
        """What does the messages of the queue, where somebody brings them here."""
        from .processor import Work

        jobs = self.open()
        with self._lock:
            self._work = self._work or Work(jobs.store, jobs.queue, self._reader, self._settings)
            return self._work

    def resume(self) -> None:
        """Go on with the jobs that a folder has from before, if any."""
        if self._local and self._settings.jobs_bucket is None and folder_of(self._settings).exists():
            self.open()

    def close(self) -> None:
        """End the pages that have been begun."""
        if self._worker is not None:
            self._worker.stop()
