"""One page in every format, each read back by something that is not ours where there is such a thing."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pypdfium2
import pytest
from lxml import etree
from PIL import Image

from easybraille import languages
from easybraille.formats import FORMATS
from easybraille.languages.cells import from_unicode, unicode_of
from easybraille.languages.liblouis.wasm import RUNTIME

PEF = "{http://www.daisy.org/ns/2008/pef}"


def spanish(rows: list[str]) -> list[str]:
    """Rows of Unicode Braille, read."""
    return [line.rstrip() for line in languages.lines_of_text(languages.get("es").read(list(map(from_unicode, rows))))]


def from_json(data: bytes) -> list[str]:
    return json.loads(data)["text"].split("\n")


def from_text(data: bytes) -> list[str]:
    return data.decode().removesuffix("\n").split("\n")


def from_braille(data: bytes) -> list[str]:
    return spanish(data.decode().removesuffix("\n").split("\n"))


def from_brf(data: bytes) -> list[str]:
    """Through liblouis' own table of North American ASCII Braille."""
    table = (RUNTIME / "tables" / "en-us-brf.dis").read_text(encoding="utf-8")
    dots = dict(re.findall(r"(?m)^display (\S+)\s+([1-6]+|0)\b", table)) | {" ": "0"}
    cell = {character.replace("\\\\", "\\").replace("\\s", " "): unicode_of(d) for character, d in dots.items()}
    rows = data.decode("ascii").removesuffix("\r\n").split("\r\n")
    return spanish(["".join(cell[character] for character in row) for row in rows])


def from_bra(data: bytes) -> list[str]:
    """Through liblouis' table for Spanish embossers, which has "\\n" for "a" and so on: its errors are known."""
    table = (RUNTIME / "tables" / "es-old.dis").read_text(encoding="utf-8")
    dots = re.findall(r"(?m)^display \\x(\S+)\s+([1-6]+|0)(?:\s|$)", table)
    errors = {"\n": "a", "\x0b": "b", "\x0e": "e", "\x05": "5", "\x08": "8"}
    cell = {errors.get(chr(int(code, 16)), chr(int(code, 16))): unicode_of(d.strip("0")) for code, d in dots}
    rows = data.decode("ascii").removesuffix("\r\n").split("\r\n")
    return spanish(["".join(cell[character] for character in row) for row in rows])


def from_pef(data: bytes) -> list[str]:
    return spanish([row.text or "" for row in etree.fromstring(data).iter(f"{PEF}row")])


READ_BACK = {
    "json": from_json,
    "text": from_text,
    "braille": from_braille,
    "brf": from_brf,
    "bra": from_bra,
    "pef": from_pef,
}


def test_a_format_without_a_way_back_is_tested_by_itself():
    assert set(FORMATS) - set(READ_BACK) == {"docx", "epub", "html", "markdown", "marked", "pdf"}


@pytest.mark.parametrize("name", READ_BACK)
def test_every_format_holds_the_same_page(carta, name):
    assert READ_BACK[name](carta.write(name)) == carta.text.split("\n")


def joined_words(text: str) -> list[str]:
    """What is to be found in a PDF: readers of PDF join the words that are split at a line's end."""
    return text.replace("-\n", "").split()


def test_the_pdf_holds_the_same_words(carta):
    with pypdfium2.PdfDocument(carta.write("pdf")) as pdf:
        lines = pdf[0].get_textpage().get_text_range().split("\r\n")
    # PDFium marks the place of a split word's hyphen by U+FFFE.
    assert " ".join(lines).replace("\ufffe", "").split() == joined_words(carta.text)
    assert lines[0].strip() == "12" and lines[-1] == "y queso"


def test_poppler_finds_the_same_words_in_the_pdf(carta, tmp_path):
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not on this machine: apt-get install poppler-utils")
    file = tmp_path / "carta.pdf"
    file.write_bytes(carta.write("pdf"))
    done = subprocess.run([program, file, "-"], capture_output=True, check=True, text=True)
    assert joined_words(done.stdout) == joined_words(carta.text)


class Paragraphs(HTMLParser):
    """The elements of a page with their texts, as a browser would have them."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._inside = tag if tag in ("p", "h1", "h2", "title") else ""
        if self._inside:
            self.found.append((dict(attrs).get("class") or tag, ""))

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        if self._inside:
            self.found[-1] = (self.found[-1][0], self.found[-1][1] + data)


def test_the_web_page_holds_its_paragraphs(carta):
    assert Paragraphs(carta.write("html").decode()).found == [
        ("title", "LA CARTA"),
        ("running", "12"),
        ("h1", "LA CARTA"),
        (
            "p",
            "Querida Lucía: ayer llegó el otoño al jardín. ¿Sabes qué dijo el niño? ¡Que los pingüinos también vienen "
            "en 2024!",
        ),
        ("p", "—Adiós —dijo la señora Ibáñez."),
        ("lines", "Sal & pimienta,\n<pan>\ny queso"),
    ]


def test_the_marked_picture_shows_the_page(carta):
    marked = Image.open(io.BytesIO(carta.write("marked")))
    page = carta.document.pages[0]
    assert marked.format == "PNG" and marked.size == (page.width, page.height)


def test_the_document_shows_lines_and_paragraphs_whatever_its_layout(carta):
    page = json.loads(carta.write("json"))["pages"][0]
    assert [line["text"] for line in page["lines"]] == carta.text.split("\n")
    assert [paragraph["kind"] for paragraph in page["paragraphs"]] == ["running", "heading", "prose", "prose", "lines"]
    numbers = [number for paragraph in page["paragraphs"] for number in paragraph["lines"]]
    assert numbers == [0, 2, 4, 5, 6, 7, 8, 10, 11, 12]


def test_the_schema_takes_what_is_written_and_no_other_shape(carta):
    validator = jsonschema.Draft202012Validator(json.loads(Path("docs/document.schema.json").read_text("utf-8")))
    written = json.loads(carta.write("json"))
    validator.validate(written)
    written["pages"][0]["lines"][0]["cells"][0]["dots"] = 125
    del written["pages"][0]["text"]
    assert {error.json_path for error in validator.iter_errors(written)} == {
        "$.pages[0]",
        "$.pages[0].lines[0].cells[0].dots",
    }


def test_the_schema_of_the_documentation_is_that_of_the_code():
    published = Path("docs/document.schema.json").read_text("utf-8")
    assert json.loads(published) == FORMATS["json"].schema(), (
        "python -m easybraille.formats.json > docs/document.schema.json"
    )
