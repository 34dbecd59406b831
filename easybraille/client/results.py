"""What an output folder's results were made from, so that a later run makes only those that are missing or differ."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from ..atomic_files import write_whole

NAME = ".easybraille-done.jsonl"


class Results:
    """The results in a folder and, in the file NAME there, what each was made from: a line a result, the last counts.

    Args:
        folder: where they are; need not exist.
        made_with: what they are made with besides their inputs: weights, options.
    """

    def __init__(self, folder: Path, **made_with: str | None):
        self._folder = folder
        self._made_with = made_with
        self._known = dict(_lines(folder / NAME))

    def has(self, name: Path, source: str, digest: str) -> bool:
        """Whether `name` is there, made with the same from an input of this name and this digest of its content."""
        return self._known.get(name.as_posix()) == self._origin(source, digest) and (self._folder / name).is_file()

    def write(self, name: Path, source: str, digest: str, content: bytes) -> None:
        """Put a result there, whole, and only then note what it was made from."""
        write_whole(self._folder / name, content)
        origin = self._origin(source, digest)
        # A process that was killed may have left a line without an end: the newline in front of this one ends it.
        with (self._folder / NAME).open("a", encoding="utf-8") as notes:
            notes.write("\n" + json.dumps([name.as_posix(), origin]))
        self._known[name.as_posix()] = origin

    def _origin(self, source: str, digest: str) -> str:
        about = [source, digest, sorted(self._made_with.items())]
        return sha256(json.dumps(about).encode()).hexdigest()


def _lines(path: Path) -> list[tuple[str, str]]:
    """Names and origins; lines that a killed process left unfinished say nothing."""
    found = []
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        try:
            name, origin = json.loads(line)
        except (ValueError, TypeError):
            continue
        found.append((name, origin))
    return found
