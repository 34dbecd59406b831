"""Shows the progress of a job on a progress bar."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from tqdm import tqdm

from .http import Service, ServiceError

# Each status costs the service a listing for every thousand pages, so that larger jobs are polled less often.
SECONDS, SECONDS_OF_1000_PAGES, MOST_SECONDS = 1.0, 2.0, 30.0


async def watch(service: Service, job: str) -> None:
    """Wait until the job has ended. Raises ServiceError, also where it was cancelled."""
    status = await _status(service, job)
    # Rate and remaining time are those of this run, not of pages that were read before.
    with tqdm(desc="reading", initial=_ended(status), unit="page", file=sys.stderr, dynamic_ncols=True) as bar:
        while True:
            bar.total, bar.n = status["pages"]["total"], _ended(status)
            bar.set_postfix({"failed": status["pages"]["failed"]} if status["pages"]["failed"] else {})
            if status["state"] == "cancelled":
                raise ServiceError("The job was cancelled.")
            if status["state"] == "done":
                return
            await asyncio.sleep(min(SECONDS + bar.total / 1000 * SECONDS_OF_1000_PAGES, MOST_SECONDS))
            status = await _status(service, job)


async def _status(service: Service, job: str) -> dict[str, Any]:
    status: dict[str, Any] = await service.call("GET", f"/v1/jobs/{job}", params={"limit": 0})
    return status


def _ended(status: dict[str, Any]) -> int:
    return int(status["pages"]["done"] + status["pages"]["failed"])
