"""How many requests to S3 and SQS a page of a bulk job takes: `python -m bench.job_requests`.

A job is made, filled, started, read by one worker, watched and fetched, at moto's server; every request is counted.
"""

from __future__ import annotations

import argparse
import io
import os
import threading
import time
from collections import Counter
from unittest import mock

import httpx
from PIL import Image

from easybraille.jobs.consumer import Consumer
from easybraille.jobs.models import NewFile, NewJob
from easybraille.jobs.processor import Processor
from easybraille.jobs.service import Jobs
from easybraille.jobs.setup import connect
from easybraille.settings import from_environment
from tests.jobs.cloud import cloud
from tests.made_page import reader_of, rendered

WRITING = ("Put", "List", "PUT")
PIECE = 100


def picture() -> bytes:
    """A page without cells: what is on it changes no request."""
    file = io.BytesIO()
    Image.new("L", (320, 320), 200).save(file, "PNG")
    return file.getvalue()


def count(pages: int, looks: int) -> Counter[str]:
    """Requests by service and operation.

    Args:
        pages: of the job, each a file.
        looks: how often its status is asked for.
    """
    found: Counter[str] = Counter()
    page = picture()
    with cloud() as here, mock.patch.dict(os.environ, here.environment):
        settings = from_environment(here.settings)
        store, queue = connect(settings)
        for one in (store, queue):
            one._client.meta.events.register(
                "before-send", lambda request, event_name, **_: found.update([event_name.split(".", 1)[1]])
            )
        jobs = Jobs(store, queue, settings)
        job, _ = jobs.make("", NewJob(files=[NewFile(name=f"{n}.png", size=len(page)) for n in range(pages)]), None)
        after: int | None = 0
        while after is not None:
            wanted, after = jobs.uploads(job, after, PIECE)
            for one in wanted:
                httpx.put(one.upload.url, headers=one.upload.headers, content=page).raise_for_status()
                found["s3.PUT by the caller"] += 1
        jobs.start(job)
        stop = threading.Event()
        reader = reader_of(rendered("a"))
        worker = Consumer(queue, Processor(store, queue, lambda: reader, settings), 4)
        working = threading.Thread(target=worker.run, args=(stop,))
        working.start()
        while here.messages():
            time.sleep(0.5)
        stop.set()
        working.join()
        for _ in range(looks):
            if jobs.status(job).state != "done":
                raise SystemExit("the job has not ended")
        place = None
        while True:
            outcomes, place = jobs.outcomes(job, place, 500)
            found["s3.GET by the caller"] += len(outcomes)
            if place is None:
                return found


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.job_requests", description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--looks", type=int, default=20, help="at the status of the job")
    args = parser.parse_args()
    found = count(args.pages, args.looks)
    for name, number in sorted(found.items()):
        print(f"{name:35} {number:6}")
    kinds = Counter()
    for name, number in found.items():
        service, operation = name.split(".", 1)
        writing = operation.startswith(WRITING)
        kinds["SQS" if service == "sqs" else "S3, writing or listing" if writing else "S3, reading"] += number
    print("For each page: " + "; ".join(f"{kind} {number / args.pages:.2f}" for kind, number in sorted(kinds.items())))


if __name__ == "__main__":
    main()
