"""Addresses in S3."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"


@dataclass(frozen=True, slots=True)
class Location:
    """An object in S3, perhaps one version of it."""

    bucket: str
    key: str
    version: str | None = None

    @classmethod
    def parse(cls, url: str) -> Location:
        """`s3://bucket/key` or `s3://bucket/key?versionId=…`.

        Raises:
            ValueError: it is not such an address; the message says what is allowed.
        """
        parts = urlsplit(url)
        query = parse_qs(parts.query, keep_blank_values=True)
        key = parts.path.lstrip("/")
        if parts.scheme != "s3" or not re.fullmatch(BUCKET, parts.netloc) or not key or parts.fragment:
            raise ValueError("must be s3://bucket/key")
        if set(query) - {"versionId"} or len(query.get("versionId", ["x"])) > 1 or query.get("versionId") == [""]:
            raise ValueError("must be s3://bucket/key or s3://bucket/key?versionId=…")
        return cls(parts.netloc, key, query.get("versionId", [None])[0])

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}" + (f"?versionId={self.version}" if self.version else "")

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.key.rsplit("/", 1)[-1]

    def beside(self, name: str) -> Location:
        """The newest version of another object in the same folder."""
        return Location(self.bucket, self.key[: len(self.key) - len(self.name)] + name)
