"""gunicorn with its workers, as in production, on a machine without a GPU."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import boto3
import httpx
import psutil
import pytest
from PIL import Image

from tests.bombs import pdf_tiling_pattern
from tests.conftest import ROOT
from tests.faulty_s3 import faulty_s3
from tests.jobs.client import begin, ended
from tests.made_page import png, rendered
from tests.waiting import until

from .served import Served, served

PAGE = png(rendered("Querida Lucía:\nAyer llegó el otoño\nal jardín."))
READING = 'easybraille_engine{device="cpu",engine="onnxruntime"}'
HUNG_UP = 'easybraille_requests_total{route="/v1/read",status="499"}'


@pytest.fixture(scope="module")
def two() -> Iterator[Served]:
    """Two workers, both ready."""
    with served(GUNICORN_WORKERS="2", EASYBRAILLE_THREADS="1") as service:
        wait_for_both(service)
        yield service


def wait_for_both(service: Served) -> None:
    service.wait_until_ready()
    until(lambda: service.metric(READING) == 2, 60, service.log.read_text)


def book(pages: int) -> bytes:
    """A PDF of so many pages."""
    sheets, file = [Image.open(io.BytesIO(PAGE))] * pages, io.BytesIO()
    sheets[0].save(file, "PDF", save_all=True, append_images=sheets[1:])
    return file.getvalue()


def read(url: str, content: bytes = PAGE, timeout: float = 120) -> httpx.Response:
    kind = {"Content-Type": "application/octet-stream"}
    return httpx.post(f"{url}/v1/read", params={"format": "text"}, content=content, headers=kind, timeout=timeout)


def hang_up(url: str, content: bytes, sent: bytes, when: Callable[[], object]) -> None:
    """Begin to post something, of which only a part may be sent, and hang up."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        lines = ("POST /v1/read HTTP/1.1", f"Host: {address.netloc}", f"Content-Length: {len(content)}", "", "")
        connection.sendall("\r\n".join(lines).encode() + sent)
        until(when)


def test_without_a_gpu_the_service_says_so_and_reads_the_same_weights_on_the_cpu(two):
    ready = httpx.get(f"{two.url}/ready").json()
    assert (ready["engine"], ready["device"]) == ("onnxruntime", "cpu")
    assert "No GPU is used" in ready["notice"] and "No GPU is used" in two.log.read_text()
    assert "otoño" in read(two.url).text


def test_one_worker_of_all_reads_the_pages_of_jobs_that_live_on_this_machine():
    with served(GUNICORN_WORKERS="2", EASYBRAILLE_THREADS="1") as service, httpx.Client(base_url=service.url) as client:
        wait_for_both(service)
        job = begin(client, {f"{number}.png": PAGE for number in range(4)})
        for _ in range(20):  # until both have been asked
            httpx.get(f"{service.url}/v1/jobs/{job}").raise_for_status()
        assert ended(client, job)["pages"]["done"] == 4
        time.sleep(1.5)  # each tries once a second
        assert service.log.read_text().count("this process reads the pages of jobs") == 1


def test_figures_are_those_of_all_workers_whoever_is_asked(two):
    before = two.metric("easybraille_pages_total")
    with ThreadPoolExecutor(4) as together:
        assert {answer.status_code for answer in together.map(read, [two.url] * 8)} == {200}
    assert [two.metric("easybraille_pages_total") - before for _ in range(6)] == [8] * 6
    assert two.metric("easybraille_batch_pages_count") >= 8
    for stage in ("picture", "cells", "text", "answer"):
        assert two.metric(f'easybraille_stage_seconds_total{{stage="{stage}"}}') > 0
    assert two.metric("easybraille_queue_pages") == two.metric("easybraille_requests_here") == 0


def test_a_worker_that_is_killed_is_replaced_and_its_figures_stay(two):
    before, killed = two.metric("easybraille_pages_total"), two.workers()[0]
    os.kill(killed, signal.SIGKILL)
    until(lambda: works(two.url), 10)
    # The killed one counts until gunicorn has noticed, and then there is another.
    until(lambda: killed not in two.workers() and len(two.workers()) == 2)
    wait_for_both(two)
    assert two.metric("easybraille_pages_total") > before


def works(url: str, content: bytes | None = None) -> bool:
    try:
        return read(url, content or PAGE, timeout=10).status_code == 200
    except httpx.TransportError:
        return False


def test_where_the_only_worker_is_killed_its_requests_fail_and_the_next_ones_work():
    with served() as service, ThreadPoolExecutor(2) as together:
        service.wait_until_ready()
        taken = [together.submit(read, service.url, book(20)) for _ in range(2)]
        until(lambda: service.metric("easybraille_requests_here") == 2)
        os.kill(service.workers()[0], signal.SIGKILL)
        for answer in taken:
            with pytest.raises(httpx.TransportError):
                answer.result()
        until(lambda: works(service.url), 60, service.log.read_text)


