"""liblouis comes with the package, reads what it writes, and can neither hang nor crash what uses it."""

import ctypes.util
import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

import pytest

from easybraille.errors import LanguageUnavailableError, UnwritableError
from easybraille.languages import UNKNOWN, get, languages, lines_of_text
from easybraille.languages.cells import from_unicode
from easybraille.languages.liblouis import language
from easybraille.languages.liblouis.engine import LouisError
from easybraille.languages.liblouis.language import LouisLanguage
from easybraille.languages.liblouis.process import LouisProcess
from easybraille.languages.liblouis.tables import TABLES, Table
from easybraille.languages.liblouis.wasm import BundledLouis

NATIVE = ctypes.util.find_library("louis")
FRENCH = Table("fr", "French", "fr-bfu-comp6.utb")
native = pytest.mark.skipif(NATIVE is None, reason="no native liblouis on this machine: apt-get install liblouis20")


def sentences() -> dict[str, list[str]]:
    """The sentences of each language."""
    found = defaultdict(list)
    for line in Path(__file__).with_name("sentences.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, sentence = line.split("\t")
            found[code].append(sentence)
    return found


SENTENCES = sentences()


def read(code: str, *lines: str) -> list[str]:
    """Lines of Unicode Braille as text."""
    return lines_of_text(get(code).read([from_unicode(line) for line in lines]))


def emphasised(code: str, *lines: str) -> list[tuple[str, str]]:
    """The emphasised runs of text: kind and text."""
    runs: list[tuple[str, str]] = []
    for line in get(code).read([from_unicode(line) for line in lines]):
        for sign in line:
            if sign.text and sign.emphasis and runs and runs[-1][0] == sign.emphasis:
                runs[-1] = (sign.emphasis, runs[-1][1] + sign.text)
            elif sign.text and sign.emphasis:
                runs.append((sign.emphasis, sign.text))
    return runs


def test_every_language_is_there_without_anything_to_install():
    available = {info.code for info in languages() if info.available}
    assert available >= {"es", "ca", "gl", "eu", "en", "en-g2", "pt", "fr", "de", "de-g1", "it", "ru"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.code)
def test_sentences_that_liblouis_writes_come_back(table):
    expected = SENTENCES[table.code.partition("-")[0]]
    reader = get(table.code)
    back = [lines_of_text(reader.read(reader.write(sentence)))[0] for sentence in expected]
    assert len(expected) == 20
    assert [pair for pair in zip(expected, back, strict=True) if pair[0] != pair[1]] == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The years 1929–1933, ‘the slump’ — bad years."),
        ("en-g2", "At 7 p.m. (e.g. on Mondays), i.e. late; see J.K. Rowling, Ph.D., U.S.A."),
        ("en-g2", "It costs 7.20. People like us do so."),
        ("fr", "« Oui », dit-il, « bien sûr » (et vite)."),
        ("de", "Ja – vielleicht um 10:30 Uhr (siehe Seite 12) [sic] ..."),
        ("de-g1", "Ja – vielleicht um 10:30 Uhr (siehe Seite 12) [sic] ..."),
        ("it", "Sì, lunedì 12/05/1990. Un po' d'acqua e/o l'11% di più: 2 + 3 = 5."),
        ("pt", "— «Onde estás?», no 1.º andar, n.º 25; copo d'água, 2 + 3 = 5."),
        ("ru", "«Где ты?» — спросил он. Людовик XIV, № 5, 75%, +7, 2 + 3 = 5; кто-то."),
        ("ru", "— Да, — сказала Анна."),
    ],
)
def test_signs_that_depend_on_their_neighbours_come_back(code, text):
    reader = get(code)
    assert lines_of_text(reader.read(reader.write(text))) == [text]


# The Rules of Unified English Braille, 2013, sections 8.5 (capitals) and 9.2 to 9.4 (typeforms): the indicators.
def test_a_passage_in_capitals_stays_in_capitals_over_the_end_of_its_line():
    assert read("en", "⠠⠠⠠⠞⠓⠊⠎⠀⠊⠎⠀⠁⠇⠇", "⠉⠁⠏⠎⠠⠄⠀⠝⠕⠺") == ["THIS IS ALL", "CAPS now"]
    assert read("en-g2", "⠠⠠⠠⠹⠀⠊⠎⠀⠁⠇⠇", "⠉⠁⠏⠎⠠⠄⠀⠝⠪") == ["THIS IS ALL", "CAPS now"]


def test_a_passage_in_capitals_ends_with_its_paragraph_at_the_latest():
    assert read("en", "⠠⠠⠠⠁⠃⠉⠀⠙", "", "⠑") == ["ABC D", "", "e"]


def test_passages_in_capitals_of_french_and_portuguese_end_with_the_word_that_is_marked():
    """The codes of both languages: a sign before the first word, and another before the last."""
    assert read("fr", "⠒⠨⠞⠕⠥⠎⠀⠇⠑⠎⠀⠨⠓⠕⠍⠍⠑⠎⠀⠇⠊⠃⠗⠑⠎") == ["TOUS LES HOMMES libres"]
    assert read("pt", "⠒⠨⠨⠞⠕⠙⠕⠎⠀⠕⠎⠀⠨⠨⠓⠕⠍⠑⠝⠎⠀⠇⠊⠧⠗⠑⠎") == ["TODOS OS HOMENS livres"]


