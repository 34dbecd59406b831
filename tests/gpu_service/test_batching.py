"""Pages of many requests share one engine: together, in turn, and each with its own fate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest

from easybraille import cancellation
from easybraille.errors import RequestCancelledError
from easybraille.recognition.detectors.network import Network
from gpu_service.batching import Batching
from gpu_service.fair_queue import FairQueue, Page
from tests.waiting import until


class Engine(Network):
    """Answers each picture with its own shade, and can be held up; a white one makes it fail."""

    engine, device, batches = "made", "made", True

    def __init__(self) -> None:
        self.manifest = None
        self.batches_run: list[list[int]] = []
        self.open = threading.Event()
        self.open.set()
        self.began = threading.Event()
        self.broken = False

    def run(self, images):
        shades = [int(image[0, 0]) for image in images]
        self.began.set()
        self.open.wait(10)
        self.batches_run.append(shades)
        if self.broken or 255 in shades:
            raise RuntimeError("the engine chokes")
        return shades

    def cells(self, output, candidate=None):
        return output


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def start(engine) -> Iterator[Callable[..., Batching]]:
    made = []

    def make(pages: int = 8, wait: float = 0.0, **others) -> Batching:
        made.append(Batching(engine, pages, wait, **others))
        return made[-1]

    yield make
    engine.open.set()
    for batching in made:
        batching.close()


def picture(shade: int) -> np.ndarray:
    return np.full((4, 4), shade, np.uint8)


@contextmanager
def held_up(engine: Engine, batching: Batching, together: ThreadPoolExecutor) -> Iterator[None]:
    """The engine is busy with a page of shade 0 meanwhile."""
    engine.open.clear()
    together.submit(batching.detect, [picture(0)])
    assert engine.began.wait(5)
    yield
    engine.open.set()


def read(batching: Batching, shades: list[int], asks: list[cancellation.CancellationToken]) -> list[int]:
    """What a request's thread does; the request is added to `asks`."""
    with cancellation.cancellation_scope() as token:
        asks.append(token)
        return batching.detect([picture(shade) for shade in shades])


def test_pages_that_wait_at_the_same_moment_go_through_together_and_come_back_to_whom_they_belong(engine, start):
    batching = start()
    with ThreadPoolExecutor() as together:
        with held_up(engine, batching, together):
            answers = [together.submit(batching.detect, [picture(shade)]) for shade in range(1, 5)]
            until(lambda: len(batching._queue) == 4)
        assert [answer.result(5) for answer in answers] == [[1], [2], [3], [4]]
    assert engine.batches_run == [[0], [1, 2, 3, 4]]


def test_a_batch_holds_no_more_pages_than_is_set(engine, start):
    batching = start(pages=2)
    assert batching.detect([picture(shade) for shade in range(5)]) == list(range(5))
    assert max(map(len, engine.batches_run)) == 2


def test_a_page_waits_for_others_until_a_batch_is_full(engine, start):
    batching = start(pages=2, wait=60.0)
    with ThreadPoolExecutor() as together:
        first = together.submit(batching.detect, [picture(1)])
        until(lambda: len(batching._queue) == 1)
        second = together.submit(batching.detect, [picture(2)])
        assert first.result(5) + second.result(5) == [1, 2]
    assert engine.batches_run == [[1, 2]]


def test_a_page_waits_for_others_no_longer_than_is_set(engine, start):
    batching = start(wait=0.2)
    began = time.monotonic()
    assert batching.detect([picture(1)]) == [1]
    assert 0.2 <= time.monotonic() - began < 5


def test_a_page_that_has_waited_for_the_engine_does_not_wait_for_others_as_well():
    queue = FairQueue()
    queue.put(Page(picture(1), cancellation.CancellationToken(), since=time.perf_counter() - 60))
    began = time.monotonic()
    assert len(queue.take(2, 60.0)) == 1
    assert time.monotonic() - began < 5


