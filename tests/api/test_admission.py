"""Callers that disconnect free their place."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from easybraille import cancellation, slots
from easybraille.api import admission
from easybraille.errors import NotReadyError
from easybraille.reader import Reader
from tests import loopback
from tests.damaged import picture_pdf
from tests.made_page import KnownCells, png, rendered

PAGE = rendered("Hola")
PNG = {"Content-Type": "image/png"}


class HeldUp(KnownCells):
    """A detector that waits until it is released, and counts the calls."""

    def __init__(self) -> None:
        super().__init__([PAGE])
        self.open = threading.Event()
        self.calls = 0

    def detect(self, images, candidate=None):
        self.calls += 1
        assert self.open.wait(20)
        return super().detect(images, candidate)


def test_a_caller_who_hangs_up_makes_room_for_the_next():
    detector = HeldUp()
    page = png(PAGE)
    with (
        loopback.served(Reader(detector), EASYBRAILLE_READERS="1", EASYBRAILLE_QUEUE="1") as client,
        ThreadPoolExecutor() as together,
    ):
        first = together.submit(client.post, "/v1/read", content=page, headers=PNG)
        while not detector.calls:
            time.sleep(0.01)
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(client.base_url.join("/v1/read"), content=page, headers=PNG, timeout=0.5)
        third = together.submit(client.post, "/v1/read", content=page, headers=PNG)
        time.sleep(1)
        assert client.post("/v1/read", content=page, headers=PNG).status_code == 503
        calls = detector.calls
        detector.open.set()
        assert first.result().status_code == third.result().status_code == 200
    assert calls == 1


def test_a_request_that_waits_longer_than_it_may_is_told_so():
    detector = HeldUp()
    page = png(PAGE)
    with (
        loopback.served(Reader(detector), EASYBRAILLE_READERS="1", EASYBRAILLE_QUEUE_SECONDS="0.5") as client,
        ThreadPoolExecutor() as together,
    ):
        first = together.submit(client.post, "/v1/read", content=page, headers=PNG)
        while not detector.calls:
            time.sleep(0.01)
        began = time.monotonic()
        refused = client.post("/v1/read", content=page, headers=PNG)
        assert 0.5 <= time.monotonic() - began < 5
        assert (refused.status_code, refused.json()["code"]) == (503, "not_ready")
        assert int(refused.headers["retry-after"]) > 0
        detector.open.set()
        assert first.result().status_code == 200
        assert client.post("/v1/read", content=page, headers=PNG).status_code == 200


def test_the_service_is_not_ready_while_every_place_is_taken_and_none_becomes_free(monkeypatch):
    monkeypatch.setattr(admission, "FULL_SECONDS", 0.2)
    gate = admission.Admission(1, 1)
    with gate.place():
        with gate.place():
            assert not gate.blocked
            time.sleep(0.3)
            assert gate.blocked
            with pytest.raises(NotReadyError), gate.place():
                pass
        assert not gate.blocked
    with gate.place():
        pass


def test_the_service_is_not_ready_while_slots_are_held_for_longer_than_any_page_takes(monkeypatch):
    monkeypatch.setattr(slots, "STUCK_SECONDS", 0.2)
    gate = admission.Admission(1, 1)
    with gate._slots.held():
        assert not gate.blocked
        time.sleep(0.3)
        assert gate.blocked
    assert not gate.blocked


class Counting(HeldUp):
    """A detector with many passes, each of which is counted and short."""

    def detect(self, images, candidate=None):
        cancellation.current()
        self.calls += 1
        time.sleep(0.2)
        return KnownCells.detect(self, images, candidate)


def test_a_caller_who_disconnects_ends_the_reading_of_a_long_document():
    detector = Counting()
    many = picture_pdf([png(PAGE)] * 12)
    with loopback.served(Reader(detector), EASYBRAILLE_READERS="1") as client:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(
                client.base_url.join("/v1/read"), content=many, headers={"Content-Type": "application/pdf"}, timeout=3
            )
        time.sleep(1)
        calls = detector.calls
        time.sleep(1)
        assert detector.calls == calls
        assert client.post("/v1/read", content=png(PAGE), headers=PNG).status_code == 200
