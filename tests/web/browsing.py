"""Pages of the product opened in Chromium, what a person does there, and what they see and hear."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from fastapi import FastAPI
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Download, Page, expect

from easybraille import languages
from tests.loopback import running
from training.pages import mask
from training.synthetic import Sheet, render

TEXT = "Querida Inés:\nte mando pan y queso\ncon el abuelo"
UNKNOWN_SIGNS = ["156", "156"]
NOT_A_PICTURE = {"name": "carta.txt", "mimeType": "text/plain", "buffer": b"Querida madre"}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MIME = {"jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf", "heic": "image/heic"}
expect.set_options(timeout=20_000)


def photo_of(text: str = TEXT, unknown: bool = True, size: tuple[int, int] = (320, 900)) -> Image.Image:
    """A text embossed and photographed; its last line are signs that mean nothing in Spanish."""
    lines = [[mask(cell) for cell in line] for line in languages.get("es").write(text)]
    if unknown:
        lines.append([mask(cell) for cell in UNKNOWN_SIGNS])
    return Image.fromarray(render(lines, Sheet(), size, np.random.default_rng(3), origin=(50, 50)).image)


def on_a_table(photo: Image.Image) -> Image.Image:
    """The photo with a dark table at its left and above it: one sees which way up it is shown, also from afar."""
    whole = Image.new("L", (photo.width + 120, photo.height + 60), 70)
    whole.paste(photo, (100, 50))
    return whole


def file_of(image: Image.Image, name: str, **options: Any) -> dict[str, Any]:
    """The picture as a file that a person chooses."""
    suffix = name.rsplit(".", maxsplit=1)[-1]
    buffer = io.BytesIO()
    if suffix == "heic":
        import pillow_heif

        pillow_heif.register_heif_opener()
        image.convert("RGB").save(buffer, "HEIF", quality=90)
    else:
        image.save(buffer, {"jpg": "JPEG", "png": "PNG", "pdf": "PDF"}[suffix], **options)
    return {"name": name, "mimeType": MIME[suffix], "buffer": buffer.getvalue()}


@dataclass
class Served:
    """An application, and where it is served."""

    app: FastAPI
    address: str

    def read(self, file: dict[str, Any]) -> dict[str, Any]:
        """What the API says of a file."""
        upload = {"file": (file["name"], file["buffer"])}
        return httpx.post(f"{self.address}v1/read", files=upload, timeout=60).raise_for_status().json()


@contextmanager
def serving(app: Callable[..., Any]) -> Iterator[str]:
    """The address of the page of an application."""
    with running(app) as url:
        yield f"{url}/"


class Faulty:
    """A service in front of which things go wrong: each request to /v1/read meets the next of `faults`.

    A fault is a status that a gateway answers, or "hang": nothing is answered until the caller hangs up.
    """

    def __init__(self, app: Callable[..., Any], *faults: int | str):
        self.app = app
        self.faults = list(faults)

    async def __call__(self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        if scope["type"] == "lifespan":
            # The service behind it has been started by itself, and goes on when this is over.
            await _live(receive, send)
            return
        if not scope.get("path", "").endswith("/v1/read") or not self.faults:
            await self.app(scope, receive, send)
            return
        fault = self.faults.pop(0)
        if isinstance(fault, str):
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": fault, "headers": []})
        await send({"type": "http.response.body", "body": b"<html>Bad gateway</html>"})


async def _live(receive: Callable[..., Any], send: Callable[..., Any]) -> None:
    for stage in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{stage}.complete"})


@dataclass
class Visit:
    """Opens pages, and checks at the end that each stayed at home and complained of nothing."""

    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    strayed: list[str] = field(default_factory=list)

    def __call__(self, address: str, clock: bool = False, **options: Any) -> Page:
        context = self.browser.new_context(**{"locale": "es-ES", **options})
        self.contexts.append(context)
        # Every text that the live regions have held, since one may follow the other immediately.
        context.add_init_script("""
            window.said = [];
            document.addEventListener("DOMContentLoaded", () => {
                for (const status of document.querySelectorAll("[role=status]"))
                    new MutationObserver(() => window.said.push(status.textContent))
                        .observe(status, { childList: true, characterData: true, subtree: true });
            });
        """)
        page = context.new_page()
        if clock:
            page.clock.install()
        home = re.split("[?#]", address, maxsplit=1)[0]
        # Listening from the start keeps the browser's own dialog away, however quickly a key is pressed.
        page.on("filechooser", lambda chooser: None)
        page.on("request", lambda request: self._check(request.url, home))
        page.on("console", self._complain)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    def _check(self, url: str, home: str) -> None:
        if not url.startswith((home, "blob:")):
            self.strayed.append(url)

    def _complain(self, message: Any) -> None:
        # Chromium itself reports answers such as 422 as errors of the console; the page shows them in words.
        expected = ("v1/", "web/service.json", "sw.js")
        if message.type in ("error", "warning") and not any(p in message.location.get("url", "") for p in expected):
            self.complaints.append(f"{message.text} {message.location}")

    def close(self) -> None:
        """Close all pages; AssertionError for what was noticed."""
        for context in self.contexts:
            context.close()
        assert self.complaints == []
        assert self.strayed == []


def choose(page: Page, *files: dict[str, Any], button: str = "Elegir fotos o PDF") -> None:
    """Choose files as a person does, by the button."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(files)


