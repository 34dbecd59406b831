"""Takes messages from a queue and does what they ask for, several at once, until it is told to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from ..errors import NotReadyError, PageCrashedError
from .processor import Work
from .queues.base import Message, Queue

# A message is held so long at a time; one whose worker died comes back after this.
HOLD_SECONDS = 30
# Where something can't be done just now, its message comes back after 30 s, 2 min, 8 min, 15 min: it may come only so
# often, and what was not to be reached for a while is no reason to give a page up.
_PAUSE, _LONGEST_PAUSE = 30, 900
# How long a request for messages waits, and so how long it may take to stop.
_WAIT_SECONDS = 5
_MOST_AT_ONCE = 10
log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Held:
    """A message that is being worked on, and until when it may be."""

    message: Message
    until: float


class Worker:
    """One process has one of these.

    Args:
        queue: where messages come from.
        work: does them.
        at_once: how many at the same time.
        stuck: called when one has taken longer than it may, and will not end by itself.
    """

    def __init__(self, queue: Queue, work: Work, at_once: int, stuck: Callable[[], object] = lambda: None):
        self._queue = queue
        self._work = work
        self._at_once = at_once
        self._stuck = stuck
        self._free = threading.Semaphore(at_once)
        self._held: set[_Held] = set()
        self._lock = threading.Lock()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; what has been begun is ended."""
        ended = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(ended,), name="keeper")
        keeper.start()
        try:
            with ThreadPoolExecutor(self._at_once, thread_name_prefix="page") as pool:
                while not stop.is_set():
                    self._take(pool, stop)
        finally:
            ended.set()
            keeper.join()

    def _take(self, pool: ThreadPoolExecutor, stop: threading.Event) -> None:
        """Begin as many messages as there are, and as there is room for."""
        if not self._free.acquire(timeout=1):
            return
        room = 1
        while room < _MOST_AT_ONCE and self._free.acquire(blocking=False):
            room += 1
        messages: list[Message] = []
        try:
            messages = self._queue.receive(room, _WAIT_SECONDS, HOLD_SECONDS)
        except NotReadyError:
            stop.wait(_WAIT_SECONDS)
        for message in messages:
            if stop.is_set():
                self._hold(message, 0)
            else:
                pool.submit(self._do, message)
        for _ in range(room - len(messages)):
            self._free.release()

    def _do(self, message: Message) -> None:
        held = _Held(message, time.monotonic() + self._work.seconds(message.body))
        with self._lock:
            self._held.add(held)
        again: int | None = 0
        try:
            self._work.do(message.body, message.receives)
            again = None
        except PageCrashedError as error:
            log.error("%s: %s", message.body, error)
        except NotReadyError:
            again = min(_LONGEST_PAUSE, _PAUSE * 4 ** (message.receives - 1))
        except Exception:
            log.exception("%s", message.body)
        finally:
            with self._lock:
                self._held.discard(held)
            if again is None:
                self._delete(message)
            else:
                self._hold(message, again)
            self._free.release()

    def _keep(self, ended: threading.Event) -> None:
        """Hold what is being worked on, as long as it may take."""
        while not ended.wait(HOLD_SECONDS / 3):
            with self._lock:
                held = list(self._held)
            now = time.monotonic()
            for one in held:
                if now < one.until:
                    self._hold(one.message, HOLD_SECONDS)
                elif now > one.until + HOLD_SECONDS:
                    log.critical("%s: it is stuck", one.message.body)
                    self._stuck()

    def _hold(self, message: Message, seconds: int) -> None:
        # Where it fails, the message comes back by itself, perhaps to two at once, and that does no harm.
        with suppress(NotReadyError):
            self._queue.hold(message, seconds)

    def _delete(self, message: Message) -> None:
        with suppress(NotReadyError):
            self._queue.delete(message)