def test_an_engine_that_gains_nothing_from_company_never_makes_a_page_wait(engine, start):
    engine.batches = False
    batching = start(wait=10.0)
    began = time.monotonic()
    assert batching.detect([picture(1), picture(2)]) == [1, 2]
    assert engine.batches_run == [[1], [2]] and time.monotonic() - began < 5


def test_a_single_page_does_not_wait_behind_all_pages_of_another_request(engine, start):
    batching = start(pages=1)
    with ThreadPoolExecutor() as together:
        with held_up(engine, batching, together):
            book = together.submit(read, batching, list(range(10, 20)), [])
            until(lambda: len(batching._queue) == 10)
            letter = together.submit(batching.detect, [picture(5)])
            until(lambda: len(batching._queue) == 11)
        letter.result(5), book.result(5)
    assert engine.batches_run.index([5]) == 2


def test_one_page_that_can_not_be_run_fails_alone(engine, start):
    batching = start()
    with ThreadPoolExecutor() as together:
        with held_up(engine, batching, together):
            answers: list[Future] = [together.submit(batching.detect, [picture(shade)]) for shade in (1, 255, 3)]
            until(lambda: len(batching._queue) == 3)
        assert answers[0].result(5) == [1] and answers[2].result(5) == [3]
        with pytest.raises(RuntimeError, match="chokes"):
            answers[1].result(5)


def test_the_pages_of_a_caller_who_has_left_are_not_run(engine, start):
    batching = start()
    with ThreadPoolExecutor() as together:
        with held_up(engine, batching, together):
            asks: list[cancellation.CancellationToken] = []
            answer = together.submit(read, batching, [7, 8], asks)
            until(lambda: len(batching._queue) == 2)
            asks[0].cancel()
        with pytest.raises(RequestCancelledError):
            answer.result(5)
    assert batching.detect([picture(1)]) == [1]
    assert engine.batches_run == [[0], [1]]


def test_whoever_watches_hears_how_many_wait_also_when_all_of_them_have_left(engine, start):
    told: list[tuple[int, int]] = []

    class Ears:
        def batch(self, waits, left):
            told.append((len(waits), left))

    batching = start(observer=Ears())
    with ThreadPoolExecutor() as together, held_up(engine, batching, together):
        asks: list[cancellation.CancellationToken] = []
        together.submit(read, batching, [7, 8], asks)
        until(lambda: len(batching._queue) == 2)
        asks[0].cancel()
    until(lambda: told == [(1, 0), (0, 0)])


def test_an_engine_that_can_not_even_run_an_empty_page_is_reported_lost(engine, start):
    lost = threading.Event()
    batching = start(engine_lost=lost.set)
    with pytest.raises(RuntimeError):
        batching.detect([picture(255)])
    batching.detect([picture(1)])
    assert not lost.is_set()
    engine.broken = True
    with pytest.raises(RuntimeError):
        batching.detect([picture(1)])
    assert lost.wait(5)


def test_figures_that_cannot_be_told_cost_no_page(engine, start):
    class Broken:
        def batch(self, waits, left):
            raise RuntimeError("CUDA error: device lost")

    batching = start(observer=Broken())
    assert [batching.detect([picture(shade)]) for shade in (1, 2)] == [[1], [2]]


def test_the_engines_thread_outlives_an_unforeseen_error(engine, start):
    def fail():
        raise OSError("nobody can be told")

    batching = start(engine_lost=fail)
    engine.broken = True
    with pytest.raises(RuntimeError, match="chokes"):
        batching.detect([picture(1)])
    engine.broken = False
    with ThreadPoolExecutor() as together:
        assert together.submit(batching.detect, [picture(2)]).result(5) == [2]


def test_what_waits_when_the_engine_is_closed_ends(engine, start):
    batching = start()
    with ThreadPoolExecutor() as together:
        with held_up(engine, batching, together):
            answer = together.submit(batching.detect, [picture(1)])
            until(lambda: len(batching._queue) == 1)
            closing = together.submit(batching.close)
            with pytest.raises(RequestCancelledError):
                answer.result(5)
        closing.result(5)
