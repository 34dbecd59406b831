"""Clients that generators make from the OpenAPI description read a page, start a job and meet an error."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests import node
from tests.conftest import EXAMPLES


@pytest.fixture(scope="module")
def description(served, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("openapi") / "openapi.json"
    path.write_bytes(served.get("/openapi.json").content)
    return path


@pytest.fixture(scope="module")
def generated(description):
    """A Python client by openapi-python-client."""
    folder = description.parent / "generated_client"
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [*command, "--path", str(description), "--output-path", str(folder)],
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": programs},
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # Of the three kinds of a raw body of either route it says that it leaves them out; the forms are there, and nothing
    # else is missing.
    told = done.stdout + done.stderr
    assert told.count("WARNING") == told.count("Unsupported content type") == 6, told
    sys.path.insert(0, str(folder.parent))
    yield importlib.import_module(folder.name)
    sys.path.remove(str(folder.parent))


def part(generated, name: str):
    return importlib.import_module(f"{generated.__name__}.{name}")


def test_a_generated_python_client_reads_a_page_and_meets_an_error(generated, served, letter):
    read, models, types = (part(generated, name) for name in ("api.reading.read", "models", "types"))
    client = generated.Client(base_url=str(served.base_url))

    def sent(content: bytes):
        file = types.File(payload=content, file_name="carta.jpg", mime_type="image/jpeg")
        return read.sync(client=client, body=models.ReadFilesBody(file=[file]), layout=models.ReadLayout.FLOW)

    document = sent(letter)
    assert isinstance(document, models.Document)
    assert "Ayer llegó el otoño al jardín." in document.text
    assert document.pages[0].lines[0].cells[2].dots
    problem = sent(b"no picture")
    assert isinstance(problem, models.ProblemDetails)
    assert (problem.status, problem.code) == (422, "not_a_picture")


def test_a_generated_python_client_runs_a_job(generated, served, letter):
    jobs = {
        name: part(generated, f"api.jobs.{name}") for name in ("create_job", "create_uploads", "start_job", "get_job")
    }
    models = part(generated, "models")
    client = generated.Client(base_url=str(served.base_url))
    asked = models.NewJob(files=[models.NewFile(name="carta.jpg", size=len(letter))])
    job = jobs["create_job"].sync(client=client, body=asked)
    assert isinstance(job, models.JobStatus) and job.state == "uploading"
    for upload in jobs["create_uploads"].sync(job.id, client=client).uploads:
        httpx.put(upload.url, content=letter, headers=upload.headers.to_dict()).raise_for_status()
    assert isinstance(jobs["start_job"].sync(job.id, client=client), models.JobStatus)
    deadline = time.monotonic() + 300
    while (job := jobs["get_job"].sync(job.id, client=client)).state == "running":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert (job.state, job.pages.done) == ("done", 1)
    unknown = jobs["get_job"].sync("0" * 32, client=client)
    assert isinstance(unknown, models.ProblemDetails) and unknown.code == "unknown_job"


def test_the_typescript_types_that_ship_are_those_of_this_service(tmp_path):
    described, made = tmp_path / "openapi.json", tmp_path / "easybraille.d.ts"
    command = [sys.executable, "-m", "easybraille.api.openapi"]
    described.write_bytes(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)
    node.run("openapi-typescript", described, "-o", made)
    shipped = (node.FOLDER / "easybraille.d.ts").read_text("utf-8")
    assert made.read_text("utf-8") == shipped, "make them anew as clients/typescript/README.md says"


def test_a_typescript_client_reads_a_page_runs_a_job_and_meets_an_error(served, tmp_path):
    node.run("tsc", "--project", ".")
    done = node.run("node", "build/test/use.js", str(served.base_url).rstrip("/"), EXAMPLES / "carta.jpg")
    said = json.loads(done.stdout)
    assert "Ayer llegó el otoño al jardín." in said["text"]
    assert (said["code"], said["job"], said["pages"]) == ("not_a_picture", "done", 1)
