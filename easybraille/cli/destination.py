"""Where results go: to standard output, into one file, or into a folder; nothing that exists is replaced silently."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ..atomic_files import write_whole
from ..client.inputs import Input
from ..client.results import Results
from ..document import Document
from ..errors import UsageError
from ..formats import FORMATS
from ..text.joining import join
from .reading import Options, Read, written

Existing = Literal["refuse", "keep", "replace"]
BINARY = ("docx", "epub", "marked", "pdf")
# Several of these one after the other make no stream that a program reads.
ONE_FILE = ("docx", "epub", "html", "marked", "pdf", "pef")
# The longer suffix comes first where one ends like another.
_SUFFIXES = {f".{module.EXTENSION}": name for name, module in reversed(FORMATS.items())} | {".png": "marked"}


class Destination(ABC):
    """Where the results of a run go."""

    def kept(self, one: Input, digest: str) -> bool:
        """Whether the results of an input are there already and stay."""
        return False

    @abstractmethod
    def put(self, read: Read) -> None:
        """Take what was read of an input."""

    def close(self) -> None:  # noqa: B027, most have nothing to do
        """All inputs were read."""


class Stream(Destination):
    """Standard output.

    Args:
        format_name: of the results.

    Raises:
        UsageError: a terminal can't show this format, or a stream can't hold as many of it.
    """

    def __init__(self, format_name: str, inputs: int):
        if format_name in ONE_FILE and inputs > 1:
            raise UsageError(f"{inputs} inputs give as many files of format {format_name}. Name a folder by --output.")
        if format_name in BINARY and sys.stdout.isatty():
            raise UsageError(f"A terminal can't show {format_name}. Redirect the output, or name a file by --output.")
        self._format = format_name
        self._begun = False

    def put(self, read: Read) -> None:
        """Write it, behind a form feed where text is before it."""
        content = (read.contents or {})[self._format]
        if self._begun and self._format in ("text", "braille", "brf"):
            sys.stdout.buffer.write(b"\f")
        self._begun = True
        sys.stdout.buffer.write(content)
        if self._format not in BINARY and not content.endswith(b"\n"):
            sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()


class OneFile(Destination):
    """One file with all that was read, in order.

    Args:
        path: of the file.
        options: how it is read; with one format.
        existing: what happens to a file that exists.
    """

    def __init__(self, path: Path, options: Options, existing: Existing):
        if existing != "replace":
            _refuse([path])
        self._path, self._options = path, options
        self._inputs: list[Input] = []
        self._documents: list[Document] = []

    def put(self, read: Read) -> None:
        """Keep it until all were read."""
        assert read.document is not None
        self._inputs.append(read.one)
        self._documents.append(read.document)

    def close(self) -> None:
        """Write the file, if anything was read."""
        if self._documents:
            (content,) = written(join(self._documents), self._inputs, self._options).values()
            write_whole(self._path, content)


class Folder(Destination):
    """A folder with a file for each input and format.

    Args:
        folder: need not exist.
        results: what its results were made from.
        formats: of the results.
        inputs: all that are read.
        existing: what happens to results that exist.
    """

    def __init__(
        self,
        folder: Path,
        results: Results,
        formats: Sequence[str],
        inputs: Sequence[Input],
        existing: Existing,
    ):
        self._results, self._formats, self._existing = results, formats, existing
        if existing == "refuse":
            _refuse([folder / name for one in inputs for name in self._names(one).values()])

    def kept(self, one: Input, digest: str) -> bool:
        """Whether all its results are there, made the same way or changed by a person since."""
        names = self._names(one).values()
        return self._existing == "keep" and all(
            self._results.has(name, one.path.name, digest) or not self._results.is_ours(name) for name in names
        )

    def put(self, read: Read) -> None:
        """Write its files, except those that a person has changed."""
        for form, name in self._names(read.one).items():
            if self._existing == "replace" or self._results.is_ours(name):
                self._results.write(name, read.one.path.name, read.digest, (read.contents or {})[form])

    def _names(self, one: Input) -> dict[str, Path]:
        return {form: one.stem.with_name(f"{one.stem.name}.{FORMATS[form].EXTENSION}") for form in self._formats}


def format_of(path: Path) -> str | None:
    """The format that the suffix of a file name asks for; None if it asks for none."""
    return next((name for suffix, name in _SUFFIXES.items() if path.name.endswith(suffix)), None)


def is_folder(path: Path) -> bool:
    """Whether --output names a folder: one that exists, or a name without a suffix."""
    return path.is_dir() or not path.suffix


def _refuse(paths: Sequence[Path]) -> None:
    """Raises UsageError if one of the results exists."""
    existing = [path for path in paths if path.exists()]
    if existing:
        raise UsageError(
            f"{existing[0]} exists ({len(existing)} of {len(paths)} results). --overwrite replaces what exists, and "
            "--resume keeps it and makes the rest."
        )