def test_workers_answer_what_they_took_and_end_when_their_master_is_killed():
    with served(GUNICORN_WORKERS="2") as service:
        wait_for_both(service)
        with ThreadPoolExecutor() as together:
            answer = together.submit(read, service.url, book(3))
            together.submit(works, service.url, pdf_tiling_pattern())
            # The two workers, and the processes that open the files: the pattern's is busy for seconds.
            until(lambda: len(descendants(service)) >= 4)
            before = descendants(service)
            service.process.kill()
            assert answer.result(60).status_code == 200
            until(lambda: not any(lives(one) for one in before), 60)
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", urlsplit(service.url).port), 5)


def descendants(service: Served) -> list[psutil.Process]:
    return psutil.Process(service.process.pid).children(recursive=True)


def lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_told_to_stop_it_answers_what_it_took_and_refuses_the_rest():
    # Long enough for a machine that has much else to do.
    with served(GUNICORN_TIMEOUT="300") as service, ThreadPoolExecutor(4) as together:
        service.wait_until_ready()
        taken = [together.submit(read, service.url, book(4), 300) for _ in range(4)]
        until(lambda: service.metric("easybraille_requests_here") == 4)
        service.process.send_signal(signal.SIGTERM)
        until(lambda: service.status() != "ready")
        refused = read(service.url)
        assert (refused.status_code, refused.headers["connection"]) == (503, "close")
        assert "draining" in refused.json()["detail"] and refused.headers["retry-after"]
        assert [answer.result().text.count("otoño") for answer in taken] == [4] * 4
        assert service.process.wait(300) == 0


def test_what_is_not_finished_in_time_does_not_keep_it_from_ending():
    with served(GUNICORN_TIMEOUT="5") as service, ThreadPoolExecutor(8) as together:
        service.wait_until_ready()
        taken = [together.submit(read, service.url, book(50)) for _ in range(8)]
        until(lambda: service.metric("easybraille_requests_here") == 8)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(5 + 10) == 0
        for answer in taken:
            with pytest.raises(httpx.TransportError):
                answer.result()


def test_told_to_stop_while_it_starts_it_ends():
    with served() as service:
        until(lambda: service.status() != "away")
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(60) == 0, service.log.read_text()


def test_the_pages_of_a_book_whose_reader_has_hung_up_are_not_read(two):
    pages, whole = 50, book(50)
    runs, gone = two.metric("easybraille_batch_pages_count"), two.metric(HUNG_UP)
    hang_up(two.url, whole, whole, lambda: two.metric("easybraille_batch_pages_count") > runs)
    until(lambda: two.metric(HUNG_UP) == gone + 1)
    # Each page is looked at twice: a piece of it for its direction, then all of it.
    assert two.metric("easybraille_batch_pages_count") - runs < 2 * pages


def test_a_caller_who_hangs_up_in_the_middle_of_a_picture_is_no_fault_of_the_service(two):
    gone = two.metric(HUNG_UP)
    hang_up(two.url, PAGE, PAGE[:100], lambda: two.metric("easybraille_requests_here") == 1)
    until(lambda: two.metric(HUNG_UP) == gone + 1)
    assert "Traceback" not in two.log.read_text()


def test_more_than_may_wait_are_turned_away_at_once():
    with served(EASYBRAILLE_READERS="1", EASYBRAILLE_QUEUE="1") as service, ThreadPoolExecutor(2) as together:
        service.wait_until_ready()
        taken = [together.submit(read, service.url, book(4)) for _ in range(2)]
        until(lambda: service.metric("easybraille_requests_here") == 2)
        refused = read(service.url)
        assert not any(answer.done() for answer in taken)
        assert refused.status_code == 503 and refused.headers["retry-after"]
        assert [answer.result().status_code for answer in taken] == [200, 200]


def test_weights_that_cannot_be_loaded_end_all_workers_with_status_1_and_the_reason():
    with served(MODEL_PATH=str(ROOT / "README.md"), GUNICORN_WORKERS="2") as service:
        assert service.process.wait(60) == 1
        assert "README.md is neither an .onnx nor a .pt file" in service.log.read_text()


def test_a_start_waits_for_s3_and_goes_on_when_it_is_back(tmp_path):
    with faulty_s3() as s3:
        aws = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
        client = boto3.client("s3", endpoint_url=s3.direct, **aws)
        client.create_bucket(Bucket="late")
        for name in ("manifest.json", "best.onnx", "best.pt"):
            client.upload_file(str(ROOT / "models" / name), "late", name)
        s3.chance, s3.kinds = 1.0, ("slow down",)
        environment = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_ENDPOINT_URL": s3.url}
        with served(MODEL_S3_PATH="s3://late/manifest.json", XDG_CACHE_HOME=str(tmp_path), **environment) as service:
            until(lambda: "gave up after 5 attempts" in service.log.read_text(), 60, service.log.read_text)
            said = httpx.get(f"{service.url}/ready")
            assert said.status_code == 503 and "cannot be fetched for now" in said.json()["reason"]
            s3.chance = 0.0
            service.wait_until_ready()
            assert read(service.url).status_code == 200


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
