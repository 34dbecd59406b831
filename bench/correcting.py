"""How quickly the page answers while a person corrects: `python -m bench.correcting` prints the times, in milliseconds.

The page read has 600 cells. Each time is from a key or a press until the browser has drawn what follows from it
(two animation frames later), in headless Chromium on this machine.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys

from playwright.sync_api import Page, sync_playwright

from tests.loopback import served
from tests.made_page import png, reader_of, rendered

WORDS = "en un lugar de la mancha de cuyo nombre no quiero acordarme"
REPEATS = 15
_TIMED = """async ([key, selector]) => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await drawn();
    const began = performance.now();
    if (selector) document.querySelector(selector).click();
    else for (const type of ["keydown", "keyup"])
        document.activeElement.dispatchEvent(new KeyboardEvent(type, { key, code: `Digit${key}`, bubbles: true }));
    await drawn();
    return performance.now() - began;
}"""


def main() -> int:
    """Open the page on a rendered sheet and print a table of medians and maxima."""
    rows = [WORDS[:30] for _ in range(26)]
    sheet = rendered("\n".join(rows))
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with served(reader_of(sheet)) as client, sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page(locale="es-ES", viewport={"width": 1366, "height": 768})
        page.goto(f"{client.base_url}/")
        page.wait_for_selector("html[data-ready]", state="attached")
        page.set_input_files("#files", [{"name": "hoja.png", "mimeType": "image/png", "buffer": png(sheet)}])
        page.wait_for_selector("#text .line")
        page.wait_for_timeout(1000)
        print(f"{len(sheet.dots)} cells; an empty measurement takes two frames, about 33 ms")
        _report("opening the correction", _opening(page))
        _report("moving to the next cell", [_timed(page, "ArrowRight") for _ in range(REPEATS)])
        _report("moving to the next line", [_timed(page, "ArrowDown") for _ in range(REPEATS)])
        _report("changing a dot", [_timed(page, str(1 + i % 6)) for i in range(REPEATS)])
        browser.close()
    return 0


def _opening(page: Page) -> list[float]:
    times = []
    for i in range(REPEATS):
        if i:
            page.click("#finish")
        times.append(_timed(page, "", "#correct"))
    return times


def _timed(page: Page, key: str, selector: str = "") -> float:
    return page.evaluate(_TIMED, [key, selector])


def _report(what: str, times: list[float]) -> None:
    print(f"{what:26} median {statistics.median(times):6.1f}  longest {max(times):6.1f}")


if __name__ == "__main__":
    sys.exit(main())
