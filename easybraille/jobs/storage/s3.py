"""The objects of jobs in a bucket of S3."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO
from urllib.parse import quote

from ...aws.clients import asking, client, status
from ..unavailable import refused
from .base import Entry, ObjectChangedError, ObjectMissingError, Upload

_DELETED_AT_ONCE = 1000
# Of what botocore does not try again by itself: a body that breaks off, two that write at the same time.
_ATTEMPTS = 4


class S3Store:
    """See Store.

    Args:
        bucket: nothing else is kept in it, and no versions.
    """

    def __init__(self, bucket: str):
        self._bucket = bucket
        self._client = client("s3")

    def get(self, key: str, etag: str | None = None) -> bytes:
        """GetObject."""
        from botocore.exceptions import BotoCoreError, ClientError

        terms = {"IfMatch": f'"{etag}"'} if etag else {}
        with asking(f"s3://{self._bucket}/{key}"):
            for attempt in range(_ATTEMPTS):
                try:
                    return self._client.get_object(Bucket=self._bucket, Key=key, **terms)["Body"].read()
                except ClientError as error:
                    if status(error) == 404:
                        raise ObjectMissingError(key) from None
                    if status(error) == 412:
                        raise ObjectChangedError(key) from None
                    raise
                except BotoCoreError:
                    if attempt == _ATTEMPTS - 1:
                        raise
        raise AssertionError("the last attempt returns or raises")

    def head(self, key: str) -> Entry | None:
        """HeadObject."""
        from botocore.exceptions import ClientError

        with asking(f"s3://{self._bucket}/{key}"):
            try:
                found = self._client.head_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if status(error) == 404:
                    return None
                raise
        return Entry(key, found["ContentLength"], found["ETag"].strip('"'), found["LastModified"].timestamp())

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """PutObject."""
        with asking(f"s3://{self._bucket}/{key}"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def create(self, key: str, content: bytes) -> bool:
        """PutObject on condition that there is none. Where an answer is lost, its repetition finds the object there."""
        from botocore.exceptions import ClientError

        with asking(f"s3://{self._bucket}/{key}"):
            for attempt in range(_ATTEMPTS):
                try:
                    self._client.put_object(Bucket=self._bucket, Key=key, Body=content, IfNoneMatch="*")
                    return True
                except ClientError as error:
                    if status(error) == 412:
                        return False
                    # 409: another one writes it, or deletes it, at this moment.
                    if status(error) != 409 or attempt == _ATTEMPTS - 1:
                        raise
        raise AssertionError("the last attempt returns or raises")

    def list(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """ListObjectsV2."""
        with asking(f"s3://{self._bucket}/{prefix}"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix, StartAfter=after
            )
            for page in pages:
                for one in page.get("Contents", ()):
                    yield Entry(one["Key"], one["Size"], one["ETag"].strip('"'), one["LastModified"].timestamp())

    def delete(self, keys: Iterable[str]) -> None:
        """DeleteObjects."""
        keys = iter(keys)
        while piece := list(islice(keys, _DELETED_AT_ONCE)):
            with asking(f"s3://{self._bucket}/{piece[0]}"):
                self._delete(piece)

    def _delete(self, keys: list[str]) -> None:
        for _ in range(_ATTEMPTS):
            answer: dict[str, Any] = self._client.delete_objects(
                Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
            )
            keys = [error["Key"] for error in answer.get("Errors", ())]
            if not keys:
                return
        raise refused(f"{len(keys)} objects can't be deleted: {answer['Errors'][0]}")

    def upload(self, key: str, size: int, md5: str | None, seconds: int) -> Upload:
        """A presigned PUT. S3 holds the sender to the headers that are signed, the content's length among them."""
        terms = {"Bucket": self._bucket, "Key": key, "ContentLength": size}
        headers = {}
        if md5 is not None:
            headers["Content-MD5"] = terms["ContentMD5"] = base64.b64encode(bytes.fromhex(md5)).decode()
        return Upload(self._client.generate_presigned_url("put_object", Params=terms, ExpiresIn=seconds), headers)

    def download(self, key: str, name: str, seconds: int) -> str:
        """A presigned GET."""
        disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        terms = {"Bucket": self._bucket, "Key": key, "ResponseContentDisposition": disposition}
        return self._client.generate_presigned_url("get_object", Params=terms, ExpiresIn=seconds)
