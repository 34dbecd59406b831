"""The operations of callers on jobs: create, upload, start, watch, cancel, erase, and fetch results."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from .. import languages
from ..errors import (
    AlreadyStartedError,
    IdempotencyKeyReusedError,
    InvalidParameterError,
    JobNotEndedError,
    LanguageUnavailableError,
    NotJoinedError,
    NotReadyError,
    NotUploadedError,
    TooLargeError,
    UnknownJobError,
)
from ..reader import AUTO
from ..settings import Settings
from . import messages
from .export_files import JOIN_SECONDS, MOST_PAGES, extension, whole_name
from .models import ID, Job, NewJob, new_id
from .object_keys import Keys, Place, erased, listed, of_caller, unlisted
from .outcomes import Outcome, outcomes
from .progress import Status, status_of
from .queues.base import Queue
from .storage.base import Entry, ObjectMissingError, Store, Upload

# Validity of signed addresses: long enough for one batch of uploads or downloads.
LINK_SECONDS = 3600
_DAY = 86_400
# Erasing continues in the next request after so many seconds, since no request may take longer than 25.
_ERASE_SECONDS = 15.0
_DELETED_AT_ONCE = 1000
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is not uploaded yet, and how to send it."""

    file: int
    name: str
    upload: Upload


class Jobs:
    """All operations on jobs except reading their pages.

    Args:
        store, queue: where jobs and messages are.
        settings: the limits of a job.
    """

    def __init__(self, store: Store, queue: Queue, settings: Settings):
        self.store = store
        self.queue = queue
        self._settings = settings

    def make(self, caller: str, asked: NewJob, idempotency_key: str | None) -> tuple[Job, bool]:
        """The job of a request, and whether it is new: the same request under the same key has one job.

        Raises:
            IdempotencyKeyReusedError: the key belongs to another request.
            TooLargeError: the request exceeds the limits.
            LanguageError: the language is unknown.
        """
        self._check(asked)
        reused = IdempotencyKeyReusedError(
            "Another job was made with this Idempotency-Key. Use a new one for each job."
        )
        job = Job(id=new_id(caller, idempotency_key), caller=caller, created=int(time.time() * 1000), asked=asked)
        if self.store.head(erased(job.id)):
            raise reused
        new = self.store.create(job.keys.job, job.model_dump_json().encode())
        if not new:
            job = self._stored(job.id)
            if job.asked.digest != asked.digest or time.time() > self.expires(job.created):
                raise reused
        # Also for an existing job: the process that created it may have died before this.
        self.store.put(listed(job), b"")
        return job, new

    def _check(self, asked: NewJob) -> None:
        most, largest = self._settings.jobs_max_files, self._settings.jobs_max_file_bytes
        if len(asked.files) > most:
            raise TooLargeError(f"The job has {len(asked.files)} files; {most} are allowed. Make several jobs.")
        for number, file in enumerate(asked.files, 1):
            if file.size > largest:
                raise TooLargeError(f"File {number} has {file.size / 1e6:.1f} MB; {largest / 1e6:.1f} MB are allowed.")
        if asked.language != AUTO:
            # The workers may have languages that are not installed here.
            with suppress(LanguageUnavailableError):
                languages.get(asked.language)

    def get(self, caller: str, job_id: str) -> Job:
        """A caller's own job. Raises UnknownJobError, also for another caller's job."""
        with suppress(ObjectMissingError):
            if ID.fullmatch(job_id):
                job = self._stored(job_id)
                if job.caller == caller and time.time() <= self.expires(job.created):
                    return job
        raise UnknownJobError("You have no job with this id. It may be mistyped, expired or erased.")

    def _stored(self, job_id: str) -> Job:
        return Job.model_validate_json(self.store.get(Keys(job_id).job))

    def expires(self, created: int) -> float:
        """When a job created at that time (milliseconds since 1970) expires, seconds since 1970."""
        return created / 1000 + self._settings.jobs_days * _DAY

    def mine(self, caller: str, after: str, most: int) -> tuple[list[tuple[str, int, int]], str | None]:
        """Id, creation time (milliseconds since 1970) and number of files of a caller's jobs, the newest first, and the
        value of `after` for more.
        """
        prefix = of_caller(caller)
        keys = [entry.key for entry in islice(self.store.entries(prefix, prefix + after), most + 1)]
        found = [unlisted(key) for key in keys[:most]]
        more = keys[most - 1].removeprefix(prefix) if len(keys) > most else None
        return [job for job in found if time.time() <= self.expires(job[1])], more

    def uploads(self, job: Job, after: int, most: int) -> tuple[list[Wanted], int | None]:
        """The first files after number `after` that are not uploaded yet, and the number after which to ask for more.

        Raises:
            AlreadyStartedError: the job is started.
        """
        if self.store.head(job.keys.started):
            raise AlreadyStartedError("The job is started; nothing can be uploaded to it any more.")
        missing = list(islice(self._missing(job, after), most + 1))
        wanted = []
        for number in missing[:most]:
            file = job.asked.files[number - 1]
            upload = self.store.upload(job.keys.input(number), file.size, file.md5, LINK_SECONDS)
            wanted.append(Wanted(number, file.name, upload))
        return wanted, missing[most - 1] if len(missing) > most else None

    def _missing(self, job: Job, after: int = 0, there: list[Entry] | None = None) -> Iterator[int]:
        """Numbers of the files that are missing or have another size; entries of the others are added to `there`."""
        entries = self.store.entries(job.keys.inputs, job.keys.input(after))
        entry = next(entries, None)
        for number, file in enumerate(job.asked.files[after:], after + 1):
            key = job.keys.input(number)
            while entry is not None and entry.key < key:
                entry = next(entries, None)
            if entry is None or entry.key != key or entry.size != file.size:
                yield number
            elif there is not None:
                there.append(entry)

    def start(self, job: Job) -> None:
        """Check that all files are uploaded, and send the messages. Nothing happens to a job that is started.

        Raises:
            NotUploadedError: files are missing or do not have the declared size.
        """
        if self.store.head(job.keys.queued) or self.store.head(job.keys.cancelled):
            return
        if not self.store.head(job.keys.started):
            there: list[Entry] = []
            missing = list(self._missing(job, 0, there))
            if missing:
                raise NotUploadedError(_not_there(job, missing))
            self.store.create(job.keys.started, json.dumps([entry.etag for entry in there]).encode())
        self.queue.send(messages.expansions(job.id, len(job.asked.files)))
        self.store.put(job.keys.queued, b"")
        if not self.store.head(job.keys.job):
            # It was erased meanwhile, perhaps before these objects existed.
            self.store.delete([job.keys.started, job.keys.queued])

    def cancel(self, job: Job) -> None:
        """Begin no further page. Nothing happens to a job that has ended."""
        if not self.store.head(job.keys.summary):
            self.store.create(job.keys.cancelled, b"")

    def erase(self, job: Job) -> None:
        """Remove all objects of a job.

        Workers stop at the marker that it is cancelled. What one of them writes late is removed by the last listing,
        or by the worker itself, which looks for job.json after writing. Its id is never used again.

        Raises:
            NotReadyError: there is more than can be removed in one request; the next one continues.
        """
        end = time.monotonic() + _ERASE_SECONDS
        self.store.create(job.keys.cancelled, b"")
        # A late result must never appear in another job of this id.
        self.store.put(erased(job.id), b"")
        kept = (job.keys.job, job.keys.cancelled)
        self._delete_all(job, end, kept)
        self.store.delete([listed(job), job.keys.job])
        # Without job.json the request cannot be repeated; few objects were added meanwhile, if any.
        self._delete_all(job, math.inf, ())

    def _delete_all(self, job: Job, end: float, kept: tuple[str, ...]) -> None:
        keys = (entry.key for entry in self.store.entries(job.keys.root) if entry.key not in kept)
        while piece := list(islice(keys, _DELETED_AT_ONCE)):
            self.store.delete(piece)
            if time.monotonic() > end:
                raise NotReadyError("The job is so large that not all of it is erased yet. Ask once more.")

    def status(self, job: Job) -> Status:
        """The progress of the job."""
        return status_of(self.store, job, self._settings.jobs_page_seconds)

    def outcomes(self, job: Job, after: Place | None, most: int) -> tuple[list[Outcome], Place | None]:
        """The outcomes of the first pages after a place, in order, and the place after which to ask for more."""
        every = outcomes(self.store, job, self._settings.jobs_page_seconds, after)
        found = (outcome for outcome in every if not outcome.split)
        piece = list(islice(found, most + 1))
        return piece[:most], piece[most - 1].place if len(piece) > most else None

    def download(self, key: str, name: str) -> str:
        """A signed address of one of a job's objects."""
        return self.store.download(key, name, LINK_SECONDS)

    def whole(self, job: Job, form: str, paper: str | None) -> str | None:
        """The signed address of all results as one file; None while a worker makes it.

        Raises:
            JobNotEndedError: pages are still being read.
            InvalidParameterError: there are no results, or too many for this format.
            NotJoinedError: no worker could make it; it may be requested again after JOIN_SECONDS.
        """
        status = self.status(job)
        if status.state not in ("done", "cancelled"):
            raise JobNotEndedError("The job has not ended. Ask for its results page by page, or wait.")
        most = MOST_PAGES.get(form)
        if status.done == 0 or (most and status.done > most):
            limit = f" 1 to {most} can be one {form}." if most else ""
            raise InvalidParameterError(f"{status.done} pages of the job were read.{limit}")
        name = whole_name(form, paper)
        if self.store.head(job.keys.whole(name)):
            return self.download(job.keys.whole(name), f"{job.id[:8]}.{extension(form)}")
        asked, failed = self.store.head(job.keys.asked(name)), self.store.head(job.keys.not_joined(name))
        if asked is None or time.time() - asked.modified > JOIN_SECONDS:
            self.queue.send([messages.Join(job=job.id, format=form, paper=paper).body])
            self.store.put(job.keys.asked(name), b"")
        elif failed is not None and failed.modified >= asked.modified:
            raise NotJoinedError(
                f"The results could not be made one {form}: each worker that tried stopped. Ask for them page by page, "
                "or in another format."
            )
        return None


def _not_there(job: Job, missing: list[int]) -> str:
    named = ", ".join(f"{number} ({job.asked.files[number - 1].name[:100]})" for number in missing[:_NAMED])
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    return (
        f"{len(missing)} of {len(job.asked.files)} files are not uploaded or have another size than was said: "
        f"{named}{more}. Ask for their uploads, send them and start again."
    )
