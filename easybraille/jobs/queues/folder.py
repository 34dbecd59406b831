"""A queue in a folder, for one machine without SQS; one process at a time takes messages from it.

A message is a file. Its name says when it may be received again (milliseconds since 1970), how often it was received,
and which it is; receiving, holding and burying it is renaming it, so that nothing is lost with the process.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from ..unavailable import disk
from .base import Message

MOST_RECEIVES = 10
# Asking again costs nothing here, and a service that is stopped waits for the answer.
_LONGEST_WAIT = 1
_PAUSE = 0.2


class FolderQueue:
    """See Queue.

    Args:
        folder: made where it does not exist.
    """

    most_receives = MOST_RECEIVES

    def __init__(self, folder: Path):
        self._waiting, self._dead, self._parts = folder / "queue", folder / "dead", folder / "parts"
        for path in (self._waiting, self._dead, self._parts):
            path.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._received: dict[str, str] = {}

    def send(self, bodies: Iterable[str]) -> None:
        """Write a file for each."""
        for body in bodies:
            identity = secrets.token_hex(16)
            part = self._parts / identity
            with disk():
                try:
                    part.write_text(body, "utf-8")
                    part.rename(self._waiting / _name(time.time(), 0, identity))
                finally:
                    part.unlink(missing_ok=True)

    def receive(self, most: int, seconds: int, hold: int) -> list[Message]:
        """Rename what is due, the oldest first."""
        end = time.monotonic() + min(seconds, _LONGEST_WAIT)
        while True:
            found = self._take(most, hold)
            if found or time.monotonic() >= end:
                return found
            time.sleep(_PAUSE)

    def _take(self, most: int, hold: int) -> list[Message]:
        found: list[Message] = []
        with self._lock, disk():
            for name in self._names():
                visible, receives, identity = _parsed(name)
                if len(found) == most or visible > time.time():
                    break
                if receives >= MOST_RECEIVES:
                    (self._waiting / name).rename(self._dead / identity)
                    continue
                self._received[identity] = self._renamed(name, hold, receives + 1)
                body = (self._waiting / self._received[identity]).read_text("utf-8")
                found.append(Message(body, receives + 1, identity))
        return found

    def hold(self, message: Message, seconds: int) -> None:
        """Rename it to a later time; one that is done already is no error."""
        with self._lock, disk():
            if name := self._received.get(message.receipt):
                self._received[message.receipt] = self._renamed(name, seconds, _parsed(name)[1])

    def delete(self, message: Message) -> None:
        """Remove its file; one that is done already is no error."""
        with self._lock, disk():
            if name := self._received.pop(message.receipt, None):
                (self._waiting / name).unlink(missing_ok=True)

    def take_over(self) -> None:
        """Let what another process had received, before it ended, be received at once."""
        with self._lock, disk():
            for name in self._names():
                self._renamed(name, 0, _parsed(name)[1])

    def _names(self) -> list[str]:
        return sorted(path.name for path in self._waiting.iterdir())

    def _renamed(self, name: str, seconds: int, receives: int) -> str:
        identity = _parsed(name)[2]
        new = _name(time.time() + seconds if seconds else 0, receives, identity)
        (self._waiting / name).rename(self._waiting / new)
        return new


def _name(visible: float, receives: int, identity: str) -> str:
    return f"{int(visible * 1000):013}-{receives:02}-{identity}"


def _parsed(name: str) -> tuple[float, int, str]:
    visible, receives, identity = name.split("-")
    return int(visible) / 1000, int(receives), identity
