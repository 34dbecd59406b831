"""A job from its making to its results, by the API, on a folder and on S3 and SQS."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import httpx
import pytest
from PIL import Image

from tests.damaged import png_bomb, protected_pdf

from . import client as jobs
from .conftest import PICTURES, WORDS


def book() -> dict[str, bytes]:
    """A book of a picture, a PDF and a TIFF of several pages, and what can't be read."""
    pages = [Image.open(io.BytesIO(data)).convert("L") for data in PICTURES]
    files = {
        "1.png": PICTURES[0],
        "../../2.pdf": b"",
        "3.tif": b"",
        "broken.jpg": b"no picture",
        "bomb.png": png_bomb(),
    }
    for name, form in (("../../2.pdf", "PDF"), ("3.tif", "TIFF")):
        file = io.BytesIO()
        # Copies, since Pillow leaves one format's options in an image for the next.
        pages[1].copy().save(file, form, save_all=True, append_images=[page.copy() for page in pages[2:]])
        files[name] = file.getvalue()
    return {**files, "locked.pdf": protected_pdf()}


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


def test_a_book_comes_back_page_by_page_and_as_one_whole(service):
    files = book()
    job = jobs.begin(service.client, files, language="braille")
    status = jobs.ended(service.client, job)
    assert (status["state"], status["files"]) == ("done", 6)
    assert status["pages"] == {"total": 10, "done": 7, "failed": 3, "waiting": 0}
    assert [(one["name"], one["code"]) for one in status["failures"]] == [
        ("broken.jpg", "not_a_picture"),
        ("bomb.png", "too_many_pixels"),
        ("locked.pdf", "password_protected"),
    ]
    found = jobs.results(service.client, job, piece=2)
    assert [(one["file"], one["page"]) for one in found if not one["code"]] == [
        (1, None),
        *((file, page) for file in (2, 3) for page in (1, 2, 3)),
    ]
    page = httpx.get(found[2]["url"]).json()["pages"][0]
    assert (page["source"], page["source_page"]) == ("../../2.pdf", 2)
    failure = next(one for one in found if one["name"] == "bomb.png")
    assert "megapixels" in httpx.get(failure["url"]).json()["message"]

    document = json.loads(jobs.whole(service.client, job, "json"))
    assert [page["number"] for page in document["pages"]] == list(range(1, 8))
    assert {error["code"] for error in document["errors"]} == {one["code"] for one in status["failures"]}
    assert jobs.whole(service.client, job, "text").decode() == document["text"] + "\n"
    assert jobs.whole(service.client, job, "brf").count(b"\f") == 6
    assert jobs.whole(service.client, job, "pef", paper="30x20").count(b"<page>") == 7
    assert jobs.whole(service.client, job, "html").count(b"doc-pagebreak") == 6
    assert jobs.whole(service.client, job, "pdf").startswith(b"%PDF-")
    with zipfile.ZipFile(io.BytesIO(jobs.whole(service.client, job, "zip"))) as archive:
        names = archive.namelist()
        assert len(names) == 7 * 3 + 1 and not any(".." in name or name.startswith("/") for name in names)
        table = list(csv.DictReader(io.StringIO(archive.read("pages.csv").decode())))
    assert [row["failure"] for row in table if row["name"] == "locked.pdf"] == ["password_protected"]


def test_the_same_request_gives_the_same_job_and_another_is_refused(service):
    ask, key = jobs.asked({"a.png": PICTURES[0]}), {"Idempotency-Key": "book 1"}
    first = service.client.post("/v1/jobs", json=ask, headers=key)
    second = service.client.post("/v1/jobs", json=ask, headers=key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert problem(service.client.post("/v1/jobs", json=ask | {"layout": "flow"}, headers=key)) == (
        422,
        "idempotency_key_reused",
    )
    theirs = service.other.post("/v1/jobs", json=ask, headers=key).json()["id"]
    fresh = service.client.post("/v1/jobs", json=ask).json()["id"]
    assert len({first.json()["id"], theirs, fresh}) == 3
    listed = service.client.get("/v1/jobs", params={"limit": 1}).json()
    assert [one["id"] for one in listed["jobs"]] == [fresh]
    more = service.client.get("/v1/jobs", params={"after": listed["next"]}).json()
    assert ([one["id"] for one in more["jobs"]], more["next"]) == ([first.json()["id"]], None)


def test_nobody_reaches_a_job_of_another_caller(service):
    job = service.client.post("/v1/jobs", json=jobs.asked({"a.png": PICTURES[0]})).json()["id"]
    for method, path in (
        ("GET", ""),
        ("POST", "/uploads"),
        ("POST", "/start"),
        ("GET", "/results"),
        ("DELETE", ""),
        ("DELETE", "?erase=true"),
    ):
        assert problem(service.other.request(method, f"/v1/jobs/{job}{path}")) == (404, "unknown_job")
        assert problem(service.client.request(method, f"/v1/jobs/{'0' * 32}{path}")) == (404, "unknown_job")
    assert problem(service.stranger.get(f"/v1/jobs/{job}")) == (401, "key_required")
    assert problem(service.reader.get(f"/v1/jobs/{job}")) == (403, "key_not_allowed")
    assert service.other.get("/v1/jobs").json()["jobs"] == []
    assert service.client.get(f"/v1/jobs/{job}").json()["state"] == "uploading"


@pytest.mark.parametrize("job", ["../../x", "..%2F..%2Fx", "X" * 32, "0" * 31, "job.json", "%00"])
def test_an_id_that_is_none_is_unknown(service, job):
    assert service.client.get(f"/v1/jobs/{job}").status_code == 404


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (b"{", "invalid_parameter", "JSON"),
        (b"{}", "invalid_parameter", "files"),
        (b'{"files": []}', "invalid_parameter", "files"),
        (b'{"files": [{"name": "", "size": 1}]}', "invalid_parameter", "name"),
        (b'{"files": [{"name": "a", "size": -1}]}', "invalid_parameter", "size"),
        (b'{"files": [{"name": "a", "size": 1, "path": "/"}]}', "invalid_parameter", "path"),
        (b'{"files": [{"name": "a", "size": 1, "md5": "x"}]}', "invalid_parameter", "md5"),
        (b'{"files": [{"name": "\\ud800", "size": 1}]}', "invalid_parameter", "JSON"),
        (b'{"files": [{"name": "a", "size": 1}], "layout": "round"}', "invalid_parameter", "layout"),
        (b'{"files": [{"name": "a", "size": 1}], "language": "xx"}', "unknown_language", "xx"),
        (b'{"files": [{"name": "a", "size": 100000001}]}', "too_large", "100.0 MB"),
        (b'{"files": [' + b'{"name":"a","size":1},' * 10_000 + b'{"name":"a","size":1}]}', "too_large", "10001 files"),
    ],
)
def test_a_request_for_what_can_not_be_a_job_is_refused_with_its_reason(service, body, code, said):
    answer = service.client.post("/v1/jobs", content=body)
    assert answer.json()["code"] == code and said in answer.json()["detail"]
    assert service.client.get("/v1/jobs").json()["jobs"] == []


