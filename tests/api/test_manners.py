"""What holds for every answer, whatever its route: headers, HEAD, compression, validators, language, request id."""

from __future__ import annotations

import io
import logging

import httpx
import pytest
from PIL import Image

from easybraille.api.app import create_app
from easybraille.settings import from_environment
from tests import loopback

JPEG = {"Content-Type": "image/jpeg"}
ORIGIN = "https://lectura.example.org"


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/docs/start.js", "/v1/languages", "/openapi.json", "/health", "/nowhere"]
)
def test_head_is_get_without_content(served, path):
    got, head = served.get(path), served.head(path)
    assert head.status_code == got.status_code and head.content == b""
    assert {name: head.headers[name] for name in ("content-type", "content-length") if name in got.headers} == {
        name: got.headers[name] for name in ("content-type", "content-length") if name in got.headers
    }


def test_long_answers_are_compressed_for_those_who_take_it(served, letter):
    plain = served.post("/v1/read", content=letter, headers=JPEG | {"Accept-Encoding": "identity"})
    small = served.post("/v1/read", content=letter, headers=JPEG | {"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip" and small.json() == plain.json()
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"]) / 3
    pdf = served.post("/v1/read?format=pdf", content=letter, headers=JPEG | {"Accept-Encoding": "gzip"})
    assert "content-encoding" not in pdf.headers


@pytest.mark.parametrize(
    "path", ["/v1/languages", "/openapi.json", "/web/styles/base.css", "/docs/swagger-ui-bundle.js"]
)
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_what_a_caller_has_is_not_sent_again(served, path, encoding):
    first = served.get(path, headers={"Accept-Encoding": encoding})
    again = served.get(path, headers={"Accept-Encoding": encoding, "If-None-Match": f'"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"] and "content-length" not in again.headers
    other = served.get(path, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200 and other.content == first.content


@pytest.mark.parametrize("path", ["/", "/docs", "/health", "/v1/languages", "/nowhere", "/v1/jobs/x"])
def test_every_answer_has_security_headers(served, path):
    headers = served.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_a_request_id_is_given_back_or_made(served):
    assert served.get("/health", headers={"X-Request-ID": "abc-123"}).headers["x-request-id"] == "abc-123"
    made = {served.get("/nowhere").headers["x-request-id"] for _ in range(2)}
    assert len(made) == 2
    unsafe = served.get("/health", headers={"X-Request-ID": "a b" * 100}).headers["x-request-id"]
    assert unsafe not in ("a b" * 100, "")


def test_log_lines_and_unexpected_errors_carry_the_request_id(reader, caplog):
    app = create_app(from_environment({}), reader)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("broken on purpose")

    with loopback.running(app) as url, caplog.at_level(logging.ERROR):
        answer = httpx.get(f"{url}/broken", headers={"X-Request-ID": "my-request"})
    assert answer.status_code == 500 and answer.json()["code"] == "internal"
    assert "broken on purpose" not in answer.text
    assert answer.headers["x-request-id"] == "my-request" and answer.headers["x-content-type-options"] == "nosniff"
    assert [record.x_request_id for record in caplog.records if record.exc_info] == ["my-request"]


def test_sentences_are_in_the_language_that_is_asked_for(served, letter):
    spanish = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}
    refused = served.post("/v1/read", content=b"hola", headers=JPEG | spanish).json()
    assert refused["code"] == "not_a_picture"
    assert refused["title"] == "No es una imagen"
    assert refused["detail"].startswith("Esto no es una imagen que se pueda leer.")
    wrong = served.post("/v1/read?layout=x", content=letter, headers=JPEG | spanish).json()
    assert wrong["detail"] == "layout: puede ser 'page' or 'flow'"
    files = [("file", ("a.jpg", letter)), ("file", ("b.txt", b"hola"))]
    errors = served.post("/v1/read", files=files, headers=spanish).json()["errors"]
    assert errors[0]["message"].startswith("Esto no es una imagen")
    english = served.post("/v1/read", content=b"hola", headers=JPEG | {"Accept-Language": "en"}).json()
    assert english["title"] == "Not a picture"


def test_advice_is_in_the_language_that_is_asked_for_and_else_in_that_of_the_page(served):
    empty = io.BytesIO()
    Image.new("L", (600, 800), 200).save(empty, "JPEG")

    def message(language: str | None) -> str:
        headers = JPEG | ({"Accept-Language": language} if language else {})
        document = served.post("/v1/read", content=empty.getvalue(), headers=headers).json()
        return next(a["message"] for a in document["pages"][0]["advice"] if a["code"] == "no_braille")

    assert message("en").startswith("No Braille was found.")
    assert message("es") == message(None) and message("es").startswith("No se ha encontrado braille.")


def test_a_misspelt_parameter_is_refused_with_those_that_there_are(served, letter):
    refused = served.post("/v1/read?langauge=es", content=letter, headers=JPEG)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_parameter")
    said = refused.json()["detail"]
    assert said.startswith("langauge is not a parameter here; there are code, format, language, layout")
    assert served.get("/v1/jobs?limits=1").status_code == 422


def test_options_may_be_fields_of_the_form(served, letter):
    files = [("file", ("carta.jpg", letter))]
    flowed = served.post("/v1/read", files=files, data={"layout": "flow", "format": "text"})
    assert flowed.headers["content-type"].startswith("text/plain")
    assert "Ayer llegó el otoño al jardín." in flowed.text


@pytest.mark.parametrize(
    ("address", "fields", "says"),
    [
        ("", {"langauge": "es"}, "langauge is not a parameter here; there are code, format, language, layout"),
        ("", {"layout": "flows"}, "layout: Input should be 'page' or 'flow'"),
        ("?layout=page", {"layout": "flow"}, "layout is 'page' in the address and 'flow' in the form; send it once."),
        ("", {"format": "odt"}, "format is 'odt'; it can be"),
    ],
)
def test_fields_of_the_form_are_checked_like_parameters(served, letter, address, fields, says):
    refused = served.post(f"/v1/read{address}", files=[("file", ("carta.jpg", letter))], data=fields)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_parameter")
    assert refused.json()["detail"].startswith(says)


def test_a_form_without_the_right_field_says_which_fields_came(served, letter):
    refused = served.post("/v1/read", files=[("picture", ("carta.jpg", letter)), ("language", (None, "es"))])
    assert refused.status_code == 400
    assert refused.json()["detail"] == "The form has no file in its field `file`; it has `picture`, `language`."


def test_the_documentation_is_served_without_other_hosts(served):
    page = served.get("/docs")
    assert "http" not in page.text.replace("http-equiv", "")
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
        assert f"/docs/{name}" in page.text and served.get(f"/docs/{name}").status_code == 200
    assert served.get("/docs/../app.py").status_code == served.get("/docs/README.md").status_code == 404


def test_pages_of_other_origins_may_not_call_by_default(served):
    assert "access-control-allow-origin" not in served.get("/health", headers={"Origin": ORIGIN}).headers


def test_pages_of_origins_that_are_listed_may_call(reader):
    with loopback.served(reader, EASYBRAILLE_CORS_ORIGINS=f"{ORIGIN},http://localhost:3000") as client:
        asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}
        asked = client.options("/v1/read", headers=asks | {"Origin": ORIGIN})
        assert asked.headers["access-control-allow-origin"] == ORIGIN
        refused = client.post("/v1/read", content=b"x", headers=JPEG | {"Origin": ORIGIN})
        assert refused.headers["access-control-allow-origin"] == ORIGIN
        assert "X-Request-ID" in refused.headers["access-control-expose-headers"]
        other = client.get("/health", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize("sent", [{}, {"Content-Type": "application/x-www-form-urlencoded"}])
def test_a_picture_is_told_by_its_content_where_no_type_is_chosen(served, letter, sent):
    request = served.build_request("POST", "/v1/read?format=text", content=letter, headers=sent)
    assert served.send(request).text.startswith("  Querida Lucía:")
