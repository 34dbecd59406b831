"""Where the objects of jobs are: in a bucket or a folder, with the same few verbs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol


class ObjectMissingError(Exception):
    """There is no such object."""


class ObjectChangedError(Exception):
    """The object is another one than the ETag says."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a list says of an object.

    Attributes:
        size: bytes.
        etag: another one whenever the object is written anew.
        modified: seconds since 1970.
    """

    key: str
    size: int
    etag: str
    modified: float


@dataclass(frozen=True, slots=True)
class Upload:
    """How to send an object straight to where it is stored: PUT it to this URL, with these headers.

    Attributes:
        url: one that begins with "/" is an address of this service.
    """

    url: str
    headers: dict[str, str]


class Store(Protocol):
    """Objects by their keys; all of it may be called by many threads and processes at once.

    A write is atomic and visible to every reader immediately. Each method raises NotReadyError where the objects can't
    be reached.
    """

    def get(self, key: str, etag: str | None = None) -> bytes:
        """The object. Raises ObjectMissingError, or ObjectChangedError where it hasn't this ETag."""

    def head(self, key: str) -> Entry | None:
        """What is known of the object; None where there is none."""

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """Write the object, over the one that may be there."""

    def create(self, key: str, content: bytes) -> bool:
        """Write the object unless there is one; whether it was written now."""

    def list(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """All objects whose keys begin with `prefix`, which ends in "/", and come behind `after`, in order of keys.

        It asks for a thousand at a time, and only as far as the iterator is read.
        """

    def delete(self, keys: Iterable[str]) -> None:
        """Remove objects; those that aren't there are no error."""

    def upload(self, key: str, size: int, md5: str | None, seconds: int) -> Upload:
        """Lets anybody put this object for so many seconds, if it has this size and MD5 (hexadecimal)."""

    def download(self, key: str, name: str, seconds: int) -> str:
        """A URL under which anybody gets the object for so many seconds, to be saved under `name`."""
