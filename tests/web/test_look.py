"""The picture is seen upright with its cells on it, and text and picture point at each other."""

from __future__ import annotations

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from easybraille import languages
from tests.loopback import served as serve
from tests.made_page import png, reader_of, rendered

from .browsing import (
    PHONE,
    Served,
    Visit,
    cells_of,
    choose,
    file_of,
    is_doubtful,
    likeness,
    on_a_table,
    photo_of,
    read_one,
    shown_text,
    wait_for_picture,
)

TABLE = on_a_table(photo_of())


def first_mark(page: Page) -> list[float]:
    """Where the first mark is drawn, as shares of the picture's width and height."""
    return page.evaluate("""() => {
        const [p, m] = [".sheet", ".marks rect"].map((at) => document.querySelector(at).getBoundingClientRect());
        return [(m.left - p.left) / p.width, (m.top - p.top) / p.height, (m.right - p.left) / p.width,
                (m.bottom - p.top) / p.height];
    }""")


def test_marks_lie_on_their_cells_also_when_the_phone_was_held_sideways(visit: Visit, served_page: Served):
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = file_of(TABLE.transpose(Image.Transpose.ROTATE_90), "giro.jpg", exif=exif)
    page = visit(served_page.address)
    read_one(page, sideways)
    document = served_page.read(sideways)
    width, height = document["pages"][0]["width"], document["pages"][0]["height"]
    x1, y1, x2, y2 = cells_of(document)[0]["box"]
    assert first_mark(page) == pytest.approx([x1 / width, y1 / height, x2 / width, y2 / height], abs=0.01)
    assert likeness(page, TABLE) > 0.8


@pytest.mark.parametrize("suffix", ["pdf", "heic"])
def test_a_page_of_a_pdf_and_of_an_iphone_is_seen_with_its_marks(visit: Visit, served_page: Served, suffix: str):
    options = (
        {"resolution": 110, "save_all": True, "append_images": [on_a_table(photo_of("Adiós"))]}
        if suffix == "pdf"
        else {}
    )
    page = visit(served_page.address)
    choose(page, file_of(TABLE, f"carta.{suffix}", **options))
    expect(page.locator("#text .line").first).to_have_text("Querida Inés:")
    wait_for_picture(page)
    assert likeness(page, TABLE) > 0.8
    if suffix == "pdf":
        page.get_by_role("button", name="Página siguiente").click()
        expect(page.locator("#page-title")).to_have_text("carta.pdf, página 2")
        expect(page.locator("#text .line").first).to_have_text("Adiós")
        wait_for_picture(page)
        assert likeness(page, on_a_table(photo_of("Adiós"))) > 0.8


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_on_its_side_is_seen_upright(visit: Visit, served_page: Served, quarters: int):
    turned = TABLE.transpose(
        [0, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270][quarters]
    )
    file = file_of(turned, "girada.png")
    assert served_page.read(file)["pages"][0]["rotation"] != 0, "otherwise this shows nothing"
    page = visit(served_page.address)
    read_one(page, file)
    assert shown_text(page)[0] == "Querida Inés:"
    assert likeness(page, TABLE) > 0.8
    expect(page.locator(".outcome")).to_contain_text("se muestra ya girada")


def test_the_paper_s_layout_is_kept_on_the_screen(visit: Visit):
    text = "        título\n\nuno        dos\ntres       cuatro\n              Inés"
    known = rendered(text)
    with serve(reader_of(known)) as client:
        page = visit(f"{client.base_url!s}/")
        read_one(page, {"name": "hoja.png", "mimeType": "image/png", "buffer": png(known)})
        assert shown_text(page) == text.split("\n")
        columns = page.evaluate("""() => {
            const rows = [...document.querySelectorAll("#text .line")];
            const left = (row, word) => {
                const span = [...row.querySelectorAll("[data-cell]")].find((s, i, all) =>
                    all.slice(i, i + word.length).map((x) => x.textContent).join("") === word);
                return span.getBoundingClientRect().left;
            };
            return [left(rows[2], "dos"), left(rows[3], "cuatro"), left(rows[0], "título"), left(rows[2], "uno"),
                    left(rows[4], "nés")];
        }""")
        assert columns[0] == pytest.approx(columns[1], abs=0.5), "columns stand below each other"
        assert columns[4] > columns[2] > columns[3], "a title is indented, a signature stands at the right"
        page.get_by_label("Texto seguido").check()
        expect(page.locator("#text.flow .heading")).to_have_text("título")


