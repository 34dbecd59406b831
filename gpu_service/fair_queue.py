"""A fair queue of pages for the engine: requests take turns, however many pages each has."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition
from typing import Any

import numpy as np

from easybraille.cancellation import CancellationToken


@dataclass(slots=True)
class Page:
    """A page for the engine.

    Attributes:
        image: see `Detector.detect`.
        token: of its request.
        output: becomes the network's output, see `Network.run`.
        since: when it was queued, by time.perf_counter().
    """

    image: np.ndarray
    token: CancellationToken
    output: Future[Any] = field(default_factory=Future)
    since: float = field(default_factory=time.perf_counter)


class FairQueue:
    """Requests in the order of arrival, one page of each in turn. Safe to share between threads."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: OrderedDict[CancellationToken, deque[Page]] = OrderedDict()
        self._closed = False

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def put(self, page: Page) -> None:
        """Queue a page. After `close` it is cancelled instead."""
        with self._changed:
            if self._closed:
                page.output.cancel()
                return
            self._waiting.setdefault(page.token, deque()).append(page)
            self._changed.notify()

    def take(self, most: int, wait: float) -> list[Page] | None:
        """The next batch; waits for its first page.

        Args:
            most: largest batch.
            wait: seconds that a page waits for others to fill the batch; those that it has waited already, while the
                engine was busy, count.

        Returns:
            an empty list where all waiting requests were cancelled; None once the queue is closed.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._waiting:
                waited = time.perf_counter() - min(pages[0].since for pages in self._waiting.values())
                self._changed.wait_for(lambda: len(self) >= most or self._closed, wait - waited)
            if self._closed:
                return None
            self._remove_cancelled()
            return [self._next() for _ in range(min(most, len(self)))]

    def close(self) -> None:
        """Cancel the waiting pages, and end `take`."""
        with self._changed:
            self._closed = True
            for page in (page for pages in self._waiting.values() for page in pages):
                page.output.cancel()
            self._waiting.clear()
            self._changed.notify_all()

    def _next(self) -> Page:
        token, pages = self._waiting.popitem(last=False)
        page = pages.popleft()
        if pages:  # to the end of the queue
            self._waiting[token] = pages
        return page

    def _remove_cancelled(self) -> None:
        for token in [token for token in self._waiting if token.cancelled]:
            for page in self._waiting.pop(token):
                page.output.cancel()
