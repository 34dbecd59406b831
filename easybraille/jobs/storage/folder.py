"""The objects of jobs in a folder of this machine, for one machine without S3.

Uploads and downloads go to this service itself, by addresses that are signed as those of S3 are.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, urlencode

from ..unavailable import disk
from .base import Entry, ObjectChangedError, ObjectMissingError, Upload

SIGNED_ROUTE = "/v1/objects"
_ATTEMPTS = 10


class FolderStore:
    """See Store. A key is a path below the folder; an object is put in place whole, by renaming or linking.

    Args:
        folder: made where it does not exist.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self._parts = folder / "parts"
        self._parts.mkdir(parents=True, exist_ok=True)
        if not (folder / "secret").exists():
            self.create("secret", secrets.token_bytes(32))
        self._secret = self.get("secret")

    def get(self, key: str, etag: str | None = None) -> bytes:
        """The content of the file."""
        with disk():
            try:
                with (self._folder / key).open("rb") as stream:
                    if etag not in (None, _etag(os.fstat(stream.fileno()))):
                        raise ObjectChangedError(key)
                    return stream.read()
            except (FileNotFoundError, NotADirectoryError):
                raise ObjectMissingError(key) from None

    def head(self, key: str) -> Entry | None:
        """What the file system says of the file."""
        with disk():
            try:
                return _entry(key, (self._folder / key).stat())
            except (FileNotFoundError, NotADirectoryError):
                return None

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """Rename a file that is written beside it."""
        with self._part(content) as part:
            self._in_place(key, part.replace)

    def create(self, key: str, content: bytes) -> bool:
        """Link a file that is written beside it, which fails where there is one."""
        with self._part(content) as part:
            try:
                self._in_place(key, lambda path: os.link(part, path))
            except FileExistsError:
                return False
        return True

    def list(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """Walk the folders in the order of keys."""
        with disk():
            try:
                items = [*os.scandir(self._folder / prefix)]
            except (FileNotFoundError, NotADirectoryError):
                return
        named = [(item.name + ("/" if item.is_dir() else ""), item) for item in items]
        for name, item in sorted(named, key=lambda pair: pair[0]):
            key = prefix + name
            if name.endswith("/"):
                yield from self.list(key, after)
            elif key > after:
                try:
                    yield _entry(key, item.stat())
                except FileNotFoundError:  # deleted meanwhile
                    continue

    def delete(self, keys: Iterable[str]) -> None:
        """Remove files, and folders that they leave empty, but for those at the top."""
        for key in keys:
            path = self._folder / key
            with disk():
                path.unlink(missing_ok=True)
            for above in path.relative_to(self._folder).parents[:-2]:
                try:
                    (self._folder / above).rmdir()
                except OSError:  # something else is in it, or somebody else was quicker
                    break

    def upload(self, key: str, size: int, md5: str | None, seconds: int) -> Upload:
        """An address of this service."""
        return Upload(self._signed("PUT", key, seconds, size=str(size), md5=md5 or ""), {})

    def download(self, key: str, name: str, seconds: int) -> str:
        """An address of this service."""
        return self._signed("GET", key, seconds, name=name)

    def _signed(self, method: str, key: str, seconds: int, **terms: str) -> str:
        terms["until"] = str(int(time.time()) + seconds)
        terms["signature"] = self._signature(method, key, terms)
        return f"{SIGNED_ROUTE}/{quote(key)}?{urlencode(terms)}"

    def allows(self, method: str, key: str, terms: dict[str, str]) -> bool:
        """Whether an address was made by `upload` or `download`, in its time, with these query parameters."""
        terms = dict(terms)
        given = terms.pop("signature", "")
        genuine = hmac.compare_digest(given.encode(), self._signature(method, key, terms).encode())
        return genuine and time.time() <= int(terms["until"])

    def _signature(self, method: str, key: str, terms: dict[str, str]) -> str:
        said = "\n".join([method, key, urlencode(sorted(terms.items()))])
        return hmac.digest(self._secret, said.encode(), "sha256").hex()

    def expire(self, before: float) -> None:
        """Delete what was written before a time, seconds since 1970, as the lifecycle rule of a bucket does."""
        for top in ("jobs/", "callers/", "erased/", "parts/", "dead/"):
            self.delete([entry.key for entry in self.list(top) if entry.modified < before])

    def path(self, key: str) -> Path:
        """Where an object lies."""
        return self._folder / key

    @contextmanager
    def _part(self, content: bytes | BinaryIO) -> Iterator[Path]:
        """The content as a file that nobody looks at, on the same file system; gone afterwards unless it was moved."""
        with disk():
            handle, name = tempfile.mkstemp(dir=self._parts)
            try:
                with os.fdopen(handle, "wb") as stream:
                    if isinstance(content, bytes):
                        stream.write(content)
                    else:
                        shutil.copyfileobj(content, stream)
                    stream.flush()
                    os.fsync(stream.fileno())
                yield Path(name)
            finally:
                Path(name).unlink(missing_ok=True)

    def _in_place(self, key: str, move: Callable[[Path], object]) -> None:
        """Move a part to its place; the folder around that may go away meanwhile (see `delete`)."""
        path = self._folder / key
        for attempt in range(_ATTEMPTS):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                move(path)
                return
            except FileNotFoundError:
                if attempt == _ATTEMPTS - 1:
                    raise


def _etag(status: os.stat_result) -> str:
    return hashlib.md5(f"{status.st_ino} {status.st_mtime_ns} {status.st_size}".encode()).hexdigest()


def _entry(key: str, status: os.stat_result) -> Entry:
    return Entry(key, status.st_size, _etag(status), status.st_mtime)
