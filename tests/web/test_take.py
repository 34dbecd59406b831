"""Files come in by every way that there is, in order, and each shows what becomes of it."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from .browsing import (
    NOT_A_PICTURE,
    PHONE,
    Served,
    Visit,
    cells_of,
    choose,
    content,
    file_of,
    photo_of,
    read_one,
    said,
    save_as,
    shown_text,
)


def names(page: Page) -> list[str]:
    return page.locator(".items > li .name").all_inner_texts()


def test_a_chosen_photo_gives_its_text_beside_its_marked_picture(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address, viewport={"width": 1366, "height": 768})
    read_one(page, photo)
    document = served_page.read(photo)
    assert shown_text(page) == document["text"].split("\n")
    assert page.locator("#text").get_attribute("lang") == "es"
    assert page.locator(".marks rect").count() == len(cells_of(document)) > 20
    picture, text = page.locator(".sheet").bounding_box(), page.locator("#text").bounding_box()
    assert picture and text
    assert picture["x"] + picture["width"] <= text["x"], "beside each other where there is room"
    assert text["y"] + 60 < 768, "the text begins where it is seen without scrolling"


def test_what_was_read_is_announced_and_the_focus_moves_to_it(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address)
    read_one(page, photo)
    cells = len(cells_of(served_page.read(photo)))
    assert said(page)[0] == "Leyendo carta.jpg…"
    assert said(page)[-1].startswith("Se ha leído carta.jpg: ")
    assert f"{cells} signos" in said(page)[-1]
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_a_picture_without_braille_is_announced_as_such_with_advice(visit: Visit, served_page: Served):
    blank = file_of(Image.new("L", (600, 800), 200), "vacía.jpg")
    page = visit(served_page.address)
    choose(page, blank)
    expect(page.get_by_role("heading", name="vacía.jpg")).to_be_focused()
    last = said(page)[-1]
    assert last.startswith("vacía.jpg: No se ha encontrado braille.")
    assert "Fotografíe la página desde arriba" in last
    assert "0 líneas" not in page.locator("body").inner_text()
    expect(page.locator(".viewer")).to_contain_text("No hay texto.")


def test_in_a_batch_a_picture_without_braille_counts_as_not_read(visit: Visit, served_page: Served, photo: dict):
    blank = file_of(Image.new("L", (600, 800), 200), "vacía.jpg")
    page = visit(served_page.address)
    choose(page, photo, blank, NOT_A_PICTURE)
    expect(page.locator("#status")).to_contain_text("Terminado: 1 archivo leído, 2 sin leer.")
    row = page.locator(".items > li", has_text="vacía.jpg")
    expect(row).to_contain_text("Sin braille")


def test_a_file_that_is_no_picture_is_explained_in_words(visit: Visit, served_page: Served):
    for locale, button, words in (
        ("es-ES", "Elegir fotos o PDF", "No es una imagen que se pueda leer."),
        ("en-GB", "Choose photos or PDF", "This is not a picture that can be read."),
    ):
        page = visit(served_page.address, locale=locale)
        choose(page, NOT_A_PICTURE, button=button)
        expect(page.locator(".viewer")).to_contain_text(words)
        expect(page.locator("#page-title")).to_be_focused()
        assert words in said(page)[-1]
        expect(page.locator("#copy")).to_be_hidden()


def test_ten_pages_come_in_natural_order_and_go_out_in_it(visit: Visit, served_page: Served):
    files = [file_of(photo_of(f"hoja {n}", unknown=False, size=(160, 420)), f"pag{n}.png") for n in range(1, 11)]
    scrambled = [files[i] for i in (9, 0, 4, 1, 8, 2, 7, 3, 6, 5)]
    page = visit(served_page.address)
    choose(page, *scrambled)
    expect(page.locator("#status")).to_contain_text("Terminado: 10 archivos leídos.", timeout=90_000)
    assert names(page) == [f"pag{n}.png" for n in range(1, 11)]
    saved = content(save_as(page, "text")).decode()
    pages = saved.split("\f")
    assert len(pages) == 10, "a form feed parts the pages"
    for n, text in enumerate(pages, 1):
        assert text.strip().startswith(f"[pag{n}.png]")
        assert f"hoja {n}" in text
    zipped = zipfile.ZipFile(io.BytesIO(content(save_as(page, "text", "Uno por página, en un ZIP"))))
    assert zipped.namelist() == [f"{n:02} pag{n}.txt" for n in range(1, 11)]
    assert zipped.read("03 pag3.txt").decode() == "hoja 3\n"

    page.get_by_role("button", name="Subir pag2.png").click()
    page.get_by_role("button", name="Quitar pag5.png").click()
    assert names(page)[:4] == ["pag2.png", "pag1.png", "pag3.png", "pag4.png"]
    assert len(names(page)) == 9
    assert content(save_as(page, "text")).decode().startswith("[pag2.png]")


def test_several_files_leave_the_view_and_the_focus_where_they_are(visit: Visit, served_page: Served, photo: dict):
    other = file_of(photo_of("Adiós"), "otra.png")
    page = visit(served_page.address, **PHONE)
    choose(page, photo, other)
    expect(page.locator("#status")).to_contain_text("Terminado")
    assert page.evaluate("window.scrollY") == 0
    assert page.evaluate("document.activeElement.id") != "page-title"


def test_the_files_of_a_zip_are_read_each(visit: Visit, served_page: Served, photo: dict):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("libro/b10.jpg", photo["buffer"])
        packed.writestr("libro/b9.jpg", photo["buffer"])
        packed.writestr("__MACOSX/._b9.jpg", b"nothing")
        packed.writestr("leame.txt", b"nothing")
    page = visit(served_page.address)
    choose(page, {"name": "libro.zip", "mimeType": "application/zip", "buffer": archive.getvalue()})
    expect(page.locator("#status")).to_contain_text("Terminado: 2 archivos leídos.")
    assert names(page) == ["b9.jpg", "b10.jpg"]


def test_of_a_folder_what_can_be_read_is_taken(visit: Visit, served_page: Served, photo: dict, tmp_path):
    (tmp_path / "hoja.jpg").write_bytes(photo["buffer"])
    (tmp_path / "notas.txt").write_text("nothing")
    page = visit(served_page.address)
    page.set_input_files("#folder", tmp_path)
    expect(page.get_by_role("heading", name="hoja.jpg")).to_be_focused()


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_photo_can_be_dropped_and_pasted(visit: Visit, served_page: Served, photo: dict, event: str):
    page = visit(served_page.address)
    page.evaluate(
        """([event, name, bytes]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
            document.querySelector("h1").dispatchEvent(event === "drop"
                ? new DragEvent(event, { bubbles: true, cancelable: true, dataTransfer: transfer })
                : new ClipboardEvent(event, { bubbles: true, cancelable: true, clipboardData: transfer }));
        }""",
        [event, photo["name"], list(photo["buffer"])],
    )
    expect(page.get_by_role("heading", name="carta.jpg")).to_be_focused()


def test_a_phone_offers_its_camera(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address, **PHONE)
    choose(page, photo, button="Hacer una foto")
    expect(page.get_by_role("heading", name="carta.jpg")).to_be_focused()
    assert page.locator("#camera").get_attribute("capture") == "environment"


def test_the_language_is_found_out_where_that_is_wanted_and_choices_are_remembered(
    visit: Visit, served_page: Served, photo: dict
):
    page = visit(served_page.address)
    page.get_by_text("Opciones de lectura").click()
    page.locator("#read").get_by_label("Idioma").select_option("auto")
    page.get_by_label("Caras de la hoja").select_option("both")
    with page.expect_request(lambda request: "/v1/read" in request.url) as request:
        choose(page, photo)
    assert "language=auto" in request.value.url and "sides=both" in request.value.url
    expect(page.locator("#text .line").first).to_have_text("Querida Inés:")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("#language")).to_have_value("auto")
    expect(page.locator("#sides")).to_have_value("both")


def test_the_position_of_a_page_can_be_said(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address)
    page.get_by_text("Opciones de lectura").click()
    page.get_by_label("Posición de la página").select_option("180")
    with page.expect_request(lambda request: "/v1/read" in request.url) as request:
        choose(page, photo)
    assert "rotation=180" in request.value.url
    expect(page.locator("#page-title")).to_be_focused()


def test_an_older_book_is_read_written_and_corrected_by_its_own_code(visit: Visit, served_page: Served):
    book = file_of(photo_of("queso: 1/2 kilo\npan y queso", unknown=False), "libro.png")
    page = visit(served_page.address)
    page.get_by_text("Opciones de lectura").click()
    page.get_by_label("Código braille español").first.select_option("before-2023")
    choose(page, book)
    expect(page.locator("#text .line").first).to_have_text("queso: 1; kilo")
    saved = json.loads(content(save_as(page, "json")))
    assert (saved["code"], saved["text"].split("\n")[0]) == ("before-2023", "queso: 1; kilo")
    page.get_by_label("Idioma").first.select_option("fr")
    expect(page.locator("#code")).to_be_hidden()

    page.get_by_role("link", name="Escribir").click()
    page.locator("#write-text").fill("3/4")
    expect(page.locator("#written")).to_have_text("⠼⠉⠲")
    page.locator("#write-code").select_option("before-2023")
    expect(page.locator("#written")).to_have_text("⠼⠒⠙")
