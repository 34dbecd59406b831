"""The origin of the results in an output folder, so that a later run makes only those that are missing or differ."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from ..atomic_files import write_whole

NAME = ".easybraille-done.jsonl"


class Results:
    """The results in a folder and, in its file NAME, the origin of each: one line a result, of which the last counts.

    Args:
        folder: need not exist.
        made_with: what the results depend on besides their inputs: weights, options.
    """

    def __init__(self, folder: Path, **made_with: str | None):
        self._folder = folder
        self._made_with = made_with
        self._known = dict(_lines(folder / NAME))

    def has(self, name: Path, source: str, digest: str) -> bool:
        """Whether `name` exists and has the same origin: an input of this name and content digest, weights, options."""
        return self._known.get(name.as_posix()) == self._origin(source, digest) and (self._folder / name).is_file()

    def write(self, name: Path, source: str, digest: str, content: bytes) -> None:
        """Write a result atomically, and then record its origin."""
        write_whole(self._folder / name, content)
        origin = self._origin(source, digest)
        # A killed process may have left an incomplete line: the newline before this one ends it.
        with (self._folder / NAME).open("a", encoding="utf-8") as notes:
            notes.write("\n" + json.dumps([name.as_posix(), origin]))
        self._known[name.as_posix()] = origin

    def _origin(self, source: str, digest: str) -> str:
        about = [source, digest, sorted(self._made_with.items())]
        return sha256(json.dumps(about).encode()).hexdigest()


def _lines(path: Path) -> list[tuple[str, str]]:
    """Names and origins; incomplete lines of a killed process are skipped."""
    found = []
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        try:
            name, origin = json.loads(line)
        except (ValueError, TypeError):
            continue
        found.append((name, origin))
    return found
