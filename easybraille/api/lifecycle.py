"""The reader that all requests of a running service share, and the state of the service."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Literal

from ..errors import NotReadyError
from ..reader import Reader
from ..startup import start_reader

State = Literal["starting", "ready", "draining", "failed"]
log = logging.getLogger(__name__)


class Service:
    """Holds the reader once it is loaded and warm.

    Args:
        load: makes the reader; called by `start`.
        reader: a warm reader instead, with which the service is ready immediately.
        keep_trying: never fail for good, see `start_reader`.

    Attributes:
        when_ready: called with the reader once requests are accepted.
        when_failed: called once the start has failed for good.
        notice: a message for operators that `/ready` shows, or None.
        reason: why the last attempt to start failed, or None.
    """

    def __init__(self, load: Callable[[], Reader], reader: Reader | None = None, keep_trying: bool = False):
        self._load = load
        self._keep_trying = keep_trying
        self._stop = threading.Event()
        self._reader = reader
        self.notice: str | None = None
        self.reason: str | None = None
        self.when_failed: Callable[[], object] = lambda: None
        self.when_ready: Callable[[Reader], None] = lambda reader: None
        self.state: State = "starting" if reader is None else "ready"

    @property
    def reader(self) -> Reader:
        """The reader.

        Raises:
            NotReadyError: it is not loaded yet, or the service is stopping.
        """
        if self._reader is None or self.state != "ready":
            raise NotReadyError(f"The service is {self.state}. Try again in a few seconds.")
        return self._reader

    def start(self) -> None:
        """Load and warm up the reader: the state becomes "ready", or "failed" where no later attempt can succeed."""
        try:
            reader = start_reader(self._load, self._stop, self._attempt_failed, self._keep_trying)
        except Exception:  # noqa: BLE001 -- it is logged already, and the service cannot start
            if self.state == "starting":  # unless it was told to stop in the meantime
                self.state = "failed"
                self.when_failed()
            return
        self._reader = reader
        if self.state == "starting":
            self.state, self.reason = "ready", None
            self.when_ready(reader)

    def drain(self) -> None:
        """Stop accepting requests."""
        self.state = "draining"
        self._stop.set()

    def _attempt_failed(self, reason: str) -> None:
        self.reason = reason
