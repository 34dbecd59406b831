"""The API for Python programs, typed: `Client` and, the same with `await`, `AsyncClient`.

    with Client("https://braille.example.org", key="eb_…") as client:
        print(client.read(Path("carta.jpg")).text)

Each operation is written once, as a generator of the requests that it makes (`_Call`), which the two clients run.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, TypeAlias, TypeVar

import httpx
from pydantic import TypeAdapter

from ..document import Document
from ..errors import EasyBrailleError
from ..formats.json import parse
from ..languages import Edition, LanguageInfo

T = TypeVar("T")
Picture: TypeAlias = Path | bytes | tuple[str, bytes]
"""A file, its content, or a name with the content."""
Layout = Literal["page", "flow"]
Sides = Literal["front", "both"]
TIMEOUT = httpx.Timeout(120, connect=10)
_languages: TypeAdapter[list[LanguageInfo]] = TypeAdapter(list[LanguageInfo])


class ApiError(EasyBrailleError):
    """The service refuses, or its answer is none of its own.

    Attributes:
        status: of the answer.
        code: of the problem, for programs; "" where the answer is no problem of the service.
        retry_after: seconds after which the request may be sent again; None where nothing is said.
        request_id: by which the operator of the service finds the request.
    """

    def __init__(self, message: str, status: int, code: str, retry_after: int | None, request_id: str | None):
        super().__init__(message)
        self.status, self.code = status, code
        self.retry_after, self.request_id = retry_after, request_id


@dataclass(frozen=True, slots=True)
class Translation:
    """Text and Braille, one of them as it was sent."""

    language: str
    text: str
    braille: str


@dataclass(frozen=True, slots=True)
class JobPages:
    """Counts of the pages of a job."""

    total: int
    done: int
    failed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class JobState:
    """How far a job is.

    Attributes:
        id: of the job.
        state: "uploading", "running", "done" or "cancelled".
        files: how many it has.
        pages: counts of its pages.
        seconds_left: an estimate; None where there is none.
    """

    id: str
    state: str
    files: int
    pages: JobPages
    seconds_left: float | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will be read."""
        return self.state in ("done", "cancelled")


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of a page of a job.

    Attributes:
        file: number of the file in the job, from 1.
        page: number of the page in the file, from 1; None for a file of one page.
        name: of the file.
        document: what was read; None where nothing could be.
        code, reason: why not, for programs and in words.
    """

    file: int
    page: int | None
    name: str
    document: Document | None
    code: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class _Call:
    """One request. `path` is one of the API's, or a signed URL, to which no key is sent."""

    method: str
    path: str
    options: dict[str, Any] = field(default_factory=dict)


Operation: TypeAlias = Generator[_Call, httpx.Response, T]


