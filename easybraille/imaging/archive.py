"""Unpacks ZIP files of pictures, within limits that hold whatever the archive declares."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import PurePosixPath
from string import digits

from .. import cancellation
from ..errors import (
    DamagedPictureError,
    EmptyInputError,
    NotAPictureError,
    ProtectedDocumentError,
    TooLargeError,
    TooManyFilesError,
)
from ..natural_order import natural_key
from ..slots import released
from .budget import Budget
from .decoding import damage_named

_ENCRYPTED = 0x1
# Files that only other formats contain which are ZIP files inside: Office, OpenDocument and EPUB, Java.
_OTHERS = {"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"}
# Files that systems add to archives on their own.
_CLUTTER = {"__MACOSX", "Thumbs.db", "desktop.ini"}
# Other methods are rare, and their decompressors can't be told how much to unpack at a time.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Entries in the archive's directory for each file that is allowed, clutter and folders included.
_ENTRIES_FACTOR, _ENTRIES_LEAST = 10, 1000
_ENTRY_SIGNATURE = b"PK\x01\x02"
_PIECE_BYTES = 1 << 18
# Bytes of unpacked files that all requests of a process may keep at the same time.
_budget = Budget(400_000_000, 60.0)


@contextmanager
def unpacking(
    inputs: Sequence[tuple[str, bytes]], most_files: int, most_bytes: int
) -> Iterator[list[tuple[str, bytes]]]:
    """Unpack inputs as `unpacked` does, and keep the bytes within a budget that all requests share.

    Raises:
        NotReadyError: other requests did not free enough of it in time.
    """
    with ExitStack() as stack:
        if size := _declared_bytes(inputs, most_files, most_bytes):
            with released():
                stack.enter_context(_budget.reserved(size))
        yield unpacked(inputs, most_files, most_bytes)


def _declared_bytes(inputs: Iterable[tuple[str, bytes]], most_files: int, most_bytes: int) -> int:
    """Return how many bytes come out of ZIP files, as far as `unpacked` does not refuse them."""
    size = 0
    for _, data in inputs:
        if (archive := _opened(data, most_files)) is not None:
            with archive:
                size += sum(file.file_size for file in archive.infolist())
    return min(size, most_bytes)


def unpacked(inputs: Iterable[tuple[str, bytes]], most_files: int, most_bytes: int) -> list[tuple[str, bytes]]:
    """Replace each ZIP file among the inputs by the files in it, in the order of their names; nested ones stay packed.

    Names are only shown: nothing is written to a disk.

    Args:
        inputs: name and content of each.
        most_files: most files in the result.
        most_bytes: most bytes that come out of all ZIP files together.

    Raises:
        InputError: a limit is exceeded, or a ZIP file is empty, damaged or protected by a password.
    """
    result: list[tuple[str, bytes]] = []
    for name, data in inputs:
        archive = _opened(data, most_files)
        if archive is None:
            result.append((name, data))
            continue
        with archive:
            files = _files(archive)
            _check(len(result) + len(files), most_files, most_bytes - sum(file.file_size for file in files))
            for file in files:
                content = _content(archive, file, most_bytes)
                most_bytes -= len(content)
                result.append((file.filename, content))
    _check(len(result), most_files, most_bytes)
    return result


def _opened(data: bytes, most_files: int) -> zipfile.ZipFile | None:
    """Open an archive; None for data that is not a ZIP file of pictures."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None
    # `zipfile` reads the whole directory when it opens an archive, which takes seconds for a million entries.
    entries = data.count(_ENTRY_SIGNATURE)
    if entries > max(_ENTRIES_LEAST, _ENTRIES_FACTOR * most_files):
        raise TooManyFilesError(f"There are {entries} entries in the ZIP file; {most_files} files are allowed.")
    with damage_named("The ZIP file breaks off or is damaged. Send it again, or pack it once more."):
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = archive.namelist()
    return None if _OTHERS.intersection(names) else archive


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the files that were packed on purpose.

    They are in natural order of their names, or as they were packed where no name has a number.
    """
    files = [file for file in archive.infolist() if not _is_clutter(file.filename)]
    if not files:
        raise EmptyInputError("There is no file in the ZIP file.")
    if any(file.flag_bits & _ENCRYPTED for file in files):
        raise ProtectedDocumentError("The ZIP file asks for a password. Pack the pictures without one and send that.")
    if any(file.compress_type not in _METHODS for file in files):
        raise NotAPictureError("The ZIP file is packed by an unusual method. Pack it by the usual one, deflate.")
    # Without numbers the order in which the files were packed says more than the alphabet.
    if not any(character in digits for file in files for character in file.filename):
        return files
    return sorted(files, key=lambda file: natural_key(file.filename))


def _is_clutter(name: str) -> bool:
    """Return whether an entry is a folder, has no name or was added by a system."""
    parts = PurePosixPath(name).parts
    return not parts or name.endswith("/") or bool(_CLUTTER.intersection(parts)) or parts[-1].startswith(".")


def _check(files: int, most_files: int, bytes_left: int) -> None:
    if files > most_files:
        raise TooManyFilesError(
            f"There are {files} files; {most_files} are allowed in one request. Send them in parts."
        )
    if bytes_left < 0:
        raise TooLargeError("What is in the ZIP file is larger than what is allowed. Send it in parts.")


def _content(archive: zipfile.ZipFile, file: zipfile.ZipInfo, most: int) -> bytes:
    """Unpack a file in pieces. It may have no more bytes than it declares, and than `most`."""
    damaged = f"{file.filename} in the ZIP file is damaged. Pack it once more."
    content = bytearray()
    with damage_named(damaged), archive.open(file) as stream:
        while piece := stream.read(_PIECE_BYTES):
            cancellation.current()
            content += piece
            if len(content) > most:
                raise TooLargeError("What is in the ZIP file is larger than what is allowed. Send it in parts.")
            if len(content) > file.file_size:
                raise DamagedPictureError(damaged)
    if len(content) != file.file_size:
        raise DamagedPictureError(damaged)
    return bytes(content)
