"""The page at `/`, in Chromium against a real server on loopback."""

from __future__ import annotations

import io
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import numpy as np
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from starlette.applications import Starlette
from starlette.routing import Mount

from easybraille import languages
from easybraille.api import body
from easybraille.api.app import create_app
from easybraille.errors import EasyBrailleError, NotReadyError
from easybraille.i18n.advice import MESSAGES
from easybraille.imaging import files
from easybraille.languages import DOUBTS
from easybraille.reader import Reader
from easybraille.settings import Settings
from easybraille.startup import make_reader
from training.pages import mask
from training.synthetic import Sheet, render

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="the page needs Chromium: apt-get install chromium")

TEXT = "Querida Inés:\nte mando pan y queso\ncon el abuelo"
UNKNOWN_SIGNS = ["156", "156"]
SLOW = 30_000
NOT_A_PICTURE = {"name": "carta.txt", "mimeType": "text/plain", "buffer": b"Querida madre"}
expect.set_options(timeout=SLOW)


def _photo(text: str = TEXT) -> Image.Image:
    lines = [[mask(cell) for cell in line] for line in languages.get("es").write(text)]
    lines.append([mask(cell) for cell in UNKNOWN_SIGNS])
    size = (320, 900)
    return Image.fromarray(render(lines, Sheet(), size, np.random.default_rng(3), origin=(50, 50)).image)


def _file(image: Image.Image, name: str, **options) -> dict:
    kind = {"jpg": "JPEG", "png": "PNG", "pdf": "PDF"}[name.rsplit(".", maxsplit=1)[-1]]
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    mime = "application/pdf" if kind == "PDF" else f"image/{kind.lower()}"
    return {"name": name, "mimeType": mime, "buffer": buffer.getvalue()}


@pytest.fixture(scope="module")
def photo() -> dict:
    return _file(_photo(), "carta.jpg")


@dataclass
class Served:
    """An application, and where it is served."""

    app: FastAPI
    address: str

    def read(self, file: dict) -> dict:
        """What the API says of a file."""
        upload = {"file": (file["name"], file["buffer"])}
        return httpx.post(f"{self.address}v1/read", files=upload, timeout=60).raise_for_status().json()


@contextmanager
def _serving(app: FastAPI | Starlette) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def reader() -> Reader:
    return make_reader(Settings())


@pytest.fixture(scope="module")
def served(reader: Reader) -> Iterator[Served]:
    app = create_app(Settings(), reader)
    with _serving(app) as address:
        yield Served(app, address)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Chromium's own sandbox refuses to run as root, which is what a container's tests are.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@dataclass
class Visit:
    """Opens pages, and checks at the end that each stayed at home and complained of nothing."""

    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    strayed: list[str] = field(default_factory=list)

    def __call__(self, address: str, **options) -> Page:
        context = self.browser.new_context(**{"locale": "es-ES", **options})
        self.contexts.append(context)
        # Every text that the live region has held, since one may follow the other at once.
        context.add_init_script("""
            window.said = [];
            document.addEventListener("DOMContentLoaded", () => {
                const status = document.querySelector("[role=status]");
                new MutationObserver(() => window.said.push(status.textContent))
                    .observe(status, { childList: true, characterData: true, subtree: true });
            });
        """)
        page = context.new_page()
        home = address.split("?", maxsplit=1)[0]
        # Listening from the start keeps the browser's own dialog away, however quickly a key is pressed.
        page.on("filechooser", lambda chooser: None)
        page.on("request", lambda request: self._check(request.url, home))
        page.on("console", lambda message: self._complain(message))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)
        return page

    def _check(self, url: str, home: str) -> None:
        if not url.startswith((home, "blob:")):
            self.strayed.append(url)

    def _complain(self, message) -> None:
        # Chromium itself reports answers such as 422 as errors of the console; the page shows them in words.
        if message.type in ("error", "warning") and "v1/read" not in message.location.get("url", ""):
            self.complaints.append(f"{message.text} {message.location}")

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        assert self.complaints == []
        assert self.strayed == []


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    visit = Visit(chromium)
    yield visit
    visit.close()


