"""An object store in a folder, for one machine without S3.

Uploads and downloads go to this service itself, through signed addresses with an expiry, like presigned URLs of S3.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

from ..unavailable import disk
from .base import Entry, ObjectChangedError, ObjectMissingError, Upload

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer

SIGNED_ROUTE = "/v1/objects"
_ATTEMPTS = 10


class FolderStore:
    """See Store. A key is a path below the folder; an object appears complete, by renaming or linking.

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
        """The file's status."""
        with disk():
            try:
                return _entry(key, (self._folder / key).stat())
            except (FileNotFoundError, NotADirectoryError):
                return None

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """Rename a temporary file."""
        with self._part(content) as part:
            self._in_place(key, part.replace)

    def create(self, key: str, content: bytes) -> bool:
        """Link a temporary file, which fails where the object exists."""
        with self._part(content) as part:
            try:
                self._in_place(key, lambda path: os.link(part, path))
            except FileExistsError:
                return False
        return True

    def entries(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """Walk the folders in the order of keys."""
        with disk():
            try:
                items = [*os.scandir(self._folder / prefix)]
            except (FileNotFoundError, NotADirectoryError):
                return
        # A link is an entry itself: one that leads nowhere, or in a circle, is no error.
        named = [(item.name + ("/" if item.is_dir(follow_symlinks=False) else ""), item) for item in items]
        for name, item in sorted(named, key=lambda pair: pair[0]):
            key = prefix + name
            if name.endswith("/"):
                yield from self.entries(key, after)
            elif key > after:
                try:
                    yield _entry(key, item.stat(follow_symlinks=False))
                except FileNotFoundError:  # deleted meanwhile
                    continue

    def delete(self, keys: Iterable[str]) -> None:
        """Remove files, and folders that become empty, except those at the top."""
        for key in keys:
            path = self._folder / key
            with disk():
                path.unlink(missing_ok=True)
            for above in path.relative_to(self._folder).parents[:-2]:
                try:
                    (self._folder / above).rmdir()
                except OSError:  # it is not empty, or another process has removed it
                    break

    def upload(self, key: str, size: int, md5: str | None, seconds: int) -> Upload:
        """An address of this service."""
        return Upload(self._signed("PUT", key, seconds, size=size, md5=md5 or ""), {})

    def download(self, key: str, name: str, seconds: int) -> str:
        """An address of this service."""
        return self._signed("GET", key, seconds, name=name)

    def _signed(self, method: str, key: str, seconds: int, **terms: str | int) -> str:
        token = self._signer.dumps({"method": method, "key": key, "until": int(time.time()) + seconds, **terms})
        return f"{SIGNED_ROUTE}/{quote(key)}?token={token}"

    def signed_terms(self, method: str, key: str, token: str) -> dict[str, Any] | None:
        """The terms of an address that `upload` (size, md5) or `download` (name) signed; None where the token is
        forged, expired, or for another request.
        """
        from itsdangerous import BadSignature

        try:
            terms: dict[str, Any] = self._signer.loads(token)
        except BadSignature:
            return None
        valid = terms["method"] == method and terms["key"] == key and time.time() <= terms["until"]
        return terms if valid else None

    @cached_property
    def _signer(self) -> URLSafeSerializer:
        from itsdangerous import URLSafeSerializer

        return URLSafeSerializer(self._secret, salt="easybraille.jobs", signer_kwargs={"digest_method": hashlib.sha256})

    def expire(self, before: float) -> None:
        """Delete objects written before a time, seconds since 1970, as the lifecycle rule of a bucket does."""
        for top in ("jobs/", "callers/", "erased/", "parts/"):
            self.delete([entry.key for entry in self.entries(top) if entry.modified < before])

    def path(self, key: str) -> Path:
        """The file of an object."""
        return self._folder / key

    @contextmanager
    def _part(self, content: bytes | BinaryIO) -> Iterator[Path]:
        """The content as a temporary file on the same file system; removed afterwards unless it was moved."""
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
        """Move a temporary file to its place; `delete` may remove the folder of that place meanwhile."""
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
    content = f"{status.st_ino} {status.st_mtime_ns} {status.st_size}"
    return hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()


def _entry(key: str, status: os.stat_result) -> Entry:
    return Entry(key, status.st_size, _etag(status), status.st_mtime)
