"""The files of a folder to send, each with its size and checksum."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path

from tqdm import tqdm

from ..errors import UsageError
from .inputs import collect, refuse_collisions


@dataclass(frozen=True, slots=True)
class Content:
    """A file to send.

    Attributes:
        path: its location.
        name: its location in the folder, parts joined by "/".
        stem: location of its result below the output folder, without suffix.
        size: bytes.
        md5: of its content, hexadecimal; the service refuses an upload that differs.
    """

    path: Path
    name: str
    stem: Path
    size: int
    md5: str


def contents(folder: Path) -> tuple[list[Content], list[str], list[Path]]:
    """List the pictures and PDF files below a folder in natural order, the unreadable ones, and those left out.

    Raises:
        UsageError: it is not a folder, it is empty, or two files would give one result.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder.")
    collected = collect([folder])
    refuse_collisions(collected.inputs)
    found: list[Content] = []
    failed: list[str] = []
    for one in tqdm(collected.inputs, "looking", unit="file", file=sys.stderr, dynamic_ncols=True, leave=False):
        name = one.path.relative_to(folder).as_posix()
        try:
            data = one.path.read_bytes()
        except OSError as error:
            failed.append(f"{name}: {error.strerror}")
        else:
            found.append(Content(one.path, name, one.stem, len(data), md5(data, usedforsecurity=False).hexdigest()))
    if not found:
        raise UsageError(f"There is no picture or PDF in {folder} that can be opened.")
    return found, failed, collected.left_out