def _choose(page: Page, *files: dict, button: str = "Elegir fotos o PDF") -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(files)


def _text(article: Locator) -> str:
    """The text that is shown, without what is only heard."""
    return article.locator(".text").evaluate(
        "text => { const t = text.cloneNode(true); t.querySelectorAll('.heard').forEach(h => h.remove());"
        " return t.textContent; }"
    )


def _cells(document: dict) -> list[dict]:
    """The cells of a document that have a box."""
    lines = [line for page in document["pages"] for line in page["lines"]]
    return [cell for line in lines for cell in line["cells"] if "box" in cell]


def _is_doubtful(cell: dict) -> bool:
    return "doubtful" in cell or cell["confidence"] < 0.8


def test_a_chosen_photo_gives_its_text_beside_its_marked_cells(visit: Visit, served: Served, photo: dict):
    page = visit(served.address)
    _choose(page, photo)
    article = page.get_by_role("article", name="carta.jpg")
    expect(article).to_be_visible()
    document = served.read(photo)
    assert [line.rstrip() for line in _text(article).split("\n")] == document["text"].split("\n")
    assert article.locator(".text").get_attribute("lang") == "es"
    assert article.locator(".marks rect").count() == len(_cells(document)) > 20
    image, text = article.get_by_role("img").bounding_box(), article.locator(".text").bounding_box()
    assert image["x"] + image["width"] <= text["x"], "beside each other where there is room"


def _first_mark_against_its_cell(page: Page, cell: dict) -> tuple[list[float], list[float]]:
    """Where the first mark is drawn on the picture, and where the cell's box lies on it, as shares of the picture."""
    drawn = page.evaluate("""() => {
        const image = document.querySelector("article img");
        const [p, m] = [image, document.querySelector(".marks rect")].map((e) => e.getBoundingClientRect());
        const box = [(m.left - p.left) / p.width, (m.top - p.top) / p.height, (m.right - p.left) / p.width,
                     (m.bottom - p.top) / p.height];
        return { box, width: image.naturalWidth, height: image.naturalHeight };
    }""")
    width, height = drawn["width"], drawn["height"]
    x1, y1, x2, y2 = cell["box"]
    return drawn["box"], [x1 / width, y1 / height, x2 / width, y2 / height]


def test_marks_lie_on_their_cells_also_when_the_phone_was_held_sideways(visit: Visit, served: Served):
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = _file(_photo().transpose(Image.Transpose.ROTATE_90), "giro.jpg", exif=exif)
    page = visit(served.address)
    _choose(page, sideways)
    expect(page.locator(".marks rect").first).to_be_attached()
    drawn, true = _first_mark_against_its_cell(page, _cells(served.read(sideways))[0])
    assert drawn == pytest.approx(true, abs=0.01)


def test_doubtful_words_are_underlined_said_and_explained(visit: Visit, served: Served, photo: dict):
    page = visit(served.address)
    _choose(page, photo)
    marks = page.locator(".text mark")
    expect(marks.first).to_be_visible()
    cells = _cells(served.read(photo))
    assert any(_is_doubtful(cell) for cell in cells), "the photo ends in signs that mean nothing"
    assert page.locator(".marks rect.doubtful").count() == sum(map(_is_doubtful, cells))
    for mark in marks.all():
        assert mark.inner_text().endswith("(dudoso)"), "a screen reader finds it too"
        assert "dotted" in mark.evaluate("m => getComputedStyle(m).textDecoration"), "not by colour alone"
    page.locator("summary").click()
    reasons = page.locator("details").get_by_role("listitem")
    assert reasons.count() == marks.count()
    assert all(reason.startswith("Línea ") for reason in reasons.all_inner_texts())


