"""What goes wrong on the way to the service passes, is tried again, or is told; results survive it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from easybraille import keys
from easybraille.api.app import create_app
from easybraille.reader import Reader
from easybraille.settings import Settings, from_environment
from tests.waiting import until

from .browsing import (
    NOT_A_PICTURE,
    PHONE,
    Faulty,
    Served,
    Visit,
    choose,
    file_of,
    kept,
    photo_of,
    read_one,
    said,
    serving,
    shown_text,
)


def wait_until_ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready]", state="attached")


def test_a_service_that_is_starting_is_waited_for(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address, clock=True)
    served_page.app.state.service.state = "starting"
    try:
        choose(page, photo)
        busy = "El servicio está ocupado o arrancando. Se intentará de nuevo en 5 segundos."
        expect(page.locator("#status")).to_have_text(busy)
    finally:
        served_page.app.state.service.state = "ready"
    page.clock.fast_forward(5100)
    expect(page.get_by_role("heading", name="carta.jpg")).to_be_focused()


@pytest.mark.parametrize("fault", [502, 504, "hang"])
def test_what_broke_off_is_tried_again(visit: Visit, served_page: Served, photo: dict, fault: int | str):
    with serving(Faulty(served_page.app, fault)) as address:
        page = visit(address, clock=True)
        choose(page, photo)
        if fault == "hang":
            expect(page.locator(".index .stage")).to_contain_text("Leyendo")
            page.clock.fast_forward(121_000)
        expect(page.locator("#status")).to_contain_text("de nuevo")
        page.clock.fast_forward(2000)
        expect(page.get_by_role("heading", name="carta.jpg")).to_be_focused()


def test_a_server_that_hangs_for_good_is_given_up_and_can_be_asked_again(
    visit: Visit, served_page: Served, photo: dict
):
    with serving(Faulty(served_page.app, *["hang"] * 5)) as address:
        page = visit(address, clock=True)
        choose(page, photo)
        for _ in range(5):
            expect(page.locator(".index .stage")).to_contain_text("Leyendo")
            page.clock.fast_forward(121_000)
            page.wait_for_timeout(200)
            page.clock.fast_forward(31_000)
        expect(page.locator(".viewer")).to_contain_text("El servicio no ha respondido a tiempo.")
        page.locator(".failed").get_by_role("button", name="Reintentar").click()
        expect(page.get_by_role("heading", name="carta.jpg")).to_be_focused()
        expect(page.locator("#text .line").first).to_have_text("Querida Inés:")


def test_a_network_that_is_lost_and_back_loses_nothing(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address)
    read_one(page, photo)
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_contain_text("Sin conexión.")
    choose(page, file_of(photo_of("Adiós"), "otra.png"))
    expect(page.locator("#status")).to_contain_text("No hay red.")
    page.locator("#correct").click()
    page.keyboard.press("2")
    expect(page.locator(".outcome")).to_contain_text("en cuanto responda el servicio")
    page.keyboard.press("Escape")
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator(".items > li", has_text="otra.png")).to_have_attribute("data-stage", "done")
    expect(page.locator(".outcome")).not_to_contain_text("en cuanto responda")


def test_a_service_that_is_gone_is_told(visit: Visit, reader: Reader, photo: dict):
    with serving(create_app(Settings(), reader)) as address:
        page = visit(address, clock=True)
        page.wait_for_load_state("networkidle")
    choose(page, photo)
    for seconds in (1, 2, 4, 8):
        expect(page.locator("#status")).to_contain_text(f"en {seconds} segundo")
        page.clock.fast_forward(seconds * 1000 + 100)
    expect(page.locator(".viewer")).to_contain_text("No hay conexión con el servicio.")


def test_reading_can_be_stopped_and_taken_up_again(visit: Visit, served_page: Served, photo: dict):
    with serving(Faulty(served_page.app, "hang")) as address:
        page = visit(address)
        choose(page, photo)
        page.get_by_role("button", name="Detener").click()
        expect(page.locator("#status")).to_have_text("Lectura detenida.")
        expect(page.get_by_role("button", name="Elegir fotos o PDF")).to_be_focused()
        page.get_by_role("button", name="Reintentar carta.jpg").click()
        expect(page.get_by_role("heading", name="carta.jpg")).to_be_focused()


def test_one_file_that_failed_is_tried_again_alone(visit: Visit, served_page: Served, photo: dict):
    with serving(Faulty(served_page.app)) as faulty:
        page = visit(faulty)
        choose(page, photo, NOT_A_PICTURE)
        expect(page.locator("#status")).to_contain_text("Terminado: 1 archivo leído, 1 sin leer.")
        with page.expect_request(lambda request: "/v1/read" in request.url):
            page.get_by_role("button", name="Reintentar carta.txt").click()


def test_sending_shows_how_far_it_is(visit: Visit, served_page: Served):
    """A slow line: the file's own bar moves, and so do the words beside it."""
    page = visit(served_page.address)
    network = page.context.new_cdp_session(page)
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 60_000}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", conditions)
    noisy = file_of(photo_of(size=(500, 900)), "grande.png")
    assert len(noisy["buffer"]) > 150_000
    choose(page, noisy)
    expect(page.locator(".items .stage")).to_have_text("Enviando…")
    page.wait_for_function(
        "() => { const b = document.querySelector('.items progress'); return b && b.value > 0.1 && b.value < 1; }"
    )