def test_pointing_at_a_letter_shows_its_cell_and_the_other_way_round(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address)
    read_one(page, photo)
    letter = page.locator("#text .line").nth(1).locator("[data-cell='3']")
    letter.hover()
    mark = page.locator(".marks [data-line='1'] rect[data-cell='3']")
    pointed, wanted = page.locator("rect.pointed").bounding_box(), mark.bounding_box()
    assert pointed and wanted
    assert abs(pointed["x"] + pointed["width"] / 2 - wanted["x"] - wanted["width"] / 2) < 2
    other = page.locator(".marks [data-line='2'] rect[data-cell='1']")
    other.hover()
    expect(page.locator("#text .line").nth(2).locator("[data-cell='1']")).to_have_class("c pointed")
    other.click()
    expect(page.locator("#text .line").nth(2).locator("[data-cell='1']")).to_have_class("c pointed current")


def test_doubtful_words_are_underlined_said_and_explained(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address)
    read_one(page, photo)
    cells = cells_of(served_page.read(photo))
    doubtful = sum(map(is_doubtful, cells))
    assert doubtful, "the photo ends in signs that mean nothing"
    expect(page.locator(".marks rect.doubtful")).to_have_count(doubtful)
    for mark in page.locator("#text mark").all():
        assert mark.inner_text().endswith("(dudoso)"), "a screen reader finds it too"
        assert "dotted" in mark.evaluate("m => getComputedStyle(m).textDecoration"), "not by colour alone"
    page.locator(".reasons summary").click()
    reasons = page.locator(".reasons").get_by_role("listitem").all_inner_texts()
    assert len(reasons) == doubtful
    assert all(reason.startswith("Línea ") for reason in reasons)


def test_what_is_shown_can_be_chosen(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address)
    read_one(page, photo)
    page.locator("summary", has_text="Mostrar").click()
    letter, heard = page.locator(".marks text").first, page.locator("mark .heard").first
    expect(letter).to_be_hidden()
    page.get_by_label("Signos marcados en la foto").uncheck()
    page.get_by_label("Letras en la foto").check()
    page.get_by_label("Palabras dudosas en el texto").uncheck()
    page.get_by_label("Braille debajo del texto").check()
    assert page.locator(".marks rect").first.evaluate("r => getComputedStyle(r).strokeOpacity") == "0"
    expect(letter).to_be_visible()
    expect(heard).to_be_hidden()
    written = languages.get("es").write("Querida Inés:")[0]
    assert len(page.locator(".braille-row").first.inner_text()) == len(written)


def test_the_picture_is_zoomed_and_moved_by_keys_mouse_and_buttons(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address)
    read_one(page, photo)

    def width() -> float:
        box = page.locator(".sheet").bounding_box()
        assert box
        return box["width"]

    def left() -> float:
        box = page.locator(".sheet").bounding_box()
        assert box
        return box["x"]

    whole = width()
    page.locator(".frame").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert width() == pytest.approx(whole * 1.96, rel=0.01)
    before = left()
    page.keyboard.press("ArrowRight")
    assert left() == pytest.approx(before - 60, abs=1)
    frame = page.locator(".frame").bounding_box()
    assert frame
    middle = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 40, middle[1], steps=4)
    page.mouse.up()
    assert left() == pytest.approx(before - 20, abs=1)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    page.wait_for_function("w => document.querySelector('.sheet').getBoundingClientRect().width > w", arg=whole * 2.5)
    page.get_by_role("button", name="Entera").click()
    assert width() == pytest.approx(whole, rel=0.01)


def test_two_fingers_zoom_the_picture(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address, **PHONE)
    read_one(page, photo)
    page.locator(".frame").scroll_into_view_if_needed()
    box = page.locator(".frame").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = page.locator(".sheet").bounding_box()
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, apart: float) -> None:
        points = [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}] if apart else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 20)
    for apart in (30, 40, 60):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    after = page.locator(".sheet").bounding_box()
    assert before and after
    assert after["width"] > 2 * before["width"]
