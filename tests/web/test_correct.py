"""A page is corrected, by keyboard alone and by touch alone, and the correction is in every download."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path

import jsonschema
import pypdfium2
import pytest
from lxml import etree, html
from PIL import Image, ImageChops
from playwright.sync_api import Page, expect

from tests.loopback import served as serve
from tests.made_page import png, reader_of, rendered
from training.pages import load

from .browsing import (
    PHONE,
    Served,
    Visit,
    content,
    document_in,
    download,
    file_of,
    photo_of,
    read_one,
    said,
    save_as,
    shown_text,
)

ROOT = Path(__file__).resolve().parents[2]
# The Spanish Braille code: p 1234, a 1, n 1345, r 1235. "te mando pan y queso": the n of pan is cell 12.
LINE, CELL = 1, 11
PAR = "⠏⠁⠗"


def tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText || ''")
        if name in focused:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus is seen"
            return
    pytest.fail(f"{name} can't be reached with Tab")


def chord(page: Page, keys: str) -> None:
    for key in keys:
        page.keyboard.down(key)
    for key in keys:
        page.keyboard.up(key)


def go_to(page: Page, line: int, cell: int) -> None:
    page.keyboard.press("Control+Home")
    for _ in range(line):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    for _ in range(cell):
        page.keyboard.press("ArrowRight")


def current(page: Page) -> str:
    return page.locator("[role=gridcell].current").get_attribute("aria-label") or ""


def correct_by_keyboard(page: Page) -> None:
    """n of "pan" becomes r."""
    tab_to(page, "Revisar y corregir")
    page.keyboard.press("Enter")
    expect(page.locator("[role=gridcell]:focus")).to_have_count(1)
    go_to(page, LINE, CELL)
    assert current(page) == "signo 12 de 20, puntos 1 3 4 5, n"
    chord(page, "fdsk")
    expect(page.locator("[role=gridcell].current")).to_have_attribute(
        "aria-label", "signo 12 de 20, puntos 1 2 3 5, r, antes n"
    )


def test_a_page_is_corrected_by_keyboard_alone_and_every_download_has_it(
    visit: Visit, served_page: Served, photo: dict
):
    page = visit(served_page.address)
    read_one(page, photo)
    read = served_page.read(photo)
    correct_by_keyboard(page)
    assert "signo 12 de 20, puntos 1 2 3 5, r, antes n" in said(page), "a screen reader hears what it has become"
    page.keyboard.press("Escape")
    expect(page.locator("#correct")).to_be_focused()
    assert shown_text(page)[LINE] == "te mando par y queso"

    assert content(save_as(page, "text")).decode().split("\n")[LINE] == "te mando par y queso"
    assert "te mando par y queso" in content(save_as(page, "flow")).decode()
    assert content(save_as(page, "braille")).decode().split("\n")[LINE].split("⠀")[2] == PAR
    assert content(save_as(page, "brf")).decode("ascii").split("\r\n")[LINE].split(" ")[2] == "PAR"
    rows = etree.fromstring(content(save_as(page, "pef"))).iter("{http://www.daisy.org/ns/2008/pef}row")
    assert [row.text for row in rows][LINE].split("⠀")[2] == PAR
    assert "mando par y queso" in html.fromstring(content(save_as(page, "html"))).text_content()
    pdf = pypdfium2.PdfDocument(content(save_as(page, "pdf")))
    assert "mando par y queso" in pdf[0].get_textpage().get_text_range()
    document = document_in(save_as(page, "json"))
    jsonschema.validate(document, json.loads((ROOT / "docs" / "document.schema.json").read_text()))
    line = document["pages"][0]["lines"][LINE]
    assert line["text"] == "te mando par y queso"
    cell = line["cells"][CELL]
    assert (cell["dots"], cell["confidence"], "doubtful" in cell) == ("1235", 1.0, False)
    assert cell["box"] == read["pages"][0]["lines"][LINE]["cells"][CELL]["box"]
    marked = Image.open(io.BytesIO(content(save_as(page, "marked"))))
    assert marked.format == "PNG"
    page.locator("#correct").click()
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")
    expect(page.locator("#text .line").nth(LINE)).to_contain_text("pan")
    unmarked = Image.open(io.BytesIO(content(save_as(page, "marked"))))
    assert ImageChops.difference(marked.convert("RGB"), unmarked.convert("RGB")).getbbox(), "its letters are others"


def test_a_page_is_corrected_by_touch_alone(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address, **PHONE)
    read_one(page, photo)
    page.locator("#correct").tap()
    page.locator("[role=row]").nth(LINE).locator("[role=gridcell]").nth(CELL).tap()
    expect(page.locator(".about-cell")).to_contain_text("signo 12 de 20, puntos 1 3 4 5, n")
    page.get_by_role("button", name="Punto 4").tap()
    page.get_by_role("button", name="Punto 2").tap()
    expect(page.locator(".about-cell")).to_contain_text("puntos 1 2 3 5, r, antes n")
    page.locator("#finish").tap()
    assert shown_text(page)[LINE] == "te mando par y queso"
    page.get_by_role("button", name="Guardar…").tap()
    page.get_by_label("BRF").tap()
    saved = download(page, lambda: page.get_by_role("dialog").get_by_role("button", name="Guardar", exact=True).tap())
    assert b"MANDO PAR Y" in content(saved)


def test_doubts_are_gone_through_confirmed_and_counted(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address)
    read_one(page, photo)
    page.locator("#correct").click()
    count = page.locator("[role=gridcell].unsure").count()
    assert count >= 2
    expect(page.locator(".left")).to_contain_text(f"{count} signos dudosos por revisar")
    assert "dudoso" in current(page), "it begins at the first doubt"
    page.keyboard.press("n")
    second = current(page)
    page.keyboard.press("p")
    assert current(page) != second
    for left in range(count - 1, -1, -1):
        page.keyboard.press("Enter")
        expect(page.locator("[role=gridcell].unsure")).to_have_count(left)
    expect(page.locator(".left")).to_have_text("No queda ningún signo dudoso.")
    page.keyboard.press("Escape")
    assert page.locator("#text mark").count() == 0


def test_cells_and_lines_are_inserted_deleted_split_and_joined_and_all_of_it_undone(
    visit: Visit, served_page: Served, photo: dict
):
    page = visit(served_page.address)
    read_one(page, photo)
    before = shown_text(page)
    page.locator("#correct").click()
    go_to(page, 1, 2)
    page.keyboard.press("Delete")
    page.keyboard.press("i")
    chord(page, "fs")
    go_to(page, 2, 4)
    page.keyboard.press("Shift+Enter")
    expect(page.locator("[role=row]")).to_have_count(len(before) + 1)
    page.keyboard.press("Shift+Backspace")
    expect(page.locator("[role=row]")).to_have_count(len(before))
    page.keyboard.press("Escape")
    expect(page.locator("#text .line").nth(1)).to_have_text("tekmando pan y queso")
    assert shown_text(page)[2] == before[2], "split and joined again"
    page.locator("#correct").click()
    for _ in range(5):
        page.keyboard.press("Control+z")
    page.keyboard.press("Control+y")
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")
    assert shown_text(page) == before
    assert "Deshecho." in " ".join(said(page))


def test_a_number_sign_changes_the_whole_line_as_the_service_reads_it(visit: Visit, served_page: Served):
    page = visit(served_page.address)
    read_one(page, file_of(photo_of("te mando pan y queso\nson abc", unknown=False), "hoja.jpg"))
    page.locator("#correct").click()
    go_to(page, 1, 4)
    page.keyboard.press("i")
    # 3456 is the number sign: abc after it is 123.
    chord(page, "sjkl")
    expect(page.locator(".about-cell")).to_contain_text("puntos 3 4 5 6")
    page.keyboard.press("Escape")
    expect(page.locator("#text .line").nth(1)).to_have_text("son 123")


def test_corrections_become_labels_that_training_reads(visit: Visit, served_page: Served, photo: dict, tmp_path: Path):
    page = visit(served_page.address)
    read_one(page, photo)
    correct_by_keyboard(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Guardar…").click()
    page.get_by_text("Ayudar a que lea mejor").click()
    saved = download(page, lambda: page.locator("#save-labels").click())
    zipfile.ZipFile(io.BytesIO(content(saved))).extractall(tmp_path)
    labelled = load(tmp_path / "corrections" / "carta.jpg")
    original = photo_of()
    assert labelled.image.shape == (original.height, original.width)
    read = served_page.read(photo)
    cells = [cell for line in read["pages"][0]["lines"] for cell in line["cells"] if cell["dots"]]
    assert len(labelled.dots) == len(cells)
    assert labelled.boxes.tolist() == [pytest.approx(cell["box"], abs=0.1) for cell in cells]
    r = 0b010111
    changed = [i for i, cell in enumerate(cells) if int(sum(1 << int(d) - 1 for d in cell["dots"])) != labelled.dots[i]]
    assert [(labelled.dots[i], cells[i]["dots"]) for i in changed] == [(r, "1345")]


def test_a_page_of_600_cells_answers_quickly(visit: Visit):
    """The bar is generous, for machines under load; `python -m bench.correcting` reports the times themselves."""
    known = rendered("\n".join(["en un lugar de la mancha xy"] * 26))
    assert len(known.dots) >= 500
    with serve(reader_of(known)) as client:
        page = visit(f"{client.base_url!s}/")
        read_one(page, {"name": "hoja.png", "mimeType": "image/png", "buffer": png(known)})
        began = time.monotonic()
        page.locator("#correct").click()
        for key in ("ArrowRight", "ArrowDown", "1", "2"):
            page.keyboard.press(key)
        assert time.monotonic() - began < 3


def test_the_page_offers_every_format_of_the_service(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address)
    read_one(page, photo)
    facts = page.evaluate("fetch('web/service.json').then((answer) => answer.json())")
    page.get_by_role("button", name="Guardar…").click()
    offered = page.locator("input[name=format]").evaluate_all("inputs => inputs.map((input) => input.value)")
    assert {*offered} == {*facts["formats"], "flow"}
    page.keyboard.press("Escape")
    for name in ("docx", "epub"):
        written = zipfile.ZipFile(io.BytesIO(content(save_as(page, name))))
        assert any(b"te mando pan y queso" in written.read(entry) for entry in written.namelist())
    assert "te mando pan y queso" in content(save_as(page, "markdown")).decode()
    assert content(save_as(page, "bra"))
