"""The API over a real port."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests import loopback
from tests.conftest import EXAMPLES
from tests.damaged import png_bomb, protected_pdf, truncated_jpeg

JPEG = {"Content-Type": "image/jpeg"}


def test_the_service_is_alive_and_ready(served):
    assert served.get("/health").json() == {"status": "alive"}
    ready = served.get("/ready")
    assert (ready.status_code, ready.json()["status"], ready.json()["engine"]) == (200, "ready", "onnxruntime")


def test_a_raw_picture_gives_its_document(served, letter):
    answer = served.post("/v1/read", content=letter, headers=JPEG)
    assert answer.status_code == 200
    document = answer.json()
    assert "Querida Lucía" in document["text"]
    assert document["language"] == "es"
    cell = next(c for c in document["pages"][0]["lines"][0]["cells"] if c["dots"])
    assert set(cell) >= {"dots", "braille", "box", "confidence", "text"}


def test_a_form_may_carry_several_files_and_names_them(served, letter):
    files = [("file", ("uno.jpg", letter, "image/jpeg")), ("file", ("dos.txt", b"hola", "text/plain"))]
    document = served.post("/v1/read", files=files).json()
    assert [p["source"] for p in document["pages"]] == ["uno.jpg"]
    assert [(e["source"], e["code"]) for e in document["errors"]] == [("dos.txt", "not_a_picture")]


def test_text_and_braille_come_by_format_and_by_accept(served, letter):
    text = served.post("/v1/read?format=text", content=letter, headers=JPEG)
    assert text.headers["content-type"].startswith("text/plain") and text.text.startswith("  Querida Lucía:")
    assert served.post("/v1/read", content=letter, headers=JPEG | {"Accept": "text/plain"}).text == text.text
    braille = served.post("/v1/read?format=braille", content=letter, headers=JPEG).text
    assert braille.startswith("\u2800\u2800⠨⠟⠥⠑⠗⠊⠙⠁")


def test_flowing_text_joins_lines(served, letter):
    text = served.post("/v1/read?format=text&layout=flow", content=letter, headers=JPEG).text
    assert "Ayer llegó el otoño al jardín." in text


def one_file(name: str, data: bytes):
    return {"files": {"file": (name, data)}}


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({"content": b"", "headers": JPEG}, 400, "empty"),
        (one_file("a.jpg", b""), 400, "empty"),
        ({"content": b"this is not a picture", "headers": JPEG}, 422, "not_a_picture"),
        ({"content": b'{"a": 1}', "headers": {"Content-Type": "application/json"}}, 415, "unsupported_media_type"),
        ({"content": png_bomb(), "headers": {"Content-Type": "image/png"}}, 413, "too_many_pixels"),
        (one_file("a.pdf", protected_pdf()), 422, "password_protected"),
        ({"content": b"\0" * 20_000_001, "headers": JPEG}, 413, "too_large"),
        ({"data": {"other": "x"}, "files": {"picture": ("a.jpg", b"x")}}, 400, "empty"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 422, "invalid_parameter"),
        ({"content": b"x", "headers": JPEG, "params": {"layout": "round"}}, 422, "invalid_parameter"),
        ({"content": b"x", "headers": JPEG, "params": {"format": "gif"}}, 422, "invalid_parameter"),
    ],
)
def test_each_problem_is_named(served, request_, status, code):
    answer = served.post("/v1/read", **request_)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert set(problem) == {"type", "title", "status", "detail", "code"}
    assert "Traceback" not in answer.text and "/" not in problem["detail"].replace("/v1", "").replace(
        "image/", ""
    ).replace("application/", "")


def test_a_truncated_picture_is_a_problem(served, letter):
    answer = served.post("/v1/read", content=truncated_jpeg(letter), headers=JPEG)
    assert (answer.status_code, answer.json()["code"]) == (422, "damaged_picture")


@pytest.mark.parametrize(
    ("part", "status"),
    [
        (b'name="language"\r\nContent-Type: text/plain; charset=klingon\r\n\r\nes', 200),
        (b'name="_charset_"\r\n\r\nklingon', 422),
        (b"name=\"language\"; filename*=klingon''a%ff\r\n\r\nes", 200),
        (b'name="language"\r\n\r\n\xff\xfe', 404),
    ],
)
def test_forms_with_charsets_that_nobody_knows_are_read_or_refused(served, letter, part, status):
    field = b"--b\r\nContent-Disposition: form-data; "
    file = field + b'name="file"; filename="a.jpg"\r\n\r\n' + letter + b"\r\n--b--\r\n"
    header = {"Content-Type": "multipart/form-data; boundary=b; charset=klingon"}
    answer = served.post("/v1/read", content=field + part + b"\r\n" + file, headers=header)
    assert answer.status_code == status


def test_an_unknown_language_is_a_problem(served, letter):
    answer = served.post("/v1/read?language=xx", content=letter, headers=JPEG)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_language")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "xx" in answer.json()["detail"]


def test_a_body_without_a_length_is_stopped_at_the_limit(served):
    def endless():
        for _ in range(100):
            yield b"\0" * 1_000_000

    try:
        answer = served.post("/v1/read", content=endless(), headers=JPEG)
    except httpx.WriteError:  # the server may hang up before everything is sent
        return
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_page_without_braille_is_no_error(served):
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new("L", (800, 1000), 190).save(buffer, "PNG")
    answer = served.post("/v1/read", content=buffer.getvalue(), headers={"Content-Type": "image/png"})
    assert answer.status_code == 200
    assert answer.json()["pages"][0]["advice"][0]["code"] == "no_braille"


def test_what_does_not_exist_is_a_problem_too(served):
    answer = served.get("/v2/read")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_the_api_describes_itself(served):
    paths = served.get("/openapi.json").json()["paths"]
    assert {"/v1/read", "/v1/languages", "/health", "/ready"} <= set(paths)
    assert served.get("/docs").status_code == 200


def test_the_command_line_and_the_api_agree(served, reader):
    data = (EXAMPLES / "cuento.jpg").read_bytes()
    over_http = served.post("/v1/read", content=data, headers=JPEG).json()
    from easybraille.formats import FORMATS

    assert json.loads(FORMATS["json"].write(reader.read(data))) == over_http


def test_more_requests_than_may_wait_are_turned_away_at_once(letter):
    with loopback.served(EASYBRAILLE_READERS="1", EASYBRAILLE_QUEUE="0") as client, ThreadPoolExecutor(6) as together:
        answers = list(together.map(lambda _: client.post("/v1/read", content=letter, headers=JPEG), range(6)))
    refused = [a for a in answers if a.status_code == 503]
    assert refused and len(refused) < 6
    assert all(a.headers["retry-after"] and a.json()["code"] == "not_ready" for a in refused)
