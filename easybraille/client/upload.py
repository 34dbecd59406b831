"""Creates a job, uploads its files and starts it; each step can be repeated and does only what is missing."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from hashlib import sha256
from itertools import count
from typing import Any

from tqdm import tqdm

from ..errors import AlreadyStartedError, IdempotencyKeyReusedError
from .contents import Content
from .http import Service, ServiceError, concurrently

# Few enough that their addresses do not expire on a slow connection.
_BATCH = 100
_FORBIDDEN = 403


async def send(service: Service, files: Sequence[Content], options: dict[str, str]) -> str:
    """The id of the started job of these files with these options.

    Raises:
        ServiceError: the service refuses, or cannot be reached.
        OSError: a file cannot be read.
    """
    asked = options | {"files": [{"name": file.name, "size": file.size, "md5": file.md5} for file in files]}
    job = await _make(service, asked)
    path = f"/v1/jobs/{job['id']}"
    if job["state"] == "uploading":
        with tqdm(
            desc="sending", total=len(files), initial=job["uploaded"], unit="file", file=sys.stderr, dynamic_ncols=True
        ) as bar:
            try:
                await _fill(service, path, files, bar)
            except ServiceError as error:
                # A start that was interrupted, at the service or on the way there, is repeated.
                if error.problem != AlreadyStartedError.code:
                    raise
            await service.call("POST", f"{path}/start")
    return str(job["id"])


async def _make(service: Service, asked: dict[str, Any]) -> dict[str, Any]:
    """The job of this request: the existing one, or a new one where the last one was cancelled or erased."""
    digest = sha256(json.dumps(asked).encode()).hexdigest()
    for number in count(1):
        try:
            key = {"Idempotency-Key": f"{digest}-{number}"}
            job: dict[str, Any] = await service.call("POST", "/v1/jobs", json=asked, headers=key)
        except ServiceError as error:
            if error.problem != IdempotencyKeyReusedError.code:
                raise
        else:
            if job["state"] != "cancelled":
                return job
    raise AssertionError("there is always a next number")


async def _fill(service: Service, path: str, files: Sequence[Content], bar: tqdm[Any]) -> None:
    """Upload the files that are missing."""
    expired: ServiceError | None = None
    sent = 0

    async def upload(wanted: dict[str, Any]) -> None:
        nonlocal expired, sent
        content = await asyncio.to_thread(files[wanted["file"] - 1].path.read_bytes)
        try:
            await service.send(wanted["url"], wanted["headers"], content)
        except ServiceError as error:
            if error.refusal != _FORBIDDEN:
                raise ServiceError(f"{wanted['name']}: {error}", error.refusal) from None
            # The address has expired; the next round requests a fresh one.
            expired = error
        else:
            sent += 1
            bar.update()

    after = 0
    while True:
        piece = await service.call("POST", f"{path}/uploads", params={"after": after, "limit": _BATCH})
        await concurrently(upload, piece["uploads"])
        after = piece["next"]
        if after is None:
            if expired is None:
                return
            if not sent:
                raise expired
            after, sent, expired = 0, 0, None
