"""The interface of an object store: S3 and a folder implement it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol


class ObjectMissingError(Exception):
    """No object has this key."""


class ObjectChangedError(Exception):
    """The object does not have the expected ETag."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An object in a listing.

    Attributes:
        size: bytes.
        etag: changes whenever the object is written.
        modified: seconds since 1970.
    """

    key: str
    size: int
    etag: str
    modified: float


@dataclass(frozen=True, slots=True)
class Upload:
    """How to send an object directly to the store: PUT it to this URL, with these headers.

    Attributes:
        url: relative to this service if it begins with "/".
    """

    url: str
    headers: dict[str, str]


class Store(Protocol):
    """Objects by their keys; safe to share between threads and processes.

    A write is atomic and visible to every reader immediately. Each method raises NotReadyError where the store cannot
    be reached.
    """

    def get(self, key: str, etag: str | None = None) -> bytes:
        """The object. Raises ObjectMissingError, or ObjectChangedError where its ETag is not `etag`."""

    def head(self, key: str) -> Entry | None:
        """The object's entry; None where there is none."""

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """Write the object, replacing one that exists."""

    def create(self, key: str, content: bytes) -> bool:
        """Write the object unless it exists; whether it was written."""

    def entries(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """All objects whose keys begin with `prefix`, which ends in "/", and sort after `after`, in order of keys.

        A thousand are requested at a time, and only as far as the iterator is read.
        """

    def delete(self, keys: Iterable[str]) -> None:
        """Remove objects; a key without an object is no error."""

    def upload(self, key: str, size: int, md5: str | None, seconds: int) -> Upload:
        """A signed request with which anyone can upload this object, if it has this size and MD5 (hexadecimal).

        Args:
            seconds: validity.
        """

    def download(self, key: str, name: str, seconds: int) -> str:
        """A signed URL from which anyone can download the object for so many seconds, to be saved under `name`."""
