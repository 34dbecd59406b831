"""The searchable PDF is tagged: what a program can check of PDF/UA-1 (Matterhorn Protocol 1.1), with pikepdf.

The numbers are those of the Matterhorn Protocol's checkpoints.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from easybraille.formats import pdf
from easybraille.formats.pictures import Shown
from tests.formats.test_marked_up import emphasised, page_of
from tests.made_page import png, reader_of, rendered

STANDARD = {"Document", "H1", "H2", "P", "Span"}


@pytest.fixture(scope="module")
def tagged(carta) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(carta.write("pdf")))


def elements(pdf_file: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """The structure elements in reading order."""
    waiting = list(pdf_file.Root.StructTreeRoot.K)
    while waiting:
        element = waiting.pop(0)
        yield element
        waiting = [kid for kid in element.get("/K", []) if kid.get("/Type") == "/StructElem"] + waiting


def marks(page: pikepdf.Page) -> list[tuple[str, int | None]]:
    """The tag and MCID of each run of marked content; nothing that draws stands outside of one."""
    found: list[tuple[str, int | None]] = []
    depth = 0
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) in ("BMC", "BDC"):
            properties = operands[1] if len(operands) > 1 else {}
            found.append((str(operands[0]), int(properties["/MCID"]) if "/MCID" in properties else None))
            depth += 1
        elif str(operator) == "EMC":
            depth -= 1
        elif str(operator) in ("Do", "Tj"):
            assert depth == 1
    assert depth == 0
    return found


def test_it_says_that_it_is_pdf_ua_and_has_a_title_and_a_language(tagged):
    """Checkpoints 05, 06, 07 and 11: metadata, dictionary and natural language."""
    with tagged.open_metadata() as metadata:
        assert metadata["dc:title"] == "LA CARTA"
        assert metadata["pdfuaid:part"] == "1"
    assert tagged.Root.MarkInfo.Marked and tagged.Root.ViewerPreferences.DisplayDocTitle
    assert str(tagged.Root.Lang) == "es"


def test_everything_drawn_is_an_artifact_or_has_its_place_in_the_structure(tagged):
    """Checkpoints 01 and 09: real content is tagged; the parent tree leads back to it."""
    tree = dict(zip(*[iter(tagged.Root.StructTreeRoot.ParentTree.Nums)] * 2, strict=True))
    for page in tagged.pages:
        numbered = [number for tag, number in marks(page) if tag != "/Artifact"]
        assert numbered == list(range(len(numbered)))
        parents = tree[int(page.StructParents)]
        assert len(parents) == len(numbered)
        for number, parent in enumerate(parents):
            assert any(kid.get("/MCID") == number and kid.Pg == page.obj for kid in parent.K)


def test_types_are_standard_and_headings_begin_at_the_first_level(tagged):
    """Checkpoints 02 and 14."""
    roles = {str(name)[1:]: str(role)[1:] for name, role in tagged.Root.StructTreeRoot.RoleMap.items()}
    types = [str(element.S)[1:] for element in elements(tagged)]
    assert {roles.get(name, name) for name in types} <= STANDARD
    assert [name for name in types if name.startswith("H")][:1] == ["H1"]
    assert types == ["Document", "P", "H1", "P", "P", "P"]


def test_tabs_follow_the_structure(tagged):
    """Checkpoint 28."""
    assert all(str(page.Tabs) == "/S" for page in tagged.pages)


def test_the_font_is_embedded_and_its_codes_are_characters(tagged):
    """Checkpoints 10 and 31."""
    font = tagged.pages[0].Resources.Font.Invisible
    (descendant,) = font.DescendantFonts
    assert descendant.FontDescriptor.FontFile2.read_bytes()[:4] == b"\0\1\0\0"
    assert len(descendant.CIDToGIDMap.read_bytes()) == 2 * 0x10000
    assert b"<E100> <E1FF> <E100>" in font.ToUnicode.read_bytes().upper()


def test_it_is_a_sound_file(tagged):
    assert tagged.check_pdf_syntax() == []


def shown_pages(language: str, *pages: str) -> bytes:
    """A PDF of pages that were read."""
    made = []
    for text in pages:
        picture = rendered(text, language)
        page = reader_of(picture).read(png(picture), "a.png", language).pages[0]
        made.append(Shown(Image.fromarray(picture.image).convert("RGB"), page))
    return pdf.bound(made, language)


def test_two_columns_are_tagged_one_after_the_other():
    rows = [
        "  el sol salía      la luna se fue",
        "por el monte y    y los gatos del",
        "los pájaros del   patio miraban",
        "huerto grande     el cielo oscuro",
        "cantaban ya.      de la noche.",
    ]
    content = pypdfium2.PdfDocument(shown_pages("es", "\n".join(rows)))[0].get_textpage().get_text_range()
    words = content.split()
    assert words.index("cantaban") < words.index("luna")


def test_emphasis_is_tagged():
    made = pikepdf.open(io.BytesIO(pdf.bound([], "en")))
    assert len(made.pages) == 0
    types = _types_of(emphasised())
    assert types == ["Document", "P", "Em", "Span", "Strong", "Span"]


def _types_of(lines) -> list[str]:
    boxed = [
        replace(
            line,
            cells=[
                replace(cell, box=(10.0 + 20 * at, 10.0, 25.0 + 20 * at, 35.0)) if cell.dots else cell
                for at, cell in enumerate(line.cells)
            ],
        )
        for line in lines
    ]
    page = replace(page_of(boxed, 1, "en"), width=900, height=60)
    made = pdf.bound([Shown(Image.new("RGB", (900, 60), "white"), page)], "en")
    return [str(element.S)[1:] for element in elements(pikepdf.open(io.BytesIO(made)))]
