"""The current invocation: its request id, its time limit, and the outcome for the log."""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

# Header of a forwarded request, so that it is never forwarded again.
FORWARDED = "X-EasyBraille-Forwarded"
# Header of a response: whether this function read, or the GPU service.
PATH = "X-EasyBraille-Path"


@dataclass(slots=True)
class Invocation:
    """One invocation.

    Attributes:
        request_id: Lambda's own.
        trace: X-Ray's trace id, where there is one.
        ends: deadline of the response, by time.monotonic().
        forwarded: another function like this one has forwarded the request.
        status: of the response.
        path: which service read; None while nothing was read.
        gpu_unavailable: the request was forwarded to the GPU service, which failed.
    """

    request_id: str
    trace: str | None
    ends: float
    forwarded: bool = False
    status: int = 500
    path: Literal["light", "heavy"] | None = None
    gpu_unavailable: bool = False

    @property
    def remaining(self) -> float:
        """Seconds until the deadline."""
        return self.ends - time.monotonic()

    @property
    def forwarded_headers(self) -> dict[str, str]:
        """Headers of the forwarded request; none of the caller's own."""
        headers = {"X-Request-Id": self.request_id, "X-Amzn-Trace-Id": self.trace, FORWARDED: "1"}
        return {name: value for name, value in headers.items() if value}


current: ContextVar[Invocation] = ContextVar("invocation")
