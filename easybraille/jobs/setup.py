"""Which store and queue the settings mean."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ..errors import NoJobs
from ..settings import Settings
from .queue import Queue
from .store import Store


def connect(settings: Settings, local: bool = True) -> tuple[Store, Queue]:
    """Where jobs are and what is left to do: in a bucket and SQS, else in a folder.

    Args:
        local: whether a folder will do; it won't where this machine is gone after a request.

    Raises:
        NoJobs: it won't, and there is no bucket.
    """
    if settings.jobs_bucket and settings.jobs_queue:
        from .s3 import S3Store
        from .sqs import SqsQueue

        return S3Store(settings.jobs_bucket), SqsQueue(settings.jobs_queue)
    if not local:
        raise NoJobs("Bulk jobs are not set up here: the service has no bucket. Send few pages at once to /v1/read.")
    from .folder import FolderStore
    from .folder_queue import FolderQueue

    folder = settings.jobs_folder or default_folder()
    return FolderStore(folder), FolderQueue(folder, settings.jobs_page_seconds)


def default_folder() -> Path:
    """Among the user's data (XDG_DATA_HOME), or where temporary files are if there is no such place."""
    try:
        folder = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "easybraille" / "jobs"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # a user without a home, or one that can't be written to
        folder = Path(tempfile.gettempdir()) / f"easybraille-{os.getuid()}" / "jobs"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
