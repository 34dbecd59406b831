"""The service on loopback, Chromium, and a photo to read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from easybraille.api.app import create_app
from easybraille.reader import Reader
from easybraille.settings import Settings

from .browsing import Served, Visit, file_of, photo_of, serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def photo() -> dict[str, Any]:
    """A photo of a letter of three lines, and one line of signs that mean nothing."""
    return file_of(photo_of(), "carta.jpg")


@pytest.fixture(scope="session")
def served_page(reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service as on a person's own machine: no key, and jobs in a folder."""
    folder = tmp_path_factory.mktemp("jobs")
    app = create_app(Settings(EASYBRAILLE_HOST="127.0.0.1", EASYBRAILLE_JOBS_FOLDER=folder), reader)
    with serving(app) as address:
        yield Served(app, address)


# Not for the whole session: while it is there, no other test of this process can run an event loop of its own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    if CHROMIUM is None:
        pytest.skip("the page needs Chromium: apt-get install chromium")
    # Chromium's own sandbox refuses to run as root, which is what a container's tests are.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Opens pages, and checks at the end that each stayed at home and complained of nothing."""
    visit = Visit(chromium)
    yield visit
    visit.close()
