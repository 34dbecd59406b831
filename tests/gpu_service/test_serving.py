"""gunicorn with its workers, as in production, on a machine without a GPU."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from PIL import Image

from tests.conftest import ROOT
from tests.made_page import png, rendered

from .served import Served, served

PAGE = png(rendered("Querida Lucía:\nAyer llegó el otoño\nal jardín."))
PNG = {"Content-Type": "image/png"}


@pytest.fixture(scope="module")
def two() -> Iterator[Served]:
    """Two workers, both ready."""
    with served(GUNICORN_WORKERS="2", EASYBRAILLE_THREADS="1") as service:
        wait_for_both(service)
        yield service


def wait_for_both(service: Served) -> None:
    service.wait_until_ready()
    deadline = time.monotonic() + 60
    while service.metric('easybraille_engine{device="cpu",engine="onnxruntime"}') < 2:
        assert time.monotonic() < deadline, service.log.read_text()
        time.sleep(0.1)


def read(url: str, timeout: float = 60) -> httpx.Response:
    return httpx.post(f"{url}/v1/read", params={"format": "text"}, content=PAGE, headers=PNG, timeout=timeout)


def test_without_a_gpu_the_service_says_so_and_reads_the_same_weights_on_the_cpu(two):
    ready = httpx.get(f"{two.url}/ready").json()
    assert (ready["engine"], ready["device"]) == ("onnxruntime", "cpu")
    assert "No GPU is used" in ready["notice"] and "No GPU is used" in two.log.read_text()
    assert "otoño" in read(two.url).text


def test_figures_are_those_of_all_workers_whoever_is_asked(two):
    before = two.metric("easybraille_pages_total")
    with ThreadPoolExecutor(4) as together:
        assert {answer.status_code for answer in together.map(read, [two.url] * 8)} == {200}
    assert [two.metric("easybraille_pages_total") - before for _ in range(6)] == [8] * 6
    assert two.metric("easybraille_batch_pages_count") >= 8
    for stage in ("picture", "cells", "text", "answer"):
        assert two.metric(f'easybraille_stage_seconds_total{{stage="{stage}"}}') > 0


def test_a_worker_that_is_killed_is_replaced_and_its_figures_stay(two):
    before = two.metric("easybraille_pages_total")
    os.kill(two.workers()[0], signal.SIGKILL)
    killed = time.monotonic()
    while True:
        try:
            if read(two.url, timeout=10).status_code == 200:
                break
        except httpx.TransportError:
            pass
        assert time.monotonic() - killed < 10
    wait_for_both(two)
    assert two.metric("easybraille_pages_total") > before
    assert len(two.workers()) == 2


def test_told_to_stop_it_answers_what_it_took_and_refuses_the_rest():
    with served(GUNICORN_TIMEOUT="30") as service, ThreadPoolExecutor(8) as together:
        service.wait_until_ready()
        taken = [together.submit(read, service.url) for _ in range(8)]
        while service.metric("easybraille_requests_here") < 8:
            time.sleep(0.01)
        service.process.send_signal(signal.SIGTERM)
        while service.status() == "ready":
            time.sleep(0.01)
        refused = read(service.url)
        assert (refused.status_code, refused.headers["connection"]) == (503, "close")
        assert "draining" in refused.json()["detail"] and refused.headers["retry-after"]
        assert [answer.result().status_code for answer in taken] == [200] * 8
        assert service.process.wait(30) == 0


def test_the_pages_of_a_book_whose_reader_has_hung_up_are_not_read(two):
    sheets = [Image.open(io.BytesIO(PAGE))] * 30
    book = io.BytesIO()
    sheets[0].save(book, "PDF", save_all=True, append_images=sheets[1:])
    before = two.metric("easybraille_batch_pages_count")
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{two.url}/v1/read", content=book.getvalue(), headers={"Content-Type": "application/pdf"}, timeout=1
        )
    while two.metric("easybraille_requests_here") > 1:  # the one that asks
        time.sleep(0.05)
    # Each page is looked at twice: a piece of it for its direction, then all of it.
    assert 0 < two.metric("easybraille_batch_pages_count") - before < 2 * len(sheets)
    assert two.metric('easybraille_requests_total{route="/v1/read",status="499"}') == 1


def test_more_than_may_wait_are_turned_away_at_once():
    with served(EASYBRAILLE_READERS="1", EASYBRAILLE_QUEUE="1") as service, ThreadPoolExecutor(8) as together:
        service.wait_until_ready()
        answers = list(together.map(read, [service.url] * 8))
    refused = [answer for answer in answers if answer.status_code == 503]
    assert 0 < len(refused) < 8 and {answer.status_code for answer in answers} == {200, 503}
    assert all(answer.headers["retry-after"] for answer in refused)


def test_weights_that_can_not_be_loaded_leave_a_service_that_says_failed(tmp_path):
    with served(MODEL_PATH=str(ROOT / "README.md")) as service:
        deadline = time.monotonic() + 30
        while service.status() != "failed":
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_wrong_setting_is_one_sentence():
    ended = subprocess.run(
        [sys.executable, "-m", "gpu_service"],
        cwd=ROOT,
        env={**os.environ, "GUNICORN_TIMEOUT": "soon"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0 and ended.stderr.startswith("GUNICORN_TIMEOUT is 'soon'")
    assert "Traceback" not in ended.stderr
