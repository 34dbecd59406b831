"""What every language keeps to."""

import contextlib
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from easybraille.errors import LanguageUnavailableError, UnknownLanguageError
from easybraille.languages import get, languages, lines_of_text
from easybraille.languages.cells import dots_of, from_unicode, mask, to_unicode, unicode_of
from easybraille.languages.liblouis.engine import LouisError
from easybraille.languages.liblouis.process import LouisProcess

CODES = [info.code for info in languages() if info.available]
EVERY = ["".join(str(dot + 1) for dot in range(6) if code >> dot & 1) for code in range(64)]
PAGES = some.lists(some.lists(some.sampled_from(EVERY), max_size=30), max_size=6)
BRIEF = settings(max_examples=60, deadline=5000, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("code", CODES)
@given(page=PAGES)
@BRIEF
def test_any_page_of_cells_is_read_into_a_page_of_the_same_shape(code, page):
    signs = get(code).read(page)
    assert [len(line) for line in signs] == [len(line) for line in page]
    assert all(isinstance(sign.text, str) and isinstance(sign.doubt, str) for line in signs for sign in line)


@pytest.mark.parametrize("code", CODES)
@given(line=some.lists(some.one_of(some.sampled_from(EVERY), some.text("12345678x\n", max_size=9)), max_size=40))
@BRIEF
def test_cells_that_are_no_cells_are_read_too(code, line):
    assert len(get(code).read([line])[0]) == len(line)


@given(page=PAGES)
@settings(max_examples=300, deadline=5000)
def test_spanish_reads_a_line_end_as_a_blank_and_nothing_else(page):
    assert all("\n" not in sign.text for line in get("es").read(page) for sign in line)


@given(some.text(some.sampled_from("aábcdefghijzñAÁÑÓ .,;:-/()0123456789"), max_size=40))
@settings(max_examples=500, deadline=5000)
def test_spanish_text_comes_back_but_for_what_is_marked_doubtful(text):
    spanish = get("es")
    if re.search(r"\d[,;:]{2}", text):
        # Two marks that no Spanish text has after a number are a denominator.
        return
    signs = spanish.read(spanish.write(text))[0]
    back = "".join(sign.text for sign in signs)
    assert back.replace("'", ".").replace("—", "--") == text or any(sign.doubt for sign in signs)


@pytest.mark.parametrize("code", [code for code in CODES if code != "braille"])
def test_a_short_text_comes_back(code):
    text = {"ru": "привет мир"}.get(code, "la casa 24" if code not in ("en", "en-g2") else "the house 24")
    language = get(code)
    assert lines_of_text(language.read(language.write(text))) == [text]


@pytest.mark.parametrize("code", [code for code in CODES if code != "braille"])
def test_a_digit_belongs_to_its_own_cell_and_not_to_the_number_sign(code):
    language = get(code)
    signs = language.read(language.write("12"))[0]
    assert signs[0].text == ""
    assert "".join(sign.text for sign in signs) == "12"


def test_dots_and_unicode_braille_are_two_ways_to_say_the_same():
    assert unicode_of("125") == "⠓" and dots_of("⠓") == "125"
    assert unicode_of("") == "\u2800" and dots_of("\u2800") == "" and dots_of(" ") == ""
    for code in range(256):
        assert unicode_of(dots_of(chr(0x2800 + code))) == chr(0x2800 + code)
        assert mask(dots_of(chr(0x2800 + code))) == code
    assert from_unicode(to_unicode(["1", "", "12345678"])) == ["1", "", "12345678"]
    with pytest.raises(ValueError, match="not a Braille character"):
        dots_of("a")


def test_a_language_that_nobody_knows_is_refused_by_name():
    with pytest.raises(UnknownLanguageError, match="'xx'"):
        get("xx")


def test_every_language_says_how_it_was_tested():
    for info in languages():
        assert info.name and info.tested
        assert info.available == (info.needs == "")
        assert info.score is None or 0 < info.score <= 1


def test_without_liblouis_spanish_works_and_the_others_say_why_not(monkeypatch):
    from easybraille.languages import registry
    from easybraille.languages.liblouis import tables

    monkeypatch.setenv("EASYBRAILLE_LIBLOUIS", "/no/such/library.so")
    monkeypatch.setattr(registry, "_loaded", {})
    assert lines_of_text(get("es").read([["46", "125"]])) == ["H"]
    with pytest.raises(LanguageUnavailableError, match=r"French.*EASYBRAILLE_LIBLOUIS"):
        get("fr")
    missing = {info.code: info.needs for info in languages() if not info.available}
    assert set(missing) == {table.code for table in tables.TABLES}


def test_a_library_that_cannot_be_loaded_costs_one_process_however_often_it_is_asked():
    engine = LouisProcess("/no/such/library.so")
    with contextlib.closing(engine):
        workers = set()
        for _ in range(3):
            with pytest.raises(LouisError, match="can be loaded"):
                engine.version()
            workers.add(engine._process.pid)
    assert len(workers) == 1
