"""The page for everybody: axe in every state, large text, two languages, nothing from elsewhere, and small."""

from __future__ import annotations

import gzip
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from easybraille.i18n.advice import MESSAGES
from easybraille.languages import DOUBTS

from .browsing import NOT_A_PICTURE, PHONE, Served, Visit, choose, file_of, photo_of, read_one


def check(page: Page, state: str) -> None:
    """No violation of WCAG 2.2 AA, and nothing to scroll sideways."""
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": rules})
    assert found.violations_count == 0, f"{state}: {found.generate_report()}"
    assert_no_sideways(page, state)


def assert_no_sideways(page: Page, state: str) -> None:
    wide, window = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= window, f"{state}: {wide} of {window} pixels"


@pytest.mark.parametrize(
    ("scheme", "options"), [("light", PHONE), ("dark", {"viewport": {"width": 1280, "height": 800}})]
)
def test_axe_finds_nothing_in_any_state(
    visit: Visit, served_page: Served, photo: dict, scheme: str, options: dict[str, Any]
):
    page = visit(served_page.address, color_scheme=scheme, reduced_motion="reduce", **options)
    check(page, "empty")
    page.get_by_text("Opciones de lectura").click()
    check(page, "options")
    choose(page, photo, NOT_A_PICTURE)
    expect(page.locator("#status")).to_contain_text("Terminado")
    page.locator(".reasons summary").click()
    page.locator("summary", has_text="Mostrar").click()
    page.get_by_label("Braille debajo del texto").check()
    check(page, "read")
    page.locator(".items button.name", has_text="carta.txt").click()
    check(page, "failed")
    page.locator(".items button.name", has_text="carta.jpg").click()
    page.locator("#correct").click()
    check(page, "correcting")
    page.locator("#finish").click()
    page.get_by_label("Texto seguido").check()
    check(page, "flowing")
    page.get_by_role("button", name="Guardar…").click()
    page.get_by_text("Ayudar a que lea mejor").click()
    check(page, "saving")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Empezar de nuevo").click()
    check(page, "asking")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Escribir").click()
    page.locator("#write-text").fill("Hola")
    expect(page.locator("#written")).to_have_text("⠨⠓⠕⠇⠁")
    check(page, "writing")
    page.get_by_role("link", name="Ayuda").click()
    check(page, "help")


def test_axe_finds_nothing_in_the_question_for_a_key(visit: Visit, served_page: Served):
    page = visit(served_page.address)
    page.evaluate("import('./web/views/dialogs.js').then(({ askForKey }) => void askForKey(true))")
    expect(page.get_by_role("dialog")).to_be_visible()
    check(page, "key")


def test_text_twice_as_large_fits_a_phone(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address, **PHONE)

    def enlarge() -> None:
        page.evaluate("document.documentElement.style.fontSize = '200%'")

    enlarge()
    assert_no_sideways(page, "empty")
    for name in ("Hacer una foto", "Elegir fotos o PDF"):
        fits = page.get_by_role("button", name=name).evaluate("b => b.scrollWidth <= b.clientWidth + 1")
        assert fits, f"{name} stays in its box"
    box = page.locator("#take").bounding_box()
    inside = page.get_by_role("button", name="Hacer una foto").bounding_box()
    assert box and inside
    assert box["x"] <= inside["x"] and inside["x"] + inside["width"] <= box["x"] + box["width"]
    choose(page, photo, NOT_A_PICTURE)
    expect(page.locator("#status")).to_contain_text("Terminado")
    assert_no_sideways(page, "read")
    page.locator("#correct").click()
    assert_no_sideways(page, "correcting")
    inner = page.locator(".viewer").evaluate("v => [v.scrollWidth, v.clientWidth]")
    assert inner[0] <= inner[1]
    page.get_by_role("button", name="Punto 1").click()
    page.locator("#finish").click()
    page.get_by_role("button", name="Guardar…").click()
    assert_no_sideways(page, "saving")
    page.keyboard.press("Escape")
    for place in ("Escribir", "Ayuda"):
        page.get_by_role("link", name=place, exact=True).click()
        assert_no_sideways(page, place)


