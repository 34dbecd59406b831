"""Opens the store and the queue that the settings name, and the jobs of a service when they are first needed."""

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
    from .local_consumer import LocalConsumer
    from .processor import Processor
    from .queues.sqlite import SqliteQueue
    from .storage.folder import FolderStore


def connect(settings: Settings) -> tuple[Store, Queue]:
    """The store and the queue: a bucket and SQS, else a folder of this machine. Raises SettingError."""
    if settings.jobs_bucket and settings.jobs_queue:
        from ..aws.region import region_of_bucket
        from .queues.sqs import SqsQueue
        from .storage.s3 import S3Store

        region = region_of_bucket(settings.jobs_bucket, settings.jobs_queue)
        return S3Store(settings.jobs_bucket, region), SqsQueue(settings.jobs_queue)
    return _connect_folder(settings)


def _connect_folder(settings: Settings) -> tuple[FolderStore, SqliteQueue]:
    from .queues.sqlite import SqliteQueue
    from .storage.folder import FolderStore

    folder = folder_of(settings)
    return FolderStore(folder), SqliteQueue(folder)


def folder_of(settings: Settings) -> Path:
    """The folder of jobs without a bucket; by default among the user's data, or in the folder for temporary files if
    the user's data cannot be written.
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
    """The jobs of a service, opened when they are first needed: boto3 takes long to import, and few processes need it.

    Args:
        settings: where they are stored.
        reader: reads the pages of jobs in a folder, in the background; raises NotReadyError until there is one.
        local: whether a folder may be used; not where this machine ends after a request.

    Attributes:
        when_thread_fails: called with the name of a background thread each time an unforeseen error ends its work.
    """

    def __init__(self, settings: Settings, reader: Callable[[], Reader], local: bool):
        self._settings, self._reader, self._local = settings, reader, local
        self._lock = threading.Lock()
        self._jobs: Jobs | None = None
        self._consumer: LocalConsumer | None = None
        self._processor: Processor | None = None
        self.when_thread_fails: Callable[[str], object] = lambda name: None

    @property
    def local(self) -> bool:
        """Whether jobs may live in a folder of this machine."""
        return self._local

    def open(self) -> Jobs:
        """The jobs. Raises JobsUnavailableError where there is no bucket and a folder may not be used."""
        with self._lock:
            if self._jobs is None:
                self._jobs = self._open()
            return self._jobs

    def _open(self) -> Jobs:
        if self._settings.jobs_bucket is not None:
            return Jobs(*connect(self._settings), self._settings)
        if not self._local:
            raise JobsUnavailableError(
                "Bulk jobs are not set up here: there is no bucket. Send few pages at once to /v1/read."
            )
        # Imported here because it is not needed for the start of a Lambda function.
        from .local_consumer import LocalConsumer

        store, queue = _connect_folder(self._settings)
        self._consumer = LocalConsumer(store, queue, self._reader, self._settings, self._thread_fails)
        self._consumer.start()
        return Jobs(store, queue, self._settings)

    @property
    def notice(self) -> str | None:
        """What the operator should know about the background threads, or None while all is well."""
        failing = self._consumer.failing if self._consumer is not None else []
        if not failing:
            return None
        return f"Background work fails and is started again: {', '.join(failing)}. The log has the cause."

    def _thread_fails(self, name: str) -> None:
        self.when_thread_fails(name)

    def processor(self) -> Processor:
        """Processes the messages that a queue daemon delivers here."""
        from .processor import Processor

        jobs = self.open()
        with self._lock:
            self._processor = self._processor or Processor(jobs.store, jobs.queue, self._reader, self._settings)
            return self._processor

    def resume(self) -> None:
        """Continue the jobs that a folder holds from an earlier run, if any."""
        if self._local and self._settings.jobs_bucket is None and folder_of(self._settings).exists():
            self.open()

    def close(self) -> None:
        """Complete the pages that are being read."""
        if self._consumer is not None:
            self._consumer.stop()
