"""Formats that mark up the text: headings, emphasis, pages and language, read back by other programs."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import docx
import pytest
from lxml import etree, html

from easybraille.document import Cell, Document, Line, Model, Page
from easybraille.formats import FORMATS
from easybraille.languages import get
from easybraille.languages.cells import from_unicode
from easybraille.text.paragraphs import flow
from tests.made_page import lines_of

OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
XHTML = {"h": "http://www.w3.org/1999/xhtml"}


def page_of(lines: list[Line], number: int, language: str) -> Page:
    paragraphs = [one.paragraph for one in flow(lines, language)]
    text = "\n".join(line.text for line in lines)
    return Page(f"book-{number}.png", 1, number, "front", 100, 100, 0, text, "", lines, paragraphs)


def document(language: str, *pages: list[Line]) -> Document:
    made = [page_of(lines, number, language) for number, lines in enumerate(pages, 1)]
    return Document(language, "\n\n".join(page.text for page in made), Model("m", "1", "", "e"), made)


def emphasised() -> list[Line]:
    """A page in English with emphasis: The Rules of Unified English Braille, 2013, section 9."""
    page = ["⠨⠶⠞⠓⠑⠀⠃⠊⠛⠀⠗⠑⠙⠀⠃⠕⠕⠅⠨⠄⠀⠊⠎⠀⠘⠂⠝⠕⠺⠀⠓⠑⠗⠑"]
    signs = get("en").read([from_unicode(line) for line in page])
    return [
        Line("", line, [Cell(dots, "", s.text, emphasis=s.emphasis) for dots, s in zip(from_unicode(line), row)])
        for line, row in zip(page, signs)
    ]


BOOK = document(
    "es",
    lines_of(f"{'EL MAR':^34}\n\n  Los pingüinos viven en el hielo\ny se alimentan de peces, y tam-\n\n{'27':>18}"),
    lines_of(
        f"bién de otros animales pequeños\nque encuentran en el mar.\n\n{'Sal & más':^34}\n\n  Otro <párrafo> & más."
    ),
)
WHOLE = (
    "Los pingüinos viven en el hielo y se alimentan de peces, y también de otros animales pequeños que encuentran en "
    "el mar."
)


def test_html_has_a_title_real_headings_whole_sentences_and_pages():
    tree = html.fromstring(FORMATS["html"].write(BOOK))
    assert tree.get("lang") == "es"
    assert tree.findtext(".//title") == "EL MAR"
    assert [(one.tag, one.text) for one in tree.iter("h1", "h2")] == [("h1", "EL MAR"), ("h2", "Sal & más")]
    assert [one.text for one in tree.iter("p")] == [WHOLE, "27", "Otro <párrafo> & más."]
    assert [one.get("aria-label") for one in tree.xpath('//*[@role="doc-pagebreak"]')] == ["2"]


def test_html_of_a_page_without_a_heading_is_called_by_its_source():
    tree = html.fromstring(FORMATS["html"].write(document("es", lines_of("  Hola."))))
    assert [one.text for one in tree.iter("h1")] == ["book-1.png"]


def test_html_marks_emphasis():
    tree = html.fromstring(FORMATS["html"].write(document("en", emphasised())))
    assert [(one.tag, one.text) for one in tree.iter("em", "strong")] == [("em", "the big red book"), ("strong", "now")]


def test_markdown_marks_headings_and_emphasis_and_escapes_its_own_signs():
    assert FORMATS["markdown"].write(document("en", emphasised())).decode() == "*the big red book* is **now** here\n"
    assert FORMATS["markdown"].write(BOOK).decode() == (
        f"# EL MAR\n\n{WHOLE}\n\n27\n\n## Sal \\& más\n\nOtro \\<párrafo\\> \\& más.\n"
    )
    stars = document("es", lines_of("  1. Uno\n  a*b_c\n  - dos"))
    assert FORMATS["markdown"].write(stars).decode() == "1\\. Uno a\\*b\\_c - dos\n"


def test_json_holds_emphasis_of_cells_and_paragraphs_and_nothing_of_plain_text():
    text = FORMATS["json"].write(document("en", emphasised())).decode()
    assert '"emphasis":[{"start":0,"end":16,"emphasis":"italic"},{"start":20,"end":23,"emphasis":"bold"}]' in text
    assert "emphasis" not in FORMATS["json"].write(BOOK).decode()


def test_docx_has_headings_emphasis_and_language_in_python_docx():
    made = docx.Document(io.BytesIO(FORMATS["docx"].write(BOOK)))
    assert [(one.style.name, one.text) for one in made.paragraphs] == [
        ("Heading 1", "EL MAR"),
        ("Normal", WHOLE),
        ("Page Number", "27"),
        ("Heading 2", "Sal & más"),
        ("Normal", "Otro <párrafo> & más."),
    ]
    assert (made.core_properties.title, made.core_properties.language) == ("EL MAR", "es")
    runs = docx.Document(io.BytesIO(FORMATS["docx"].write(document("en", emphasised())))).paragraphs[1].runs
    assert [(run.text, run.italic, run.bold) for run in runs] == [
        ("the big red book", True, None),
        (" is ", None, None),
        ("now", None, True),
        (" here", None, None),
    ]


def test_docx_keeps_the_lines_of_verse():
    verse = document("es", lines_of("Pan    2\nLeche  3"))
    made = docx.Document(io.BytesIO(FORMATS["docx"].write(verse)))
    assert made.paragraphs[-1].text == "Pan    2\nLeche  3"


@pytest.fixture(scope="module")
def epub() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(FORMATS["epub"].write(BOOK)))


def test_an_epub_begins_with_its_media_type_uncompressed(epub):
    """EPUB 3.3, section 4.2.6.2: OCF ZIP container media type identification."""
    first = epub.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert epub.read(first) == b"application/epub+zip"


def test_an_epub_lists_what_it_holds_and_says_how_it_can_be_read(epub):
    package = etree.fromstring(epub.read("book/package.opf"))
    listed = {f"book/{item.get('href')}" for item in package.iter(f"{OPF}item")}
    assert listed == set(epub.namelist()) - {"mimetype", "META-INF/container.xml", "book/package.opf"}
    assert package.findtext(f".//{DC}title") == "EL MAR" and package.findtext(f".//{DC}language") == "es"
    assert {"schema:accessMode", "schema:accessibilityFeature"} <= {
        m.get("property") for m in package.iter(f"{OPF}meta")
    }


def test_an_epub_leads_to_its_headings_and_pages(epub):
    text = etree.fromstring(epub.read("book/text.xhtml"))
    navigation = etree.fromstring(epub.read("book/nav.xhtml"))
    links = [(link.text, link.get("href").partition("#")[2]) for link in navigation.iterfind(".//h:a", XHTML)]
    assert [name for name, _ in links] == ["EL MAR", "Sal & más", "2"]
    assert {target for _, target in links} <= {one.get("id") for one in text.iter()}
    assert [one.text for one in text.iterfind(".//h:h1", XHTML)] == ["EL MAR"]


@pytest.mark.parametrize("name", ["html", "markdown", "docx", "epub"])
def test_a_document_without_cells_is_written_like_the_whole(name):
    """As the export of a job writes it."""
    light = replace(BOOK, pages=[replace(page, lines=[Line("", "", []) for _ in page.lines]) for page in BOOK.pages])
    if name == "epub":
        read = [zipfile.ZipFile(io.BytesIO(FORMATS[name].write(one))).read("book/text.xhtml") for one in (light, BOOK)]
    else:
        read = [FORMATS[name].write(one) for one in (light, BOOK)]
    assert read[0] == read[1]


@pytest.mark.parametrize("name", ["html", "markdown", "docx", "epub"])
def test_an_empty_page_is_a_document_too(name):
    assert FORMATS[name].write(document("es", []))
