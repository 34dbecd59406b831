"""Rows and pages for an embosser, and the files that carry them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from easybraille import languages
from easybraille.errors import InvalidParameterError, InvalidTextError
from easybraille.formats import Paper, embosser, paper_of, pef
from easybraille.formats.ascii import from_ascii, to_ascii

PEF = "{http://www.daisy.org/ns/2008/pef}"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "data" / "pef-2008-1.rng"))
CELLS = [languages.get("es").write(letter)[0][0] for letter in "abcdefghij"] + ["36", "3456", "46"]


def wrapped(text: str, width: int) -> list[str]:
    """Spanish text wrapped as Braille and read again."""
    spanish = languages.get("es")
    (line,) = spanish.write(text)
    return languages.lines_of_text(spanish.read(embosser.wrap(line, width)))


def rules_of_pef(data: bytes) -> etree._Element:
    """PEF that its schema takes, with the two rules that the schema can't say (PEF 1.0, Schematron rules 1 and 2)."""
    root = etree.fromstring(data)
    SCHEMA.assertValid(root)
    volume = root.find(f".//{PEF}volume")
    for page in root.iter(f"{PEF}page"):
        assert len(page) <= int(volume.get("rows"))
        assert all(len(row.text or "") <= int(volume.get("cols")) for row in page)
    return root


def test_a_line_breaks_at_blanks_and_keeps_its_indent():
    assert wrapped("  el otoño al jardín del abuelo", 14) == ["  el otoño al", "jardín del", "abuelo"]


def test_a_word_that_fits_exactly_stays_on_its_row():
    assert wrapped("uno dos", 7) == ["uno dos"]
    assert wrapped("uno dos", 6) == ["uno", "dos"]


def test_a_compound_breaks_behind_its_hyphen():
    assert wrapped("un texto teórico-práctico", 20) == ["un texto teórico-", "práctico"]


@pytest.mark.parametrize("text", ["de 1936-1939 aquí", "dijo—él no", "vale 3-2 más"])
def test_a_dash_or_the_hyphen_of_a_number_is_no_place_to_break(text):
    for width in range(11, 15):
        assert not any(row.endswith(("-", "—", "–")) for row in wrapped(text, width)[:-1])


def test_a_word_longer_than_a_row_is_cut_with_a_hyphen():
    assert wrapped("electroencefalografista", 12) == ["electroence-", "falografista"]


@given(st.lists(st.sampled_from(["", *CELLS]), max_size=120), st.integers(10, 45))
def test_no_row_is_too_long_and_no_cell_gets_lost(line, width):
    rows = embosser.wrap(line, width)
    assert all(len(row) <= width for row in rows)
    kept = [cell for row in rows for cell in row if cell not in ("", "36")]
    assert kept == [cell for cell in line if cell not in ("", "36")]


def test_pages_hold_as_many_rows_as_the_paper():
    pages = embosser.pages([["1"]] * 60, Paper(40, 25))
    assert [len(page) for page in pages] == [25, 25, 10]


def test_a_page_does_not_end_in_empty_rows():
    assert embosser.pages([["1"], [], [], ["2"]], Paper(40, 3)) == [[["1"]], [["2"]]]


def test_paper_has_a_sensible_size():
    assert paper_of("30x27") == Paper(30, 27)
    assert paper_of(None) is None
    for size in ("", "40", "40x", "9x25", "40x0", "999x25", "40X25", "-40x25"):
        with pytest.raises(InvalidParameterError):
            paper_of(size)


def test_brf_is_ascii_with_a_row_a_line_and_a_form_feed_between_pages(carta):
    both = replace(carta, document=replace(carta.document, pages=carta.document.pages * 2))
    first, second = both.write("brf").decode("ascii").split("\f")
    assert first == second
    # N and the digits of the number sign; sí, by hand: "Querida" is .QUERIDA.
    assert first.split("\r\n")[0].strip() == "#AB"
    assert first.split("\r\n")[4] == "  .QUERIDA .LUC/A3 AYER LLEG+ EL"
    assert first.endswith("\r\n")


def test_brf_keeps_the_pages_geometry_unless_a_paper_is_named(carta):
    rows = carta.write("brf").decode().split("\r\n")
    assert len(rows) - 1 == len(carta.document.pages[0].lines)
    again = carta.write("brf", Paper(20, 8)).decode().split("\f")
    assert len(again) > 1
    assert all(len(page.split("\r\n")) - 1 <= 8 and max(map(len, page.split("\r\n"))) <= 20 for page in again)


def test_on_another_paper_paragraphs_flow_and_split_words_are_whole_again(carta):
    rows = carta.write("braille", Paper(60, 25)).decode().split("\n")
    text = languages.lines_of_text(languages.get("es").read([languages.get("braille").write(row)[0] for row in rows]))
    assert text[4:6] == [
        "  Querida Lucía: ayer llegó el otoño al jardín. ¿Sabes",
        "qué dijo el niño? ¡Que los pingüinos también vienen en",
    ]
    assert text[2].strip() == "LA CARTA" and len(text[2]) - len(text[2].lstrip()) == (60 - 11) // 2


@given(st.text(st.characters(min_codepoint=0x2800, max_codepoint=0x283F)))
def test_ascii_braille_holds_every_six_dot_cell_both_ways(braille):
    assert from_ascii(to_ascii(braille)) == braille
    assert from_ascii(to_ascii(braille).lower()) == braille


def test_ascii_braille_takes_no_other_character():
    with pytest.raises(InvalidTextError, match=r"'é' \(U\+00E9, character 4\)"):
        from_ascii("caké")


def test_pef_is_what_its_schema_asks_for(carta):
    root = rules_of_pef(carta.write("pef"))
    assert root.findtext(".//{http://purl.org/dc/elements/1.1/}title") == "carta.png"
    assert root.findtext(".//{http://purl.org/dc/elements/1.1/}language") == "es"
    volume = root.find(f".//{PEF}volume")
    assert (volume.get("cols"), volume.get("rows")) == (
        str(max(len(r.text or "") for r in root.iter(f"{PEF}row"))),
        "13",
    )


def test_pef_on_a_paper_is_valid_too(carta):
    root = rules_of_pef(carta.write("pef", Paper(20, 8)))
    assert len(list(root.iter(f"{PEF}page"))) > 1


def test_pef_of_the_same_page_is_the_same_file(carta):
    assert carta.write("pef") == carta.write("pef")


@pytest.mark.parametrize("pages", [[], [[]], [["", ""]], [["⠁" * 300]]])
def test_pef_of_odd_pages_is_valid(pages):
    rules_of_pef(pef.encode(pages, title="a\x00<&>", language="braille"))


def test_back_pages_are_embossed_on_backs(carta):
    page = carta.document.pages[0]
    sides = ["front", "back", "front", "front", "back"]
    document = replace(carta.document, pages=[replace(page, side=side) for side in sides])
    root = rules_of_pef(replace(carta, document=document).write("pef"))
    assert root.find(f".//{PEF}volume").get("duplex") == "true"
    # The second sheet has nothing on its back.
    assert [len(page) > 0 for page in root.iter(f"{PEF}page")] == [True, True, True, False, True, True]
