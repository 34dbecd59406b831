"""/v1/jobs: many files, uploaded in pieces, read by workers, fetched when they are done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Annotated, Any, TypeVar

import anyio
from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import ValidationError

from ...errors import InvalidParameterError
from ...formats import paper_of
from ...i18n import translated
from ...jobs.export_files import WHOLES
from ...jobs.models import Job, NewJob
from ...jobs.object_keys import Place
from ...jobs.outcomes import reason
from ...jobs.service import Jobs
from ..body import whole
from ..job_answers import Failure, FileUpload, JobList, JobStatus, ListedJob, Pages, Result, Results, Uploads, Whole
from ..problems import MEDIA_TYPE, RETRY_AFTER, Problem

T = TypeVar("T")
_PIECE = 500
_SAID = 3
# Longest name of a download: with longer ones, 500 addresses would exceed the largest answer of Lambda.
_LONGEST_NAME = 100

# A schema, since FastAPI would build a model field for each status of each route, which slows cold starts.
_PROBLEM = {"description": "Problem", "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}

router = APIRouter(
    prefix="/v1/jobs",
    tags=["jobs"],
    responses=dict.fromkeys((401, 403, 404, 409, 413, 422, 501, 503), _PROBLEM),
)


@router.post(
    "",
    status_code=201,
    response_model=JobStatus,
    operation_id="create_job",
    summary="Make a job",
    responses={200: {"model": JobStatus, "description": "It was made before, with this Idempotency-Key"}},
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": NewJob.model_json_schema()}}}
    },
)
async def make(
    request: Request,
    response: Response,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> JobStatus:
    """Send `{"files": [{"name": "1.jpg", "size": 123456, "md5": "…"}, …], "language": "es", "layout": "page"}`.

    Names are only names, and come back beside the results; `md5` (hexadecimal) may be left out, and if it is there, an
    upload that differs is refused. The same request with the same Idempotency-Key gives the same job (200).
    """
    asked = _asked(await whole(request, request.app.state.settings))
    caller = _caller(request)

    def work(jobs: Jobs) -> JobStatus:
        job, new = jobs.make(caller, asked, idempotency_key)
        response.status_code = 201 if new else 200
        return _status(jobs, job)

    return await _on_thread(request, work)


@router.get("", operation_id="list_jobs", summary="The caller's jobs, the newest first")
async def mine(
    request: Request,
    after: Annotated[str, Query(pattern="^[0-9a-f-]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=_PIECE)] = 100,
) -> JobList:
    """Those that have not expired."""

    def work(jobs: Jobs) -> JobList:
        found, following = jobs.mine(_caller(request), after, limit)
        listed = [
            ListedJob(id=job, created=_time(made / 1000), expires=_time(jobs.expires(made)), files=files)
            for job, made, files in found
        ]
        return JobList(jobs=listed, next=following)

    return await _on_thread(request, work)


@router.get("/{job_id}", operation_id="get_job", summary="How far a job is")
async def status(
    request: Request,
    job_id: str,
    after: Annotated[str | None, Query(description="`next` of an answer, for more failures")] = None,
    limit: Annotated[int, Query(ge=0, le=_PIECE, description="most failures in one answer")] = 100,
) -> JobStatus:
    """Counts, rate, an estimate of the time left, and the pages that can't be read."""
    place = _place(after)
    return await _on_job(request, job_id, lambda jobs, job: _status(jobs, job, place, limit))


@router.post("/{job_id}/uploads", operation_id="create_uploads", summary="Where to send the files")
async def uploads(
    request: Request,
    job_id: str,
    after: Annotated[int, Query(ge=0, description="`next` of an answer, for more of them")] = 0,
    limit: Annotated[int, Query(ge=1, le=_PIECE)] = _PIECE,
) -> Uploads:
    """The files that are not there yet (or have another size), at most 500 at a time. Ask again when addresses have
    expired, or to go on after an interruption: what is there is not asked for twice.
    """

    def work(jobs: Jobs, job: Job) -> Uploads:
        wanted, following = jobs.uploads(job, after, limit)
        pieces = [
            FileUpload(file=one.file, name=one.name, url=_absolute(request, one.upload.url), headers=one.upload.headers)
            for one in wanted
        ]
        return Uploads(uploads=pieces, next=following)

    return await _on_job(request, job_id, work)


@router.post("/{job_id}/start", operation_id="start_job", status_code=202, summary="Start a job")
async def start(request: Request, job_id: str) -> JobStatus:
    """Checks that every file is there with its size, then has them read. May be repeated."""

    def work(jobs: Jobs, job: Job) -> JobStatus:
        jobs.start(job)
        return _status(jobs, job)

    return await _on_job(request, job_id, work)


