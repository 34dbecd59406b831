"""The consumer of the queue: receives messages and processes several of them at a time, until it is told to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from ..errors import NotReadyError, PageCrashedError
from .processor import Processor
from .queues.base import Message, Queue

# A received message is hidden from others this long, and that is renewed; one whose worker died comes back afterwards.
VISIBILITY_SECONDS = 30
# A message that cannot be processed for now comes back after 30 s, 2 min, 8 min, 15 min: the queue delivers it only so
# many times, and a store that was unreachable for a while is no reason to give a page up.
_FIRST_DELAY, _LONGEST_DELAY = 30, 900
# How long a request for messages waits, and therefore how long stopping may take.
_WAIT_SECONDS = 5
_LARGEST_BATCH = 10
log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _InFlight:
    """A message that is being processed, and its deadline by time.monotonic()."""

    message: Message
    deadline: float


class Consumer:
    """Receives and processes messages; one a process.

    Args:
        queue: where messages come from.
        processor: processes them.
        concurrency: how many messages are processed at the same time.
        stuck: called when a message has exceeded its time limit and its thread does not end.
        alive: called at each poll of the queue.
    """

    def __init__(
        self,
        queue: Queue,
        processor: Processor,
        concurrency: int,
        stuck: Callable[[], object] = lambda: None,
        alive: Callable[[], object] = lambda: None,
    ):
        self._queue = queue
        self._processor = processor
        self._concurrency = concurrency
        self._stuck = stuck
        self._alive = alive
        self._free = threading.Semaphore(concurrency)
        self._in_flight: set[_InFlight] = set()
        self._lock = threading.Lock()

    def run(self, stop: threading.Event) -> None:
        """Process messages until `stop` is set; those in flight are completed."""
        ended = threading.Event()
        keeper = threading.Thread(target=self._renew, args=(ended,), name="visibility")
        keeper.start()
        try:
            with ThreadPoolExecutor(self._concurrency, thread_name_prefix="page") as pool:
                while not stop.is_set():
                    self._alive()
                    self._receive(pool, stop)
        finally:
            ended.set()
            keeper.join()

    def _receive(self, pool: ThreadPoolExecutor, stop: threading.Event) -> None:
        """Start as many messages as there are threads for."""
        if not self._free.acquire(timeout=1):
            return
        room = 1
        while room < _LARGEST_BATCH and self._free.acquire(blocking=False):
            room += 1
        messages: list[Message] = []
        try:
            messages = self._queue.receive(room, _WAIT_SECONDS, VISIBILITY_SECONDS)
        except NotReadyError:
            stop.wait(_WAIT_SECONDS)
        for message in messages:
            if stop.is_set():
                self._change_visibility(message, 0)
            else:
                pool.submit(self._process, message)
        for _ in range(room - len(messages)):
            self._free.release()

    def _process(self, message: Message) -> None:
        in_flight = _InFlight(message, time.monotonic() + self._processor.time_limit(message.body))
        with self._lock:
            self._in_flight.add(in_flight)
        delay: int | None = 0
        try:
            self._processor.process(message.body, message.receives)
            delay = None
        except PageCrashedError as error:
            log.error("%s: %s", message.body, error)
        except NotReadyError:
            delay = min(_LONGEST_DELAY, _FIRST_DELAY * 4 ** (message.receives - 1))
        except Exception:  # the thread must survive any message; the queue delivers this one again
            log.exception("%s", message.body)
        finally:
            with self._lock:
                self._in_flight.discard(in_flight)
            try:
                if delay is None:
                    self._delete(message)
                else:
                    self._change_visibility(message, delay)
            except Exception:  # the queue delivers this message again
                log.exception("%s", message.body)
            finally:
                self._free.release()

    def _renew(self, ended: threading.Event) -> None:
        """Keep messages in flight invisible until their deadline."""
        while not ended.wait(VISIBILITY_SECONDS / 3):
            with self._lock:
                in_flight = list(self._in_flight)
            now = time.monotonic()
            for one in in_flight:
                if now < one.deadline:
                    try:
                        self._change_visibility(one.message, VISIBILITY_SECONDS)
                    except Exception:  # the other messages need this thread
                        log.exception("%s", one.message.body)
                elif now > one.deadline + VISIBILITY_SECONDS:
                    log.critical("%s: its thread is stuck", one.message.body)
                    self._stuck()

    def _change_visibility(self, message: Message, seconds: int) -> None:
        # Where this fails, the message comes back anyway, perhaps to two workers, which does no harm.
        with suppress(NotReadyError):
            self._queue.change_visibility(message, seconds)

    def _delete(self, message: Message) -> None:
        with suppress(NotReadyError):
            self._queue.delete(message)