@pytest.mark.parametrize(
    ("locale", "query", "code", "button"),
    [
        ("es-MX", "", "es", "Elegir fotos o PDF"),
        ("en-GB", "", "en", "Choose photos or PDF"),
        ("fr-FR", "", "es", "Elegir fotos o PDF"),
        ("en-GB", "?lang=es", "es", "Elegir fotos o PDF"),
    ],
)
def test_it_speaks_spanish_unless_english_is_wanted(
    visit: Visit, served_page: Served, locale: str, query: str, code: str, button: str
):
    page = visit(served_page.address + query, locale=locale)
    expect(page.get_by_role("button", name=button)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == code
    for text in (page.title(), page.locator("body").inner_text()):
        assert "undefined" not in text


def test_the_language_that_was_chosen_is_remembered(visit: Visit, served_page: Served):
    page = visit(served_page.address)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("button", name="Choose photos or PDF")).to_be_visible()
    page.goto(served_page.address)
    expect(page.get_by_role("button", name="Choose photos or PDF")).to_be_visible()


def test_both_languages_say_everything(visit: Visit, served_page: Served):
    page = visit(served_page.address)
    words = page.evaluate("""async () => {
        const [{ es }, { en }] = await Promise.all([import("./web/words/es.js"), import("./web/words/en.js")]);
        const keys = (words) => Object.fromEntries(Object.entries(words).map(
            ([key, value]) => [key, typeof value === "object" ? Object.keys(value).sort() : ""]));
        return { es: keys(es), en: keys(en) };
    }""")
    for language in words:
        assert {*words[language].pop("problems")} >= {"offline", "timeout", "gone", "not_ready", "other"}
    assert words["en"] == words["es"]
    assert {*words["es"]["doubts"]} >= {*DOUBTS}
    assert {*words["es"]["advice"]} >= {*MESSAGES}


def test_a_problem_that_the_page_has_no_words_for_is_told_by_the_service_in_the_page_s_language(
    visit: Visit, served_page: Served
):
    page = visit(f"{served_page.address}?lang=es", locale="en-GB")
    with page.expect_request(lambda request: "/v1/read" in request.url) as request:
        choose(page, NOT_A_PICTURE)
    assert request.value.headers["accept-language"] == "es"
    told = page.evaluate(
        "import('./web/words/outcomes.js').then((m) => m.problemText({ code: 'new', detail: 'Así.' }))"
    )
    assert told == "Así."


def test_the_policy_admits_only_the_page_itself(served_page: Served):
    answer = httpx.get(served_page.address)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert set(" ".join(policy.values()).split()) == {"'none'", "'self'", "blob:"}
    assert policy["img-src"] == "'self' blob:"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"


