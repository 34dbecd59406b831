"""The screenshot in the README: `python docs/screenshot.py` serves the page, reads an example on it, and takes it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "page.png"
FIRST_WORDS = "Querida Lucía"


def main() -> None:
    """Take it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    with subprocess.Popen([sys.executable, "-m", "easybraille", "serve", "--port", str(port)]) as service:
        try:
            while not _is_ready(f"{address}ready"):
                time.sleep(0.2)
            _take(address)
        finally:
            service.terminate()


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 200
    except httpx.TransportError:
        return False


def _take(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860}, locale="es-ES")
        page.goto(address)
        page.locator("input[type=file]").first.set_input_files(ROOT / "examples" / "carta.jpg")
        page.get_by_text(FIRST_WORDS).first.wait_for(timeout=60_000)
        page.wait_for_timeout(1000)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