class Client:
    """A service.

    Args:
        url: where it is, without /v1.
        key: API key; None where none is needed.
        language: of the sentences in errors and advice, "es" or "en"; by default as the service chooses.
        transport: of httpx, for proxies and tests.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        language: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ):
        self._http = httpx.Client(base_url=url, headers=_headers(language), timeout=TIMEOUT, transport=transport)
        self._key = key

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def read(
        self,
        *pictures: Picture,
        language: str = "es",
        layout: Layout = "page",
        sides: Sides = "front",
        code: Edition = "current",
    ) -> Document:
        """Read pictures, PDF or ZIP files into one document. Raises ApiError."""
        return self._run(_read(pictures, language, layout, sides, code))

    def read_as(
        self,
        form: str,
        *pictures: Picture,
        language: str = "es",
        layout: Layout = "page",
        paper: str | None = None,
        code: Edition = "current",
    ) -> bytes:
        """Read pictures, PDF or ZIP files into a file of a format. Raises ApiError."""
        return self._run(_read_as(pictures, form, language, layout, paper, code))

    def to_braille(self, text: str, language: str = "es", code: Edition = "current") -> Translation:
        """Translate text into Unicode Braille. Raises ApiError."""
        return self._run(_translate({"text": text, "language": language}, code))

    def to_text(self, braille: str, language: str = "es", code: Edition = "current") -> Translation:
        """Translate Unicode Braille into text. Raises ApiError."""
        return self._run(_translate({"braille": braille, "language": language}, code))

    def languages(self) -> list[LanguageInfo]:
        """What the service can read and write. Raises ApiError."""
        return self._run(_list_languages())

    def start_job(
        self,
        files: Iterable[Picture],
        language: str = "es",
        layout: Layout = "page",
        sides: Sides = "front",
        code: Edition = "current",
    ) -> JobState:
        """Make a job of files, upload them, and start it. Raises ApiError."""
        return self._run(_start_job(files, language, layout, sides, code))

    def job(self, job_id: str) -> JobState:
        """How far a job is. Raises ApiError."""
        return self._run(_job(job_id))

    def results(self, job_id: str) -> list[JobResult]:
        """What was read so far, page by page. Raises ApiError."""
        return self._run(_results(job_id))

    def cancel_job(self, job_id: str, erase: bool = False) -> None:
        """Cancel a job; with `erase` nothing of it stays at the service. Raises ApiError."""
        self._run(_cancel(job_id, erase))

    def _run(self, operation: Operation[T]) -> T:
        try:
            call = next(operation)
            while True:
                call = operation.send(_checked(self._http.request(**_request(call, self._key))))
        except StopIteration as ended:
            result: T = ended.value
            return result


class AsyncClient:
    """A service, each operation to be awaited; see Client."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        language: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ):
        self._http = httpx.AsyncClient(base_url=url, headers=_headers(language), timeout=TIMEOUT, transport=transport)
        self._key = key

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def read(
        self,
        *pictures: Picture,
        language: str = "es",
        layout: Layout = "page",
        sides: Sides = "front",
        code: Edition = "current",
    ) -> Document:
        """Read pictures, PDF or ZIP files into one document. Raises ApiError."""
        return await self._run(_read(pictures, language, layout, sides, code))

    async def read_as(
        self,
        form: str,
        *pictures: Picture,
        language: str = "es",
        layout: Layout = "page",
        paper: str | None = None,
        code: Edition = "current",
    ) -> bytes:
        """Read pictures, PDF or ZIP files into a file of a format. Raises ApiError."""
        return await self._run(_read_as(pictures, form, language, layout, paper, code))

    async def to_braille(self, text: str, language: str = "es", code: Edition = "current") -> Translation:
        """Translate text into Unicode Braille. Raises ApiError."""
        return await self._run(_translate({"text": text, "language": language}, code))

    async def to_text(self, braille: str, language: str = "es", code: Edition = "current") -> Translation:
        """Translate Unicode Braille into text. Raises ApiError."""
        return await self._run(_translate({"braille": braille, "language": language}, code))

    async def languages(self) -> list[LanguageInfo]:
        """What the service can read and write. Raises ApiError."""
        return await self._run(_list_languages())

    async def start_job(
        self,
        files: Iterable[Picture],
        language: str = "es",
        layout: Layout = "page",
        sides: Sides = "front",
        code: Edition = "current",
    ) -> JobState:
        """Make a job of files, upload them, and start it. Raises ApiError."""
        return await self._run(_start_job(files, language, layout, sides, code))

    async def job(self, job_id: str) -> JobState:
        """How far a job is. Raises ApiError."""
        return await self._run(_job(job_id))

    async def results(self, job_id: str) -> list[JobResult]:
        """What was read so far, page by page. Raises ApiError."""
        return await self._run(_results(job_id))

    async def cancel_job(self, job_id: str, erase: bool = False) -> None:
        """Cancel a job; with `erase` nothing of it stays at the service. Raises ApiError."""
        await self._run(_cancel(job_id, erase))

    async def _run(self, operation: Operation[T]) -> T:
        try:
            call = next(operation)
            while True:
                call = operation.send(_checked(await self._http.request(**_request(call, self._key))))
        except StopIteration as ended:
            result: T = ended.value
            return result


def _read(pictures: Sequence[Picture], language: str, layout: str, sides: str, code: str) -> Operation[Document]:
    query = {"language": language, "layout": layout, "sides": sides, "format": "json", **_edition(code)}
    answer = yield _Call("POST", "/v1/read", {"params": query, "files": _form(pictures)})
    return parse(answer.content)


