"""A job while it is read, on a progress bar."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from tqdm import tqdm

from .service import Service, ServiceError

# A look costs the service a list for every thousand pages, so that larger jobs are looked at less often.
SECONDS, SECONDS_OF_1000_PAGES, MOST_SECONDS = 1.0, 2.0, 30.0


async def watch(service: Service, job: str) -> None:
    """Wait until the job has ended. Raises ServiceError, also where it was cancelled."""
    with tqdm(desc="reading", unit="page", file=sys.stderr, dynamic_ncols=True) as bar:
        while True:
            status = await service.call("GET", f"/v1/jobs/{job}", params={"limit": 0})
            _show(bar, status)
            if status["state"] == "cancelled":
                raise ServiceError("The job was cancelled.")
            if status["state"] == "done":
                return
            await asyncio.sleep(min(SECONDS + status["pages"]["total"] / 1000 * SECONDS_OF_1000_PAGES, MOST_SECONDS))


def _show(bar: tqdm, status: dict[str, Any]) -> None:
    pages = status["pages"]
    if not bar.total:
        # Rate and time left are those of what is seen, not of what was done before.
        bar.initial = pages["done"] + pages["failed"]
    bar.total = pages["total"]
    bar.n = pages["done"] + pages["failed"]
    if pages["failed"]:
        bar.set_postfix(failed=pages["failed"], refresh=False)
    bar.refresh()
