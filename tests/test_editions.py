"""The edition of the Spanish code can be chosen wherever a language can: each way in reads the same page by it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import get_args

import anyio
import httpx
import pytest

from easybraille.cli.main import main
from easybraille.client import Client
from easybraille.document import Document, Model
from easybraille.formats import json as as_json
from easybraille.jobs.models import NewFile, NewJob
from easybraille.languages import Edition
from easybraille.settings import from_environment
from easybraille.text.revision import revised
from lambda_app.invocation import Invocation, current
from lambda_app.routing import RoutingReader
from tests.lambda_app.scripted import Answer, scripted
from tests.loopback import served
from tests.made_page import png, reader_of, rendered

# One row of cells, and what it says in each edition: a fraction (CMU 3.1.1) was a number with a semicolon before.
CURRENT, OLDER = "1/2 kilo", "1; kilo"
PAGE = rendered(CURRENT)
# Jobs need no key where only this machine can ask for them.
LOCAL = {"EASYBRAILLE_HOST": "127.0.0.1"}


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Iterator[Client]:
    with (
        served(reader_of(PAGE), **{**LOCAL, "EASYBRAILLE_JOBS_FOLDER": str(tmp_path_factory.mktemp("jobs"))}) as http,
        Client(str(http.base_url)) as client,
    ):
        yield client


def test_the_reader_reads_by_the_edition_and_says_which_it_was_unless_it_is_the_current_one():
    reader = reader_of(PAGE)
    current, older = reader.read(png(PAGE)), reader.read(png(PAGE), code="before-2023")
    assert (current.text, current.code) == (CURRENT, None)
    assert (older.text, older.code) == (OLDER, "before-2023")
    assert reader.read_all([("a", png(PAGE))], code="before-2023").text == OLDER


def test_a_language_of_one_edition_is_read_as_ever():
    document = reader_of(PAGE).read(png(PAGE), language="braille", code="before-2023")
    assert document.text == document.pages[0].braille and document.code is None


def test_a_corrected_document_keeps_its_edition():
    document = as_json.parse(as_json.write(reader_of(PAGE).read(png(PAGE), code="before-2023")))
    assert revised(document).text == OLDER


def test_it_is_a_parameter_of_every_operation_of_the_api(client: Client):
    assert client.read(png(PAGE)).text == CURRENT
    assert client.read(png(PAGE), code="before-2023").text == OLDER
    assert client.read_as("text", png(PAGE), code="before-2023").decode() == OLDER + "\n"
    braille = client.to_braille(CURRENT).braille
    assert client.to_text(braille, code="before-2023").text == OLDER
    assert client.to_braille("3/4", code="before-2023").braille == "⠼⠒⠙"


def test_it_may_be_a_field_of_the_form():
    with served(reader_of(PAGE)) as http:
        answer = http.post("/v1/read", files={"file": png(PAGE)}, data={"code": "before-2023"})
        refused = http.post("/v1/read", files={"file": png(PAGE)}, data={"code": "1988"})
    assert answer.json()["text"] == OLDER
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_parameter")


def test_the_pages_of_a_job_are_read_by_it(client: Client):
    job = client.start_job([("1.png", png(PAGE))], code="before-2023")
    deadline = time.monotonic() + 60
    while not (job := client.job(job.id)).ended:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (result,) = client.results(job.id)
    assert result.document is not None and result.document.text == OLDER


def test_a_request_without_it_is_the_same_request_as_before_it_could_be_chosen():
    files = [NewFile(name="1.png", size=1)]
    assert "code" not in NewJob(files=files).model_dump_json()
    assert NewJob(files=files).digest != NewJob(files=files, code="before-2023").digest
    assert NewJob.model_validate_json(NewJob(files=files, code="before-2023").model_dump_json()).code == "before-2023"


def test_lambda_passes_it_on_to_the_gpu_service_where_it_is_not_the_current_one():
    asked = []
    with scripted() as gpu:
        gpu.answers = [Answer(body=as_json.write(Document("es", OLDER, Model("m", "1", "0" * 64, "torch"), [])))]
        reader = RoutingReader(
            reader_of(PAGE), from_environment({"EASYBRAILLE_GPU_URL": gpu.url, "EASYBRAILLE_SOFT_PIXELS": "1"})
        )

        async def read(code: Edition) -> Document:
            current.set(Invocation("id", None, time.monotonic() + 30))
            return await anyio.to_thread.run_sync(lambda: reader.read(png(PAGE), "a.png", code=code))

        for code in get_args(Edition):
            assert anyio.run(read, code).text == OLDER
            asked.append(httpx.URL(gpu.asked[-1].path).params.get("code"))
    assert asked == [None, "before-2023"]


def test_it_is_an_option_of_the_command_line(tmp_path, capfd):
    (tmp_path / "1.png").write_bytes(png(PAGE))
    assert main(["read", str(tmp_path / "1.png"), "--code", "before-2023"]) == 0
    assert capfd.readouterr().out == OLDER + "\n"
