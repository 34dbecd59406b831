"""Clients of AWS for jobs, and its errors as ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import SettingError
from ..jobs.unavailable import refused

# Somebody waits for an answer meanwhile, 25 s at most. What passes by itself is tried again by botocore, after waits
# that grow; in the end the message comes again, or the caller does.
READ_SECONDS = 5
_CONNECT_SECONDS, _ATTEMPTS = 2, 6


def client(service: str) -> Any:
    """A client of "s3" or "sqs", safe to share between threads. Raises SettingError where boto3 is not installed."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise SettingError("EASYBRAILLE_JOBS_BUCKET needs boto3: pip install 'easybraille[aws]'.") from None
    # Signed addresses must name the bucket's own region, or S3 answers those of a new bucket by a redirection that no
    # signature survives. An S3 of one's own has no host for each bucket.
    own = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    return boto3.client(
        service,
        config=Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            # The "standard" mode stops trying again where too few calls end with 2xx, and most of ours ask for what is
            # not there: 404 is what they hope for.
            retries={"total_max_attempts": _ATTEMPTS, "mode": "legacy"},
            max_pool_connections=50,
            signature_version="s3v4" if service == "s3" else None,
            s3={"addressing_style": "path" if own else "virtual"},
            # A signed address of an upload would hold a checksum of nothing.
            request_checksum_calculation="when_required",
        ),
    )


@contextmanager
def asking(what: str) -> Iterator[None]:
    """Raises NotReadyError for whatever AWS doesn't do; the log says what and why."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise refused(f"{what}: {error}") from None


def status(error: Any) -> int:
    """The HTTP status of a ClientError."""
    return error.response["ResponseMetadata"]["HTTPStatusCode"]
