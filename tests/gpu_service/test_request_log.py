"""The log of requests, who may see the metrics, and who may read, where others than this machine can call."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from easybraille import keys
from tests.conftest import ROOT
from tests.gpu_service.served import Served, served
from tests.waiting import until

KEY, ENTRY = keys.make("escuela", ["read"])
WATCHER, WATCHER_ENTRY = keys.make("prometheus", ["metrics"])
DASHBOARD = json.loads((ROOT / "gpu_service" / "dashboard.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def public() -> Iterator[Served]:
    """A service that listens for others, with one key for reading and one for metrics."""
    with served(EASYBRAILLE_HOST="0.0.0.0", EASYBRAILLE_API_KEYS=f"{ENTRY} {WATCHER_ENTRY}") as service:
        service.wait_until_ready()
        yield service


def lines(service: Served) -> list[dict]:
    """The requests in its log."""
    found = [json.loads(line) for line in service.log.read_text().splitlines() if line.startswith("{")]
    return [line for line in found if line["message"] == "request"]


def test_a_request_is_one_json_line_with_its_id_caller_pages_and_times(public: Served, letter: bytes) -> None:
    headers = {"X-API-Key": KEY, "X-Request-Id": "the-request-1"}
    answer = httpx.post(f"{public.url}/v1/read?format=text", content=letter, headers=headers, timeout=60)
    assert answer.status_code == 200 and answer.headers["x-request-id"] == "the-request-1"
    until(lambda: any(line["request_id"] == "the-request-1" for line in lines(public)))
    (line,) = [line for line in lines(public) if line["request_id"] == "the-request-1"]
    assert (line["method"], line["path"], line["status"], line["caller"]) == ("POST", "/v1/read", 200, "escuela")
    assert line["level"] == "INFO" and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z", line["timestamp"])
    assert line["pages"] == 1 and line["cells"] > 200
    assert line["ms"] >= line["stages_ms"]["cells"] > 0 and set(line["stages_ms"]) >= {"picture", "cells", "text"}
    assert KEY not in public.log.read_text() and "Querida" not in public.log.read_text()


@pytest.mark.parametrize("given", [None, "", "x" * 200, 'two"words {}', "a\tb"])
def test_an_id_that_could_write_into_the_log_is_replaced(public: Served, given: str | None) -> None:
    headers = {} if given is None else {"X-Request-Id": given}
    answer = httpx.get(f"{public.url}/v1/languages", headers=headers)
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


def test_where_others_can_call_nothing_is_read_without_a_key(public: Served, letter: bytes) -> None:
    assert httpx.post(f"{public.url}/v1/read", content=letter).status_code == 401
    assert httpx.post(f"{public.url}/v1/translate", json={"text": "a"}).status_code == 401


def test_metrics_need_a_key_of_their_own_there(public: Served) -> None:
    assert httpx.get(f"{public.url}/metrics").status_code == 401
    assert httpx.get(f"{public.url}/metrics", headers={"X-API-Key": KEY}).status_code == 403
    assert "easybraille_requests_total" in httpx.get(f"{public.url}/metrics", headers={"X-API-Key": WATCHER}).text


def test_every_metric_of_the_dashboard_exists(public: Served, letter: bytes) -> None:
    headers = {"X-API-Key": KEY}
    httpx.post(f"{public.url}/v1/read", content=letter, headers=headers, timeout=60)
    said = httpx.get(f"{public.url}/metrics", headers={"X-API-Key": WATCHER}).text
    # A GPU's memory is only known where there is one.
    expressions = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
    named = {name for one in expressions for name in re.findall(r"easybraille_\w+", one)} - {
        "easybraille_gpu_memory_bytes"
    }
    assert len(named) > 8
    for name in named:
        assert f"\n{name}" in f"\n{said}", name


def test_the_health_check_tells_a_service_from_a_worker(public: Served, tmp_path: Path) -> None:
    def healthy(**environment: str) -> int:
        command = [sys.executable, "-m", "gpu_service.healthcheck"]
        return subprocess.run(command, cwd=ROOT, env={"TMPDIR": str(tmp_path), **environment}, check=False).returncode

    port = public.url.rsplit(":", 1)[1]
    assert healthy(PORT=port) == 0
    assert healthy(PORT="9") == 1
    alive = tmp_path / "easybraille-worker.alive"
    alive.touch()
    assert healthy(PORT="9") == 0
    os.utime(alive, (0, 0))
    assert healthy(PORT=port) == 1
