"""A format is asked for by name or by an Accept header, over HTTP and from the command line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from easybraille.api.negotiation import negotiate
from easybraille.cli import main, reading
from easybraille.formats import FORMATS, Paper
from tests.loopback import served
from tests.made_page import png, reader_of, rendered

OFFERED = ["application/json", "text/plain", "application/pdf", "image/png"]


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/pdf", "application/pdf"),
        ("text/*", "text/plain"),
        ("text/html, image/png;q=0.5, application/pdf;q=0.8", "application/pdf"),
        ("application/json;q=0, */*", "text/plain"),
        ("IMAGE/PNG ; Q=1", "image/png"),
        ("text/plain;q=0.2, */*;q=0.1", "text/plain"),
        ("text/html", None),
        ("application/json;q=0", None),
        ("nonsense, ;;, text/plain;q=much", "application/json"),
        ("text/plain;q=nan", "application/json"),
    ],
)
def test_an_accept_header_gets_what_it_wants_most(accept, wanted):
    assert negotiate(accept, OFFERED) == wanted


@pytest.fixture(scope="module")
def client(carta):
    with served(reader_of(rendered(carta.text))) as client:
        yield client


def ask(client, carta, accept="*/*", **query):
    files = {"file": ("carta.png", carta.picture)}
    return client.post("/v1/read", files=files, params=query, headers={"Accept": accept})


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_comes_by_name_with_its_media_type_and_a_file_name(client, carta, name):
    answer = ask(client, carta, format=name)
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == FORMATS[name].MEDIA_TYPE
    assert f"carta.{FORMATS[name].EXTENSION}" in answer.headers["content-disposition"]
    if name != "pdf":  # It holds the time at which it was made.
        assert answer.content == carta.write(name)


@pytest.mark.parametrize("name", sorted({*FORMATS} - {"braille"}))
def test_every_media_type_comes_by_accept(client, carta, name):
    answer = ask(client, carta, accept=FORMATS[name].MEDIA_TYPE)
    assert answer.headers["content-type"].split(";")[0] == FORMATS[name].MEDIA_TYPE
    assert "Accept" in answer.headers["vary"]


def test_the_name_wins_over_the_header(client, carta):
    assert ask(client, carta, accept="application/pdf", format="text").headers["content-type"].startswith("text/plain")


def test_paper_makes_pages_of_its_size(client, carta):
    answer = ask(client, carta, format="brf", paper="20x8")
    assert answer.content == carta.write("brf", Paper(20, 8))


def test_flow_chooses_the_text_and_leaves_the_rest(client, carta):
    flowing, standing = ask(client, carta, layout="flow").json(), ask(client, carta).json()
    assert "jardín. ¿Sabes qué dijo el niño? ¡Que los pingüinos también" in flowing["text"]
    assert "tam-\nbién" in standing["text"]
    for document in (flowing, standing):
        document["text"] = document["pages"][0]["text"] = ""
    assert flowing == standing


@pytest.mark.parametrize(
    ("query", "accept", "status", "code"),
    [
        ({"format": "odt"}, "*/*", 422, "invalid_parameter"),
        ({"paper": "40"}, "*/*", 422, "invalid_parameter"),
        ({}, "audio/ogg", 406, "not_acceptable"),
    ],
)
def test_what_there_is_not_is_a_problem_that_says_what_there_is(client, carta, query, accept, status, code):
    answer = ask(client, carta, accept=accept, **query)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "json" in answer.json()["detail"] or "40x25" in answer.json()["detail"]


def test_only_json_answers_for_inputs_of_which_some_could_not_be_read(client, carta):
    files = [("file", ("carta.png", carta.picture)), ("file", ("b.png", b"nothing"))]
    answer = client.post("/v1/read", files=files)
    assert answer.status_code == 200 and answer.json()["errors"][0]["source"] == "b.png"
    answer = client.post("/v1/read", files=files, params={"format": "brf"})
    assert answer.status_code == 422 and "b.png" in answer.json()["detail"]


@pytest.fixture
def folder(carta, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "make_reader", lambda settings: reader_of(rendered(carta.text)))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "carta.png").write_bytes(carta.picture)
    return tmp_path


@pytest.mark.parametrize("name", FORMATS)
def test_the_command_line_writes_every_format_into_a_folder(folder, carta, name):
    assert main.main(["read", str(folder / "in"), "--format", name, "--output", str(folder / "out")]) == 0
    (made,) = (folder / "out").glob("[!.]*")
    assert made.name == f"carta.{FORMATS[name].EXTENSION}"
    # A PDF and an EPUB carry their own dates or identifiers.
    if name not in ("pdf", "epub"):
        assert made.read_bytes() == carta.write(name)


def test_the_command_line_flows_over_paper(folder, carta, capfdbinary):
    assert main.main(["read", str(folder / "in" / "carta.png"), "--format", "brf", "--paper", "20x8"]) == 0
    assert capfdbinary.readouterr().out == carta.write("brf", Paper(20, 8))


def test_files_that_can_not_follow_each_other_need_a_folder(folder, carta, capsys):
    (folder / "in" / "b.png").write_bytes(png(rendered("uno")))
    assert main.main(["read", str(folder / "in"), "--format", "pef"]) == 2
    assert "--output" in capsys.readouterr().err


def test_a_format_that_there_is_not_is_bad_usage():
    done = subprocess.run(
        [sys.executable, "-m", "easybraille", "read", "x.png", "--format", "odt"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and "marked" in done.stderr
