"""A bucket, a queue and its dead letters, by moto over HTTP, and real workers that may be killed."""

from __future__ import annotations

import json
import logging
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from tests.conftest import ROOT
from tests.faulty_s3 import FaultyS3, faulty_s3

REGION = "eu-west-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": REGION}


class Cloud:
    """What jobs need of AWS, empty.

    Attributes:
        proxy: before it; its faults befall whoever goes through `environment`.
        settings: for a service that uses it.

    Args:
        receives: how often a message comes before it is a dead letter.
    """

    def __init__(self, proxy: FaultyS3, bucket: str, receives: int):
        self.proxy = proxy
        self.bucket = bucket
        self._s3, self._sqs = (self._client(service) for service in ("s3", "sqs"))
        self._s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self._dead = self._sqs.create_queue(QueueName=f"{bucket}-dead")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": receives})
        self._queue = self._sqs.create_queue(QueueName=bucket, Attributes={"RedrivePolicy": policy})["QueueUrl"]
        url = self._queue.replace(proxy.direct, proxy.url)
        self.settings = {"EASYBRAILLE_JOBS_BUCKET": bucket, "EASYBRAILLE_JOBS_QUEUE": url}

    @property
    def environment(self) -> dict[str, str]:
        """For processes that use it."""
        return {**CREDENTIALS, "AWS_ENDPOINT_URL": self.proxy.url, **self.settings}

    def _client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.proxy.direct,
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    def keys(self, prefix: str = "") -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [one["Key"] for page in pages for one in page.get("Contents", ())]

    def put(self, key: str, content: bytes) -> None:
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=content)

    def get(self, key: str) -> bytes:
        return self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def messages(self) -> int:
        """Those in the queue, also those that somebody holds."""
        return self._count(self._queue)

    def dead(self) -> int:
        return self._count(self._dead)

    def _count(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return sum(int(count) for count in answer["Attributes"].values())

    def dead_letters(self) -> list[str]:
        found: list[str] = []
        while messages := self._sqs.receive_message(QueueUrl=self._dead, MaxNumberOfMessages=10).get("Messages"):
            found += [message["Body"] for message in messages]
        return found


@contextmanager
def cloud(receives: int = 10) -> Iterator[Cloud]:
    """A new one; what moto keeps, it keeps for the whole process."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with faulty_s3() as proxy:
        yield Cloud(proxy, f"jobs-{secrets.token_hex(4)}", receives)


class Workers:
    """Processes of `easybraille worker`; those that die come again.

    Args:
        environment: theirs.
        count: how many.
        hold: seconds after which a message of a dead one comes back.
        log: what they say is appended there; else nobody hears it.
    """

    def __init__(self, environment: Mapping[str, str], count: int = 2, hold: int = 2, log: Path | None = None):
        self._command = [sys.executable, "-m", "tests.jobs.deadly_worker", str(hold)]
        self._environment = {**os.environ, **environment}
        self._log = (log or Path(os.devnull)).open("ab")
        self.deaths = 0
        self.processes = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen:
        return subprocess.Popen(self._command, cwd=ROOT, env=self._environment, stderr=self._log)

    def tend(self) -> None:
        """Start again what has died."""
        for place, process in enumerate(self.processes):
            if process.poll() is not None:
                self.deaths += 1
                self.processes[place] = self._start()

    def kill(self, place: int) -> None:
        self.processes[place].kill()
        self.processes[place].wait()

    def stop(self) -> list[int]:
        """Ask them to end, as a service manager does; gives their exit statuses."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        return [process.wait(60) for process in self.processes]

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        self._log.close()
