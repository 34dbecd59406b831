"""A ZIP file of pictures becomes its files, within limits that are checked before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath
from string import digits

from ..errors import DamagedPictureError, EmptyInputError, ProtectedDocumentError, TooLargeError, TooManyFilesError
from ..natural_order import natural_key

_ENCRYPTED = 0x1
# What other kinds of files hold that are ZIP files inside: Office, OpenDocument and EPUB, Java.
_OTHERS = {"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"}
# What systems put into archives without being asked.
_CLUTTER = {"__MACOSX", "Thumbs.db", "desktop.ini"}


def unpacked(inputs: Iterable[tuple[str, bytes]], most_files: int, most_bytes: int) -> list[tuple[str, bytes]]:
    """Inputs, and in the place of each ZIP file the files in it, by their names in it; those inside again stay packed.

    A name is only shown: nothing is written to a disk.

    Args:
        inputs: name and content of each.
        most_files: of the result.
        most_bytes: that come out of ZIP files, together.

    Raises:
        InputError: more than that, or a ZIP file that is empty, damaged or asks for a password.
    """
    result: list[tuple[str, bytes]] = []
    for name, data in inputs:
        archive = _opened(data)
        if archive is None:
            result.append((name, data))
        else:
            with archive:
                files = _files(archive)
                most_bytes -= sum(file.file_size for file in files)
                _check(len(result) + len(files), most_files, most_bytes)
                result += [(file.filename, _content(archive, file)) for file in files]
    _check(len(result), most_files, most_bytes)
    return result


def _opened(data: bytes) -> zipfile.ZipFile | None:
    """The archive, None where these are not bytes of one that somebody packed pictures into."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise DamagedPictureError(
            "The ZIP file breaks off or is damaged. Send it again, or pack it once more."
        ) from None
    return None if _OTHERS.intersection(archive.namelist()) else archive


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of an archive: in natural order of their names, or as they were packed where no name has a number."""
    files = [file for file in archive.infolist() if not file.is_dir() and not _is_clutter(file.filename)]
    if not files:
        raise EmptyInputError("There is no file in the ZIP file.")
    if any(file.flag_bits & _ENCRYPTED for file in files):
        raise ProtectedDocumentError("The ZIP file asks for a password. Pack the pictures without one and send that.")
    # Without numbers the order in which the files were packed says more than the alphabet.
    if not any(character in digits for file in files for character in file.filename):
        return files
    return sorted(files, key=lambda file: natural_key(file.filename))


def _is_clutter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(_CLUTTER.intersection(parts)) or parts[-1].startswith(".")


def _check(files: int, most_files: int, bytes_left: int) -> None:
    if files > most_files:
        raise TooManyFilesError(f"There are {files} files; {most_files} are allowed at once. Send them in parts.")
    if bytes_left < 0:
        raise TooLargeError("What is in the ZIP file is larger than what is allowed. Send it in parts.")


def _content(archive: zipfile.ZipFile, file: zipfile.ZipInfo) -> bytes:
    """The file's bytes; zipfile reads no more of them than it has declared."""
    try:
        return archive.read(file)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        raise DamagedPictureError(f"{file.filename} in the ZIP file is damaged. Pack it once more.") from None
