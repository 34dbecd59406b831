"""Text to Braille and back, from the command line and over HTTP."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from easybraille.errors import InvalidTextError, UnwritableError
from easybraille.formats import Paper
from easybraille.formats.ascii import from_ascii
from easybraille.formats.embosser import emboss
from easybraille.languages.cells import to_unicode
from easybraille.text import translation
from tests.loopback import served
from tests.made_page import reader_of, rendered

HOLA = "¿Qué tal, Ana?"
HOLA_BRAILLE = "⠢⠨⠟⠥⠮⠀⠞⠁⠇⠂⠀⠨⠁⠝⠁⠢"
LONG = "  En un lugar de la Mancha, de cuyo nombre no quiero acordarme, no ha mucho tiempo que vivía un hidalgo."


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "easybraille", "translate", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)


def braille_of(text: str) -> str:
    return "\f".join("\n".join(map(to_unicode, page)) for page in translation.to_cells(text, "es"))


def test_text_becomes_braille_and_braille_becomes_text():
    assert run(HOLA).stdout.decode() == HOLA_BRAILLE + "\n"
    assert run(HOLA_BRAILLE).stdout.decode() == HOLA + "\n"


def test_standard_input_is_translated_line_by_line():
    assert run("-", stdin=b"uno\n\n  dos\n").stdout.decode() == "⠥⠝⠕\n\n⠀⠀⠙⠕⠎\n"


def test_brf_has_rows_for_an_embosser_and_comes_back_as_the_text():
    brf = run(LONG, "--to", "brf").stdout
    rows = brf.decode("ascii").split("\r\n")
    assert rows[0] == "  ,EN".replace(",", ".") + " UN LUGAR DE LA .MANCHA1 DE CUYO"
    assert len(rows) > 3 and all(len(row) <= 40 for row in rows)
    back = run("-", "--to", "text", "--layout", "flow", stdin=brf)
    assert back.stdout.decode().strip() == LONG.strip()


def test_pef_has_the_pages_of_its_paper():
    pef = etree.fromstring(run("\n".join(["uno"] * 30), "--to", "pef").stdout)
    pages = [len(page) for page in pef.iter("{http://www.daisy.org/ns/2008/pef}page")]
    assert pages == [25, 5]
    pef = etree.fromstring(run("\n".join(["uno"] * 30), "--to", "pef", "--paper", "30x10").stdout)
    assert [len(page) for page in pef.iter("{http://www.daisy.org/ns/2008/pef}page")] == [10, 10, 10]


def test_a_form_feed_begins_a_page():
    assert run("uno\fdos", "--to", "brf").stdout == b"UNO\r\n\fDOS\r\n"
    assert braille_of("uno\n\f\ndos") == "⠥⠝⠕\f⠙⠕⠎"
    assert translation.to_text("⠥⠝⠕\n\f⠙⠕⠎\n", "es") == "uno\fdos"


def test_text_of_any_script_is_marked_and_every_character_without_braille_is_counted():
    chance = random.Random(7)
    codes = (chance.randrange(0x20, 0x2FFFF) for _ in range(3000))
    text = "a" + "".join(chr(code) for code in codes if not 0xD800 <= code < 0xE000 and not 0x2800 <= code < 0x2900)
    written = translation.write(text, "es")
    marks = sum(cell == "123456" for page in written.pages for line in page for cell in line)
    assert marks == sum(written.replaced.values()) > 1000
    assert f"without Braille in this language ({marks}):" in written.warnings[0]


def test_a_character_without_braille_is_marked_skipped_or_refused_as_asked():
    marked, skipped = (translation.write("a漢b漢", "es", unknown) for unknown in ("mark", "skip"))
    assert [to_unicode(line) for line in marked.pages[0]] == ["⠁⠿⠃⠿"]
    assert [to_unicode(line) for line in skipped.pages[0]] == ["⠁⠃"]
    assert marked.replaced == skipped.replaced == {"漢": 2}
    with pytest.raises(UnwritableError):
        translation.write("a漢", "es", "stop")


@pytest.mark.parametrize("language", ["es", "fr", "en-g2", "ru"])
def test_no_language_refuses_a_text_for_one_character(language):
    assert sum(translation.write("2 漢 3", language).replaced.values()) == 1


@pytest.mark.parametrize(
    ("text", "plain"),
    [("ﬁn", "fin"), ("a\u00a0b", "a b"), ("\u200eab\u200f", "ab"), ("ｆｕｌｌ", "full"), ("•", "*"), ("½", "1/2")],
)
def test_typography_is_normalised_and_no_replacement(text, plain):
    written = translation.write(text, "es")
    assert written.pages == translation.write(plain, "es").pages
    assert written.warnings == []


@pytest.mark.parametrize("text", ["≤", "≥", "≠", "∞", "√9", "≈", "→", "ø", "æ", "œ", "ß", "ł", "‹a›", "ΔT", "′"])
def test_signs_of_the_code_are_written(text):
    assert translation.write(text, "es", "stop").pages[0][0]


def rows(text: str, width: int) -> list[str]:
    return emboss(translation.write(text, "es").pages, Paper(width, 25))[0]


def test_a_word_at_the_end_of_a_row_is_divided_between_syllables():
    assert rows("la camisa", 8) == ["⠇⠁⠀⠉⠁⠍⠊⠤", "⠎⠁"]
    assert rows("un transporte", 9) == ["⠥⠝⠀⠞⠗⠁⠝⠎⠤", "⠏⠕⠗⠞⠑"]


def test_an_address_is_divided_without_a_hyphen():
    assert rows("ver ana.garcia@once.es", 16) == ["⠧⠑⠗⠀⠁⠝⠁⠄⠛⠁⠗⠉⠊⠁⠐", "⠕⠝⠉⠑⠄⠑⠎"]


def test_a_number_that_goes_on_in_the_next_row_repeats_its_sign():
    assert rows("son 123.456.789", 12) == ["⠎⠕⠝⠀⠼⠁⠃⠉⠄", "⠼⠙⠑⠋⠄⠛⠓⠊"]


def test_a_no_break_space_and_the_blank_before_a_unit_end_no_row():
    assert rows("mide 5\u00a0metros", 8) == ["⠍⠊⠙⠑", "⠼⠑⠀⠍⠑⠤", "⠞⠗⠕⠎"]
    assert rows("pesa 25 kg", 9) == ["⠏⠑⠎⠁", "⠼⠃⠑⠀⠅⠛"]


def test_the_edition_of_the_spanish_code_is_a_choice_of_the_route_and_the_command():
    assert translation.to_text("⠼⠁⠆⠀⠅⠊⠇⠕", "es", edition="before-2023") == "1; kilo"
    assert run("⠼⠁⠆⠀⠅⠊⠇⠕", "--code", "before-2023").stdout.decode() == "1; kilo\n"
    assert run("3/4", "--code", "before-2023").stdout.decode() == "⠼⠒⠙\n"


def test_the_command_says_what_it_replaced():
    done = run("a漢")
    assert done.returncode == 0
    assert "Characters without Braille in this language (1): 漢" in done.stderr.decode()


def test_what_word_processors_leave_in_a_text_does_not_matter():
    assert braille_of("a\u00a0b\u00adc\ufeff\u200b\td\r\ne") == braille_of("a bc  d\ne")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["漢字", "--unknown", "stop"], "U+6F22"),
        (["hola", "--language", "xx"], "xx"),
        (["hola", "--to", "brf", "--paper", "0x0"], "40x25"),
        (["hola", "--to", "docx"], "invalid choice"),
    ],
)
def test_what_can_not_be_written_is_named_and_is_bad_usage(arguments, said):
    done = run(*arguments)
    assert done.returncode == 2 and said in done.stderr.decode() and not done.stdout
    assert "Traceback" not in done.stderr.decode()


def test_what_is_no_braille_is_named():
    for stdin in ("⠥⠝⠕ x".encode(), b"\0\1\2\0\0", "é".encode()):
        done = run("-", "--to", "text", stdin=stdin)
        assert done.returncode == 1 and not done.stdout and b"Traceback" not in done.stderr


@given(st.text(st.characters(min_codepoint=0x2800, max_codepoint=0x28FF), max_size=60))
def test_any_braille_can_be_read(braille):
    assert isinstance(translation.to_text(braille, "es", "flow"), str)


def test_a_text_beyond_the_limit_is_refused():
    with pytest.raises(InvalidTextError, match="100,000"):
        translation.to_cells("a" * (translation.MOST_CHARACTERS + 1), "es")


@pytest.mark.parametrize("piece", ["ia\f", "1\f", "a", "A-", "a-\f", "…", "/", "(b)", "'"])
def test_a_text_four_times_as_long_takes_no_more_than_ten_times_as_long(piece):
    def seconds(count: int) -> float:
        begin = time.process_time()
        translation.to_text(braille_of(piece * count), "es", "flow")
        return time.process_time() - begin

    seconds(10)  # what is loaded once
    # The shorter of two runs: a machine that does other work is slow at times.
    short, long = (min(seconds(count) for _ in range(2)) for count in (500, 2000))
    assert long < 10 * short + 0.1


def test_a_character_that_is_two_in_capitals_is_no_braille():
    with pytest.raises(InvalidTextError, match=r"'ß' \(U\+00DF, character 2\)"):
        from_ascii("Aß")


@pytest.fixture(scope="module")
def client():
    with served(reader_of(rendered("uno"))) as client:
        yield client


def ask(client, body, accept="*/*", **query):
    return client.post("/v1/translate", json=body, params=query, headers={"Accept": accept})


def test_the_api_answers_with_both(client):
    expected = {"language": "es", "text": HOLA, "braille": HOLA_BRAILLE}
    assert ask(client, {"text": HOLA}).json() == expected
    assert ask(client, {"braille": HOLA_BRAILLE}).json() == expected


def test_the_api_writes_files_for_an_embosser(client):
    for query, accept in (({"format": "brf"}, "*/*"), ({}, "application/x-brf")):
        answer = ask(client, {"text": LONG}, accept, **query)
        assert answer.content == run(LONG, "--to", "brf").stdout
        assert answer.headers["content-type"] == "application/x-brf"
    assert ask(client, {"text": LONG}, format="pef").content == run(LONG, "--to", "pef").stdout
    rows = ask(client, {"text": LONG}, format="braille", paper="20x25").text.split("\n")
    assert max(map(len, rows)) <= 20


def test_the_language_may_stand_in_the_body_or_in_the_query(client):
    cells = ask(client, {"text": "as", "language": "braille"}, unknown="stop")
    assert cells.status_code == 422
    assert ask(client, {"braille": "⠁"}, language="braille").json()["text"] == "⠁"
    assert ask(client, {"braille": "⠁", "language": "es"}, language="braille").json()["text"] == "a"


def test_the_language_of_braille_can_be_found_out(client):
    answer = ask(client, {"braille": braille_of(LONG), "language": "auto"}).json()
    assert answer["language"] == "es" and answer["text"].strip() == LONG.strip()
    assert run(braille_of(LONG).replace("\n", ""), "--language", "auto").stdout.decode().strip() == LONG.strip()


def test_the_api_flows_text_on_request(client):
    braille = ask(client, {"text": LONG}, paper="30x25").json()["braille"]
    assert ask(client, {"braille": braille}, layout="flow").json()["text"] == LONG.strip()
    assert ask(client, {"braille": braille}).json()["text"].count("\n") > 2


@pytest.mark.parametrize(
    ("body", "query", "status", "code"),
    [
        ({"text": "漢字"}, {"unknown": "stop"}, 422, "unwritable"),
        ({"text": "a", "language": "xx"}, {}, 404, "unknown_language"),
        ({"braille": "a"}, {}, 422, "invalid_text"),
        ({"text": "a" * 100_001}, {}, 422, "invalid_text"),
        ({}, {}, 422, "invalid_parameter"),
        ({"text": "a", "braille": "⠁"}, {}, 422, "invalid_parameter"),
        ({"txt": "a"}, {}, 422, "invalid_parameter"),
        ({"text": 5}, {}, 422, "invalid_parameter"),
        ({"text": "a"}, {"format": "marked"}, 422, "invalid_parameter"),
        ({"braille": "⠁"}, {"format": "brf"}, 422, "invalid_parameter"),
        ({"text": "a"}, {"paper": "x"}, 422, "invalid_parameter"),
    ],
)
def test_what_can_not_be_done_is_a_problem(client, body, query, status, code):
    answer = ask(client, body, **query)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_answer_says_which_characters_have_no_braille(client):
    answer = ask(client, {"text": "a漢"}).json()
    assert answer["braille"] == "⠁⠿"
    assert answer["warnings"] == ["Characters without Braille in this language (1): 漢 U+6F22 (1)."]


def send(client, content: bytes, kind: str, **query):
    return client.post("/v1/translate", content=content, params=query, headers={"Content-Type": kind})


def test_the_command_takes_a_text_in_any_encoding_and_says_which_it_took():
    done = run("-", stdin="El niño comió piña.".encode("cp1252"))
    assert done.stdout.decode().rstrip("\n") == braille_of("El niño comió piña.")
    assert "read as cp1252" in done.stderr.decode()
    done = run("-", "--encoding", "mac_roman", stdin="5 °C".encode("mac_roman"))
    assert done.stdout.decode().rstrip("\n") == braille_of("5 °C") and not done.stderr
    assert run("-", "--encoding", "klingon", stdin=b"a").returncode == 2


def test_the_command_takes_brf_of_dos_and_pef():
    assert run("-", "--to", "text", stdin=b"\t.hola\r\n\x1a").stdout.decode() == " " * 8 + "Hola\n"
    pef = run(LONG, "--to", "pef").stdout
    assert run("-", "--layout", "flow", stdin=pef).stdout.decode().strip() == LONG.strip()
    assert run("-", "--to", "brf", stdin=pef).stdout == run(LONG, "--to", "brf").stdout


def test_the_api_takes_files_as_the_body(client):
    text = send(client, "El niño comió piña.".encode("cp850"), "text/plain").json()
    assert (text["text"], text["braille"]) == ("El niño comió piña.", braille_of("El niño comió piña."))
    assert text["warnings"] == ["The text was read as cp850; `encoding` names another one."]
    named = send(client, "5 °C".encode("mac_roman"), "text/plain", encoding="mac_roman").json()
    assert named["text"] == "5 °C" and "warnings" not in named
    brf, pef = run(LONG, "--to", "brf").stdout, run(LONG, "--to", "pef").stdout
    for answer in (
        send(client, brf, "application/x-brf", layout="flow"),
        send(client, brf, "application/octet-stream", layout="flow", name="CARTA.BRF"),
        send(client, pef, "application/x-pef+xml", layout="flow"),
        send(client, pef, "application/xml", layout="flow"),
    ):
        assert answer.json()["text"] == LONG.strip()


def test_the_api_takes_a_file_in_a_form_with_its_options(client):
    brf = run(LONG, "--to", "brf").stdout
    sent = client.post("/v1/translate", files={"file": ("carta.brf", brf)}, data={"layout": "flow", "format": "text"})
    assert sent.text == LONG.strip() + "\n"
    sent = client.post("/v1/translate", files={"file": ("carta.txt", "ñ".encode("cp1252"))}, data={"format": "brf"})
    assert sent.content == b"]\r\n"
    two = client.post("/v1/translate", files=[("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))])
    assert (two.status_code, two.json()["code"]) == (413, "too_many_files")
    odd = client.post("/v1/translate", files={"file": ("a.txt", b"a")}, data={"papel": "40x25"})
    assert (odd.status_code, odd.json()["code"]) == (422, "invalid_parameter")


@pytest.mark.parametrize(
    ("content", "kind", "query", "code"),
    [
        (b"\0\1\0\0", "text/plain", {}, "invalid_text"),
        (b"a", "text/plain", {"encoding": "klingon"}, "invalid_parameter"),
        (b"\xe9", "application/x-brf", {}, "invalid_text"),
        (b'<pef xmlns="http://www.daisy.org/ns/2008/pef"><body>', "application/xml", {}, "invalid_text"),
        (b"a" * 100_001, "text/plain", {}, "invalid_text"),
    ],
)
def test_a_file_that_can_not_be_translated_is_a_problem(client, content, kind, query, code):
    answer = send(client, content, kind, **query)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_body_that_is_no_json_or_far_too_long_is_a_problem(client):
    for content, status in ((b"{", 422), (b"", 422), (b"\xff", 422), (b" " * 2_000_000, 413)):
        answer = client.post("/v1/translate", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == status
        assert json.loads(answer.content)["status"] == status
