"""Laid-out pages: what stands beside, above or between the lines of the text neither joins nor interrupts it."""

from __future__ import annotations

from itertools import zip_longest

import pytest

from easybraille import languages
from easybraille.document import Cell, Document, Line, Model, Page
from easybraille.languages.cells import from_unicode
from easybraille.text.joining import join, text_of_pages
from easybraille.text.paragraphs import flow, text_of
from tests.made_page import lines_of
from tests.text.test_paragraphs import PROSE, embossed

WIDTH = 32
BODY = "  Te escribo para contarte que ya estamos en la casa nueva y que el jardín está lleno de flores."


def cells(text: str) -> int:
    """The cells that a text takes."""
    return len(languages.get("es").write(text)[0])


def right(text: str, width: int = WIDTH) -> str:
    """A line that ends at the right edge of the page."""
    return " " * (width - cells(text)) + text


def with_number(text: str, number: str, width: int = WIDTH) -> str:
    """A line of text with a page number at the right edge."""
    return text + " " * (width - cells(text) - cells(number)) + number


def side_by_side(left: str, beside: str, gutter: int = 2) -> str:
    """Two columns of rows."""
    width = max(map(cells, left.split("\n"))) + gutter
    rows = zip_longest(left.split("\n"), beside.split("\n"), fillvalue="")
    return "\n".join(a + " " * (width - cells(a)) + b if b else a for a, b in rows)


def flowed(page: str) -> list[tuple[str, str]]:
    return [(made.paragraph.kind, made.paragraph.text) for made in flow(lines_of(page))]


def prose(page: str) -> list[str]:
    return [text for kind, text in flowed(page) if kind == "prose"]


@pytest.mark.parametrize(
    "date",
    ["Madrid, 3 de mayo de 2024", "12-3-2021", "Vigo, a 3 de mayo de 2024", "5 de junio", "Sevilla, abril de 1936"],
)
@pytest.mark.parametrize("salutation", ["Querida Ana:", "Muy señor mío:", "Estimada señora García:"])
def test_a_date_at_the_right_stays_apart_from_the_salutation(date, salutation):
    page = f"{right(date)}\n{salutation}\n{embossed(BODY, WIDTH)}"
    assert flowed(page) == [("lines", date), ("prose", salutation), ("prose", BODY.strip())]


def test_a_signature_at_the_right_stays_apart_from_the_text():
    page = f"{embossed(BODY, WIDTH)}\n{right('Un abrazo,', 28)}\n{right('Luis', 30)}\n{embossed(BODY, WIDTH)}"
    kinds = [kind for kind, _ in flowed(page)]
    assert kinds == ["prose", "lines", "prose"]
    assert [line.strip() for line in flowed(page)[1][1].split("\n")] == ["Un abrazo,", "Luis"]


def test_a_paragraph_that_is_indented_by_four_cells_is_no_date():
    page = embossed("    " + PROSE[0], WIDTH) + "\n" + embossed("    " + PROSE[1], WIDTH)
    assert flowed(page) == [("prose", PROSE[0]), ("prose", PROSE[1])]


@pytest.mark.parametrize("width", [28, 32, 38])
def test_a_page_number_on_the_first_line_of_the_text_is_taken_out(width):
    rows = embossed(PROSE[1][len("Una olla de ") :], width).split("\n")
    head, *rest = embossed(PROSE[1][len("Una olla de ") :], width - 7).split("\n")
    rest = embossed(PROSE[1][len("Una olla de ") :].removeprefix(head).strip(), width).split("\n")
    assert len(rows) <= len(rest) + 1
    page = "\n".join([with_number(head, "27", width), *rest])
    assert flowed(page) == [("running", "27"), ("prose", PROSE[1][len("Una olla de ") :])]


def test_a_page_number_on_the_last_line_of_the_text_is_taken_out():
    *rows, last = embossed("  " + PROSE[0], WIDTH).split("\n")
    page = "\n".join([*rows, with_number(last, "105")])
    assert flowed(page) == [("prose", PROSE[0]), ("running", "105")]


def test_a_word_split_before_a_page_number_is_joined():
    page = f"{with_number('y el hidalgo salió al cam-', '27')}\npo montado en su rocín, muy de\nmadrugada."
    assert flowed(page) == [
        ("running", "27"),
        ("prose", "y el hidalgo salió al campo montado en su rocín, muy de madrugada."),
    ]


