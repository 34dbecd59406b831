"""Lines become what a reader wants: paragraphs, headings, page numbers, verse and lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easybraille import languages
from easybraille.formats import embosser
from easybraille.text.paragraphs import flow, text_of
from tests.made_page import lines_of, png, reader_of, rendered

PROSE = (
    "En un lugar de la Mancha, de cuyo nombre no quiero acordarme, no ha mucho tiempo que vivía un hidalgo de los de "
    "lanza en astillero, adarga antigua, rocín flaco y galgo corredor.",
    "Una olla de algo más vaca que carnero, salpicón las más noches, duelos y quebrantos los sábados, lentejas los "
    "viernes, algún palomino de añadidura los domingos, consumían las tres partes de su hacienda.",
    "El resto della concluían sayo de velarte, calzas de velludo para las fiestas.",
)
GOLONDRINAS = (
    "Volverán las oscuras golondrinas",
    "en tu balcón sus nidos a colgar,",
    "y, otra vez, con el ala a sus cristales",
    "jugando llamarán.",
)

PIRATA = (
    "Con diez cañones por banda,",
    "viento en popa, a toda vela,",
    "no corta el mar, sino vuela",
    "un velero bergantín.",
)


def embossed(text: str, width: int) -> str:
    """A text as it is embossed on rows of `width` cells, read line by line."""
    spanish = languages.get("es")
    rows = [row for line in spanish.write(text) for row in embosser.wrap(line, width)]
    return "\n".join(languages.lines_of_text(spanish.read(rows)))


def flowed(text: str, language: str = "es") -> list[tuple[str, str]]:
    paragraphs = [made.paragraph for made in flow(lines_of(text, language), language)]
    return [(paragraph.kind, paragraph.text) for paragraph in paragraphs]


@pytest.mark.parametrize("width", [24, 28, 30, 33, 40])
def test_paragraphs_that_were_embossed_come_back_whole(width):
    page = embossed("\n".join("  " + paragraph for paragraph in PROSE), width)
    assert flowed(page) == [("prose", paragraph) for paragraph in PROSE]


@pytest.mark.parametrize("width", [24, 28, 30, 33, 40])
def test_paragraphs_with_empty_lines_between_them_come_back_whole(width):
    assert flowed(embossed("\n\n".join(PROSE), width)) == [("prose", paragraph) for paragraph in PROSE]


def test_a_page_may_begin_in_the_middle_of_a_paragraph():
    page = embossed(f"{PROSE[0]}\n  {PROSE[1]}", 30)
    assert flowed(page) == [("prose", PROSE[0]), ("prose", PROSE[1])]


def test_a_word_split_by_a_hyphen_is_joined():
    assert flowed("Los pingüinos tam-\nbién vienen") == [("prose", "Los pingüinos también vienen")]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("un tratado teórico-\npráctico", "un tratado teórico-práctico"),
        ("la guerra de 1936-\n1939 acabó", "la guerra de 1936-1939 acabó"),
        ("nacido en Castilla-\nLa Mancha", "nacido en Castilla-La Mancha"),
        ("vino ayer —dijo—\ny se fue hoy", "vino ayer —dijo— y se fue hoy"),
        ("una idea franco-alemana, franco-\nalemana", "una idea franco-alemana, franco-alemana"),
    ],
    ids=["two accents", "years", "a name", "a dash", "seen elsewhere on the page"],
)
def test_a_hyphen_that_belongs_to_the_text_stays(page, expected):
    assert flowed(page) == [("prose", expected)]


def test_other_languages_may_have_two_accents_in_a_word():
    assert text_of([made.paragraph for made in flow(lines_of("il a été répé-\nté", "es"), "fr")]) == "il a été répété"


def test_each_turn_of_a_dialogue_is_a_paragraph():
    page = embossed(f"  {PROSE[2]}\n  —¿Qué hay?\n  —Nada.\n  —Pues adiós, señor mío, y hasta mañana por la tarde.", 30)
    assert flowed(page) == [
        ("prose", PROSE[2]),
        ("prose", "—¿Qué hay?"),
        ("prose", "—Nada."),
        ("prose", "—Pues adiós, señor mío, y hasta mañana por la tarde."),
    ]


def test_headings_and_page_numbers_are_kept_apart():
    page = f"{'27':>30}\n\n{'CAPÍTULO 2':^30}\n{'Del ingenioso hidalgo':^30}\n" + embossed("  " + PROSE[0], 34)
    assert flowed(page) == [("running", "27"), ("heading", "CAPÍTULO 2\nDel ingenioso hidalgo"), ("prose", PROSE[0])]


def test_a_running_title_with_a_page_number_is_no_prose():
    page = "Don Quijote          27\n" + embossed(PROSE[0], 34)
    assert flowed(page) == [("running", "Don Quijote          27"), ("prose", PROSE[0])]


def test_a_number_in_the_text_is_no_page_number():
    page = embossed("Nació en el pueblo de su madre y de su abuela en 1605", 24)
    assert [kind for kind, _ in flowed(page)] == ["prose"]


@pytest.mark.parametrize("indent", [0, 2, 4])
def test_verse_keeps_its_lines(indent):
    verse = "\n".join(" " * indent + line for line in GOLONDRINAS)
    page = embossed("  " + PROSE[0], 42) + "\n\n" + verse + "\n\n" + embossed("  " + PROSE[1], 42)
    assert flowed(page) == [("prose", PROSE[0]), ("lines", "\n".join(GOLONDRINAS)), ("prose", PROSE[1])]


def test_verse_without_prose_around_it_keeps_its_lines():
    stanza = (
        "Con diez cañones por banda,\nviento en popa, a toda vela,\nno corta el mar, sino vuela\nun velero bergantín."
    )
    assert flowed(stanza + "\n\n" + "\n".join(GOLONDRINAS))[0] == ("lines", stanza)


def test_stanzas_set_in_by_turns_keep_their_lines():
    """As printed for children: no capitals to see a line of verse by, and no empty line between stanzas."""
    rows = [*GOLONDRINAS, *("  " + line for line in PIRATA), *("pero aquellas que el vuelo refrenaban", "tu hermosura")]
    page = "\n".join(rows).lower()
    assert flowed(page) == [("lines", page)]


def test_a_double_spaced_page_flows_as_any_other():
    page = embossed("\n".join("  " + paragraph for paragraph in PROSE), 33).replace("\n", "\n\n")
    assert flowed("27\n" + page) == [("running", "27"), *(("prose", paragraph) for paragraph in PROSE)]


def test_a_line_of_verse_that_goes_on_further_in_is_one_line():
    page = "Tengo, tengo, tengo,\ntú no tienes nada; tengo tres\n  ovejas en una cabaña.\nUna me da leche,\notra lana."
    kind, text = flowed(page)[0]
    assert kind == "lines"
    assert text.split("\n")[1] == "tú no tienes nada; tengo tres ovejas en una cabaña."


def test_a_list_keeps_its_entries():
    page = "Compra:\n1. Un kilo de manzanas verdes y dos\n  de peras\n2. Pan\n3. Aceite de oliva virgen, una\n  botella"
    entries = [
        "Compra:",
        "1. Un kilo de manzanas verdes y dos de peras",
        "2. Pan",
        "3. Aceite de oliva virgen, una botella",
    ]
    assert flowed(page) == [("lines", "\n".join(entries))]


def test_a_table_keeps_its_lines():
    page = "Lunes        9:30    11\nMartes       10:15   12\nMiércoles    9:00    10"
    assert flowed(page) == [("lines", page)]


def test_an_address_keeps_its_lines():
    page = embossed("  " + PROSE[0], 34) + "\n\nSra. Ana Gil\nCalle Mayor, 3\n28013 Madrid"
    assert flowed(page)[1] == ("lines", "Sra. Ana Gil\nCalle Mayor, 3\n28013 Madrid")


def test_an_empty_page_has_no_paragraphs():
    assert flow([]) == []
    assert flow(lines_of("\n\n  \n")) == []


@given(st.lists(st.text("ab c-—.1#A", max_size=20), max_size=12))
def test_every_line_is_in_a_paragraph_and_no_letter_gets_lost(rows):
    lines = lines_of("\n".join(rows).replace("#", "  "))
    made = flow(lines)
    numbers = {number for one in made for number in one.paragraph.lines}
    assert numbers == {number for number, line in enumerate(lines) if any(cell.dots for cell in line.cells)}
    # Columns are read one after the other, and the second half of a word in capitals is capitalised.
    there = "".join(line.text for line in lines).casefold()
    kept = "".join(one.paragraph.text for one in made).casefold()
    letters = str.maketrans("", "", " \n-")
    assert sorted(kept.translate(letters)) == sorted(there.translate(letters))


def test_a_photographed_page_flows_and_keeps_its_lines_in_the_document():
    page = "           LA CARTA\n\n" + embossed("\n".join("  " + paragraph for paragraph in PROSE[:2]), 32)
    picture = rendered(page)
    reader = reader_of(picture)
    as_it_stands = reader.read(png(picture), "a.png")
    as_it_flows = reader.read(png(picture), "a.png", layout="flow")
    assert as_it_stands.text == page
    assert as_it_flows.text == "\n\n".join(["LA CARTA", *PROSE[:2]])
    assert as_it_flows.pages[0].lines == as_it_stands.pages[0].lines
    assert as_it_flows.pages[0].paragraphs == as_it_stands.pages[0].paragraphs
