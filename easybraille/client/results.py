"""What an output folder's results were made from, so that a later run makes only those that are missing or differ, and
never replaces one that a person has corrected.
"""

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
        self._known = {name: (origin, written) for name, origin, written in _lines(folder / NAME)}

    def has(self, name: Path, source: str, digest: str) -> bool:
        """Whether `name` is there, made with the same from an input of this name and this digest of its content."""
        origin, _ = self._known.get(name.as_posix(), ("", ""))
        return origin == self._origin(source, digest) and (self._folder / name).is_file()

    def is_ours(self, name: Path) -> bool:
        """Whether `name` is not there, or is there as it was written; False where a person may have changed it."""
        path = self._folder / name
        if not path.exists():
            return True
        _, written = self._known.get(name.as_posix(), ("", ""))
        return path.is_file() and written == sha256(path.read_bytes()).hexdigest()

    def write(self, name: Path, source: str, digest: str, content: bytes) -> None:
        """Write a result, completely or not at all, wherever the process may be killed.

        What was there goes first and the note of what is written comes before it, so that a file without its note is
        never one of ours, and a note without its file counts as not done.
        """
        path = self._folder / name
        path.unlink(missing_ok=True)
        origin, written = self._origin(source, digest), sha256(content).hexdigest()
        self._folder.mkdir(parents=True, exist_ok=True)
        # A process that was killed may have left a line without an end: the newline in front of this one ends it.
        with (self._folder / NAME).open("a", encoding="utf-8") as notes:
            notes.write("\n" + json.dumps([name.as_posix(), origin, written]))
        write_whole(path, content)
        self._known[name.as_posix()] = origin, written

    def _origin(self, source: str, digest: str) -> str:
        about = [source, digest, sorted(self._made_with.items())]
        return sha256(json.dumps(about).encode()).hexdigest()


def _lines(path: Path) -> list[tuple[str, str, str]]:
    """Names, origins and digests of what was written ("" in notes of versions that did not keep it); unfinished lines
    are passed over.
    """
    found = []
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        try:
            name, origin, *written = json.loads(line)
        except (ValueError, TypeError):
            continue
        found.append((name, origin, written[0] if written else ""))
    return found