def test_only_files_of_the_page_are_served(served_page: Served):
    assert httpx.get(f"{served_page.address}web/main.js").headers["content-type"].startswith("text/javascript")
    for name in ("..%2fsettings.py", "%2e%2e/cli.py", "views/../../settings.py", "vendor/README.md", "nothing.js"):
        answer = httpx.get(f"{served_page.address}web/{name}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


def test_the_whole_page_weighs_less_than_200_kilobytes(served_page: Served):
    facts = httpx.get(f"{served_page.address}web/service.json").json()
    bodies = [httpx.get(f"{served_page.address}web/{name}").content for name in facts["files"]]
    assert sum(len(gzip.compress(content)) for content in bodies) < 200_000


def test_the_page_can_be_installed(visit: Visit, served_page: Served):
    page = visit(served_page.address)
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    session = page.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"] == f"{served_page.address}web/app.webmanifest"
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Private windows, which tests use, install nothing.
    assert {error["errorId"] for error in errors} <= {"in-incognito"}


def test_forced_colours_keep_what_colour_says(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address, forced_colors="active")
    read_one(page, photo)
    page.locator("#correct").click()
    unsure = page.locator("[role=gridcell].unsure").first
    assert unsure.evaluate("c => getComputedStyle(c).borderStyle") in ("dashed", "solid")
    pressed = page.locator(".dot[aria-pressed=true]").first
    plain = page.locator(".dot[aria-pressed=false]").first
    assert pressed.evaluate("c => getComputedStyle(c).backgroundColor") != plain.evaluate(
        "c => getComputedStyle(c).backgroundColor"
    )


def test_what_was_read_is_copied_shared_printed_and_read_aloud(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address, permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("""() => {
        window.shared = []; window.spoken = []; window.printed = 0;
        navigator.share = (what) => { shared.push(what); return Promise.resolve(); };
        speechSynthesis.speak = (what) => spoken.push([what.text, what.lang]);
        window.print = () => { printed += 1; };
    }""")
    read_one(page, photo)
    text = served_page.read(photo)["text"]
    page.locator("#copy").click()
    expect(page.locator("#status")).to_have_text("Texto copiado.")
    assert page.evaluate("navigator.clipboard.readText()") == text
    page.locator("#listen").click()
    spoken = page.evaluate("spoken")
    assert "te mando pan y queso" in " ".join(words for words, _ in spoken)
    assert {language for _, language in spoken} == {"es"}
    page.locator("#stop-listening").click()
    page.locator("#print-button").click()
    assert page.evaluate("printed") == 1
    page.emulate_media(media="print")
    expect(page.locator("#print")).to_contain_text("te mando pan y queso")
    expect(page.locator("#print")).to_be_visible()
    expect(page.locator("#top")).to_be_hidden()
    page.emulate_media(media="screen")
    if page.locator("#share").is_visible():
        page.locator("#share").click()
        assert page.evaluate("shared")[0]["text"] == text


def test_text_is_copied_where_the_browser_has_no_clipboard_for_plain_http(
    visit: Visit, served_page: Served, photo: dict
):
    page = visit(served_page.address, permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error()))")
    read_one(page, photo)
    page.locator("#copy").click()
    expect(page.locator("#status")).to_have_text("Texto copiado.")
    read = served_page.read(photo)["text"]
    assert page.evaluate("navigator.clipboard.readText()").splitlines() == read.splitlines()
    expect(page.locator("#copy")).to_be_focused()


def test_a_text_becomes_braille_and_is_saved_for_an_embosser(visit: Visit, served_page: Served):
    page = visit(served_page.address)
    page.get_by_role("link", name="Escribir").click()
    expect(page.locator("#write-title")).to_be_focused()
    page.locator("#write-text").fill("¿Qué tal, Ana?")
    expect(page.locator("#written")).to_have_text("⠢⠨⠟⠥⠮⠀⠞⠁⠇⠂⠀⠨⠁⠝⠁⠢")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Guardar BRF").click()
    assert saved.value.path().read_bytes() == b"5.QU! TAL1 .ANA5\r\n"
    with page.expect_download() as saved:
        page.get_by_role("button", name="Guardar PEF").click()
    assert b"<row>\xe2\xa0\xa2" in saved.value.path().read_bytes()
    page.locator("#write-text").fill("漢")
    expect(page.locator("#write .error")).to_contain_text("no existen en el braille de este idioma (1)")


def test_help_shows_how_to_take_a_good_photo(visit: Visit, served_page: Served):
    page = visit(f"{served_page.address}#help")
    expect(page.locator(".tips li")).to_have_count(4)
    assert page.locator(".tips svg").count() == 4
    expect(page.locator("#read")).to_be_hidden()


def test_pages_in_different_languages_are_not_saved_as_one_file(visit: Visit, served_page: Served, photo: dict):
    page = visit(served_page.address)
    read_one(page, photo)
    page.get_by_text("Opciones de lectura").click()
    page.locator("#language").select_option("ca")
    choose(page, file_of(photo_of("Adiós"), "otra.png"))
    expect(page.locator(".items > li", has_text="otra.png")).to_have_attribute("data-stage", "done")
    page.get_by_role("button", name="Guardar…").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[value=brf]").check()
    dialog.get_by_role("button", name="Guardar", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("idiomas o códigos distintos")
