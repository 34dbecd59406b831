"""Finds the AWS region of a secret, a queue or a bucket: EC2 and Elastic Beanstalk do not set AWS_REGION.

boto3 takes credentials from the instance's metadata, but no region.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Any

from ..errors import SettingError

_ARN = re.compile(r"arn:aws[\w-]*:[\w-]+:([a-z0-9-]+):")
_QUEUE = re.compile(r"https?://(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com(?:\.cn)?/")


def region_of_secret(secret: str) -> str:
    """The region of a secret: that of its ARN, else the region of this process. Raises SettingError."""
    match = _ARN.match(secret)
    return match[1] if match else _required(own_region(), "the secret of keys")


def region_of_queue(url: str) -> str:
    """The region of a queue: that of its URL, else the region of this process. Raises SettingError."""
    match = _QUEUE.match(url)
    return match[1] or match[2] if match else _required(own_region(), "the queue of jobs")


def region_of_bucket(bucket: str, queue: str | None = None) -> str:
    """The region of a bucket, which its signed addresses have to name.

    Args:
        queue: URL of a queue of the same stack, whose region counts where S3 does not say the bucket's.

    Raises:
        SettingError: nothing tells the region.
    """
    if _own_endpoint() is None and (found := _bucket_location(bucket)):
        return found
    match = _QUEUE.match(queue or "")
    return match[1] or match[2] if match else _required(own_region(), "the bucket of jobs")


@cache
def own_region() -> str | None:
    """The region of this process: AWS_REGION, AWS_DEFAULT_REGION, the profile's, or that of the EC2 instance."""
    import botocore.session
    from botocore.utils import IMDSRegionProvider

    session = botocore.session.get_session()
    region: str | None = os.environ.get("AWS_REGION") or session.get_config_variable("region")
    # Asks the instance's metadata with a token (IMDSv2), one second at most.
    return region or IMDSRegionProvider(session).provide()


def _bucket_location(bucket: str) -> str | None:
    """What S3 says of a bucket in the header of any response, also of a refusal; None where it is out of reach."""
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    config = Config(signature_version=UNSIGNED, connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 1})
    client = boto3.client("s3", region_name=own_region() or "us-east-1", config=config)
    try:
        answer: dict[str, Any] = client.head_bucket(Bucket=bucket)
    except ClientError as error:
        answer = dict(error.response)
    except BotoCoreError:
        return None
    headers: dict[str, str] = answer["ResponseMetadata"]["HTTPHeaders"]
    return headers.get("x-amz-bucket-region")


def _own_endpoint() -> str | None:
    """The address of a server that is used instead of S3."""
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")


def _required(region: str | None, what: str) -> str:
    if region is None:
        raise SettingError(f"The AWS region of {what} is not known; set AWS_REGION.")
    return region
