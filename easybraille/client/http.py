"""The HTTP client of a service: transient failures are retried, all others are reported."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

import httpx

from ..errors import EasyBrailleError
from ..retries import load_stamina

T = TypeVar("T")
# Transient failures are retried for a minute and a half: after 0.25, 0.5, 1 … 32 s and up to half a second more, or
# after the time that the service asks for (Retry-After).
_FIRST_WAIT, _LONGEST_WAIT, _RETRY_SECONDS = 0.25, 32.0, 90.0
_LONGEST_RETRY_AFTER = 120
_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
TIMEOUT = httpx.Timeout(60, connect=10)
CONNECTIONS = 8


class ServiceError(EasyBrailleError):
    """The service cannot be reached, or refuses.

    Attributes:
        refusal: the status of its response; None where there is none.
        problem: the code of the problem in its response, "" where it is not a problem of the service.
        retry_after: seconds after which the service asks to retry, where the failure is transient; else None.
    """

    def __init__(self, message: str, refusal: int | None = None, problem: str = "", retry_after: float | None = None):
        super().__init__(message)
        self.refusal = refusal
        self.problem = problem
        self.retry_after = retry_after


class Service:
    """A deployed service, to be used as `async with`.

    Args:
        url: its address; the API is at /v1 below it.
        key: API key, sent to this address only; None where none is needed.
    """

    def __init__(self, url: str, key: str | None):
        self._url = url.rstrip("/")
        headers = {"X-API-Key": key} if key else {}
        self._api = httpx.AsyncClient(headers=headers, timeout=TIMEOUT)
        # Uploads and downloads go to signed addresses, which need no key and may be on another server.
        self._objects = httpx.AsyncClient(timeout=TIMEOUT)

    async def __aenter__(self) -> Service:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._api.aclose()
        await self._objects.aclose()

    async def call(self, method: str, path: str, **request: Any) -> Any:
        """The response of a route of the API, from JSON; None where it is empty. Raises ServiceError."""
        answer = await _request(self._api, method, self._url + path, **request)
        return answer.json() if answer.content else None

    async def send(self, url: str, headers: dict[str, str], content: bytes) -> None:
        """Upload a file to a signed address. Raises ServiceError."""
        await _request(self._objects, "PUT", url, headers=headers, content=content)

    async def fetch(self, url: str) -> bytes:
        """Download from a signed address. Raises ServiceError."""
        return (await _request(self._objects, "GET", url)).content


async def _request(client: httpx.AsyncClient, method: str, url: str, **request: Any) -> httpx.Response:
    """A successful response. Raises ServiceError for a refusal, and for a failure that lasts."""

    async for attempt in load_stamina().retry_context(
        on=_retry,
        attempts=None,
        timeout=_RETRY_SECONDS,
        wait_initial=_FIRST_WAIT,
        wait_max=_LONGEST_WAIT,
        wait_jitter=0.5,
    ):
        with attempt:
            return await _request_once(client, method, url, **request)
    raise AssertionError("the last attempt returns or raises")


def _retry(error: Exception) -> bool | float:
    """Whether to retry; or after how many seconds, where the service says so."""
    if not isinstance(error, ServiceError) or error.retry_after is None:
        return False
    return error.retry_after or True


async def _request_once(client: httpx.AsyncClient, method: str, url: str, **request: Any) -> httpx.Response:
    try:
        answer = await client.request(method, url, **request)
    except httpx.TransportError as error:
        where = httpx.URL(url).netloc.decode()
        raise ServiceError(f"{where} can't be reached: {error or 'no answer in time'}.", retry_after=0) from None
    if not answer.is_success:
        raise _refusal(answer)
    return answer


def _refusal(answer: httpx.Response) -> ServiceError:
    """The error for a problem of the service, or for what a gateway or S3 responds in its own format."""
    retry_after = None
    if answer.status_code in _TRANSIENT:
        seconds = answer.headers.get("Retry-After", "")
        retry_after = min(int(seconds), _LONGEST_RETRY_AFTER) if seconds.isdecimal() else 0
    try:
        problem = answer.json()
        return ServiceError(problem["detail"], answer.status_code, problem["code"], retry_after)
    except (ValueError, LookupError, TypeError):
        where = answer.url.netloc.decode()
        message = f"{where} answers {answer.status_code} {answer.reason_phrase}."
        return ServiceError(message, answer.status_code, retry_after=retry_after)


async def concurrently(work: Callable[[T], Coroutine[Any, Any, None]], items: Iterable[T]) -> None:
    """Do the work for all items, CONNECTIONS of them concurrently; the first error ends it and is raised."""
    pending = iter(items)

    async def some() -> None:
        for item in pending:
            await work(item)

    tasks = [asyncio.create_task(some()) for _ in range(CONNECTIONS)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