def test_a_large_photo_is_sent_no_larger_than_the_service_looks_at(visit: Visit, served_page: Served):
    large = photo_of().resize((4500, 1600))
    page = visit(served_page.address)
    choose(page, file_of(large, "enorme.jpg", quality=95))
    expect(page.get_by_role("heading", name="enorme.jpg")).to_be_focused()
    assert page.locator(".sheet svg").get_attribute("viewBox") == f"0 0 3200 {round(1600 * 3200 / 4500)}"


def test_a_photo_too_large_for_the_service_is_sent_smaller(visit: Visit, reader: Reader):
    heavy = file_of(photo_of(), "carta.png")
    limit = len(heavy["buffer"]) // 2
    with serving(create_app(Settings(EASYBRAILLE_MAX_BODY_BYTES=limit), reader)) as address:
        page = visit(address)
        choose(page, heavy)
        expect(page.get_by_role("heading", name="carta.png")).to_be_focused()
        assert shown_text(page)[0] == "Querida Inés:"


def test_results_and_corrections_survive_a_reload_in_the_middle(visit: Visit, served_page: Served, photo: dict):
    others = [file_of(photo_of(f"hoja {n}", unknown=False, size=(160, 420)), f"hoja{n}.png") for n in (1, 2)]
    with serving(Faulty(served_page.app)) as address:
        page = visit(address, **PHONE)
        read_one(page, photo)
        page.locator("#correct").click()
        page.locator("[role=row]").nth(1).locator("[role=gridcell]").nth(11).click()
        page.get_by_role("button", name="Punto 4").click()
        page.get_by_role("button", name="Punto 2").click()
        page.locator("#finish").click()
        expect(page.locator("#text .line").nth(1)).to_have_text("te mando par y queso")
        choose(page, *others)
        expect(page.locator(".items > li")).to_have_count(3)
        until(lambda: len(kept(page)) == 3)
        page.reload()
        wait_until_ready(page)
        assert any("Aquí sigue lo de la última vez" in text for text in said(page))
        expect(page.locator(".items > li", has_text="hoja2.png")).to_have_attribute("data-stage", "done")
        expect(page.locator("#text .line").nth(1)).to_have_text("te mando par y queso")
        page.get_by_role("link", name="English").click()
        wait_until_ready(page)
        expect(page.locator("#text .line").nth(1)).to_have_text("te mando par y queso")