def _read_as(
    pictures: Sequence[Picture], form: str, language: str, layout: str, paper: str | None, code: str
) -> Operation[bytes]:
    query = {"language": language, "layout": layout, "format": form, **_edition(code)}
    if paper:
        query["paper"] = paper
    answer = yield _Call("POST", "/v1/read", {"params": query, "files": _form(pictures)})
    return answer.content


def _edition(code: str) -> dict[str, str]:
    """The edition of the Spanish code as a parameter, which services of before it do not know."""
    return {} if code == "current" else {"code": code}


def _translate(question: dict[str, str], code: str) -> Operation[Translation]:
    answer = yield _Call("POST", "/v1/translate", {"json": question, "params": _edition(code)})
    said = answer.json()
    return Translation(said["language"], said["text"], said["braille"])


def _list_languages() -> Operation[list[LanguageInfo]]:
    answer = yield _Call("GET", "/v1/languages")
    return _languages.validate_json(answer.content)


def _start_job(files: Iterable[Picture], language: str, layout: str, sides: str, code: str) -> Operation[JobState]:
    named = [_named(one) for one in files]
    asked = {
        "language": language,
        "layout": layout,
        "sides": sides,
        **_edition(code),
        "files": [{"name": name, "size": len(data), "md5": _md5(data)} for name, data in named],
    }
    made = yield _Call("POST", "/v1/jobs", {"json": asked})
    path = f"/v1/jobs/{made.json()['id']}"
    after: int | None = 0
    while after is not None:
        piece = (yield _Call("POST", f"{path}/uploads", {"params": {"after": after}})).json()
        for one in piece["uploads"]:
            yield _Call("PUT", one["url"], {"headers": one["headers"], "content": named[one["file"] - 1][1]})
        after = piece["next"]
    return _state((yield _Call("POST", f"{path}/start")).json())


def _job(job_id: str) -> Operation[JobState]:
    return _state((yield _Call("GET", f"/v1/jobs/{job_id}", {"params": {"limit": 0}})).json())


def _results(job_id: str) -> Operation[list[JobResult]]:
    found = []
    query: dict[str, str] = {}
    while True:
        piece = (yield _Call("GET", f"/v1/jobs/{job_id}/results", {"params": query})).json()
        for one in piece["results"]:
            document = None if one["code"] else parse((yield _Call("GET", one["url"])).content)
            found.append(JobResult(one["file"], one["page"], one["name"], document, one["code"], one["reason"]))
        if piece["next"] is None:
            return found
        query = {"after": piece["next"]}


def _cancel(job_id: str, erase: bool) -> Operation[None]:
    yield _Call("DELETE", f"/v1/jobs/{job_id}", {"params": {"erase": str(erase).lower()}})


def _state(said: dict[str, Any]) -> JobState:
    return JobState(said["id"], said["state"], said["files"], JobPages(**said["pages"]), said["seconds_left"])


def _form(pictures: Sequence[Picture]) -> list[tuple[str, tuple[str, bytes, str]]]:
    named = [_named(one) for one in pictures]
    return [("file", (name, data, mimetypes.guess_type(name)[0] or "application/octet-stream")) for name, data in named]


def _named(picture: Picture) -> tuple[str, bytes]:
    if isinstance(picture, Path):
        return picture.name, picture.read_bytes()
    return ("picture", picture) if isinstance(picture, bytes) else picture


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _headers(language: str | None) -> dict[str, str]:
    return {"Accept-Language": language} if language else {}


def _request(call: _Call, key: str | None) -> dict[str, Any]:
    # A signed address may be another host's, which must not learn the key.
    headers = {"X-API-Key": key} if key and call.path.startswith("/") else {}
    options = {**call.options, "headers": {**call.options.get("headers", {}), **headers}}
    return {"method": call.method, "url": call.path, **options}


def _checked(answer: httpx.Response) -> httpx.Response:
    """An answer of success. Raises ApiError for any other."""
    if answer.is_success:
        return answer
    retry = answer.headers.get("Retry-After", "")
    try:
        said = answer.json()
        message, code = str(said["detail"]), str(said["code"])
    except (ValueError, LookupError, TypeError):
        message, code = f"{answer.url.host} answers {answer.status_code} {answer.reason_phrase}.", ""
    after = int(retry) if retry.isdecimal() else None
    raise ApiError(message, answer.status_code, code, after, answer.headers.get("X-Request-ID"))
