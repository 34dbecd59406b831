"""The shapes of the answers of /v1/jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel


class Pages(BaseModel):
    """Counts of pages.

    Attributes:
        total: all pages; it may grow while PDF files are split.
        done: pages that were read.
        failed: pages that can't be read.
        waiting: pages that are still to be read.
    """

    total: int
    done: int
    failed: int
    waiting: int


class Failure(BaseModel):
    """A page that can't be read.

    Attributes:
        file: number of the file in the job, from 1.
        page: number of the page in the file, from 1; null for the file as a whole.
        name: of the file, as the caller gave it.
        code: why, for programs.
        reason: why, in words.
    """

    file: int
    page: int | None
    name: str
    code: str
    reason: str


class JobStatus(BaseModel):
    """How far a job is.

    Attributes:
        id: of the job.
        state: uploading until it is started, then running, until it is done or cancelled.
        created, started, ended: when it was.
        expires: when it will be removed with all its files and results.
        language, layout, sides, code: the options of the job.
        files: how many the job has.
        uploaded: how many are there, while the state is uploading; null afterwards.
        pages: counts of pages.
        rate: pages a second over the last minute.
        seconds_left: an estimate of the time left at this rate.
        failures: pages that can't be read.
        next: what to send as `after` for more failures; null if there are no more.
    """

    id: str
    state: Literal["uploading", "running", "done", "cancelled"]
    created: datetime
    started: datetime | None
    ended: datetime | None
    expires: datetime
    language: str
    layout: str
    sides: str
    code: str
    files: int
    uploaded: int | None
    pages: Pages
    rate: float | None
    seconds_left: float | None
    failures: list[Failure]
    next: str | None


class ListedJob(BaseModel):
    """A job in the list of the caller's jobs.

    Attributes:
        id: of the job.
        created: when it was made.
        expires: when it will be removed.
        files: how many it has.
    """

    id: str
    created: datetime
    expires: datetime
    files: int


class JobList(BaseModel):
    """The caller's jobs, the newest first.

    Attributes:
        jobs: those of this answer.
        next: what to send as `after` for more; null if there are no more.
    """

    jobs: list[ListedJob]
    next: str | None


class FileUpload(BaseModel):
    """Where to send a file; with these headers and no others, in particular without a key.

    Attributes:
        file: number of the file in the job, from 1.
        name: of the file, as the caller gave it.
        method: of the request.
        url: of the request; it holds for an hour.
        headers: of the request.
    """

    file: int
    name: str
    method: Literal["PUT"] = "PUT"
    url: str
    headers: dict[str, str]


class Uploads(BaseModel):
    """Files that are not there yet.

    Attributes:
        uploads: where to send each.
        next: what to send as `after` for more; null if there are no more.
    """

    uploads: list[FileUpload]
    next: int | None


class Result(BaseModel):
    """What became of one page.

    Attributes:
        file: number of the file in the job, from 1.
        page: number of the page in the file, from 1; null for a file of one page.
        name: of the file, as the caller gave it.
        url: gives the document of a page that was read, as JSON; or else {"code": …, "message": …}.
        code: why the page can't be read, for programs; null if it was read.
        reason: the same in words.
    """

    file: int
    page: int | None
    name: str
    url: str
    code: str | None
    reason: str | None


class Results(BaseModel):
    """Pages in order, as far as they are done.

    Attributes:
        results: those of this answer.
        next: what to send as `after` for more; null if there are no more.
    """

    results: list[Result]
    next: str | None


class Whole(BaseModel):
    """All results as one file.

    Attributes:
        state: making until the file is there, then ready.
        url: gives the file, for an hour; null while it is made.
    """

    state: Literal["making", "ready"]
    url: str | None
