"""The reader that a running service shares, and the state it is in."""

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
        reader: a warm one, instead; the service is ready at once.

    Attributes:
        when_ready: called with the reader once requests are taken.
    """

    def __init__(self, load: Callable[[], Reader], reader: Reader | None = None):
        self._load = load
        self._reader = reader
        # What an operator should know about it, shown by /ready.
        self.notice: str | None = None
        self.when_ready: Callable[[Reader], None] = lambda reader: None
        self.state: State = "starting" if reader is None else "ready"

    @property
    def reader(self) -> Reader:
        """The reader.

        Raises:
            NotReadyError: it is not loaded, or the service is going down.
        """
        if self._reader is None or self.state != "ready":
            raise NotReadyError(f"The service is {self.state}. Try again in a few seconds.")
        return self._reader

    def start(self) -> None:
        """Load and warm up; afterwards the state is "ready", or "failed" with the reason in the log."""
        try:
            reader = self._load()
            warm_up(reader)
        except EasyBrailleError as error:
            self.state = "failed"
            log.error("%s", error)
            return
        except Exception:  # an engine's own, such as a GPU without enough memory
            self.state = "failed"
            log.exception("the network can't be made ready")
            return
        self._reader = reader
        if self.state == "starting":  # not where it was told to stop meanwhile
            self.state = "ready"
            self.when_ready(reader)

    def drain(self) -> None:
        """Take nothing new."""
        self.state = "draining"
