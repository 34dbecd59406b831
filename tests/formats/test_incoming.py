"""Files that are to be translated are recognised by what is in them."""

from __future__ import annotations

import time

import pytest

from easybraille.errors import InvalidParameterError, InvalidTextError
from easybraille.formats import Paper, brf, pef
from easybraille.formats.embosser import emboss
from easybraille.formats.incoming import recognise
from easybraille.text.translation import to_text, write

LETTER = "Querida Lucía: ¿cómo estás? Mañana iré al jardín con el señor Núñez."
RUSSIAN = "Привет, как дела? Завтра я буду в саду."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", [LETTER, "Hola", "canción", ""])
def test_unicode_is_recognised_with_a_mark_at_its_beginning_or_without(text, encoding):
    sent = recognise(text.encode(encoding))
    assert (sent.content, sent.is_braille) == (text, False)


@pytest.mark.parametrize("encoding", ["cp1252", "iso8859-15", "cp850", "mac_roman"])
@pytest.mark.parametrize("text", [LETTER, "El niño comió piña.", "¿Qué tal?", "café", "jardín", "PINGÜINO", "Él"])
def test_the_encodings_of_windows_dos_and_the_macintosh_are_told_apart_by_the_words(text, encoding):
    sent = recognise(text.encode(encoding))
    assert sent.content == text
    assert sent.encoding, "the sender is told what it was taken for"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "C'est l'été, à Noël."),
        ("de", "Größe, Übung, Straße"),
        ("pt", "Não há ação sem coração"),
        ("ca", "Això és l'àvia del pingüí"),
    ],
)
@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac_roman"])
def test_other_languages_have_other_letters(language, text, encoding):
    assert recognise(text.encode(encoding), language=language).content == text


@pytest.mark.parametrize("encoding", ["cp1251", "koi8_r", "cp866"])
@pytest.mark.parametrize("language", ["ru", "auto"])
def test_russian_has_encodings_of_its_own(encoding, language):
    assert recognise(RUSSIAN.encode(encoding), language=language).content == RUSSIAN


def test_an_encoding_that_is_named_is_taken_at_its_word():
    assert recognise("5 °C".encode("mac_roman"), "mac_roman").content == "5 °C"
    with pytest.raises(InvalidTextError, match="not encoded in utf-8"):
        recognise("ñ".encode("cp1252"), "utf-8")
    for unknown in ("klingon", "", "zip", "rot13"):
        with pytest.raises(InvalidParameterError, match="not an encoding known here"):
            recognise(b"a", unknown)


def test_what_is_no_text_is_named():
    with pytest.raises(InvalidTextError, match="not a text file"):
        recognise(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0")


def test_the_ctrl_z_of_dos_is_no_part_of_a_text_nor_of_braille():
    assert recognise(b"Hola\r\n\x1a").content == "Hola\r\n"
    assert recognise(b",HOLA\r\n\x1a\x1a", is_brf=True).content == "⠠⠓⠕⠇⠁\r\n"


def test_a_tab_in_brf_moves_to_the_next_column_of_eight():
    assert recognise(b"\tA\nAB\tC", is_brf=True).content == "⠀" * 8 + "⠁\n⠁⠃" + "⠀" * 6 + "⠉"


def test_a_character_that_is_no_ascii_braille_is_named():
    with pytest.raises(InvalidTextError, match=r"'é' \(U\+00E9, character 4\)"):
        recognise("CAFé".encode(), is_brf=True)


def test_our_own_brf_and_pef_come_back_page_by_page():
    text = "\n".join([LETTER] * 4) + "\fOtra página."
    pages = emboss(write(text, "es").pages, Paper(30, 6))
    expected = "\f".join("\n".join(page) for page in pages)
    for sent in (recognise(pef.encode(pages, "Título", "es")), recognise(brf.encode(pages), is_brf=True)):
        assert sent.is_braille
        assert to_text(sent.content, "es") == to_text(expected, "es")


def test_pef_of_others_has_volumes_eight_dots_and_white_space_between_its_elements():
    file = """<?xml version="1.0" encoding="UTF-8"?>
    <p:pef version="2008-1" xmlns:p="http://www.daisy.org/ns/2008/pef"><p:body>
      <p:volume cols="32" rows="29" rowgap="0" duplex="true"><p:section>
        <p:page><p:row>⠁⡁</p:row>
          <p:row/></p:page></p:section></p:volume>
      <p:volume cols="32" rows="29" rowgap="0" duplex="true"><p:section>
        <p:page><p:row rowgap="2">⠃</p:row></p:page></p:section></p:volume>
    </p:body></p:pef>"""
    assert recognise(file.encode()).content == "⠁⡁\n\f⠃"


def test_an_endless_word_takes_no_time_that_grows_with_its_square():
    def seconds(count: int) -> float:
        begin = time.process_time()
        recognise(b"\xa1" + b" " + b"tifier>u?" * count)
        return time.process_time() - begin

    seconds(10)
    short, long = (min(seconds(count) for _ in range(3)) for count in (1000, 4000))
    assert long < 10 * short + 0.1


def test_a_damaged_or_dangerous_pef_is_refused():
    whole = pef.encode([["⠁"]])
    with pytest.raises(InvalidTextError, match="damaged in line"):
        recognise(whole[: len(whole) // 2])
    for encoding in (b"utf-823456789", b"utf-7", b"rot13"):
        with pytest.raises(InvalidTextError, match="damaged in line 1"):
            recognise(whole.replace(b"encoding='utf-8'", b"encoding='%s'" % encoding))
    bomb = whole.replace(b"<pef ", b'<!DOCTYPE pef [<!ENTITY a "\xe2\xa0\x81">]><pef ')
    with pytest.raises(InvalidTextError, match="document type"):
        recognise(bomb)
