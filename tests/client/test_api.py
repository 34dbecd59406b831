"""The typed client of the API, synchronous and asynchronous, against a running service."""

from __future__ import annotations

import asyncio
import time

import pytest

from easybraille.client import ApiError, AsyncClient, Client
from tests.conftest import EXAMPLES


@pytest.fixture
def client(served):
    with Client(str(served.base_url)) as client:
        yield client


def test_a_page_becomes_a_document(client, letter):
    document = client.read(EXAMPLES / "carta.jpg")
    assert document.text.startswith("  Querida Lucía:")
    assert document.pages[0].source == "carta.jpg" and document.pages[0].lines[0].cells[2].dots
    assert client.read(letter, ("otra.jpg", letter)).pages[1].source == "otra.jpg"


def test_a_page_becomes_a_file_of_a_format(client):
    assert client.read_as("pdf", EXAMPLES / "carta.jpg").startswith(b"%PDF")
    assert "Ayer llegó el otoño al jardín." in client.read_as("text", EXAMPLES / "carta.jpg", layout="flow").decode()


def test_text_becomes_braille_and_back(client):
    braille = client.to_braille("Hola").braille
    assert braille == "⠨⠓⠕⠇⠁" and client.to_text(braille).text == "Hola"
    assert {language.code for language in client.languages()} >= {"es", "ca", "braille"}


def test_a_job_is_uploaded_started_watched_fetched_and_erased(client):
    job = client.start_job([EXAMPLES / "carta.jpg", ("nada.jpg", b"no picture")])
    deadline = time.monotonic() + 120
    while not (job := client.job(job.id)).ended:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert (job.state, job.pages.done, job.pages.failed) == ("done", 1, 1)
    read, unread = client.results(job.id)
    assert read.document is not None and "Querida Lucía" in read.document.text
    assert (unread.document, unread.code) == (None, "not_a_picture") and unread.reason
    client.cancel_job(job.id, erase=True)
    with pytest.raises(ApiError) as gone:
        client.job(job.id)
    assert (gone.value.status, gone.value.code) == (404, "unknown_job")


def test_an_error_says_what_the_service_says(served):
    with Client(str(served.base_url), language="es") as client, pytest.raises(ApiError) as refused:
        client.read(b"hola")
    error = refused.value
    assert (error.status, error.code) == (422, "not_a_picture") and error.request_id
    assert str(error).startswith("Esto no es una imagen que se pueda leer.")


def test_the_asynchronous_client_does_the_same(served, letter):
    async def both() -> tuple[str, str, str]:
        async with AsyncClient(str(served.base_url)) as client:
            document, text = await asyncio.gather(client.read(letter), client.read_as("text", letter))
            return document.text, text.decode(), (await client.to_braille("Hola")).braille

    document, text, braille = asyncio.run(both())
    assert document + "\n" == text and braille == "⠨⠓⠕⠇⠁"
