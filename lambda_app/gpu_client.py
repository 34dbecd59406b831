"""The client of the GPU service: forwards a request over HTTP within the time that remains.

The service responds with a document, refuses the input (GpuRefusedError), or fails (GpuUnavailableError).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import anyio

from easybraille.document import Document
from easybraille.errors import InputError
from easybraille.formats import json
from easybraille.keys import secrets_manager
from easybraille.retries import load_stamina
from easybraille.settings import Settings

from .breaker import Breaker

if TYPE_CHECKING:
    import ssl

    import httpx

Inputs = Sequence[tuple[str, bytes]]

CONNECT_SECONDS = 2.0
# Before the retry, where the service does not say how long.
RETRY_SECONDS = 0.2
# After so many failed requests in a row, no request is sent for so many seconds.
FAILURES, RESET_SECONDS = 3, 30
# A restart, a full queue, a load balancer without an instance: worth a retry. A 500 would come again.
TRANSIENT = {429, 502, 503, 504}
# 4xx that concern the two services, and not the caller's input.
BETWEEN_SERVICES = {401, 403, 407, 408, 429}


class GpuRefusedError(InputError):
    """The GPU service refuses the input, with its own status, code and message."""

    def __init__(self, problem: Mapping[str, str], status: int):
        super().__init__(problem["detail"])
        self.status, self.code, self.title = status, problem["code"], problem["title"]


class GpuUnavailableError(Exception):
    """The GPU service fails; the message says why, for the log.

    Args:
        retry_after: seconds after which a retry may succeed; None where none will.
    """

    def __init__(self, message: str, retry_after: float | None = None):
        super().__init__(message)
        self.retry_after = retry_after


class GpuClient:
    """A client of the GPU service; safe to share between threads.

    Args:
        settings: gpu_url is set.
    """

    def __init__(self, settings: Settings):
        self._url = f"{(settings.gpu_url or '').rstrip('/')}/v1/read"
        self._fetch: Callable[[], str | None] = lambda: settings.gpu_key
        if settings.gpu_key_secret:
            self._fetch = secrets_manager(settings.gpu_key_secret)
        self._key: str | None = None
        self._breaker = Breaker(FAILURES, RESET_SECONDS)

    def read(self, inputs: Inputs, options: Mapping[str, str], headers: Mapping[str, str], seconds: float) -> Document:
        """The document of these inputs.

        Args:
            inputs: name and content of each file.
            options: query parameters of /v1/read.
            headers: sent along, besides the key.
            seconds: time limit, retry included.

        Raises:
            GpuRefusedError, GpuUnavailableError
        """
        if not self._breaker.allows():
            raise GpuUnavailableError("it did not answer lately")
        try:
            content = anyio.from_thread.run(self._within, seconds, inputs, options, headers)
            document = _parsed(content)
        except GpuRefusedError:
            self._breaker.succeeded()
            raise
        except Exception:
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        return document

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        import httpx

        return httpx.create_ssl_context()

    async def _within(
        self, seconds: float, inputs: Inputs, options: Mapping[str, str], headers: Mapping[str, str]
    ) -> bytes:
        ends = asyncio.get_running_loop().time() + seconds

        def retry(error: Exception) -> float | bool:
            """The wait before a retry, if it ends within the time limit: otherwise this function had better read."""
            if not isinstance(error, GpuUnavailableError) or error.retry_after is None:
                return False
            late = asyncio.get_running_loop().time() + error.retry_after >= ends
            return False if late else error.retry_after

        try:
            async with asyncio.timeout(seconds):
                async for attempt in load_stamina().retry_context(on=retry, attempts=2, timeout=None):
                    with attempt:
                        return await self._post(inputs, options, headers)
        except TimeoutError:
            raise GpuUnavailableError(f"it did not answer within {seconds:.1f} s") from None
        raise AssertionError("the last attempt returns or raises")

    async def _post(self, inputs: Inputs, options: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
        import httpx

        headers = {**headers, **await self._authentication()}
        body: dict[str, Any]
        if len(inputs) == 1:
            name, data = inputs[0]
            options = {**options, "name": name}
            body = {"content": data}
            headers["Content-Type"] = "application/octet-stream"
        else:
            body = {"files": [("file", (name, data)) for name, data in inputs]}
        # Only the time limit of the connection is set here; `_within` limits the whole request.
        timeout = httpx.Timeout(None, connect=CONNECT_SECONDS)
        try:
            # A new connection each time: a kept one would be dead after Lambda has frozen this process.
            async with httpx.AsyncClient(timeout=timeout, verify=self._tls, follow_redirects=False) as client:
                answer = await client.post(self._url, params=options, headers=headers, **body)
        except httpx.TransportError as error:
            raise GpuUnavailableError(f"{type(error).__name__}: {error}", RETRY_SECONDS) from None
        return self._content(answer)

    async def _authentication(self) -> dict[str, str]:
        if self._key is None:
            try:
                self._key = await anyio.to_thread.run_sync(self._fetch, abandon_on_cancel=True)
            except Exception as error:  # noqa: BLE001 -- boto3's errors, or a secret without text
                raise GpuUnavailableError(
                    f"this service's key can't be fetched: {type(error).__name__}: {error}"
                ) from None
        return {"X-API-Key": self._key} if self._key else {}

    def _content(self, answer: httpx.Response) -> bytes:
        """The body of a successful response. Raises GpuRefusedError, GpuUnavailableError."""
        status = answer.status_code
        if status == 200:
            return answer.content
        if status in (401, 403):
            # The secret may have a newer key.
            self._key = None
            raise GpuUnavailableError(f"it refuses this service's key ({status})")
        problem = _problem(answer)
        if problem and 400 <= status < 500 and status not in BETWEEN_SERVICES:
            raise GpuRefusedError(problem, status)
        code = f" {problem['code']}" if problem else ""
        retry_after = _retry_after(answer) if status in TRANSIENT else None
        raise GpuUnavailableError(f"it answers {status}{code}", retry_after)


def _parsed(content: bytes) -> Document:
    try:
        return json.parse(content)
    except ValueError:
        raise GpuUnavailableError("its answer is no document") from None


def _problem(answer: httpx.Response) -> dict[str, str] | None:
    """The problem in EasyBraille's response; None where a proxy or another server responds."""
    try:
        found = answer.json()
    except ValueError:
        return None
    names = ("code", "title", "detail")
    return found if isinstance(found, dict) and all(isinstance(found.get(name), str) for name in names) else None


def _retry_after(answer: httpx.Response) -> float:
    try:
        return max(RETRY_SECONDS, float(answer.headers["retry-after"]))
    except (KeyError, ValueError):  # it may be a date, too
        return RETRY_SECONDS