def test_a_number_that_ends_a_line_of_text_stays_in_it():
    page = "Eran más de las nueve, y los 27\nalumnos esperaban en la puerta."
    assert flowed(page) == [("prose", "Eran más de las nueve, y los 27 alumnos esperaban en la puerta.")]


@pytest.mark.parametrize("second", ["DOS", "dos"], ids=["its own capital sign", "the sign of the first half"])
def test_a_word_in_capitals_that_is_split_is_joined_in_capitals(second):
    page = f"  LA DECLARACIÓN DE LOS ESTA-\n{second} UNIDOS DE MÉXICO"
    assert prose(page) == ["LA DECLARACIÓN DE LOS ESTADOS UNIDOS DE MÉXICO"]


def test_a_hyphen_before_a_name_is_no_split():
    assert prose("nacido en la región de Castilla-\nLa Mancha") == ["nacido en la región de Castilla-La Mancha"]


@pytest.mark.parametrize("line", ["-----13", "-" * 29 + "13", "     -----213", "------------------------- 7"])
def test_a_print_page_line_is_kept_apart_and_does_not_interrupt_the_sentence(line):
    first, *rest = embossed("  " + PROSE[0], WIDTH).split("\n")
    made = flowed("\n".join([first, line, *rest]))
    assert [kind for kind, _ in made] == ["prose", "running"]
    assert made[0][1] == PROSE[0]
    assert made[1][1].lstrip("-— ") == line.lstrip("- ")


def test_a_print_page_line_between_paragraphs_stays_between_them():
    page = "\n".join([embossed("  " + PROSE[0], WIDTH), "-----13", embossed("  " + PROSE[1], WIDTH)])
    assert [kind for kind, _ in flowed(page)] == ["prose", "running", "prose"]
    assert prose(page) == [PROSE[0], PROSE[1]]


@pytest.mark.parametrize(
    "table",
    [
        "Pan    2\nLeche  3",
        "manzanas  2 kg\nperas     1 kg\nuvas      3 kg",
        "lunes    ciencias\nmartes   dibujo\njueves   música",
        "uno     1   i\ndos     2   ii",
        "a  b\nc  d\ne  f",
    ],
)
def test_a_small_table_keeps_its_lines_within_prose(table):
    page = "\n".join([embossed("  " + PROSE[0], WIDTH), table, embossed("  " + PROSE[1], WIDTH)])
    assert flowed(page) == [("prose", PROSE[0]), ("lines", table), ("prose", PROSE[1])]
    assert flowed(table) == [("lines", table)]


@pytest.mark.parametrize(
    "contents",
    [
        "Prólogo ................. 5\nCapítulo primero ........ 9\nCapítulo segundo ....... 21",
        "Prólogo 5\nCapítulo primero 9\nCapítulo segundo 21",
        "1. Los números naturales  7\n2. Las fracciones  15\n3. Las figuras planas  28",
        "Prólogo ------------- 5\nEpílogo ------------ 21",
    ],
    ids=["dots", "blanks", "columns", "hyphens"],
)
def test_a_list_of_contents_keeps_its_lines(contents):
    page = f"{'ÍNDICE':^30}\n\n{contents}"
    assert [kind for kind, _ in flowed(page)] == ["heading", "lines"]
    assert flowed(page)[1][1].split("\n")[0].startswith(contents.split("\n")[0][:7])
    assert len(flowed(page)[1][1].split("\n")) == len(contents.split("\n"))


def test_an_entry_of_two_lines_stays_in_the_list_of_contents():
    page = (
        "Prólogo ................... 5\nCapítulo segundo que tiene un\n  título largo ............ 21\n"
        "Epílogo .................. 140"
    )
    assert [kind for kind, _ in flowed(page)] == ["lines"]


COLUMNS = (
    "  Hoy se abrió la nueva biblioteca del barrio, que tiene muchos libros para niños y mayores. El alcalde leyó.",
    "  Mañana habrá una fiesta en la plaza con música y comida para todos los vecinos. Se ruega llegar antes.",
)


@pytest.mark.parametrize("width", [16, 18, 20])
@pytest.mark.parametrize("gutter", [2, 3, 4])
@pytest.mark.parametrize("indented", [True, False])
def test_two_columns_are_read_one_after_the_other(width, gutter, indented):
    left, beside = COLUMNS if indented else (COLUMNS[0].strip(), COLUMNS[1].strip())
    page = side_by_side(embossed(left, width), embossed(beside, width), gutter)
    assert flowed(page) == [("prose", COLUMNS[0].strip()), ("prose", COLUMNS[1].strip())]


