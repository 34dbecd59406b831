"""An object store in a bucket of S3."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO
from urllib.parse import quote

from ...aws.clients import client, status
from ...retries import retried
from ..unavailable import aws_errors, unavailable
from .base import Entry, ObjectChangedError, ObjectMissingError, Upload

_LARGEST_DELETION = 1000
# Attempts where botocore does not retry: a body that breaks off, two processes that write at the same time.
_ATTEMPTS = 4


class S3Store:
    """See Store.

    Args:
        bucket: contains nothing but jobs, and keeps no versions.
        region: the bucket's.
    """

    def __init__(self, bucket: str, region: str):
        self._bucket = bucket
        self._client = client("s3", region)

    def get(self, key: str, etag: str | None = None) -> bytes:
        """GetObject."""
        from botocore.exceptions import BotoCoreError, ClientError

        condition = {"IfMatch": f'"{etag}"'} if etag else {}

        def read() -> bytes:
            content: bytes = self._client.get_object(Bucket=self._bucket, Key=key, **condition)["Body"].read()
            return content

        with aws_errors(f"s3://{self._bucket}/{key}"):
            try:
                return retried(read, BotoCoreError, _ATTEMPTS)
            except ClientError as error:
                if status(error) == 404:
                    raise ObjectMissingError(key) from None
                if status(error) == 412:
                    raise ObjectChangedError(key) from None
                raise

    def head(self, key: str) -> Entry | None:
        """HeadObject."""
        from botocore.exceptions import ClientError

        with aws_errors(f"s3://{self._bucket}/{key}"):
            try:
                found = self._client.head_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if status(error) == 404:
                    return None
                raise
        return Entry(key, found["ContentLength"], found["ETag"].strip('"'), found["LastModified"].timestamp())

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """PutObject."""
        with aws_errors(f"s3://{self._bucket}/{key}"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def create(self, key: str, content: bytes) -> bool:
        """PutObject on condition that there is none. Where a response is lost, the retry finds the object there."""
        from botocore.exceptions import ClientError

        def conflicts(error: Exception) -> bool:
            # Another process writes or deletes the object at this moment.
            return isinstance(error, ClientError) and status(error) == 409

        def write() -> None:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, IfNoneMatch="*")

        with aws_errors(f"s3://{self._bucket}/{key}"):
            try:
                retried(write, conflicts, _ATTEMPTS)
            except ClientError as error:
                if status(error) == 412:
                    return False
                raise
        return True

    def entries(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """ListObjectsV2."""
        with aws_errors(f"s3://{self._bucket}/{prefix}"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix, StartAfter=after
            )
            for page in pages:
                for one in page.get("Contents", ()):
                    yield Entry(one["Key"], one["Size"], one["ETag"].strip('"'), one["LastModified"].timestamp())

    def delete(self, keys: Iterable[str]) -> None:
        """DeleteObjects."""
        keys = iter(keys)
        while batch := list(islice(keys, _LARGEST_DELETION)):
            with aws_errors(f"s3://{self._bucket}/{batch[0]}"):
                self._delete(batch)

    def _delete(self, keys: list[str]) -> None:
        """Delete a batch; the keys that S3 names as failed are retried, without those that succeeded."""
        answer: dict[str, Any] = {}
        for _ in range(_ATTEMPTS):
            answer = self._client.delete_objects(
                Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
            )
            keys = [error["Key"] for error in answer.get("Errors", ())]
            if not keys:
                return
        raise unavailable(f"{len(keys)} objects can't be deleted: {answer['Errors'][0]}")

    def upload(self, key: str, size: int, md5: str | None, seconds: int) -> Upload:
        """A presigned PUT. S3 requires the headers that are signed, the content's length among them."""
        terms: dict[str, Any] = {"Bucket": self._bucket, "Key": key, "ContentLength": size}
        headers = {}
        if md5 is not None:
            headers["Content-MD5"] = terms["ContentMD5"] = base64.b64encode(bytes.fromhex(md5)).decode()
        return Upload(self._presigned("put_object", terms, seconds), headers)

    def download(self, key: str, name: str, seconds: int) -> str:
        """A presigned GET."""
        disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        terms = {"Bucket": self._bucket, "Key": key, "ResponseContentDisposition": disposition}
        return self._presigned("get_object", terms, seconds)

    def _presigned(self, operation: str, terms: dict[str, Any], seconds: int) -> str:
        url: str = self._client.generate_presigned_url(operation, Params=terms, ExpiresIn=seconds)
        return url
