"""Weights published in S3: a folder a version, and latest.json, which names the one to use."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from easybraille.aws.s3_address import Location
from easybraille.errors import ModelError
from easybraille.model_store.local import MANIFEST, load
from easybraille.recognition.model import ALIAS, VERSION, Alias, Manifest, parse_alias

# S3's answers where an object is not, or no longer, what a condition says.
UNMET = ("PreconditionFailed", "ConditionalRequestConflict")


@dataclass(frozen=True)
class Version:
    """A folder under the prefix.

    Attributes:
        bytes: of its files.
        published: when its manifest was written; None where there is none, because its upload broke off.
        latest: whether latest.json names it.
    """

    name: str
    bytes: int
    published: datetime | None
    latest: bool


class Published:
    """What lies under s3://bucket/prefix.

    Args:
        url: that address.

    Raises:
        ModelError: it is none.
    """

    def __init__(self, url: str):
        import boto3
        from botocore.config import Config

        try:
            self._at = Location.parse(url.rstrip("/") + "/" + ALIAS)
        except ValueError:
            raise ModelError(f"{url} must be s3://bucket/prefix.") from None
        self._client: Any = boto3.client("s3", config=Config(retries={"total_max_attempts": 5, "mode": "standard"}))

    def __str__(self) -> str:
        """Where latest.json lies."""
        return str(self._at)

    def publish(self, folder: Path) -> Manifest:
        """Upload the weights in a folder as a version, and let latest.json name it.

        The manifest is written after its files and latest.json last, so what broke off is never used; the same
        command goes on with it.

        Raises:
            ModelError: they are incomplete, damaged or not proved, the version exists with other files, or
                another process moved latest.json meanwhile.
        """
        weights = load(folder / MANIFEST, ("onnx", "torch"), str(folder))
        manifest = weights.manifest
        if weights.onnx is None or weights.torch is None:
            raise ModelError(f"{folder} must hold the files of both engines, an .onnx for Lambda and a .pt for GPUs.")
        if not re.fullmatch(VERSION, manifest.version):
            raise ModelError(f"{folder / MANIFEST}: version {manifest.version!r} can't be a folder's name.")
        if manifest.proof is None:
            raise ModelError(
                f"{folder / MANIFEST}: nobody has shown that both engines find the same cells. Export it again with "
                "--pictures."
            )
        before = self._alias()
        for path in (weights.onnx, weights.torch, folder / MANIFEST):
            self._upload(path, manifest.version)
        self._move(manifest.version, before)
        return manifest

    def versions(self) -> list[Version]:
        """All versions, the newest first, and at the end those whose upload broke off."""
        alias, _ = self._alias()
        found: dict[str, tuple[int, datetime | None]] = {}
        for entry in self._entries():
            name, _, file = entry["Key"].removeprefix(self._at.beside("").key).partition("/")
            if file:
                size, published = found.get(name, (0, None))
                found[name] = size + entry["Size"], entry["LastModified"] if file == MANIFEST else published
        versions = [Version(name, *rest, alias is not None and name == alias.version) for name, rest in found.items()]
        return sorted(versions, key=lambda one: one.published.timestamp() if one.published else 0.0, reverse=True)

    def rollback(self, version: str | None = None) -> Alias:
        """Let latest.json name another version: the one before, or any that was published.

        Raises:
            ModelError: there is no such version, or another process moved latest.json meanwhile.
        """
        alias, etag = self._alias()
        if version is not None:
            return self._move(version, (alias, etag))
        if alias is None or not alias.before:
            raise ModelError(f"{self._at} names no version before; say which one, `list` shows them.")
        return self._move(alias.before[0], (alias, etag), alias.before[1:])

    def _entries(self) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._at.bucket, Prefix=self._at.beside("").key
        )
        return (entry for page in pages for entry in page.get("Contents", []))

    def _alias(self) -> tuple[Alias | None, str | None]:
        """latest.json and its ETag; None where there is none."""
        content, etag = self._get(self._at)
        return (parse_alias(content, str(self._at)), etag) if content is not None else (None, None)

    def _get(self, location: Location) -> tuple[bytes | None, str | None]:
        try:
            answer = self._client.get_object(Bucket=location.bucket, Key=location.key)
        except self._client.exceptions.NoSuchKey:
            return None, None
        return answer["Body"].read(), answer["ETag"]

    def _upload(self, path: Path, version: str) -> None:
        """Put a file into a version's folder; the same file may be there, another one may not."""
        location = self._at.beside(f"{version}/{path.name}")
        content = path.read_bytes()
        digest = hashlib.sha256(content)
        # S3 compares the checksum with what arrives, so a broken upload leaves nothing behind.
        checksum = base64.b64encode(digest.digest()).decode()
        if self._put(location, content, IfNoneMatch="*", ChecksumSHA256=checksum):
            return
        there, _ = self._get(location)
        if there is None:
            raise ModelError(f"{location} is being written by somebody else just now. Publish again in a moment.")
        if hashlib.sha256(there).digest() != digest.digest():
            raise ModelError(f"{location} is there already and is another file. Export with another --version.")

    def _move(self, version: str, before: tuple[Alias | None, str | None], earlier: list[str] | None = None) -> Alias:
        """Write latest.json, unless it is no longer what it was before."""
        old, etag = before
        manifest, _ = self._get(self._at.beside(f"{version}/{MANIFEST}"))
        if manifest is None:
            raise ModelError(f"{self._at.beside(version)} is not published; `list` shows what is.")
        if old is not None and old.version == version:
            return old
        if earlier is None:
            earlier = [old.version, *old.before] if old else []
        alias = Alias(version=version, sha256=hashlib.sha256(manifest).hexdigest(), before=earlier)
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        if not self._put(self._at, alias.model_dump_json(indent=2).encode() + b"\n", **condition):
            now, _ = self._alias()
            # An answer that got lost is asked for again, and then the condition fails by our own doing.
            if now != alias:
                prefix = str(self._at.beside("")).rstrip("/")
                raise ModelError(
                    f"Somebody else moved {self._at} to {now.version if now else 'nothing'} meanwhile. Version "
                    f"{version} is published; python -m export rollback {prefix} {version} makes it the latest."
                )
        return alias

    def _put(self, location: Location, content: bytes, **terms: str) -> bool:
        """Write an object; False where a condition is not met."""
        from botocore.exceptions import ClientError

        try:
            self._client.put_object(Bucket=location.bucket, Key=location.key, Body=content, **terms)
        except ClientError as error:
            if error.response["Error"]["Code"] in UNMET:
                return False
            raise
        return True
