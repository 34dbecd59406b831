"""What workers do: a message comes, and when `Work.do` returns, what it asked for is stored.

Everything here may happen twice, at the same time, and break off at any point.
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
from .isolation import Beside
from .models import Job
from .object_keys import TRIES, Keys, Place
from .queues.base import Queue
from .storage.base import ObjectChangedError, ObjectMissingError, Store

_JOBS_REMEMBERED = 16
_INPUT_BYTES_REMEMBERED = 256_000_000
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A job that was started.

    Attributes:
        etags: of its files.
    """

    job: Job
    etags: list[str]


class Work:
    """Does what messages ask for; safe to share between threads.

    Args:
        store, queue: where jobs and messages are.
        reader: gives the reader; may raise NotReadyError.
        settings: the limits of a job.
    """

    def __init__(self, store: Store, queue: Queue, reader: Callable[[], Reader], settings: Settings):
        self._store = store
        self._queue = queue
        self._reader = reader
        self._settings = settings
        self._beside = Beside(settings.jobs_page_seconds)
        self._begun: OrderedDict[str, _Begun] = OrderedDict()
        self._inputs: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def do(self, body: str, receives: int) -> None:
        """Do what a message asks for. It is done when this returns, also where that means that a page has failed.

        Args:
            body: the message.
            receives: how often it was received, this time included.

        Raises:
            ValueError: it is no message of ours.
            NotReadyError: it can't be done just now.
            PageCrashedError: it was tried often enough; the message shall come until it is a dead letter.
        """
        task = messages.parse(body)
        begun = self._of(task.job)
        if begun is None:
            log.info("job %s is erased; nothing is done for it", task.job)
        elif isinstance(task, messages.Join):
            self._join(begun, task, receives)
        elif isinstance(task, messages.Expand):
            self._queue.send(messages.Read(job=task.job, file=n).body for n in range(task.first, task.last + 1))
        elif receives == 1:
            with self._beside.others():
                self._read(begun, Place(task.file, task.page))
        else:
            self._read_alone(begun, Place(task.file, task.page), last=receives >= self._queue.most_receives)

    def seconds(self, body: str) -> int:
        """Longest that one attempt at a message may take."""
        with suppress(ValueError):
            if isinstance(messages.parse(body), messages.Join):
                return JOIN_SECONDS
        return self._settings.jobs_page_seconds

    def _of(self, job_id: str) -> _Begun | None:
        """The job, which is remembered; None where there is none."""
        with self._lock:
            if job_id in self._begun:
                self._begun.move_to_end(job_id)
                return self._begun[job_id]
        keys = Keys(job_id)
        try:
            job = Job.model_validate_json(self._store.get(keys.job))
            begun = _Begun(job, json.loads(self._store.get(keys.started)))
        except ObjectMissingError:
            return None
        with self._lock:
            self._begun[job_id] = begun
            while len(self._begun) > _JOBS_REMEMBERED:
                self._begun.popitem(last=False)
        return begun

    def _join(self, begun: _Begun, task: messages.Join, receives: int) -> None:
        """Make the whole, unless it is there: another worker may have been asked again while the first one made it."""
        keys, name = begun.job.keys, whole_name(task.format, task.paper)
        key = keys.whole(name)
        if self._store.head(key):
            return
        if receives > TRIES:
            self._store.put(keys.not_joined(name), b"")
            raise PageCrashedError("Each worker that joined these pages stopped.")
        try:
            join(self._store, begun.job, task.format, task.paper, self._settings.jobs_page_seconds)
        except ObjectMissingError:
            if self._store.head(keys.job):
                raise
            log.info("job %s was erased while its pages were joined", begun.job.id)
        self._unless_erased(begun, key)

    def _read_alone(self, begun: _Begun, place: Place, last: bool) -> None:
        """Read a page that came back without an outcome. Each try is noted before, so that those are counted that this
        page was really read in, and not those in which another one killed the worker beside it.

        Args:
            last: the message does not come again: what is said now is what stays if this process dies.
        """
        keys = begun.job.keys
        if self._done(begun, place):
            return
        crashed = PageCrashedError("Each worker that read this page stopped. Other pages are not affected.")
        if last:
            self._fail(begun, place, crashed)
        with self._beside.nobody():
            noted = next((key for key in keys.tries(place) if not self._store.head(key)), None)
            if noted is None:
                self._fail(begun, place, crashed)
                raise crashed
            self._store.put(noted, b"")
            try:
                self._read(begun, place)
            except NotReadyError:
                self._store.delete([noted])
                raise
        self._unless_erased(begun, noted)

    def _done(self, begun: _Begun, place: Place) -> bool:
        keys = begun.job.keys
        return bool(self._store.head(keys.cancelled) or self._store.head(keys.result(place)))

    def _read(self, begun: _Begun, place: Place) -> None:
        """Read a page, and say what became of it."""
        job, start = begun.job, time.perf_counter()
        if self._done(begun, place):
            return
        try:
            data = self._input(begun, place)
            pages = 1 if place.page else splitting.count(data, self._settings.jobs_max_pages)
            if pages > 1:
                self._split(begun, place.file, pages, data)
                return
            content = self._document(job, data, place)
        except (InputError, LanguageError) as error:
            self._fail(begun, place, error)
            log.info("job %s page %s failed: %s", job.id, place.stem, error.code)
        else:
            self._store.create(job.keys.result(place), content)
            self._unless_erased(begun, job.keys.result(place))
            log.info("job %s page %s read in %.2f s", job.id, place.stem, time.perf_counter() - start)

    def _fail(self, begun: _Begun, place: Place, error: InputError | LanguageError) -> None:
        key = begun.job.keys.failed(place, error.code)
        said = json.dumps({"code": error.code, "message": str(error)}, ensure_ascii=False)
        # Not anew where it is said already: what is feared counts from the first time on.
        self._store.create(key, said.encode())
        self._unless_erased(begun, key)

    def _split(self, begun: _Begun, file: int, pages: int, data: bytes) -> None:
        key = begun.job.keys.split(file, pages)
        self._remember(begun.job.keys.input(file), data)
        self._store.put(key, b"")
        self._unless_erased(begun, key)
        self._queue.send(messages.Read(job=begun.job.id, file=file, page=n).body for n in range(1, pages + 1))

    def _document(self, job: Job, data: bytes, place: Place) -> bytes:
        reader, asked = self._reader(), job.asked
        if place.page:
            data = splitting.page(data, place.page, reader.limits)
        name = asked.files[place.file - 1].name
        try:
            document = reader.read(data, name, asked.language, asked.layout, asked.sides)
        except EasyBrailleError:
            raise
        except Exception as unforeseen:
            # It would come again with each attempt at this page.
            raise InternalInputError.logged(unforeseen) from unforeseen
        pages = [replace(page, source_page=place.page or 1) for page in document.pages]
        return FORMATS["json"].write(replace(document, pages=pages))

    def _input(self, begun: _Begun, place: Place) -> bytes:
        """The file of a page as it was when the job was started. Raises FileChangedError."""
        key = begun.job.keys.input(place.file)
        with self._lock:
            if (data := self._inputs.get(key)) is not None:
                return data
        try:
            data = self._store.get(key, begun.etags[place.file - 1])
        except (ObjectMissingError, ObjectChangedError):
            raise FileChangedError("The file was removed or overwritten after the job was started.") from None
        if place.page:
            self._remember(key, data)
        return data

    def _remember(self, key: str, data: bytes) -> None:
        """Keep a file of many pages, since others of them come next."""
        with self._lock:
            self._inputs[key] = data
            while sum(map(len, self._inputs.values())) > _INPUT_BYTES_REMEMBERED:
                self._inputs.popitem(last=False)

    def _unless_erased(self, begun: _Begun, key: str) -> None:
        """Remove what was written for a job that was erased meanwhile: whoever did that may not have seen it."""
        if self._store.head(begun.job.keys.job) is None:
            with self._lock:
                self._begun.pop(begun.job.id, None)
            self._store.delete([key])
