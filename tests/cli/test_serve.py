"""`easybraille serve`: where it listens, and what it says before it does."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import httpx
import pytest

from easybraille.cli import serve
from easybraille.errors import UsageError
from easybraille.model_store import SHIPPED
from tests import loopback
from tests.cli.test_cli import easybraille
from tests.conftest import EXAMPLES
from tests.faulty_s3 import faulty_s3
from tests.waiting import until


@contextmanager
def taken() -> Iterator[int]:
    """A port that another program uses."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_told_before_anything_is_served():
    with taken() as port:
        done = easybraille("serve", "--port", port)
    assert done.returncode == 2
    assert done.stderr == f"easybraille: Another program uses port {port}; choose another one by --port.\n"


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_what_is_no_port_is_bad_usage(port):
    done = easybraille("serve", f"--port={port}")
    assert done.returncode == 2 and f"{port} is not a port from 0 to 65535" in done.stderr


def test_an_address_of_another_machine_is_bad_usage():
    done = easybraille("serve", "--host", "192.0.2.1", "--port", "0")
    assert done.returncode == 2 and "no address of this machine" in done.stderr and "Traceback" not in done.stderr


def test_the_next_free_port_is_taken_where_none_was_chosen():
    with taken() as port, serve._bound("127.0.0.1", None, port) as listening:
        assert port < listening.getsockname()[1] < port + 20
    with taken() as port, pytest.raises(UsageError):
        serve._bound("127.0.0.1", port, 5000)


@contextmanager
def serving(**environment: str) -> Iterator[tuple[str, list[str]]]:
    """The address that a service tells, and what it has said until then."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("EASYBRAILLE_", "MODEL_", "PORT"))}
    command = [sys.executable, "-m", "easybraille", "serve"]
    said: list[str] = []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=clean | environment) as running:
        try:
            while not (found := re.search(r"http://localhost:(\d+)/", "".join(said))):
                said.append(running.stderr.readline())
                assert said[-1], said
            address = f"http://127.0.0.1:{found[1]}"
            until(lambda: _answers(address))
            yield address, said
        finally:
            running.send_signal(signal.SIGINT)
            said += running.stderr.readlines()
            running.wait(30)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/ready").status_code == 200
    except httpx.TransportError:
        return False


def test_a_start_that_cannot_succeed_ends_with_status_1_and_its_reason(tmp_path):
    (tmp_path / "best.onnx").write_bytes(b"\x08 no network")
    done = easybraille("serve", "--port", "0", MODEL_PATH=str(tmp_path / "best.onnx"))
    assert done.returncode == 1 and "best.onnx" in done.stderr and "Traceback" not in done.stderr


def test_a_start_waits_for_s3_and_goes_on_when_it_is_back(tmp_path):
    with faulty_s3() as s3:
        aws = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
        client = boto3.client("s3", endpoint_url=s3.direct, **aws)
        client.create_bucket(Bucket="late")
        for name in ("manifest.json", "best.onnx"):
            client.upload_file(str(SHIPPED.with_name(name)), "late", name)
        s3.chance, s3.kinds = 1.0, ("slow down",)
        environment = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_ENDPOINT_URL": s3.url}
        environment |= {"MODEL_S3_PATH": "s3://late/manifest.json", "XDG_CACHE_HOME": str(tmp_path)}
        with loopback.starting(EASYBRAILLE_HOST="127.0.0.1", **environment) as (server, url):
            until(lambda: "cannot be fetched" in _said(url).get("reason", ""))
            assert server.poll() is None
            s3.chance = 0.0
            until(lambda: _answers(url))


def _said(address: str) -> dict[str, str]:
    try:
        return httpx.get(f"{address}/ready").json()
    except httpx.TransportError:
        return {}


def test_a_local_service_takes_jobs_without_a_key(tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    shutil.copy(EXAMPLES / "carta.jpg", pages)
    jobs = str(tmp_path / "jobs")
    with serving(EASYBRAILLE_JOBS_FOLDER=jobs, PORT="0") as (address, said):
        httpx.get(f"{address}/nowhere", headers={"X-Request-ID": "found-in-the-log"})
        done = easybraille("bulk", pages, "--url", address)
    assert done.returncode == 0, done.stderr
    assert "Querida Lucía" in (tmp_path / "pages-results" / "carta.txt").read_text("utf-8")
    assert any("found-in-the-log" in line and "/nowhere" in line for line in said)


def test_bulk_says_what_to_do_where_a_key_is_needed(tmp_path):
    shutil.copy(EXAMPLES / "carta.jpg", tmp_path)
    with serving(EASYBRAILLE_OPEN="read", EASYBRAILLE_JOBS_FOLDER=str(tmp_path / "jobs"), PORT="0") as (address, _):
        done = easybraille("bulk", tmp_path, "--url", address)
    assert done.returncode == 1
    assert "This needs a key." in done.stderr and "EASYBRAILLE_KEY" in done.stderr and "--host 127.0.0.1" in done.stderr
