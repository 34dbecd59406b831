"""What a file costs beyond its limits ends its own process, and nothing of it stays."""

from __future__ import annotations

import threading
import time

import psutil
import pytest
from PIL import Image

from easybraille import cancellation
from easybraille.cancellation import cancellation_scope
from easybraille.errors import DamagedPictureError, NotReadyError, RequestCancelledError, TooCostlyError
from easybraille.imaging import files
from easybraille.imaging.decoding import Limits
from easybraille.imaging.files import page_count, pictures
from easybraille.imaging.kinds import Kind
from easybraille.imaging.sandbox import Sandbox
from easybraille.slots import Slots, released
from tests.bombs import pdf_deflated_twice, pdf_forms_that_call_forms, pdf_tiling_pattern
from tests.damaged import picture_pdf
from tests.imaging.test_files import encoded
from tests.waiting import until

FAST = Limits(seconds=1)


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE}


@pytest.fixture
def sandbox():
    made = Sandbox()
    yield made
    made.close()


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return picture_pdf([encoded(Image.new("L", (300, 400), 30))])


def test_a_page_that_takes_too_long_is_refused_and_its_process_is_gone(sandbox):
    before = children()
    begin = time.monotonic()
    with pytest.raises(TooCostlyError, match="more time or memory"):
        sandbox.run("gray", pdf_tiling_pattern(), Kind.PDF, FAST, number=1)
    assert time.monotonic() - begin < 15
    assert children() <= before


@pytest.mark.parametrize("made", [pdf_deflated_twice, pdf_forms_that_call_forms])
def test_a_page_that_takes_too_much_memory_is_refused(sandbox, made):
    with pytest.raises(TooCostlyError):
        sandbox.run("gray", made(), Kind.PDF, FAST, number=1)


def test_a_process_is_used_again_and_ends_with_the_sandbox(sandbox, pdf):
    before = children()
    for _ in range(3):
        assert sandbox.run("count", pdf, Kind.PDF, Limits()).fields["pages"] == 1
    (process,) = children() - before
    sandbox.close()
    assert process not in children()


def test_a_process_that_dies_costs_one_answer_at_most(sandbox, pdf):
    before = children()
    sandbox.run("count", pdf, Kind.PDF, Limits())
    for pid in children() - before:
        psutil.Process(pid).kill()
    assert sandbox.run("count", pdf, Kind.PDF, Limits()).fields["pages"] == 1


def test_errors_come_back_as_what_they_are(sandbox):
    with pytest.raises(DamagedPictureError, match="PDF is damaged"):
        sandbox.run("count", b"%PDF-1.4 and no more", Kind.PDF, Limits())


def test_processes_get_no_secret_of_their_parent(sandbox, pdf, monkeypatch):
    monkeypatch.setenv("EASYBRAILLE_API_KEYS", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    before = children()
    sandbox.run("count", pdf, Kind.PDF, Limits())
    (pid,) = children() - before
    assert not {"EASYBRAILLE_API_KEYS", "AWS_SECRET_ACCESS_KEY"} & set(psutil.Process(pid).environ())


def test_files_of_several_requests_are_opened_at_the_same_time_within_the_budget(pdf):
    small = Sandbox(budget=300_000_000)
    running = threading.Event()

    def bomb() -> None:
        running.set()
        with pytest.raises(TooCostlyError):
            small.run("gray", pdf_tiling_pattern(), Kind.PDF, Limits(seconds=2), number=1)

    thread = threading.Thread(target=bomb)
    thread.start()
    running.wait()
    time.sleep(0.5)
    try:
        begin = time.monotonic()
        # A small share fits beside the bomb, which has the usual one.
        small.run("count", pdf, Kind.PDF, Limits(), memory=20_000_000)
        assert time.monotonic() - begin < 1.5
    finally:
        thread.join()
        small.close()


def test_a_cancelled_request_ends_its_process(sandbox):
    before = children()
    cancelled: list[BaseException] = []

    def work(token: cancellation.CancellationToken) -> None:
        cancellation._current.set(token)
        try:
            sandbox.run("gray", pdf_tiling_pattern(), Kind.PDF, Limits(seconds=60), number=1)
        except RequestCancelledError as error:
            cancelled.append(error)

    with cancellation_scope() as token:
        thread = threading.Thread(target=work, args=(token,))
        thread.start()
        until(lambda: children() - before, 10)
        token.cancel()
        thread.join(5)
    assert cancelled
    assert children() <= before


def test_a_thread_that_waits_for_a_process_leaves_its_slot_to_others():
    slots, inside, go_on = Slots(1), threading.Event(), threading.Event()

    def work() -> None:
        with slots.held(), released():
            inside.set()
            go_on.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    inside.wait(10)
    with slots.held():
        go_on.set()
    thread.join(10)
    assert not thread.is_alive()


def test_who_waits_too_long_for_a_slot_is_told_so():
    slots = Slots(1, patience=0.2)
    with slots.held(), pytest.raises(NotReadyError):
        thread_result(slots)


def thread_result(slots: Slots) -> None:
    """Ask for a slot in another thread, and raise here what that raises."""
    found: list[Exception] = []

    def ask() -> None:
        try:
            with slots.held():
                pass
        except NotReadyError as error:
            found.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(10)
    for error in found:
        raise error


def test_pages_that_are_each_slow_are_not_all_opened(monkeypatch, pdf):
    taken = iter([2.0] * 10)
    real = files._gray
    monkeypatch.setattr(files, "_gray", lambda *given: (real(*given)[0], next(taken)))
    many = picture_pdf([encoded(Image.new("L", (30, 40), 30))] * 8)
    assert page_count(many, 50) == 8
    with pytest.raises(TooCostlyError, match="in parts"):
        list(pictures(many, FAST))
