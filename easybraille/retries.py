"""Retries of transient failures, by the library stamina."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


@cache
def load_stamina() -> ModuleType:
    """The module stamina, imported when it is first needed: a start without retries does not pay for the import.

    Its own log lines are off, since the callers say in their words what is retried.
    """
    import stamina
    import stamina.instrumentation

    stamina.instrumentation.set_on_retry_hooks([])
    return stamina


def retried(
    attempt: Callable[[], T],
    on: type[Exception] | Callable[[Exception], bool],
    attempts: int,
    first_wait: float = 0,
    jitter: float = 0,
) -> T:
    """The result of `attempt`, which is repeated after the errors `on`.

    Args:
        on: an exception class, or a function that says whether to retry after an exception.
        attempts: how many at most; the error of the last one is raised.
        first_wait: seconds before the second attempt; each wait is twice as long as the one before.
        jitter: up to so many seconds are added to each wait, at random.
    """
    retry = load_stamina().retry(on=on, attempts=attempts, timeout=None, wait_initial=first_wait, wait_jitter=jitter)
    result: T = retry(attempt)()
    return result
