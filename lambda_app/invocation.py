"""The request that this process answers now: what it is called, how long there is, and what becomes of it."""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

# Goes along with what is passed on, so that it is never passed on once more.
FORWARDED = "X-EasyBraille-Forwarded"
# Says in the answer who read: this function, or the GPU service that it asked.
PATH = "X-EasyBraille-Path"


@dataclass(slots=True)
class Invocation:
    """One request.

    Attributes:
        request_id: Lambda's own.
        trace: X-Ray's name of the trace, where there is one.
        ends: when the answer has to be there, by time.monotonic().
        forwarded: another function like this one has passed it on.
        status: of the answer.
        path: which way it was read; None while nothing was.
        away: the GPU service was asked and did not answer as it should.
    """

    request_id: str
    trace: str | None
    ends: float
    forwarded: bool = False
    status: int = 500
    path: Literal["light", "heavy"] | None = None
    away: bool = False

    @property
    def left(self) -> float:
        """Seconds until the answer has to be there."""
        return self.ends - time.monotonic()

    @property
    def along(self) -> dict[str, str]:
        """Headers for whom this request is passed on to; none of the caller's own."""
        given = {"X-Request-Id": self.request_id, "X-Amzn-Trace-Id": self.trace, FORWARDED: "1"}
        return {name: value for name, value in given.items() if value}


current: ContextVar[Invocation] = ContextVar("invocation")