@router.get(
    "/{job_id}/results",
    operation_id="get_results",
    response_model=Results | Whole,
    summary="What was read",
    responses={202: {"model": Whole, "description": "it is being made; ask again"}},
)
async def results(
    request: Request,
    response: Response,
    job_id: str,
    format: Annotated[
        str | None,
        Query(description="all results as one file of this format", json_schema_extra={"enum": list(WHOLES)}),
    ] = None,
    paper: Annotated[str | None, Query(description='for brf, pef and braille: cells x rows of a page, "40x25"')] = None,
    after: Annotated[str | None, Query(description="`next` of an answer, for more pages")] = None,
    limit: Annotated[int, Query(ge=1, le=_PIECE)] = _PIECE,
) -> Results | Whole:
    """Page by page, also while the job runs; or with `format`, once it has ended, as one file in the order of pages:
    then the answer is 202 and `{"state": "making"}` until it is made, and says where to get it.
    """
    place = _place(after)
    if format is None:
        return await _on_job(request, job_id, lambda jobs, job: _results(request, jobs, job, place, limit))
    if format not in WHOLES:
        raise InvalidParameterError(f"format is {format!r}; it can be {', '.join(WHOLES)}.")
    paper_of(paper)

    def work(jobs: Jobs, job: Job) -> Whole:
        url = jobs.whole(job, format, paper)
        if url is None:
            response.status_code, response.headers["Retry-After"] = 202, RETRY_AFTER
            return Whole(state="making", url=None)
        return Whole(state="ready", url=_absolute(request, url))

    return await _on_job(request, job_id, work)


@router.delete(
    "/{job_id}",
    operation_id="delete_job",
    response_model=JobStatus,
    summary="Cancel a job, or erase it",
    responses={204: {"description": "It is erased."}},
)
async def delete(
    request: Request,
    job_id: str,
    erase: Annotated[bool, Query(description="also remove all that was uploaded and read, at once")] = False,
) -> JobStatus | Response:
    """No further page is begun; what was read stays until the job expires. With `erase=true` nothing stays (204)."""

    def work(jobs: Jobs, job: Job) -> JobStatus | Response:
        if erase:
            jobs.erase(job)
            return Response(status_code=204)
        jobs.cancel(job)
        return _status(jobs, job)

    return await _on_job(request, job_id, work)


async def _on_thread(request: Request, work: Callable[[Jobs], T]) -> T:
    return await anyio.to_thread.run_sync(lambda: work(request.app.state.jobs.open()))


async def _on_job(request: Request, job_id: str, work: Callable[[Jobs, Job], T]) -> T:
    return await _on_thread(request, lambda jobs: work(jobs, jobs.get(_caller(request), job_id)))


def _caller(request: Request) -> str:
    """Return the name of the caller's key; "" where jobs are open."""
    caller = getattr(request.state, "caller", None)
    return caller.name if caller else ""


def _asked(body: bytes) -> NewJob:
    try:
        return NewJob.model_validate_json(body)
    except ValidationError as error:
        found = [f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors()[:_SAID]]
        raise InvalidParameterError(f"The body is JSON with the files of the job. {'; '.join(found)}") from None


def _place(after: str | None) -> Place | None:
    try:
        return Place.parse(after) if after else None
    except ValueError:
        raise InvalidParameterError("after is not what `next` of an answer was.") from None


def _status(jobs: Jobs, job: Job, after: Place | None = None, most: int = 100) -> JobStatus:
    found = jobs.status(job)
    failures = [failure for failure in found.failures if after is None or failure[0] > after]
    return JobStatus(
        id=job.id,
        state=found.state,
        created=_time(job.created / 1000),
        started=_time_if_any(found.started),
        ended=_time_if_any(found.ended),
        expires=_time(jobs.expires(job.created)),
        language=job.asked.language,
        layout=job.asked.layout,
        sides=job.asked.sides,
        code=job.asked.code,
        files=len(job.asked.files),
        uploaded=found.uploaded,
        pages=Pages(total=found.total, done=found.done, failed=len(found.failures), waiting=found.waiting),
        rate=found.rate,
        seconds_left=found.seconds_left,
        failures=[
            Failure(**_where(job, place), code=code, reason=translated(reason(code))) for place, code in failures[:most]
        ],
        next=failures[most - 1][0].stem if 0 < most < len(failures) else None,
    )


def _results(request: Request, jobs: Jobs, job: Job, after: Place | None, most: int) -> Results:
    found, following = jobs.outcomes(job, after, most)
    listed = []
    for outcome in found:
        where = _where(job, outcome.place)
        key = job.keys.failed(outcome.place, outcome.code) if outcome.code else job.keys.result(outcome.place)
        name = f"{PurePosixPath(where['name']).stem[:_LONGEST_NAME] or outcome.place.stem}.json"
        url = _absolute(request, jobs.download(key, name))
        listed.append(
            Result(**where, url=url, code=outcome.code, reason=outcome.code and translated(reason(outcome.code)))
        )
    return Results(results=listed, next=following.stem if following else None)


def _where(job: Job, place: Place) -> dict[str, Any]:
    return {"file": place.file, "page": place.page or None, "name": job.asked.files[place.file - 1].name}


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _time_if_any(seconds: float | None) -> datetime | None:
    return None if seconds is None else _time(seconds)


def _absolute(request: Request, url: str) -> str:
    return f"{str(request.base_url).rstrip('/')}{url}" if url.startswith("/") else url
