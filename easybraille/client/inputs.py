"""Files and folders on a command line become inputs in their natural order, each with its place among the results.

What a folder gives is decided by content as well as by name, so that a picture without a suffix is read. Hidden files
are left out silently; everything else that is left out is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import UsageError
from ..imaging.kinds import HEAD_BYTES, kind_of
from ..natural_order import natural_key

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".heic", ".heif", ".pdf"}
# A phone that keeps a photo in both formats gives both files one name.
_HEIC, _JPEG = {".heic", ".heif"}, {".jpg", ".jpeg"}
# What systems put into folders without being asked; hidden files are recognized by their dot.
_CLUTTER = {"__MACOSX", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read, and where its result goes below the output folder, without the suffix of its format."""

    path: Path
    stem: Path


@dataclass(frozen=True, slots=True)
class Collected:
    """What paths on a command line stand for.

    Attributes:
        inputs: files to read, in order.
        left_out: files of folders that are not read, because they are no picture or PDF or because a JPEG of the same
            name beside them is read instead.
    """

    inputs: list[Input]
    left_out: list[Path]


def collect(paths: Iterable[Path]) -> Collected:
    """The files that paths name, folders opened, those of a folder in natural order.

    Files of one folder that differ only in their suffix keep it in the names of their results. Of a HEIC and a JPEG
    file of one name in a folder the JPEG file is read.

    Raises:
        UsageError: a path does not exist.
    """
    inputs: list[Input] = []
    left_out: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = _of_folder(path)
            inputs += found.inputs
            left_out += found.left_out
        elif path.exists():
            inputs.append(Input(path, Path(path.stem)))
        else:
            raise UsageError(f"{path} does not exist.")
    return Collected(_told_apart(inputs), left_out)


def refuse_collisions(inputs: Iterable[Input]) -> None:
    """Raises UsageError when two inputs would write one result."""
    taken: dict[Path, Path] = {}
    for one in inputs:
        if one.stem in taken:
            raise UsageError(f"{taken[one.stem]} and {one.path} would both write {one.stem}; read them separately.")
        taken[one.stem] = one.path


def _of_folder(folder: Path) -> Collected:
    visible = [path for path in folder.rglob("*") if path.is_file() and not _is_hidden(path.relative_to(folder))]
    readable = {path for path in visible if path.suffix.lower() in SUFFIXES or _looks_readable(path)}
    jpegs = {path.with_suffix("") for path in readable if path.suffix.lower() in _JPEG}
    twice = {path for path in readable if path.suffix.lower() in _HEIC and path.with_suffix("") in jpegs}
    chosen = sorted(readable - twice, key=lambda path: natural_key(path.relative_to(folder)))
    return Collected(
        [Input(path, path.relative_to(folder).with_suffix("")) for path in chosen],
        sorted({*visible} - {*chosen}, key=natural_key),
    )


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part in _CLUTTER for part in path.parts)


def _looks_readable(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return kind_of(file.read(HEAD_BYTES)) is not None
    except OSError:
        return False


def _told_apart(inputs: Sequence[Input]) -> list[Input]:
    """The inputs; those with one stem and different names keep their suffix in it."""
    names: dict[Path, set[str]] = defaultdict(set)
    for one in inputs:
        names[one.stem].add(one.path.name)
    return [replace(one, stem=one.stem.with_name(one.path.name)) if len(names[one.stem]) > 1 else one for one in inputs]
