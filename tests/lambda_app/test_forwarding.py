"""From light to heavy: the function under AWS's emulator and a GPU service beside it, both processes of their own.

The GPU service says that there is no GPU and reads the same: the way to it is what counts.
"""

from __future__ import annotations

import base64
import io
import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PIL import Image

from easybraille import keys
from lambda_app.events.make import v1, v2
from tests.conftest import EXAMPLES
from tests.gpu_service.served import Served, served
from tests.lambda_app.emulator import Emulator, NoEmulator, emulated, program
from tests.lambda_app.scripted import Answer, problem, scripted

try:
    program()
except NoEmulator as reason:
    pytest.skip(f"no Lambda emulator: {reason}", allow_module_level=True)

OWN_KEY, OWN_ENTRY = keys.make("lambda", ["read"])
CALLERS_KEY, CALLERS_ENTRY = keys.make("school", ["read"])
TIMEOUT = 12
PDF = {"content-type": "application/pdf", "x-api-key": CALLERS_KEY}


@contextmanager
def gpu() -> Iterator[Served]:
    """A service that wants the function's key, and writes down who asks."""
    given = {"EASYBRAILLE_OPEN": "none", "EASYBRAILLE_API_KEYS": OWN_ENTRY, "GUNICORN_CMD_ARGS": "--access-logfile -"}
    with served(**given) as service:
        service.wait_until_ready()
        yield service


def reads(service: Served) -> int:
    """Requests to read that arrived there."""
    return service.log.read_text("utf-8").count("POST /v1/read")


@contextmanager
def function(url: str, **environment: str) -> Iterator[Emulator]:
    """The function: three pages are heavy, and more than six it never reads."""
    given = {
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(TIMEOUT),
        "EASYBRAILLE_OPEN": "none",
        "EASYBRAILLE_API_KEYS": CALLERS_ENTRY,
        "EASYBRAILLE_GPU_URL": url,
        "EASYBRAILLE_GPU_KEY": OWN_KEY,
        "EASYBRAILLE_SOFT_PAGES": "2",
        "EASYBRAILLE_HARD_PAGES": "6",
        "EASYBRAILLE_SOFT_SECONDS": "1000",
        "EASYBRAILLE_HARD_SECONDS": "1000",
    }
    with emulated({**given, **environment}) as started:
        started.warm()
        yield started


def pages(count: int) -> bytes:
    """A PDF of so many small pages: a few words of the example letter, on which nothing takes long."""
    with Image.open(EXAMPLES / "carta.jpg") as letter:
        page, file = letter.convert("L").crop((200, 200, 700, 500)), io.BytesIO()
    page.save(file, "PDF", save_all=True, append_images=[page] * (count - 1), resolution=200)
    return file.getvalue()


def ask(function: Emulator, event: dict) -> tuple[dict, dict, float]:
    """Headers of the answer, what it says, and the seconds that it took."""
    begin = time.monotonic()
    answer = function.invoke(event)
    seconds = time.monotonic() - begin
    assert "statusCode" in answer, function.log
    body = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"]
    return answer["headers"], json.loads(body), seconds


@pytest.fixture(scope="module")
def two() -> Iterator[tuple[Emulator, Served]]:
    with gpu() as service, function(service.url) as started:
        yield started, service


def test_what_is_light_never_leaves(two: tuple[Emulator, Served], letter: bytes) -> None:
    started, service = two
    before = reads(service)
    for event in (v2(letter, headers={"x-api-key": CALLERS_KEY}), v2(pages(2), headers=PDF)):
        headers, document, _ = ask(started, event)
        assert headers["x-easybraille-path"] == "light"
        assert document["pages"]
    assert reads(service) == before
    assert started.lines("request")[-1]["read_by"] == "light"


def test_what_is_heavy_is_read_there_and_answered_as_if_it_were_read_here(
    two: tuple[Emulator, Served], letter: bytes
) -> None:
    started, service = two
    before = reads(service)
    form = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n\r\n%b\r\n' % (name, data)
        for name, data in ((b"carta.jpg", letter), (b"hojas.pdf", pages(2)), (b"nada.jpg", b"nothing"))
    )
    named = {"content-type": "multipart/form-data; boundary=x", "x-api-key": CALLERS_KEY}
    for event in (v2(form + b"--x--\r\n", headers=named), v1(form + b"--x--\r\n", headers=named)):
        headers, document, _ = ask(started, event)
        assert headers["x-easybraille-path"] == "heavy"
        assert [page["source"] for page in document["pages"]] == ["carta.jpg", "hojas.pdf", "hojas.pdf"]
        assert document["text"].strip() and document["model"]["engine"]
        assert [error["code"] for error in document["errors"]] == ["not_a_picture"]
    assert reads(service) == before + 2
    line = started.lines("request")[-1]
    assert (line["read_by"], line["pages"], line["caller"]) == ("heavy", 3, "school")
    assert line["stages_ms"]["heavy"] > 0 and line["cells"] > 300