def test_what_is_marked_can_be_switched_off_and_letters_on(visit: Visit, served: Served, photo: dict):
    page = visit(served.address)
    _choose(page, photo)
    mark, letter, heard = (page.locator(at).first for at in (".marks rect", ".letters text", "mark .heard"))
    expect(mark).to_be_visible()
    expect(letter).to_be_hidden()
    page.get_by_label("Signos marcados en la foto").uncheck()
    page.get_by_label("Letras en la foto").check()
    page.get_by_label("Palabras dudosas en el texto").uncheck()
    expect(mark).to_be_hidden()
    expect(letter).to_be_visible()
    expect(heard).to_be_hidden()


def test_progress_and_result_are_announced_politely_and_the_focus_moves_to_the_result(
    visit: Visit, served: Served, photo: dict
):
    page = visit(served.address)
    assert page.get_by_role("status").count() == 1, "a live region only works when it is there before its text"
    _choose(page, photo)
    expect(page.get_by_role("heading", name="carta.jpg")).to_be_focused()
    cells = len(_cells(served.read(photo)))
    said = page.evaluate("said")
    assert said[0] == "Leyendo carta.jpg…"
    assert said[-1].startswith("Se ha leído carta.jpg: ")
    assert f"{cells} signos" in said[-1]
    expect(page.get_by_role("progressbar")).to_be_hidden()


def test_a_file_that_is_no_picture_is_explained_in_words(visit: Visit, served: Served):
    for locale, name, words in (
        ("es-ES", "Elegir fotos o PDF", "No es una imagen que se pueda leer."),
        ("en-GB", "Choose photos or PDF", "This is not a picture that can be read."),
    ):
        page = visit(served.address, locale=locale)
        _choose(page, NOT_A_PICTURE, button=name)
        article = page.get_by_role("article", name="carta.txt")
        expect(article).to_contain_text(words)
        expect(article.get_by_role("heading")).to_be_focused()
        assert words in page.evaluate("said")[-1]
        expect(page.get_by_role("button", name="Copiar texto")).to_be_hidden()


def test_a_photo_without_braille_gets_advice(visit: Visit, served: Served):
    blank = _file(Image.new("L", (600, 800), 200), "vacía.jpg")
    page = visit(served.address)
    _choose(page, blank)
    expect(page.get_by_role("article")).to_contain_text(MESSAGES["no_braille"]["es"])
    expect(page.get_by_role("article")).to_contain_text("No hay texto.")


def test_several_files_are_read_in_turn_and_a_bad_one_stops_none(visit: Visit, served: Served, photo: dict):
    other = _file(_photo("Adiós"), "otra.png")
    page = visit(served.address)
    _choose(page, photo, NOT_A_PICTURE, other)
    expect(page.get_by_role("status")).to_contain_text("Terminado: 2 archivos leídos, 1 sin leer.")
    headings = page.get_by_role("heading", level=3).all_inner_texts()
    assert headings == ["carta.jpg", "carta.txt: no se ha podido leer", "otra.png"]
    assert "Leyendo carta.txt, 2 de 3…" in page.evaluate("said.join()")
    expect(page.get_by_role("heading", name="carta.jpg")).to_be_focused()

    with page.expect_download() as download:
        page.get_by_role("button", name="Guardar datos (.json)").click()
    document = json.loads(download.value.path().read_text())
    assert [(p["source"], p["number"]) for p in document["pages"]] == [("carta.jpg", 1), ("otra.png", 2)]
    assert [(e["source"], e["code"]) for e in document["errors"]] == [("carta.txt", "not_a_picture")]
    assert document["text"] == "\n\n".join(served.read(file)["text"] for file in (photo, other))


def test_text_and_data_can_be_copied_and_saved(visit: Visit, served: Served, photo: dict):
    page = visit(served.address, permissions=["clipboard-read", "clipboard-write"])
    _choose(page, photo)
    document = served.read(photo)
    page.get_by_role("button", name="Copiar texto").click()
    expect(page.get_by_role("status")).to_have_text("Texto copiado.")
    assert page.evaluate("navigator.clipboard.readText()") == document["text"]
    for button, name, content in (
        ("Guardar texto (.txt)", "carta.txt", document["text"] + "\n"),
        ("Guardar datos (.json)", "carta.json", None),
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        assert download.value.suggested_filename == name
        saved = download.value.path().read_text()
        assert saved == content if content else json.loads(saved) == document


def test_text_is_copied_where_the_browser_has_no_clipboard_for_plain_http(visit: Visit, served: Served, photo: dict):
    page = visit(served.address, permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error()))")
    _choose(page, photo)
    copy = page.get_by_role("button", name="Copiar texto")
    copy.click()
    expect(page.get_by_role("status")).to_have_text("Texto copiado.")
    assert page.evaluate("navigator.clipboard.readText()").splitlines() == served.read(photo)["text"].splitlines()
    expect(copy).to_be_focused()