def test_columns_between_a_heading_and_a_page_number_are_columns():
    columns = side_by_side(embossed(COLUMNS[0], 18), embossed(COLUMNS[1], 18))
    page = f"{'NOTICIAS':^38}\n\n{columns}\n\n{'27':>20}"
    assert flowed(page) == [
        ("heading", "NOTICIAS"),
        ("prose", COLUMNS[0].strip()),
        ("prose", COLUMNS[1].strip()),
        ("running", "27"),
    ]


def document(*pages: str, layout: str = "flow") -> Document:
    """A document of pages that were read with a layout."""
    made = []
    for number, text in enumerate(pages, 1):
        lines = lines_of(text)
        paragraphs = [one.paragraph for one in flow(lines)]
        as_read = text_of(paragraphs) if layout == "flow" else "\n".join(line.text for line in lines)
        made.append(Page("a.png", 1, number, "front", 100, 100, 0, as_read, "", lines, paragraphs))
    return Document("es", text_of_pages(made, layout), Model("m", "1", "", "e"), made)


FIRST = "  Los pingüinos viven en el hielo\ny se alimentan de peces, y tam-"
SECOND = "bién de otros animales pequeños\nque encuentran en el mar.\n  Otro párrafo."
WHOLE = (
    "Los pingüinos viven en el hielo y se alimentan de peces, y también de otros animales pequeños que encuentran en "
    "el mar.\n\nOtro párrafo."
)


def test_a_word_that_is_split_over_the_end_of_a_page_is_joined_in_the_document():
    assert document(FIRST, SECOND).text == WHOLE


def test_a_sentence_goes_on_over_the_end_of_a_page():
    assert (
        document("  " + PROSE[0][:90].rpartition(" ")[0], PROSE[0][:90].rpartition(" ")[2] + PROSE[0][90:]).text
        == PROSE[0]
    )


def test_page_numbers_do_not_interrupt_a_sentence_that_goes_on_over_the_end_of_a_page():
    text = document(f"{FIRST}\n\n{'27':>16}", f"{'28':>30}\n\n{SECOND}").text
    assert text == f"{WHOLE.partition(chr(10))[0]}\n\n27\n\n28\n\nOtro párrafo."


def test_a_page_that_begins_with_a_paragraph_is_not_joined_to_the_one_before():
    assert document("  Aquí acaba una frase, la casa", "  y aquí empieza otra.").text.count("\n\n") == 1
    assert document("  Aquí acaba una frase.", "Aquí empieza otra.").text.count("\n\n") == 1


def test_lines_that_are_kept_as_they_are_stay_split_over_the_end_of_a_page():
    assert "tam-\n\nbién" in document(FIRST, SECOND, layout="page").text


def test_documents_that_were_read_one_by_one_are_joined_the_same_way():
    one, two = document(FIRST), document(SECOND)
    assert join([one, two]).text == WHOLE
    kept = join([document(FIRST, layout="page"), document(SECOND, layout="page")])
    assert "tam-\n\nbién" in kept.text


def test_a_paragraph_says_which_of_its_text_is_emphasised():
    page = "⠨⠂⠞⠓⠑⠀⠃⠊⠛⠀⠨⠶⠗⠑⠙⠀⠃⠕⠕⠅⠀⠊⠎", "⠞⠓⠑⠗⠑⠨⠄⠀⠘⠂⠝⠕⠺"
    signs = languages.get("en").read([from_unicode(line) for line in page])
    lines = [
        Line(
            "", line, [Cell(dots, "", sign.text, emphasis=sign.emphasis) for dots, sign in zip(from_unicode(line), row)]
        )
        for line, row in zip(page, signs)
    ]
    (made,) = flow(lines, "en")
    text = made.paragraph.text
    assert text == "the big red book is there now"
    assert [(text[run.start : run.end], run.emphasis) for run in made.paragraph.emphasis] == [
        ("the", "italic"),
        ("red book is there", "italic"),
        ("now", "bold"),
    ]


def test_a_paragraph_without_emphasis_says_nothing_of_it():
    assert flow(lines_of("hola"))[0].paragraph.emphasis is None
