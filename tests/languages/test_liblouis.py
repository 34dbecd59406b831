"""liblouis can neither hang nor crash what uses it."""

import os
import signal
import threading
import time

import pytest

from easybraille.errors import LanguageUnavailableError, UnwritableError
from easybraille.languages import UNKNOWN, get, lines_of_text
from easybraille.languages.liblouis import language
from easybraille.languages.liblouis.language import LouisLanguage, Table
from easybraille.languages.liblouis.process import LouisError, LouisProcess, find_library

LIBRARY = find_library()
pytestmark = pytest.mark.skipif(LIBRARY is None, reason="liblouis is not on this machine")


@pytest.fixture
def process():
    louis = LouisProcess(LIBRARY, seconds=5)
    yield louis
    louis.close()


def french(process):
    return LouisLanguage(Table("fr", "French", "fr-bfu-comp6.utb"), process)


def test_a_worker_that_was_killed_is_started_again(process):
    language = french(process)
    assert lines_of_text(language.read(language.write("été"))) == ["été"]
    os.kill(process._process.pid, signal.SIGKILL)
    time.sleep(0.1)
    assert lines_of_text(language.read(language.write("été"))) == ["été"]


def test_a_worker_that_hangs_costs_its_line_and_no_more_than_the_time_allowed(process):
    process._seconds = 0.5
    language = french(process)
    cells = language.write("été")
    os.kill(process._process.pid, signal.SIGSTOP)
    started = time.perf_counter()
    signs = language.read(cells)[0]
    assert time.perf_counter() - started < 3
    assert {(sign.text, sign.doubt) for sign in signs} == {(UNKNOWN, "not_translated")}
    assert lines_of_text(language.read(cells)) == ["été"]


def test_a_table_that_does_not_exist_is_an_answer_and_not_a_crash(process):
    assert process.ask(check=["unicode.dis,no-such-table.utb"])["tables"] == [False]
    with pytest.raises(LouisError):
        process.ask(back=True, tables="unicode.dis,no-such-table.utb", lines=["⠁"])
    assert process.ask(check=["unicode.dis,fr-bfu-comp6.utb"])["tables"] == [True]


def test_many_threads_share_one_worker(process):
    language = french(process)
    cells = language.write("bonjour à tous")
    read = []
    threads = [threading.Thread(target=lambda: read.append(lines_of_text(language.read(cells)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == [["bonjour à tous"]] * 8


def test_a_very_long_line_is_read(process):
    signs = french(process).read([["1"] * 20_000])[0]
    assert len(signs) == 20_000


def test_contracted_english_gives_each_word_to_its_cells():
    language = get("en-g2")
    cells = language.write("The people know.")
    signs = language.read(cells)[0]
    assert "".join(sign.text for sign in signs) == "The people know."
    assert [sign.text for sign in signs][:4] == ["", "The", " ", "people"]


def test_what_has_no_braille_is_named():
    with pytest.raises(UnwritableError, match=r"漢"):
        get("fr").write("a\nb漢")


def test_a_text_that_liblouis_fails_on_as_a_whole_is_written_in_pieces():
    # liblouis 3.39 answers "cannot translate" to ")." in its German tables.
    german = get("de")
    assert lines_of_text(german.read(german.write("Nutze lieber HTTP(S). Sonst")))[0].startswith("Nutze lieber")


def test_a_liblouis_too_old_for_a_language_is_told_so(process, monkeypatch):
    monkeypatch.setattr(language, "louis", lambda: process)
    too_new = Table("it", "Italian", "it-it-comp6.utb", since=(99, 0))
    with pytest.raises(LanguageUnavailableError, match=r"Italian needs liblouis 99.0"):
        language.load(too_new)