def test_bold_and_italic_words_and_passages_are_recognised_and_leave_no_signs_in_the_text():
    page = "⠨⠂⠞⠓⠑⠀⠨⠶⠞⠓⠑⠀⠃⠕⠕⠅⠀⠊⠎", "⠝⠑⠺⠨⠄⠀⠘⠂⠝⠕⠺"
    assert read("en", *page) == ["the the book is", "new now"]
    assert emphasised("en", *page) == [("italic", "the the book isnew"), ("bold", "now")]
    assert emphasised("en-g2", "⠘⠶⠮⠀⠃⠕⠕⠅⠀⠊⠎⠀⠝⠑⠺⠘⠄⠀⠝⠪") == [("bold", "the book is new")]


@pytest.fixture(params=["bundled", pytest.param("native", marks=native)])
def engine(request):
    louis = BundledLouis(seconds=5) if request.param == "bundled" else LouisProcess(NATIVE, seconds=5)
    yield louis
    louis.close()


@pytest.fixture
def process():
    louis = LouisProcess(NATIVE, seconds=5)
    yield louis
    louis.close()


def test_a_table_that_does_not_exist_is_an_answer_and_not_a_crash(engine):
    assert not engine.check("unicode.dis,no-such-table.utb")
    with pytest.raises(LouisError):
        engine.translate("unicode.dis,no-such-table.utb", ["⠁"], back=True)
    assert engine.check("unicode.dis,fr-bfu-comp6.utb")


def test_many_threads_share_one_liblouis(engine):
    french = LouisLanguage(FRENCH, engine)
    cells = french.write("bonjour à tous")
    read = []
    threads = [threading.Thread(target=lambda: read.append(lines_of_text(french.read(cells)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == [["bonjour à tous"]] * 8


def test_a_very_long_line_is_read(engine):
    signs = LouisLanguage(FRENCH, engine).read([["1"] * 20_000])[0]
    assert len(signs) == 20_000
    assert "".join(sign.text for sign in signs).startswith("aaa")


def test_a_request_that_takes_too_long_costs_its_line_and_no_more_than_the_time_allowed():
    # Compiling the table, which the first request does, takes more than a millisecond.
    louis = BundledLouis(seconds=0.001)
    french = LouisLanguage(FRENCH, louis)
    started = time.perf_counter()
    signs = french.read([["123456", "24", "123456"]])[0]
    assert time.perf_counter() - started < 3
    assert {(sign.text, sign.doubt) for sign in signs} == {(UNKNOWN, "not_translated")}
    louis.seconds = 5
    assert lines_of_text(french.read([["123456", "24", "123456"]])) == ["éié"]


def test_a_process_that_forks_after_reading_can_read_in_its_child():
    script = (
        "import os, sys\nfrom easybraille.languages import get, lines_of_text\n"
        "french = get('fr'); cells = french.write('été')\npid = os.fork()\n"
        "assert lines_of_text(french.read(cells)) == ['été']\n"
        "sys.exit(0 if pid == 0 else os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@native
def test_a_worker_that_was_killed_is_started_again(process):
    french = LouisLanguage(FRENCH, process)
    assert lines_of_text(french.read(french.write("été"))) == ["été"]
    os.kill(process._process.pid, signal.SIGKILL)
    time.sleep(0.1)
    assert lines_of_text(french.read(french.write("été"))) == ["été"]


@native
def test_a_worker_that_hangs_costs_its_line_and_no_more_than_the_time_allowed(process):
    process.seconds = 0.5
    french = LouisLanguage(FRENCH, process)
    cells = french.write("été")
    os.kill(process._process.pid, signal.SIGSTOP)
    started = time.perf_counter()
    signs = french.read(cells)[0]
    assert time.perf_counter() - started < 3
    assert {(sign.text, sign.doubt) for sign in signs} == {(UNKNOWN, "not_translated")}
    assert lines_of_text(french.read(cells)) == ["été"]


@native
def test_a_library_that_the_settings_name_takes_the_place_of_the_bundled_one(monkeypatch):
    monkeypatch.setenv("EASYBRAILLE_LIBLOUIS", NATIVE)
    assert isinstance(language.louis(), LouisProcess)
    monkeypatch.delenv("EASYBRAILLE_LIBLOUIS")
    assert isinstance(language.louis(), BundledLouis)


def test_contracted_english_gives_each_word_to_its_cells():
    contracted = get("en-g2")
    cells = contracted.write("The people know.")
    signs = contracted.read(cells)[0]
    assert "".join(sign.text for sign in signs) == "The people know."
    assert [sign.text for sign in signs][:4] == ["", "The", " ", "people"]


def test_what_has_no_braille_is_named():
    with pytest.raises(UnwritableError, match=r"漢"):
        get("fr").write("a\nb漢")


def test_typography_that_a_table_lacks_is_written_in_plainer_signs():
    italian = get("it")
    assert italian.write("«sì…»") == italian.write('"sì..."')


def test_a_text_that_liblouis_fails_on_as_a_whole_is_written_in_pieces():
    # liblouis 3.39 fails on ")." in its German tables.
    german = get("de")
    assert lines_of_text(german.read(german.write("Nutze lieber HTTP(S). Sonst")))[0].startswith("Nutze lieber")


def test_a_liblouis_too_old_for_a_language_is_named_with_the_version_needed():
    too_new = Table("it", "Italian", "it-it-comp6.utb", since=(99, 0))
    with pytest.raises(LanguageUnavailableError, match=r"Italian needs liblouis 99.0"):
        language.load(too_new)
