"""Pages of one request are read side by side where slots are free."""

from __future__ import annotations

import threading
import time

import pytest

from easybraille.page_helpers import in_order
from easybraille.slots import Slots

WAIT = 10.0


def test_without_slots_one_thread_does_all():
    threads = in_order(lambda _: threading.get_ident(), range(4))
    assert set(threads) == {threading.get_ident()}


def test_two_pages_are_read_at_the_same_time_where_a_slot_is_free():
    both = threading.Barrier(2)
    with Slots(2).held():
        assert in_order(lambda page: both.wait(WAIT) >= 0 and page, range(4)) == [0, 1, 2, 3]


def test_results_keep_the_order_of_the_pages():
    with Slots(3).held():
        assert in_order(lambda page: time.sleep(0.02 * (page % 3 == 0)) or page, range(9)) == list(range(9))


def test_no_more_threads_work_than_there_are_slots():
    slots, busy, most = Slots(2), [], []

    def work(page: int) -> None:
        busy.append(page)
        most.append(len(busy))
        time.sleep(0.01)
        busy.remove(page)

    with slots.held():
        in_order(work, range(8))
    assert max(most) == 2


def test_a_request_that_waits_gets_the_slot_of_a_helper_after_one_page():
    slots, came, helped = Slots(2), threading.Event(), []

    def other() -> None:
        with slots.held():
            came.set()

    waiting = threading.Thread(target=other)

    def work(page: int) -> None:
        if threading.current_thread() is not threading.main_thread():
            helped.append(page)
            if not waiting.is_alive() and not came.is_set():
                waiting.start()
                while not slots.contended:
                    time.sleep(0.001)
        else:
            came.wait(WAIT)

    with slots.held():
        in_order(work, range(6))
    waiting.join()
    assert came.is_set() and helped


def test_a_request_that_is_done_does_not_wait_behind_others():
    slots, done, others = Slots(1), threading.Event(), []

    def other() -> None:
        with slots.held():
            others.append(done.wait(WAIT))

    waiting = threading.Thread(target=other)

    def work(page: int) -> int:
        waiting.start()
        while not slots.contended:
            time.sleep(0.001)
        return page

    with slots.held():
        assert in_order(work, [7]) == [7]
        assert not others and slots.contended
        done.set()
    waiting.join()


def test_a_page_that_a_helper_gives_back_is_read_all_the_same():
    slots, ended = Slots(2), threading.Event()

    def other() -> None:
        with slots.held():
            ended.wait(WAIT)

    waiting = threading.Thread(target=other)

    def pages():
        yield 0
        # A helper asks for this one; by the time it comes, another request has the slot.
        if threading.current_thread() is not threading.main_thread():
            waiting.start()
            while slots.free:
                time.sleep(0.001)
        yield 1

    with slots.held():
        assert in_order(lambda page: time.sleep(0.2) or page, pages()) == [0, 1]
        ended.set()
    if waiting.ident:
        waiting.join()


def test_all_slots_are_free_afterwards():
    slots = Slots(2)
    with slots.held():
        in_order(lambda page: page, range(5))
    with slots.held():
        assert slots.free


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_an_error_on_any_thread_ends_the_work_and_is_raised(bad):
    def work(page: int) -> int:
        time.sleep(0.005)
        if page == bad:
            raise ValueError("this page")
        return page

    slots = Slots(2)
    with slots.held():
        with pytest.raises(ValueError, match="this page"):
            in_order(work, range(1000))
        assert slots.free
