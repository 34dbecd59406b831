"""GET /docs in a browser: it shows every operation, and calls no other host."""

from __future__ import annotations

import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="the documentation needs Chromium: apt-get install chromium")
def test_the_documentation_works_without_the_internet(served):
    from playwright.sync_api import sync_playwright

    home = str(served.base_url).rstrip("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{home}/docs")
        page.locator("#operations-reading-read").wait_for(timeout=60_000)
        page.locator("#operations-jobs-create_job").wait_for()
        browser.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith((home, "data:"))] == []
