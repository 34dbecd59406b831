"""The client of the GPU service, over real connections to one that answers as it is told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

from easybraille.document import Document, Model
from easybraille.formats import json
from easybraille.settings import from_environment
from lambda_app.breaker import Breaker
from lambda_app.gpu_client import FAILURES, GpuClient, GpuRefusedError, GpuUnavailableError
from tests.lambda_app.scripted import Answer, Scripted, problem, scripted

READ = Document("es", "Hola", Model("weights", "1", "0" * 64, "torch"), [])
GOOD = Answer(body=json.write(READ))
OPTIONS = {"language": "es", "layout": "page", "format": "json"}
ALONG = {"X-Request-Id": "the-request", "X-Amzn-Trace-Id": "Root=1-2-3;Sampled=1"}
KEY = "eb_of-the-function"


@pytest.fixture
def service() -> Iterator[Scripted]:
    with scripted() as service:
        yield service


def client(url: str) -> GpuClient:
    return GpuClient(from_environment({"EASYBRAILLE_GPU_URL": url, "EASYBRAILLE_GPU_KEY": KEY}))


def ask(path: GpuClient, seconds: float = 10.0, inputs=(("a.jpg", b"picture"),)) -> Document:
    """As from a request's thread."""

    async def request() -> Document:
        return await anyio.to_thread.run_sync(path.read, inputs, OPTIONS, ALONG, seconds)

    return anyio.run(request)


def test_one_file_goes_as_it_is_and_several_as_a_form(service: Scripted) -> None:
    service.answers = [GOOD]
    assert ask(client(service.url)) == READ
    assert ask(client(service.url + "/"), inputs=[("a.jpg", b"one"), ("ñ.pdf", b"two")]) == READ
    one, several = service.asked
    assert one.path == "/v1/read?language=es&layout=page&format=json&name=a.jpg" and one.body == b"picture"
    assert several.path == "/v1/read?language=es&layout=page&format=json"
    assert several.headers["content-type"].startswith("multipart/form-data")
    assert several.body.count(b'name="file"') == 2 and "ñ.pdf".encode() in several.body


def test_its_own_key_and_the_names_of_request_and_trace_go_along(service: Scripted) -> None:
    service.answers = [GOOD]
    ask(client(service.url))
    sent = service.asked[0].headers
    assert sent["x-api-key"] == KEY
    assert {name: sent[name.lower()] for name in ALONG} == ALONG


@pytest.mark.parametrize(
    "passing",
    [
        problem(503, "not_ready"),
        problem(429, "too_many_requests"),
        Answer(502),
        Answer(504, b"<html>"),
        Answer(silence=-1),
    ],
)
def test_what_can_pass_is_tried_once_more(service: Scripted, passing: Answer) -> None:
    service.answers = [passing, GOOD]
    assert ask(client(service.url)) == READ
    service.answers = [passing]
    with pytest.raises(GpuUnavailableError):
        ask(client(service.url))
    assert len(service.asked) == 4


@pytest.mark.parametrize(
    "lasting",
    [
        problem(500, "internal"),
        problem(501, "not_implemented"),
        Answer(307, headers={"Location": "https://elsewhere.example/v1/read"}),
        Answer(404, b"<html>", {"content-type": "text/html"}),
        Answer(body=b"<html>"),
        Answer(body=b'{"text": "half a docu'),
        problem(401, "key_required"),
        problem(403, "key_not_allowed"),
    ],
)
def test_what_stays_so_is_not_tried_again_nor_told_to_the_caller(service: Scripted, lasting: Answer) -> None:
    service.answers = [lasting]
    with pytest.raises(GpuUnavailableError):
        ask(client(service.url))
    assert len(service.asked) == 1


@pytest.mark.parametrize(("status", "code"), [(422, "damaged_picture"), (413, "too_many_pages"), (404, "no_language")])
def test_what_it_says_of_the_input_is_passed_through_and_is_no_failure(
    service: Scripted, status: int, code: str
) -> None:
    service.answers = [problem(status, code, "Page 3 of the PDF is damaged.")]
    path = client(service.url)
    for _ in range(FAILURES + 1):
        with pytest.raises(GpuRefusedError, match="Page 3") as refused:
            ask(path)
        assert (refused.value.status, refused.value.code, refused.value.title) == (status, code, "Title")
    assert len(service.asked) == FAILURES + 1


@pytest.mark.parametrize(
    "answer",
    [Answer(silence=30), Answer(body=b" " * 600, drip=0.05)],
)
def test_there_is_an_end_in_time(service: Scripted, answer: Answer) -> None:
    service.answers = [answer]
    begin = time.monotonic()
    with pytest.raises(GpuUnavailableError, match="within 1"):
        ask(client(service.url), seconds=1.0)
    assert time.monotonic() - begin < 10
    assert len(service.asked) == 1


def test_nobody_waits_for_a_second_attempt_that_would_come_too_late(service: Scripted) -> None:
    service.answers = [problem(503, "not_ready", **{"retry-after": "30"})]
    begin = time.monotonic()
    with pytest.raises(GpuUnavailableError, match="answers 503 not_ready"):
        ask(client(service.url), seconds=20.0)
    assert time.monotonic() - begin < 10
    assert len(service.asked) == 1


def test_after_some_failures_it_is_left_alone_for_a_while_and_then_tried_again(
    service: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambda_app.gpu_client.RESET_SECONDS", 2)
    service.answers = [problem(500, "internal")]
    path = client(service.url)
    for _ in range(FAILURES):
        with pytest.raises(GpuUnavailableError, match="answers 500 internal"):
            ask(path)
    with pytest.raises(GpuUnavailableError, match="lately"):
        ask(path)
    assert len(service.asked) == FAILURES
    service.answers = [GOOD]
    time.sleep(2.1)
    assert ask(path) == READ


def test_slow_requests_do_not_wait_for_each_other(service: Scripted) -> None:
    service.answers = [Answer(body=GOOD.body, silence=2)]
    path, begin = client(service.url), time.monotonic()
    with ThreadPoolExecutor(4) as together:
        assert list(together.map(lambda _: ask(path), range(4))) == [READ] * 4
    assert time.monotonic() - begin < 6


def test_while_it_is_left_alone_one_request_at_a_time_tries_it() -> None:
    breaker = Breaker(failures=2, seconds=0.2)
    for _ in range(2):
        assert breaker.allows()
        breaker.failed()
    assert not breaker.allows()
    time.sleep(0.25)
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.failed()
    assert not breaker.allows()
    time.sleep(0.25)
    assert breaker.allows()
    breaker.succeeded()
    assert [breaker.allows(), breaker.allows()] == [True, True]


def test_a_key_that_is_refused_is_asked_for_again(service: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = iter(["withdrawn", "new"])
    monkeypatch.setattr("lambda_app.gpu_client.secrets_manager", lambda name: lambda: next(keys))
    path = GpuClient(from_environment({"EASYBRAILLE_GPU_URL": service.url, "EASYBRAILLE_GPU_KEY_SECRET": "gpu"}))
    service.answers = [problem(401, "key_required"), GOOD]
    with pytest.raises(GpuUnavailableError, match="refuses this service's key"):
        ask(path)
    assert ask(path) == READ
    assert [asked.headers["x-api-key"] for asked in service.asked] == ["withdrawn", "new"]