def test_starting_again_asks_first_and_then_nothing_is_left(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address)
    read_one(page, photo)
    page.get_by_role("button", name="Empezar de nuevo").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancelar").click()
    expect(page.locator("#text .line").first).to_be_visible()
    page.get_by_role("button", name="Empezar de nuevo").click()
    page.get_by_role("dialog").get_by_role("button", name="Borrar").click()
    expect(page.locator("#status")).to_have_text("Resultados borrados.")
    expect(page.get_by_role("button", name="Elegir fotos o PDF")).to_be_focused()
    page.reload()
    wait_until_ready(page)
    expect(page.locator("#work")).to_be_hidden()


def test_a_key_is_asked_for_kept_and_sent_where_the_service_needs_one(visit: Visit, reader: Reader, photo: dict):
    key, entry = keys.make("escuela", ["read"])
    settings = from_environment({"EASYBRAILLE_OPEN": "none", "EASYBRAILLE_API_KEYS": entry})
    with serving(create_app(settings, reader)) as address:
        page = visit(address)
        choose(page, photo)
        dialog = page.get_by_role("dialog", name="Clave del servicio")
        dialog.get_by_label("Clave", exact=True).fill("equivocada")
        dialog.get_by_role("button", name="Usar esta clave").click()
        expect(page.get_by_role("dialog")).to_contain_text("El servicio no admite esta clave.")
        page.get_by_role("dialog").get_by_label("Clave", exact=True).fill(key)
        page.get_by_role("dialog").get_by_role("button", name="Usar esta clave").click()
        expect(page.get_by_role("heading", name="carta.jpg")).to_be_focused()
        page.reload()
        wait_until_ready(page)
        read = file_of(photo_of("Adiós"), "otra.png")
        choose(page, read)
        expect(page.locator(".items > li", has_text="otra.png")).to_have_attribute("data-stage", "done")


def test_a_book_is_read_as_a_job_that_goes_on_while_the_page_is_closed(visit: Visit, served_page: Served):
    files = [file_of(photo_of(f"hoja {n}", unknown=False, size=(160, 420)), f"h{n}.png") for n in (1, 2, 3)]
    page = visit(served_page.address)
    page.get_by_text("Opciones de lectura").click()
    page.get_by_label("Leer en segundo plano").check()
    with page.expect_response(lambda response: response.url.endswith("/start")):
        choose(page, *files)
    until(lambda: len(kept(page)) == 3 and all("job" in item for item in kept(page)))
    page.goto("about:blank")
    page.goto(served_page.address)
    wait_until_ready(page)
    expect(page.locator("#status")).to_contain_text("Terminado: 3 archivos leídos.", timeout=60_000)
    assert page.locator(".items > li .name").all_inner_texts() == ["h1.png", "h2.png", "h3.png"]
    page.locator(".items > li button.name").nth(2).click()
    assert shown_text(page) == ["hoja 3"]
    assert page.locator("#page-title").inner_text() == "h3.png"


def test_it_works_below_the_prefix_of_a_stage(visit: Visit, served_page: Served, photo: dict, tmp_path: Path):
    import httpx
    from starlette.applications import Starlette
    from starlette.routing import Mount

    with serving(Starlette(routes=[Mount("/Prod", served_page.app)])) as address:
        page = visit(f"{address}Prod/")
        read_one(page, photo)
        assert httpx.get(page.get_by_role("link", name="API").evaluate("a => a.href")).status_code == 200


def test_once_loaded_the_page_opens_without_a_network(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address)
    read_one(page, photo)
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    until(lambda: [item["stage"] for item in kept(page)] == ["done"])
    page.context.set_offline(True)
    page.reload()
    wait_until_ready(page)
    expect(page.locator("#offline")).to_contain_text("para leer hace falta el servicio")
    expect(page.locator("#text .line").first).to_have_text("Querida Inés:")