def test_a_job_is_not_started_before_everything_is_there(service):
    files = {"a.png": PICTURES[0], "b.png": PICTURES[1], "c.png": PICTURES[2]}
    job = service.client.post("/v1/jobs", json=jobs.asked(files)).json()["id"]
    start = service.client.post(f"/v1/jobs/{job}/start")
    assert problem(start) == (409, "not_uploaded") and "1 (a.png), 2 (b.png), 3 (c.png)" in start.json()["detail"]
    first = service.client.post(f"/v1/jobs/{job}/uploads", params={"limit": 1}).json()
    assert ([one["file"] for one in first["uploads"]], first["next"]) == ([1], 1)
    httpx.put(first["uploads"][0]["url"], content=PICTURES[0], headers=first["uploads"][0]["headers"])
    assert service.client.get(f"/v1/jobs/{job}").json()["uploaded"] == 1
    assert jobs.upload(service.client, job, files) == 2
    assert jobs.upload(service.client, job, files) == 0
    assert [service.client.post(f"/v1/jobs/{job}/start").status_code for _ in range(2)] == [202, 202]
    assert problem(service.client.post(f"/v1/jobs/{job}/uploads")) == (409, "already_started")
    assert jobs.ended(service.client, job)["pages"]["done"] == 3
    assert [one["name"] for one in jobs.results(service.client, job)] == list(files)


def test_a_whole_is_for_jobs_that_have_ended_and_of_formats_that_there_are(service):
    job = service.client.post("/v1/jobs", json=jobs.asked({"a.png": PICTURES[0]})).json()["id"]
    path = f"/v1/jobs/{job}/results"
    assert problem(service.client.get(path, params={"format": "brf"})) == (409, "not_ended")
    assert problem(service.client.get(path, params={"format": "marked"})) == (422, "invalid_parameter")
    assert problem(service.client.get(path, params={"format": "brf", "paper": "9x9"})) == (422, "invalid_parameter")
    assert problem(service.client.get(path, params={"after": "../x"})) == (422, "invalid_parameter")
    assert service.client.get(path).json() == {"results": [], "next": None}


def test_a_cancelled_job_begins_no_page_and_an_erased_one_leaves_nothing(service):
    files = {"a.png": PICTURES[0]}
    headers = {"Idempotency-Key": "x"}
    job = service.client.post("/v1/jobs", json=jobs.asked(files), headers=headers).json()["id"]
    jobs.upload(service.client, job, files)
    assert service.client.delete(f"/v1/jobs/{job}").json()["state"] == "cancelled"
    assert service.client.post(f"/v1/jobs/{job}/start").json()["state"] == "cancelled"
    assert service.client.delete(f"/v1/jobs/{job}", params={"erase": True}).status_code == 204
    assert problem(service.client.get(f"/v1/jobs/{job}")) == (404, "unknown_job")
    assert service.client.get("/v1/jobs").json()["jobs"] == []
    again = service.client.post("/v1/jobs", json=jobs.asked(files), headers=headers)
    assert problem(again) == (422, "idempotency_key_reused")


def test_flowing_and_language_are_those_of_the_job(service):
    job = jobs.begin(service.client, {"a.png": PICTURES[0]}, language="braille", layout="flow")
    assert jobs.ended(service.client, job)["language"] == "braille"
    assert jobs.whole(service.client, job, "text").decode().strip() == "⠓⠕⠇⠁"


def test_words_come_back_in_the_order_of_the_files(service):
    job = jobs.begin(service.client, {f"{9 - n}.png": data for n, data in enumerate(PICTURES)})
    jobs.ended(service.client, job)
    assert jobs.whole(service.client, job, "text").decode().split() == list(WORDS)
