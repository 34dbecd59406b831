"""A queue in an SQLite database, for one machine without SQS; safe to share between threads and processes."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..unavailable import unavailable
from .base import Message

MOST_RECEIVES = 10
# Polling is cheap here, and a service that is stopped waits for `receive` to return.
_LONGEST_WAIT = 1
_POLL_SECONDS = 0.2
# Longest time to wait for another process that writes.
_BUSY_SECONDS = 5
# Times are in seconds since 1970. A dead letter is kept until it expires.
_SCHEMA = """
    CREATE TABLE IF NOT EXISTS messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        body TEXT NOT NULL,
        sent REAL NOT NULL,
        visible REAL NOT NULL,
        receives INTEGER NOT NULL DEFAULT 0,
        dead INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (dead, visible, id);
"""


class SqliteQueue:
    """See Queue.

    Args:
        folder: where queue.sqlite3 is; made where it does not exist.
    """

    most_receives = MOST_RECEIVES

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "queue.sqlite3"
        # Whether there was no queue before: messages of unfinished jobs have to be sent again.
        self.new = not file.exists()
        self._lock = threading.Lock()
        with _database_errors():
            self._database = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            # Readers and one writer do not block each other, and a commit survives the death of the process.
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.executescript(_SCHEMA)

    def send(self, bodies: Iterable[str], delay_seconds: int = 0) -> None:
        """Insert all messages, or none, in one transaction."""
        now = time.time()
        rows = [(body, now, now + delay_seconds) for body in bodies]
        with self._transaction() as database:
            database.executemany("INSERT INTO messages (body, sent, visible) VALUES (?, ?, ?)", rows)

    def receive(self, most: int, wait_seconds: int, visibility_seconds: int) -> list[Message]:
        """The messages that are visible, the oldest first."""
        end = time.monotonic() + min(wait_seconds, _LONGEST_WAIT)
        while True:
            found = self._receive(most, visibility_seconds)
            if found or time.monotonic() >= end:
                return found
            time.sleep(_POLL_SECONDS)

    def _receive(self, most: int, visibility_seconds: int) -> list[Message]:
        now = time.time()
        with self._transaction() as database:
            database.execute("UPDATE messages SET dead = 1 WHERE visible <= ? AND receives >= ?", (now, MOST_RECEIVES))
            rows = database.execute(
                "UPDATE messages SET receives = receives + 1, visible = ? WHERE id IN"
                " (SELECT id FROM messages WHERE dead = 0 AND visible <= ? ORDER BY visible, id LIMIT ?)"
                " RETURNING id, body, receives",
                (now + visibility_seconds, now, most),
            ).fetchall()
        return [Message(body, receives, str(identity)) for identity, body, receives in sorted(rows)]

    def change_visibility(self, message: Message, seconds: int) -> None:
        """Change when the message is delivered again; nothing happens to one that is deleted."""
        # 0 sorts a returned message before those that have not been received yet.
        visible = time.time() + seconds if seconds else 0
        with self._transaction() as database:
            database.execute("UPDATE messages SET visible = ? WHERE id = ?", (visible, int(message.receipt)))

    def delete(self, message: Message) -> None:
        """Delete the message; nothing happens to one that is deleted already."""
        with self._transaction() as database:
            database.execute("DELETE FROM messages WHERE id = ?", (int(message.receipt),))

    def release_all(self) -> None:
        """Return all messages that a process received before it ended."""
        with self._transaction() as database:
            database.execute("UPDATE messages SET visible = 0 WHERE dead = 0 AND visible > ?", (time.time(),))

    def dead_letters(self) -> list[str]:
        """Bodies of the messages that were received too many times."""
        with self._lock, _database_errors():
            return [body for (body,) in self._database.execute("SELECT body FROM messages WHERE dead = 1 ORDER BY id")]

    def expire(self, before: float) -> None:
        """Delete messages sent before a time, seconds since 1970."""
        with self._transaction() as database:
            database.execute("DELETE FROM messages WHERE sent < ?", (before,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _database_errors():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")


@contextmanager
def _database_errors() -> Iterator[None]:
    """Raises NotReadyError for each failure of the database, for example on a full disk."""
    try:
        yield
    except sqlite3.Error as error:
        raise unavailable(f"queue of jobs: {error}") from None
