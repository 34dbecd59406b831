"""Expands the files and folders of a command line into inputs, each with the location of its result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".heic", ".heif", ".pdf"}


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read, and the location of its result below the output folder, without suffix."""

    path: Path
    stem: Path


def collect(paths: Iterable[Path]) -> list[Input]:
    """The files that paths name, those of folders included, in a fixed order.

    Raises:
        UsageError: a path does not exist.
    """
    found: list[Input] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
            found += [Input(p, p.relative_to(path).with_suffix("")) for p in inside]
        elif path.exists():
            found.append(Input(path, Path(path.stem)))
        else:
            raise UsageError(f"{path} does not exist.")
    return found


def refuse_collisions(inputs: Iterable[Input]) -> None:
    """Raises UsageError when two inputs would write one result."""
    taken: dict[Path, Path] = {}
    for one in inputs:
        if one.stem in taken:
            raise UsageError(f"{taken[one.stem]} and {one.path} would both write {one.stem}; read them separately.")
        taken[one.stem] = one.path
