"""The heavy path: the GPU service, asked over HTTP within the time that there is.

It answers with a document, refuses the input (GpuRefusedError), or does not answer as it should
(GpuUnavailableError).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import anyio

from easybraille.document import Document
from easybraille.errors import InputError
from easybraille.formats import json
from easybraille.keys import secrets_manager
from easybraille.settings import Settings

if TYPE_CHECKING:
    import ssl

    import httpx
    import pybreaker

Inputs = Sequence[tuple[str, bytes]]

CONNECT_SECONDS = 2.0
# Before the second attempt, where the service does not say how long.
PAUSE = 0.2
# So many requests without an answer, and for so many seconds no other is tried.
FAILURES, REST_SECONDS = 3, 30
# A restart, a full queue, a load balancer without an instance: worth a second attempt. A 500 would come again.
PASSING = {429, 502, 503, 504}
# 4xx that are between the two services, and say nothing to the caller about what was sent.
BETWEEN_US = {401, 403, 407, 408, 429}


class GpuRefusedError(InputError):
    """The GPU service says what is wrong with what was sent: its own status, code and words."""

    def __init__(self, problem: Mapping[str, str], status: int):
        super().__init__(problem["detail"])
        self.status, self.code, self.title = status, problem["code"], problem["title"]


class GpuUnavailableError(Exception):
    """The GPU service doesn't read; the message says why, for the log.

    Args:
        wait: seconds after which it may; None where it will not.
    """

    def __init__(self, message: str, wait: float | None = None):
        super().__init__(message)
        self.wait = wait


class HeavyPath:
    """A client of the GPU service; safe to share between threads.

    Args:
        settings: gpu_url is set.
    """

    def __init__(self, settings: Settings):
        self._url = f"{settings.gpu_url.rstrip('/')}/v1/read"
        self._fetch: Callable[[], str | None] = lambda: settings.gpu_key
        if settings.gpu_key_secret:
            self._fetch = secrets_manager(settings.gpu_key_secret)
        self._key: str | None = None

    def read(self, inputs: Inputs, options: Mapping[str, str], along: Mapping[str, str], seconds: float) -> Document:
        """The document of these inputs.

        Args:
            inputs: name and content of each file.
            options: query parameters of /v1/read.
            along: headers that tell of the request.
            seconds: within which there is an answer or an error.

        Raises:
            GpuRefusedError, GpuUnavailableError
        """
        import pybreaker

        def ask() -> Document:
            content = anyio.from_thread.run(self._within, seconds, inputs, options, along)
            try:
                return json.parse(content)
            except ValueError:
                raise GpuUnavailableError("its answer is no document") from None

        try:
            return self._breaker.call(ask)
        except pybreaker.CircuitBreakerError:
            raise GpuUnavailableError("it did not answer lately") from None

    @cached_property
    def _breaker(self) -> pybreaker.CircuitBreaker:
        import pybreaker

        return pybreaker.CircuitBreaker(
            FAILURES, REST_SECONDS, exclude=[GpuRefusedError], throw_new_error_on_trip=False
        )

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        import httpx

        return httpx.create_ssl_context()

    async def _within(self, seconds: float, *request) -> bytes:
        try:
            async with asyncio.timeout(seconds) as limit:
                return await self._persistently(limit.when(), *request)
        except TimeoutError:
            raise GpuUnavailableError(f"it did not answer within {seconds:.1f} s") from None

    async def _persistently(self, ends: float, *request) -> bytes:
        try:
            return await self._ask(*request)
        except GpuUnavailableError as first:
            # What it asks to wait for in vain is better spent on reading here.
            if first.wait is None or asyncio.get_running_loop().time() + first.wait >= ends:
                raise
            await asyncio.sleep(first.wait)
        return await self._ask(*request)

    async def _ask(self, inputs: Inputs, options: Mapping[str, str], along: Mapping[str, str]) -> bytes:
        import httpx

        headers = {**along, **await self._identity()}
        if len(inputs) == 1:
            name, data = inputs[0]
            options = {**options, "name": name}
            body = {"content": data}
            headers["Content-Type"] = "application/octet-stream"
        else:
            body = {"files": [("file", (name, data)) for name, data in inputs]}
        # Of the time limits only that of the connection is here: the others are counted together, by `_within`.
        timeout = httpx.Timeout(None, connect=CONNECT_SECONDS)
        try:
            # A connection of its own: one that was kept would be dead after Lambda has frozen this process.
            async with httpx.AsyncClient(timeout=timeout, verify=self._tls, follow_redirects=False) as client:
                answer = await client.post(self._url, params=options, headers=headers, **body)
        except httpx.TransportError as error:
            raise GpuUnavailableError(f"{type(error).__name__}: {error}", PAUSE) from None
        return self._judged(answer)

    async def _identity(self) -> dict[str, str]:
        if self._key is None:
            try:
                self._key = await anyio.to_thread.run_sync(self._fetch, abandon_on_cancel=True)
            except Exception as error:  # boto3's errors
                raise GpuUnavailableError(
                    f"this service's key can't be fetched: {type(error).__name__}: {error}"
                ) from None
        return {"X-API-Key": self._key} if self._key else {}

    def _judged(self, answer: httpx.Response) -> bytes:
        status = answer.status_code
        if status == 200:
            return answer.content
        if status in (401, 403):
            # The one in the secret may be a newer one.
            self._key = None
            raise GpuUnavailableError(f"it refuses this service's key ({status})")
        problem = _problem(answer)
        if problem and 400 <= status < 500 and status not in BETWEEN_US:
            raise GpuRefusedError(problem, status)
        said = f" {problem['code']}" if problem else ""
        raise GpuUnavailableError(f"it answers {status}{said}", _wait(answer) if status in PASSING else None)


def _problem(answer: httpx.Response) -> dict[str, str] | None:
    """What EasyBraille says of a request that went wrong; None where a proxy or somebody else answers."""
    try:
        found = answer.json()
    except ValueError:
        return None
    names = ("code", "title", "detail")
    return found if isinstance(found, dict) and all(isinstance(found.get(name), str) for name in names) else None


def _wait(answer: httpx.Response) -> float:
    try:
        return max(PAUSE, float(answer.headers["retry-after"]))
    except (KeyError, ValueError):  # it may be a date, too
        return PAUSE
