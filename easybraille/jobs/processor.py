"""The processor of messages: when `Processor.process` returns, the outcome of the message is stored.

Everything here may run twice, at the same time, and end at any point.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from ..errors import (
    EasyBrailleError,
    FileChangedError,
    InputError,
    InternalInputError,
    LanguageError,
    NotReadyError,
    PageCrashedError,
)
from ..formats import FORMATS
from ..imaging import splitting
from ..reader import Reader
from ..settings import Settings
from . import messages
from .export import join
from .export_files import JOIN_SECONDS, whole_name
from .models import Job
from .object_keys import TRIES, Keys, Place
from .queues.base import Queue
from .shared_exclusive_lock import SharedExclusiveLock
from .storage.base import ObjectChangedError, ObjectMissingError, Store

_CACHED_JOBS = 16
_CACHED_INPUT_BYTES = 256_000_000
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _StartedJob:
    """A job that is started.

    Attributes:
        etags: ETag of each of its files.
    """

    job: Job
    etags: list[str]


class Processor:
    """Processes messages; safe to share between threads.

    Args:
        store, queue: where jobs and messages are.
        reader: returns the reader; may raise NotReadyError.
        settings: the limits of a job.
    """

    def __init__(self, store: Store, queue: Queue, reader: Callable[[], Reader], settings: Settings):
        self._store = store
        self._queue = queue
        self._reader = reader
        self._settings = settings
        self._reading = SharedExclusiveLock(settings.jobs_page_seconds)
        self._started: OrderedDict[str, _StartedJob] = OrderedDict()
        self._inputs: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def process(self, body: str, receives: int) -> None:
        """Process a message. It is done when this returns, also where that means that a page has failed.

        Args:
            body: the message.
            receives: how many times it was received, this time included.

        Raises:
            ValueError: it is not a message of a job.
            NotReadyError: it cannot be processed for now.
            PageCrashedError: every attempt is used up; the message must be delivered until it is a dead letter.
        """
        task = messages.parse(body)
        started = self._job(task.job)
        if started is None:
            log.info("job %s is erased; its message is dropped", task.job)
        elif isinstance(task, messages.Join):
            self._join(started, task, receives)
        elif isinstance(task, messages.Expand):
            self._queue.send(messages.Read(job=task.job, file=n).body for n in range(task.first, task.last + 1))
        elif receives == 1:
            with self._reading.shared():
                self._read(started, Place(task.file, task.page))
        else:
            self._read_alone(started, Place(task.file, task.page), last=receives >= self._queue.most_receives)

    def time_limit(self, body: str) -> int:
        """Longest time of one attempt at a message, seconds."""
        with suppress(ValueError):
            if isinstance(messages.parse(body), messages.Join):
                return JOIN_SECONDS
        return self._settings.jobs_page_seconds

    def _job(self, job_id: str) -> _StartedJob | None:
        """The job, from the cache if it is there; None where it is erased."""
        with self._lock:
            if job_id in self._started:
                self._started.move_to_end(job_id)
                return self._started[job_id]
        keys = Keys(job_id)
        try:
            job = Job.model_validate_json(self._store.get(keys.job))
            started = _StartedJob(job, json.loads(self._store.get(keys.started)))
        except ObjectMissingError:
            return None
        with self._lock:
            self._started[job_id] = started
            while len(self._started) > _CACHED_JOBS:
                self._started.popitem(last=False)
        return started

    def _join(self, started: _StartedJob, task: messages.Join, receives: int) -> None:
        """Join all results, unless the file exists: a second request may have come while a worker made it."""
        keys, name = started.job.keys, whole_name(task.format, task.paper)
        key = keys.whole(name)
        if self._store.head(key):
            return
        if receives > TRIES:
            self._store.put(keys.not_joined(name), b"")
            raise PageCrashedError("Each worker that joined these pages stopped.")
        try:
            join(self._store, started.job, task.format, task.paper, self._settings.jobs_page_seconds)
        except ObjectMissingError:
            if self._store.head(keys.job):
                raise
            log.info("job %s was erased while its pages were joined", started.job.id)
        self._unless_erased(started, key)

    def _read_alone(self, started: _StartedJob, place: Place, last: bool) -> None:
        """Read a page that came back without an outcome. Each attempt is recorded first, so that only those count in
        which this page was read, and not those in which another page killed the worker.

        Args:
            last: the message is not delivered again, so a provisional failure is stored before reading.
        """
        keys = started.job.keys
        if self._done(started, place):
            return
        crashed = PageCrashedError("Each worker that read this page stopped. Other pages are not affected.")
        if last:
            self._fail(started, place, crashed)
        with self._reading.exclusive():
            attempt = next((key for key in keys.tries(place) if not self._store.head(key)), None)
            if attempt is None:
                self._fail(started, place, crashed)
                raise crashed
            self._store.put(attempt, b"")
            try:
                self._read(started, place)
            except NotReadyError:
                self._store.delete([attempt])
                raise
        self._unless_erased(started, attempt)

    def _done(self, started: _StartedJob, place: Place) -> bool:
        keys = started.job.keys
        return bool(self._store.head(keys.cancelled) or self._store.head(keys.result(place)))

    def _read(self, started: _StartedJob, place: Place) -> None:
        """Read a page and store its outcome."""
        job, start = started.job, time.perf_counter()
        if self._done(started, place):
            return
        try:
            data = self._input(started, place)
            pages = 1 if place.page else splitting.count(data, self._settings.jobs_max_pages)
            if pages > 1:
                self._split(started, place.file, pages, data)
                return
            content = self._document(job, data, place)
        except (InputError, LanguageError) as error:
            self._fail(started, place, error)
            log.info("job %s page %s failed: %s", job.id, place.stem, error.code)
        else:
            self._store.create(job.keys.result(place), content)
            self._unless_erased(started, job.keys.result(place))
            log.info("job %s page %s read in %.2f s", job.id, place.stem, time.perf_counter() - start)

    def _fail(self, started: _StartedJob, place: Place, error: InputError | LanguageError) -> None:
        key = started.job.keys.failed(place, error.code)
        said = json.dumps({"code": error.code, "message": str(error)}, ensure_ascii=False)
        # Not overwritten: a provisional failure counts from the first time on.
        self._store.create(key, said.encode())
        self._unless_erased(started, key)

    def _split(self, started: _StartedJob, file: int, pages: int, data: bytes) -> None:
        key = started.job.keys.split(file, pages)
        self._cache(started.job.keys.input(file), data)
        self._store.put(key, b"")
        self._unless_erased(started, key)
        self._queue.send(messages.Read(job=started.job.id, file=file, page=n).body for n in range(1, pages + 1))

    def _document(self, job: Job, data: bytes, place: Place) -> bytes:
        reader, asked = self._reader(), job.asked
        if place.page:
            data = splitting.page(data, place.page, reader.limits)
        name = asked.files[place.file - 1].name
        try:
            document = reader.read(data, name, asked.language, asked.layout, asked.sides, "auto", asked.code)
        except EasyBrailleError:
            raise
        except Exception as unforeseen:
            # It would come again with each attempt at this page.
            raise InternalInputError.logged(unforeseen) from unforeseen
        pages = [replace(page, source_page=place.page or 1) for page in document.pages]
        content: bytes = FORMATS["json"].write(replace(document, pages=pages))
        return content

    def _input(self, started: _StartedJob, place: Place) -> bytes:
        """The content of a page's file as it was when the job was started. Raises FileChangedError."""
        key = started.job.keys.input(place.file)
        with self._lock:
            if (data := self._inputs.get(key)) is not None:
                return data
        try:
            data = self._store.get(key, started.etags[place.file - 1])
        except (ObjectMissingError, ObjectChangedError):
            raise FileChangedError("The file was removed or overwritten after the job was started.") from None
        if place.page:
            self._cache(key, data)
        return data

    def _cache(self, key: str, data: bytes) -> None:
        """Keep a file of many pages, since its other pages come next."""
        with self._lock:
            self._inputs[key] = data
            while sum(map(len, self._inputs.values())) > _CACHED_INPUT_BYTES:
                self._inputs.popitem(last=False)

    def _unless_erased(self, started: _StartedJob, key: str) -> None:
        """Remove an object that was written for a job that was erased meanwhile; erasing may have missed it."""
        if self._store.head(started.job.keys.job) is None:
            with self._lock:
                self._started.pop(started.job.id, None)
            self._store.delete([key])
