"""The reader that all requests of a running service share, and the state of the service."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal

from ..errors import EasyBrailleError, NotReadyError
from ..reader import Reader
from ..startup import warm_up

State = Literal["starting", "ready", "draining", "failed"]
log = logging.getLogger(__name__)


class Service:
    """Holds the reader once it is loaded and warm.

    Args:
        load: makes the reader; called by `start`.
        reader: a warm reader instead, with which the service is ready immediately.

    Attributes:
        when_ready: called with the reader once requests are accepted.
        notice: a message for operators that `/ready` shows, or None.
    """

    def __init__(self, load: Callable[[], Reader], reader: Reader | None = None):
        self._load = load
        self._reader = reader
        self.notice: str | None = None
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
        """Load and warm up the reader; the state becomes "ready", or "failed" with the reason in the log."""
        try:
            reader = self._load()
            warm_up(reader)
        except EasyBrailleError as error:
            self.state = "failed"
            log.error("%s", error)
            return
        except Exception:  # errors of an engine, such as too little memory on a GPU
            self.state = "failed"
            log.exception("the network cannot be loaded")
            return
        self._reader = reader
        if self.state == "starting":  # unless it was told to stop in the meantime
            self.state = "ready"
            self.when_ready(reader)

    def drain(self) -> None:
        """Stop accepting requests."""
        self.state = "draining"
