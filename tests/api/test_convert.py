"""POST /v1/convert, POST /v1/preview and the cells of POST /v1/translate: what a page for correcting needs."""

from __future__ import annotations

import io
import json

import httpx
import numpy as np
import pytest
from PIL import Image

from easybraille import languages
from easybraille.languages.cells import to_unicode
from tests.loopback import served
from tests.made_page import png, reader_of, rendered

PAGE = rendered("te mando pan\ny queso")
PICTURE = png(PAGE)


@pytest.fixture(scope="module")
def client():
    with served(reader_of(PAGE), EASYBRAILLE_MAX_BODY_BYTES="5000000", EASYBRAILLE_MAX_PIXELS="2000000") as client:
        yield client


def read(client: httpx.Client) -> dict:
    return client.post("/v1/read", files={"file": ("hoja.png", PICTURE)}).raise_for_status().json()


def corrected(document: dict) -> dict:
    """n (1345) of "pan" becomes r (1235); the texts stay what they were."""
    cell = document["pages"][0]["lines"][0]["cells"][11]
    assert (cell["dots"], cell["text"]) == ("1345", "n")
    cell["dots"] = "1235"
    return document


def convert(client: httpx.Client, document: object, **query: str) -> httpx.Response:
    return client.post("/v1/convert", params=query, json=document)


def test_every_text_follows_from_the_corrected_cells(client: httpx.Client):
    answer = convert(client, corrected(read(client))).raise_for_status().json()
    page = answer["pages"][0]
    assert answer["text"] == page["text"] == "te mando par\ny queso"
    assert page["lines"][0]["cells"][11] | {"box": 0, "confidence": 0} == {
        "dots": "1235", "braille": "⠗", "text": "r", "box": 0, "confidence": 0,
    }  # fmt: skip
    assert page["braille"].startswith("⠞⠑⠀⠍⠁⠝⠙⠕⠀⠏⠁⠗\n")
    assert "".join(paragraph["text"] for paragraph in page["paragraphs"]).startswith("te mando par")
    flowed = convert(client, corrected(read(client)), layout="flow", format="text").text
    assert "par y queso" in flowed


def test_a_document_that_nobody_corrected_comes_back_as_it_was(client: httpx.Client):
    document = read(client)
    assert convert(client, document).json() == document


def test_formats_with_the_picture_take_it_from_the_form(client: httpx.Client):
    document = json.dumps(corrected(read(client))).encode()
    form = [("document", ("document.json", document)), ("file", ("hoja.png", PICTURE))]
    pdf = client.post("/v1/convert?format=pdf", files=form)
    assert pdf.content.startswith(b"%PDF-")
    marked = client.post("/v1/convert?format=marked", files=form)
    assert Image.open(io.BytesIO(marked.content)).format == "PNG"
    without = client.post("/v1/convert?format=pdf", files=form[:1])
    assert (without.status_code, without.json()["code"]) == (422, "picture_needed")


def _with(change) -> dict:
    document = {
        "language": "es",
        "text": "",
        "model": {"name": "", "version": "", "sha256": "", "engine": ""},
        "pages": [
            {
                "source": "a.png", "source_page": 1, "number": 1, "side": "front", "width": 100, "height": 100,
                "rotation": 0, "text": "", "braille": "",
                "lines": [{"text": "", "braille": "", "cells": [
                    {"dots": "1", "braille": "⠁", "text": "a", "box": [10, 10, 20, 30], "confidence": 0.9}]}],
            }
        ],
    }  # fmt: skip
    change(document["pages"][0], document["pages"][0]["lines"][0]["cells"][0])
    return document


