"""Clients of AWS for jobs."""

from __future__ import annotations

import os
from typing import Any

from ..errors import SettingError

# A caller waits for the response meanwhile, 25 s at most. botocore retries transient errors with growing delays; if
# that fails, the message is delivered again, or the caller retries.
READ_SECONDS = 5
_CONNECT_SECONDS, _ATTEMPTS = 2, 6


def client(service: str, region: str) -> Any:
    """A client of "s3" or "sqs" in a region, safe to share between threads.

    Raises:
        SettingError: boto3 is not installed.
    """
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise SettingError("EASYBRAILLE_JOBS_BUCKET needs boto3: pip install 'easybraille[aws]'.") from None
    # Signed addresses must name the bucket's own region, or S3 redirects those of a new bucket, which invalidates the
    # signature. A server that is not AWS has no host name for each bucket.
    own = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    return boto3.client(
        service,
        region_name=region,
        config=Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            # The "standard" mode stops retrying where few calls end with 2xx, and most of these ask for objects that do
            # not exist yet: 404 is the usual answer.
            retries={"total_max_attempts": _ATTEMPTS, "mode": "legacy"},
            max_pool_connections=50,
            signature_version="s3v4" if service == "s3" else None,
            s3={"addressing_style": "path" if own else "virtual"},
            # Otherwise the signed address of an upload would contain the checksum of an empty body.
            request_checksum_calculation="when_required",
        ),
    )


def status(error: Any) -> int:
    """The HTTP status of a ClientError."""
    found: int = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return found
