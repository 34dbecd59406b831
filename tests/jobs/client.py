"""What a caller does with the API of jobs."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx


def asked(files: Mapping[str, bytes], **options: str) -> dict:
    """The request for a job."""
    return {
        "files": [
            {"name": name, "size": len(data), "md5": hashlib.md5(data).hexdigest()} for name, data in files.items()
        ],
        **options,
    }


def upload(client: httpx.Client, job: str, files: Mapping[str, bytes]) -> int:
    """Send what is not there yet; gives how many that was."""
    contents, sent, after = list(files.values()), 0, 0
    with httpx.Client(timeout=60) as straight, ThreadPoolExecutor(8) as pool:

        def send(one: dict) -> None:
            straight.put(one["url"], content=contents[one["file"] - 1], headers=one["headers"]).raise_for_status()

        while after is not None:
            answer = client.post(f"/v1/jobs/{job}/uploads", params={"after": after}).raise_for_status().json()
            list(pool.map(send, answer["uploads"]))
            sent, after = sent + len(answer["uploads"]), answer["next"]
    return sent


def begin(client: httpx.Client, files: Mapping[str, bytes], **options: str) -> str:
    """Make a job, fill it and start it; gives its id."""
    job = client.post("/v1/jobs", json=asked(files, **options)).raise_for_status().json()["id"]
    upload(client, job, files)
    client.post(f"/v1/jobs/{job}/start").raise_for_status()
    return job


def done(client: httpx.Client, job: str) -> int:
    """How many pages were read."""
    while (answer := client.get(f"/v1/jobs/{job}")).status_code == 503:
        time.sleep(1)
    return answer.raise_for_status().json()["pages"]["done"]


def ended(client: httpx.Client, job: str, seconds: float = 60, meanwhile: Callable[[], object] = lambda: None) -> dict:
    """The status of a job once it is not running any more."""
    end = time.monotonic() + seconds
    while True:
        answer = client.get(f"/v1/jobs/{job}")
        if answer.status_code == 200 and answer.json()["state"] != "running":
            return answer.json()
        assert time.monotonic() < end, answer.text
        meanwhile()
        time.sleep(0.2)


def results(client: httpx.Client, job: str, piece: int = 500) -> list[dict]:
    """What became of each page, in order."""
    found, after = [], ""
    while after is not None:
        answer = (
            client.get(f"/v1/jobs/{job}/results", params={"after": after, "limit": piece}).raise_for_status().json()
        )
        found, after = found + answer["results"], answer["next"]
    return found


def whole(client: httpx.Client, job: str, form: str, seconds: float = 60, **terms: str) -> bytes:
    """All results as one file."""
    end = time.monotonic() + seconds
    while True:
        answer = client.get(f"/v1/jobs/{job}/results", params={"format": form, **terms}).raise_for_status()
        if answer.status_code == 200:
            return httpx.get(answer.json()["url"]).raise_for_status().content
        assert time.monotonic() < end, answer.text
        time.sleep(0.1)