def read_one(page: Page, file: dict[str, Any]) -> None:
    """Choose one file, and wait until its page is shown with its picture."""
    choose(page, file)
    expect(page.get_by_role("heading", name=file["name"])).to_be_focused()
    wait_for_picture(page)


def wait_for_picture(page: Page) -> None:
    """Wait until the picture of the page is there."""
    page.wait_for_function("""() => {
        const image = document.querySelector(".sheet img");
        return image?.complete && image.naturalWidth > 0 && !document.querySelector(".picture.loading");
    }""")


def kept(page: Page) -> list[dict[str, Any]]:
    """The items that the browser keeps; what is shown is stored a moment later."""
    return page.evaluate("""async () => {
        const request = indexedDB.open("easybraille");
        const database = await new Promise((opened, failed) => {
            request.onsuccess = () => opened(request.result);
            request.onerror = () => failed(request.error);
        });
        const read = database.transaction("results").objectStore("results").get("index");
        const index = await new Promise(found => (read.onsuccess = () => found(read.result)));
        database.close();
        return index?.items ?? [];
    }""")


def shown_text(page: Page) -> list[str]:
    """The lines of text that are shown, without what is only heard or only fills a gap."""
    return page.locator("#text .line").evaluate_all("""rows => rows.map(row => {
        const copy = row.querySelector(".letters-row").cloneNode(true);
        copy.querySelectorAll(".heard, .filler").forEach(e => e.remove());
        return copy.textContent.trimEnd();
    })""")


def said(page: Page) -> list[str]:
    """All that was announced to a screen reader, in order."""
    return [text.replace("\u00a0", "").strip() for text in page.evaluate("said") if text]


def download(page: Page, act: Callable[[], None]) -> Download:
    """The file that something the person does saves."""
    with page.expect_download() as saved:
        act()
    return saved.value


def save_as(page: Page, format_name: str, *choices: str) -> Download:
    """Save what was read in a format, with other choices of the dialog."""
    page.get_by_role("button", name="Guardar…").click()
    dialog = page.get_by_role("dialog")
    dialog.locator(f"input[name=format][value={format_name}]").check()
    for choice in choices:
        dialog.get_by_label(choice).check()
    return download(page, lambda: dialog.get_by_role("button", name="Guardar", exact=True).click())


def content(saved: Download) -> bytes:
    """What is in a file that was saved."""
    return Path(saved.path()).read_bytes()


def document_in(saved: Download) -> dict[str, Any]:
    """The document of a JSON file that was saved."""
    return json.loads(content(saved))


def likeness(page: Page, original: Image.Image) -> float:
    """How alike the picture is that is seen and another, upright: the correlation of their greys, 1 for the same."""
    # Without the marks on it; a style sheet of the page's own is all that its policy allows.
    page.evaluate("""() => document.querySelector(".sheet svg").style.setProperty("visibility", "hidden")""")
    seen = Image.open(io.BytesIO(page.locator(".frame").screenshot()))
    # After the screenshot, for which the page may have been scrolled.
    box, frame = page.locator(".sheet").bounding_box(), page.locator(".frame").bounding_box()
    assert box and frame
    left, top = box["x"] - frame["x"], box["y"] - frame["y"]
    seen = seen.crop((int(left), int(top), int(left + box["width"]), int(top + box["height"]))).convert("L")
    small = (150, max(1, round(150 * original.height / original.width)))
    a, b = (np.asarray(image.convert("L").resize(small), float).ravel() for image in (seen, original))
    return float(np.corrcoef(a, b)[0, 1])


def cells_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells of a document that have a box."""
    lines = [line for page in document["pages"] for line in page["lines"]]
    return [cell for line in lines for cell in line["cells"] if "box" in cell]


def is_doubtful(cell: dict[str, Any]) -> bool:
    """Whether the page has to call a cell doubtful."""
    return "doubtful" in cell or cell["confidence"] < 0.8
