"""The pictures of the user's guide and of the README: `python -m tests.web.screenshots` makes them anew in docs/."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.loopback import served

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GUIDE = DOCS / "guide"
EXAMPLES = [str(ROOT / "examples" / name) for name in ("carta.jpg", "receta.jpg", "cuento.jpg")]
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
_COLOURS = 128
# Row and cell of the example letter that the pictures correct: a letter in the middle of a word.
_LINE, _CELL = 2, 5


def main() -> int:
    """Open the page in both languages, on a desk and on a phone, and save what is seen."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    GUIDE.mkdir(exist_ok=True)
    with served(EASYBRAILLE_HOST="127.0.0.1") as client, sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for language in ("es", "en"):
            _desk(browser, str(client.base_url), language)
            _phone(browser, str(client.base_url), language)
        browser.close()
    return 0


def _desk(browser: Browser, address: str, language: str) -> None:
    page = _opened(browser, address, language, DESK)
    _save(page, f"{language}-start")
    page.set_input_files("#files", EXAMPLES[:1])
    _wait(page)
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    _save(page, f"{language}-read")
    if language == "es":
        shutil.copy(GUIDE / "es-read.png", DOCS / "page.png")
    page.click("#correct")
    page.locator("[role=row]").nth(_LINE).locator("[role=gridcell]").nth(_CELL).click()
    page.keyboard.press("2")
    page.wait_for_timeout(600)
    page.mouse.move(0, 0)
    _save(page, f"{language}-correct")
    page.keyboard.press("Escape")
    page.click("#save")
    page.wait_for_timeout(200)
    _save(page, f"{language}-save")
    page.keyboard.press("Escape")
    page.set_input_files("#files", EXAMPLES[1:])
    page.wait_for_function("() => document.querySelectorAll('.item[data-stage=done]').length === 3", timeout=120_000)
    page.wait_for_timeout(600)
    _save(page, f"{language}-pages")
    page.goto(f"{address}/#write")
    page.fill("#write-text", "¿Qué tal, Ana?\nTe espero el sábado 14.")
    page.wait_for_timeout(800)
    _save(page, f"{language}-write")
    page.goto(f"{address}/#help")
    page.wait_for_timeout(300)
    _save(page, f"{language}-help")
    page.context.close()


def _phone(browser: Browser, address: str, language: str) -> None:
    page = _opened(browser, address, language, PHONE)
    page.set_input_files("#files", EXAMPLES[:1])
    _wait(page)
    _save(page, f"{language}-phone-read")
    page.tap("#correct")
    page.locator("[role=row]").nth(_LINE).locator("[role=gridcell]").nth(_CELL).tap()
    page.wait_for_timeout(400)
    _save(page, f"{language}-phone-correct")
    page.context.close()


def _opened(browser: Browser, address: str, language: str, options: dict[str, Any]) -> Page:
    context = browser.new_context(locale="es-ES" if language == "es" else "en-GB", color_scheme="light", **options)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def _wait(page: Page) -> None:
    page.wait_for_selector("#text .line", timeout=120_000)
    page.wait_for_function("() => document.querySelector('.sheet img')?.naturalWidth > 0")
    page.wait_for_timeout(500)


def _save(page: Page, name: str) -> None:
    path = GUIDE / f"{name}.png"
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(_COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