def test_every_format_can_be_had_of_what_was_read_there(two: tuple[Emulator, Served]) -> None:
    answer = two[0].invoke(v2(pages(3), headers=PDF, query="format=text"))
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"].startswith("text/plain")
    assert answer["headers"]["x-easybraille-path"] == "heavy"


def test_who_may_not_read_here_does_not_read_there(two: tuple[Emulator, Served]) -> None:
    before = reads(two[1])
    _, said, _ = ask(two[0], v2(pages(3), headers={"content-type": "application/pdf", "x-api-key": "eb_nobody"}))
    assert said["code"] == "key_required"
    assert reads(two[1]) == before


def test_what_was_passed_on_is_never_passed_on_again(two: tuple[Emulator, Served]) -> None:
    before = reads(two[1])
    headers, _, _ = ask(two[0], v2(pages(3), headers={**PDF, "x-easybraille-forwarded": "1"}))
    assert headers["x-easybraille-path"] == "light"
    _, said, _ = ask(two[0], v2(pages(7), headers={**PDF, "x-easybraille-forwarded": "1"}))
    assert (said["status"], said["code"]) == (413, "too_heavy")
    assert reads(two[1]) == before


def test_nothing_of_the_caller_goes_along_and_what_is_wrong_with_the_input_comes_back() -> None:
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793"
    with scripted() as service, function(service.url) as started:
        service.answers = [problem(422, "damaged_picture", "Page 3 of the PDF is damaged.")]
        theirs = {"authorization": "Bearer token", "cookie": "session=1", "x-amzn-trace-id": trace}
        headers, said, _ = ask(started, v2(pages(3), headers={**PDF, **theirs}))
        assert (said["status"], said["code"], said["detail"]) == (
            422,
            "damaged_picture",
            "Page 3 of the PDF is damaged.",
        )
        assert headers["x-easybraille-path"] == "heavy"
        sent = service.asked[0].headers
        assert sent["x-api-key"] == OWN_KEY
        assert not {"authorization", "cookie"} & set(sent) and CALLERS_KEY not in str(sent)
        assert sent["x-request-id"] == headers["x-request-id"]
        assert sent["x-amzn-trace-id"] == trace


def test_a_service_that_is_gone_is_told_of_at_once_and_after_three_times_not_asked() -> None:
    with gpu() as service, function(service.url) as started:
        assert ask(started, v2(pages(3), headers=PDF))[0]["x-easybraille-path"] == "heavy"
        service.signal(signal.SIGKILL)
        service.process.wait()
        for _ in range(3):
            headers, document, _ = ask(started, v2(pages(3), headers=PDF))
            assert headers["x-easybraille-path"] == "light" and len(document["pages"]) == 3
        headers, said, seconds = ask(started, v2(pages(7), headers=PDF))
        assert (said["status"], said["code"]) == (503, "heavy_path_away")
        assert "/v1/jobs" in said["detail"] and "retry-after" in headers and seconds < 2
        assert "x-easybraille-path" not in headers
        assert started.lines("request")[-1]["status"] == 503
        reasons = [line["message"] for line in started.lines("the GPU service")]
        assert ["lately" in reason for reason in reasons] == [False, False, False, True]


def test_a_frozen_service_is_waited_for_no_longer_than_leaves_time_to_answer(two: tuple[Emulator, Served]) -> None:
    _, service = two
    service.signal(signal.SIGSTOP)
    try:
        with function(service.url) as started:
            headers, document, seconds = ask(started, v2(pages(3), headers=PDF))
            assert headers["x-easybraille-path"] == "light"
            assert len(document["pages"]) == 3 and seconds < TIMEOUT
            _, said, seconds = ask(started, v2(pages(7), headers=PDF))
            assert (said["status"], said["code"]) == (503, "heavy_path_away") and seconds < TIMEOUT
    finally:
        service.signal(signal.SIGCONT)


@pytest.mark.parametrize("answer", [problem(500, "internal"), Answer(body=b" " * 99, drip=1), Answer(silence=60)])
def test_a_service_that_fails_or_is_slow_is_no_better_than_none(answer: Answer) -> None:
    with scripted() as service, function(service.url) as started:
        service.answers = [answer]
        headers, document, seconds = ask(started, v2(pages(3), headers=PDF))
        assert headers["x-easybraille-path"] == "light"
        assert len(document["pages"]) == 3 and seconds < TIMEOUT
        assert len(service.asked) == 1


def test_without_a_gpu_service_what_is_above_the_hard_limits_is_refused_at_once() -> None:
    with function("") as started:
        headers, _, _ = ask(started, v2(pages(6), headers=PDF))
        assert headers["x-easybraille-path"] == "light"
        _, said, _ = ask(started, v2(pages(7), headers=PDF))
        assert (said["status"], said["code"]) == (413, "too_heavy")
        assert "7 pages" in said["detail"] and "/v1/jobs" in said["detail"]