@pytest.mark.parametrize(
    "change",
    [
        lambda page, cell: cell.update(dots="9"),
        lambda page, cell: cell.update(dots="11"),
        lambda page, cell: cell.update(box=[10, 10, 10, 30]),
        lambda page, cell: cell.update(box=[1e30, 10, 2e30, 30]),
        lambda page, cell: cell.update(confidence=7),
        lambda page, cell: page.update(width=0),
        lambda page, cell: page.update(rotation=45),
        lambda page, cell: page.pop("lines"),
    ],
)
def test_a_document_that_no_reading_gives_is_refused(client: httpx.Client, change):
    assert convert(client, _with(lambda page, cell: None)).status_code == 200
    for format_name in ("json", "pdf"):
        answer = convert(client, _with(change), format=format_name)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_parameter")


def test_what_is_no_document_or_too_much_is_refused(client: httpx.Client):
    assert convert(client, {}).json()["code"] == "invalid_parameter"
    assert client.post("/v1/convert", content=b"").status_code == 400
    assert client.post("/v1/convert", content=b"x" * 6_000_000).status_code == 413
    assert convert(client, read(client), format="docx").status_code == 422
    assert convert(client, read(client) | {"language": "xx"}).status_code == 404


def test_a_preview_is_the_page_upright_as_a_jpeg(client: httpx.Client):
    wide = Image.fromarray(PAGE.image).resize((400, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    wide.transpose(Image.Transpose.ROTATE_90).save(file, "JPEG", exif=exif, quality=95)
    answer = client.post("/v1/preview", content=file.getvalue(), headers={"Content-Type": "image/jpeg"})
    assert answer.headers["content-type"] == "image/jpeg"
    shown = Image.open(io.BytesIO(answer.content))
    assert shown.size == (400, 200)
    assert np.abs(np.asarray(shown.convert("L"), int) - np.asarray(wide, int)).mean() < 8
    turned = client.post("/v1/preview?rotation=90&longest=200", content=file.getvalue())
    assert Image.open(io.BytesIO(turned.content)).size == (100, 200)


def test_a_preview_of_the_page_of_a_pdf(client: httpx.Client):
    file = io.BytesIO()
    first, second = Image.new("L", (300, 200), 250), Image.new("L", (200, 300), 30)
    first.save(file, "PDF", save_all=True, append_images=[second])
    shown = Image.open(io.BytesIO(client.post("/v1/preview?page=2&longest=300", content=file.getvalue()).content))
    assert shown.size == (200, 300)
    assert np.asarray(shown.convert("L")).mean() == pytest.approx(30, abs=3)
    assert client.post("/v1/preview?page=3", content=file.getvalue()).json()["code"] == "damaged_picture"


def test_a_preview_is_held_to_the_limits(client: httpx.Client):
    file = io.BytesIO()
    Image.new("L", (2000, 1500)).save(file, "PNG")
    assert client.post("/v1/preview", content=file.getvalue()).json()["code"] == "too_many_pixels"
    assert client.post("/v1/preview", content=b"no picture").json()["code"] == "not_a_picture"
    assert client.post("/v1/preview", content=PICTURE[:40]).json()["code"] in ("damaged_picture", "not_a_picture")
    assert client.post("/v1/preview?longest=90000", content=PICTURE).status_code == 422


def test_converting_and_previewing_need_a_key_where_reading_does():
    with served(reader_of(PAGE), EASYBRAILLE_OPEN="none") as locked:
        for path in ("/v1/convert", "/v1/preview", "/v1/translate"):
            assert locked.post(path, content=b"x").status_code == 401


def test_translate_tells_what_every_cell_stands_for(client: httpx.Client):
    lines = [to_unicode(line) for line in languages.get("es").write("Son 12\n\nfin")]
    sent = {"braille": "\n".join(lines)}
    answer = client.post("/v1/translate?detail=cells", json=sent).json()
    page = answer["pages"][0]
    assert [line["text"] for line in page["lines"]] == ["Son 12", "", "fin"]
    # A capital sign and a number sign have no text of their own.
    assert [cell["text"] for cell in page["lines"][0]["cells"]] == ["", "S", "o", "n", " ", "", "1", "2"]
    assert [paragraph["lines"] for paragraph in page["paragraphs"]] == [[0], [2]]
    assert "pages" not in client.post("/v1/translate", json=sent).json()