def test_everything_is_done_by_keyboard(visit: Visit, served: Served, photo: dict):
    page = visit(served.address)

    def tab_to(name: str, key: str = "Tab") -> None:
        for _ in range(20):
            page.keyboard.press(key)
            focused = page.evaluate("document.activeElement.closest('label, button, summary, a')?.innerText ?? ''")
            if name in focused:
                shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert shown != "none", f"{name} shows that it has the focus"
                return
        pytest.fail(f"{name} can't be reached with {key}")

    tab_to("Elegir fotos")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files([photo])
    expect(page.get_by_role("heading", name="carta.jpg")).to_be_focused()
    tab_to("palabra")
    page.keyboard.press("Enter")
    expect(page.locator("details").get_by_role("listitem").first).to_be_visible()
    tab_to("Signos marcados", "Shift+Tab")
    page.keyboard.press("Space")
    expect(page.locator(".marks rect").first).to_be_hidden()
    tab_to("Empezar de nuevo", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.get_by_role("button", name="Elegir fotos")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Resultados borrados.")


def test_a_pdf_is_drawn_as_dots_in_their_places(visit: Visit, served: Served):
    pdf = _file(_photo(), "carta.pdf", resolution=110, save_all=True, append_images=[_photo("Adiós")])
    page = visit(served.address)
    _choose(page, pdf)
    second = page.get_by_role("article", name="carta.pdf, página 2")
    expect(second).to_contain_text("El navegador no puede mostrar aquí esta página.")
    cells = _cells(served.read(pdf))
    assert page.locator(".marks rect").count() == len(cells)
    assert page.locator(".dots circle").count() == sum(len(cell["dots"]) for cell in cells)
    assert page.get_by_role("article").get_by_role("img").count() == 0


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_photo_can_be_dropped_and_pasted(visit: Visit, served: Served, photo: dict, event: str):
    page = visit(served.address)
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
    expect(page.get_by_role("article", name="carta.jpg").locator(".marks rect").first).to_be_visible()


def test_the_page_waits_for_a_service_that_is_starting(visit: Visit, served: Served, photo: dict):
    page = visit(served.address)
    served.app.state.service.state = "starting"
    try:
        _choose(page, photo)
        expect(page.get_by_role("status")).to_have_text(
            "El servicio está ocupado o arrancando. Se intentará de nuevo en 5 segundos."
        )
    finally:
        served.app.state.service.state = "ready"
    expect(page.get_by_role("article", name="carta.jpg").locator(".text")).to_be_visible()


def test_reading_can_be_stopped(visit: Visit, served: Served, photo: dict):
    page = visit(served.address)
    served.app.state.service.state = "starting"
    try:
        _choose(page, photo)
        page.get_by_role("button", name="Detener").click()
        expect(page.get_by_role("status")).to_have_text("Lectura detenida.")
        expect(page.get_by_role("button", name="Elegir fotos o PDF")).to_be_focused()
        expect(page.get_by_role("article")).to_have_count(0)
    finally:
        served.app.state.service.state = "ready"


def test_a_photo_too_large_for_the_service_is_sent_smaller(visit: Visit, reader: Reader):
    heavy = _file(_photo(), "carta.png")
    limit = len(heavy["buffer"]) // 2
    with _serving(create_app(Settings(EASYBRAILLE_MAX_BODY_BYTES=limit), reader)) as address:
        page = visit(address)
        _choose(page, heavy)
        expect(page.get_by_role("article", name="carta.png").locator(".marks rect").first).to_be_visible()
        assert "Se envía reducida." in page.evaluate("said.join()")


def test_a_service_that_is_gone_is_told(visit: Visit, reader: Reader, photo: dict):
    with _serving(create_app(Settings(), reader)) as address:
        page = visit(address)
        page.wait_for_load_state("networkidle")
    _choose(page, photo)
    expect(page.get_by_role("article")).to_contain_text("No hay conexión con el servicio.")


def test_it_works_below_the_prefix_of_a_stage(visit: Visit, served: Served, photo: dict):
    with _serving(Starlette(routes=[Mount("/Prod", served.app)])) as address:
        page = visit(f"{address}Prod/")
        _choose(page, photo)
        expect(page.get_by_role("article", name="carta.jpg").locator(".marks rect").first).to_be_visible()
        assert httpx.get(page.get_by_role("link", name="API").evaluate("a => a.href")).status_code == 200


@pytest.mark.parametrize(
    ("locale", "query", "code", "button"),
    [
        ("es-MX", "", "es", "Elegir fotos o PDF"),
        ("en-GB", "", "en", "Choose photos or PDF"),
        ("fr-FR", "", "es", "Elegir fotos o PDF"),
        ("en-GB", "?lang=es", "es", "Elegir fotos o PDF"),
    ],
)
def test_it_speaks_spanish_unless_english_is_wanted(visit, served, locale: str, query: str, code: str, button: str):
    page = visit(served.address + query, locale=locale)
    expect(page.get_by_role("button", name=button)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == code
    for text in (page.title(), page.locator("body").inner_text()):
        assert "undefined" not in text


def test_both_languages_say_everything_and_every_problem_has_spanish_words(visit: Visit, served: Served):
    words = {}
    for locale in ("es", "en"):
        page = visit(served.address, locale=locale)
        words[locale] = page.evaluate("""async () => {
            const { words } = await import("./web/words.js");
            return Object.fromEntries(Object.entries(words).map(
                ([key, value]) => [key, typeof value === "object" ? Object.keys(value) : ""]));
        }""")
    assert set(words["en"]) == {*words["es"], "page"}
    assert words["en"]["doubts"] == words["es"]["doubts"]
    assert {*words["es"]["doubts"]} >= {*DOUBTS}
    assert {*words["en"]["advice"]} == {*MESSAGES}
    raised = [kind for module in (files, body) for kind in vars(module).values() if isinstance(kind, type)]
    codes = {kind.code for kind in (*raised, NotReadyError) if issubclass(kind, EasyBrailleError)}
    assert len(codes) > 5
    assert codes <= {*words["es"]["problems"]}


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_axe_finds_nothing_to_complain_of(visit: Visit, served: Served, photo: dict, scheme: str, width: int):
    page = visit(served.address, color_scheme=scheme, viewport={"width": width, "height": 800})

    def check() -> None:
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = Axe().run(page, options={"runOnly": rules})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing to scroll sideways"

    check()
    _choose(page, photo, NOT_A_PICTURE)
    expect(page.get_by_role("status")).to_contain_text("Terminado")
    page.locator("summary").click()
    page.get_by_label("Letras en la foto").check()
    check()


def test_a_phone_offers_its_camera(visit: Visit, served: Served, photo: dict):
    page = visit(served.address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    _choose(page, photo, button="Hacer una foto")
    expect(page.get_by_role("article", name="carta.jpg")).to_be_visible()
    assert page.locator("#camera").get_attribute("capture") == "environment"


def test_the_policy_admits_only_the_page_itself(served: Served):
    answer = httpx.get(served.address)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert set(" ".join(policy.values()).split()) == {"'none'", "'self'", "blob:"}
    assert policy["img-src"] == "'self' blob:"


def test_only_files_of_the_page_are_served(served: Served):
    assert httpx.get(f"{served.address}web/page.js").headers["content-type"].startswith("text/javascript")
    for name in ("..%2fsettings.py", "%2e%2e/cli.py", "nothing.js"):
        answer = httpx.get(f"{served.address}web/{name}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
