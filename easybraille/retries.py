"""Access to stamina, the library that retries transient failures."""

from __future__ import annotations

from functools import cache
from types import ModuleType


@cache
def load_stamina() -> ModuleType:
    """The module stamina, imported when it is first needed: a start without retries does not pay for the import.

    Its own log lines are off, since the callers say in their words what is retried.
    """
    import stamina
    import stamina.instrumentation

    stamina.instrumentation.set_on_retry_hooks([])
    return stamina
