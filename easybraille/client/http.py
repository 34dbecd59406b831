"""The service as a client sees it: what passes by itself is tried again, everything else is said."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

import httpx

from ..errors import EasyBrailleError

T = TypeVar("T")
# Seconds before the 2nd, 3rd … attempt, each made shorter at random: about a minute and a half in all.
WAITS = (0.5, 1, 2, 4, 8, 16, 32, 60)
LONGEST_WAIT = 120
PASSING = {408, 425, 429, 500, 502, 503, 504}
TIMEOUT = httpx.Timeout(60, connect=10)
CONNECTIONS = 8


class ServiceError(EasyBrailleError):
    """The service can't be reached, or refuses.

    Attributes:
        refusal: the status of its answer; None where there is none.
        problem: the code of the problem that it answers, "" where it is no problem of the service's.
    """

    def __init__(self, message: str, refusal: int | None = None, problem: str = ""):
        super().__init__(message)
        self.refusal = refusal
        self.problem = problem


class Service:
    """A deployed service, to be used as `async with`.

    Args:
        url: where it is; its API begins at /v1 below.
        key: API key, sent nowhere but there; None where none is needed.
    """

    def __init__(self, url: str, key: str | None):
        self._url = url.rstrip("/")
        headers = {"X-API-Key": key} if key else {}
        self._api = httpx.AsyncClient(headers=headers, timeout=TIMEOUT)
        # Uploads and downloads go to signed addresses, which need no key and may be somebody else's.
        self._objects = httpx.AsyncClient(timeout=TIMEOUT)

    async def __aenter__(self) -> Service:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._api.aclose()
        await self._objects.aclose()

    async def call(self, method: str, path: str, **request: Any) -> Any:
        """What a route of the API answers, from JSON; None where it answers nothing. Raises ServiceError."""
        answer = await _persistently(self._api, method, self._url + path, **request)
        return answer.json() if answer.content else None

    async def send(self, url: str, headers: dict[str, str], content: bytes) -> None:
        """Upload a file to a signed address. Raises ServiceError."""
        await _persistently(self._objects, "PUT", url, headers=headers, content=content)

    async def fetch(self, url: str) -> bytes:
        """Download from a signed address. Raises ServiceError."""
        return (await _persistently(self._objects, "GET", url)).content


async def _persistently(client: httpx.AsyncClient, method: str, url: str, **request: Any) -> httpx.Response:
    """An answer of success.

    Raises:
        ServiceError: there is a refusal, or nothing better for longer than is waited for.
    """
    where = httpx.URL(url).netloc.decode()
    for wait in (*WAITS, None):
        seconds = 0
        try:
            answer = await client.request(method, url, **request)
        except httpx.TransportError as error:
            problem = ServiceError(f"{where} can't be reached: {error or 'no answer in time'}.")
        else:
            if answer.is_success:
                return answer
            problem = _refusal(answer)
            if answer.status_code not in PASSING:
                break
            asked = answer.headers.get("Retry-After", "")
            seconds = min(int(asked), LONGEST_WAIT) if asked.isdecimal() else 0
        if wait is not None:
            await asyncio.sleep(max(seconds, wait * random.uniform(0.5, 1)))
    raise problem


def _refusal(answer: httpx.Response) -> ServiceError:
    """A problem of the service, or what a gateway or S3 says in its own way."""
    try:
        said = answer.json()
        return ServiceError(said["detail"], answer.status_code, said["code"])
    except (ValueError, LookupError, TypeError):
        where = answer.url.netloc.decode()
        return ServiceError(f"{where} answers {answer.status_code} {answer.reason_phrase}.", answer.status_code)


async def at_once(work: Callable[[T], Coroutine[Any, Any, None]], items: Iterable[T]) -> None:
    """Do the work for all items, CONNECTIONS of them at the same time; the first error ends it and is raised."""
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
