"""The progress of a job: one listing for each thousand objects, and no other request for any page."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from pydantic import BaseModel

from .models import Job
from .object_keys import Place
from .outcomes import RECENTLY, Tally, outcomes, tally
from .storage.base import ObjectMissingError, Store

State = Literal["uploading", "running", "done", "cancelled"]


class Summary(BaseModel):
    """The counts of an ended job, as summary.json stores them, once.

    Attributes:
        ended: when its last page got an outcome, seconds since 1970.
        failures: file, page (0: the whole file) and code of each page that could not be read.
    """

    ended: float
    total: int
    done: int
    failures: list[tuple[int, int, str]]


@dataclass(frozen=True, slots=True)
class Status:
    """The progress of a job; times are seconds since 1970.

    Attributes:
        uploaded: number of uploaded files while the state is "uploading"; else None.
        total, done: pages; the total may grow while files are opened.
        failures: place and code of every page that cannot be read, in order.
        rate: pages a second in the last minute; None where none is expected.
    """

    state: State
    uploaded: int | None
    started: float | None
    ended: float | None
    total: int
    done: int
    failures: list[tuple[Place, str]]
    rate: float | None

    @property
    def waiting(self) -> int:
        """Pages without an outcome."""
        return self.total - self.done - len(self.failures)

    @property
    def seconds_left(self) -> float | None:
        """The time that the waiting pages take at this rate; None where there is no rate."""
        return self.waiting / self.rate if self.rate else None


def status_of(store: Store, job: Job, page_seconds: int) -> Status:
    """The progress from the objects that exist; a job whose pages all have an outcome ends here.

    Args:
        page_seconds: longest time of one attempt at a page.
    """
    queued = store.head(job.keys.queued)
    cancelled = store.head(job.keys.cancelled)
    files = len(job.asked.files)
    if queued is None:
        state: State = "cancelled" if cancelled else "uploading"
        uploaded = sum(1 for _ in islice(store.entries(job.keys.inputs), files))
        return Status(state, uploaded, None, cancelled.modified if cancelled else None, files, 0, [], None)
    if (summary := _summary(store, job)) is None:
        counted = tally(outcomes(store, job, page_seconds), files)
        # A job that was cancelled after its last page had been read is done.
        if counted.waiting:
            rate = None if cancelled else _rate(counted, queued.modified)
            ended = cancelled.modified if cancelled else None
            state = "cancelled" if cancelled else "running"
            return Status(state, None, queued.modified, ended, counted.total, counted.done, counted.failures, rate)
        summary = _end(store, job, counted)
    failures = [(Place(file, page), code) for file, page, code in summary.failures]
    return Status("done", None, queued.modified, summary.ended, summary.total, summary.done, failures, None)


def _summary(store: Store, job: Job) -> Summary | None:
    try:
        return Summary.model_validate_json(store.get(job.keys.summary))
    except ObjectMissingError:
        return None


def _end(store: Store, job: Job, counted: Tally) -> Summary:
    """Write the summary; the first one that was written counts."""
    failures = [(place.file, place.page, code) for place, code in counted.failures]
    summary = Summary(ended=counted.last or 0.0, total=counted.total, done=counted.done, failures=failures)
    store.create(job.keys.summary, summary.model_dump_json().encode())
    return _summary(store, job) or summary


def _rate(counted: Tally, started: float) -> float:
    return counted.recent / min(RECENTLY, max(1.0, time.time() - started))
