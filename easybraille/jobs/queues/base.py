"""The interface of a queue with at-least-once delivery: SQS and SQLite implement it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """A received message.

    Attributes:
        receives: how many times it has been received, this time included.
        receipt: identifies it to the queue.
    """

    body: str
    receives: int
    receipt: str


class Queue(Protocol):
    """A queue that hides a received message for a while and delivers it again unless it is deleted.

    A message that was received too many times becomes a dead letter. Each method raises NotReadyError where the queue
    cannot be reached.
    """

    @property
    def most_receives(self) -> int:
        """How many times a message is delivered before it becomes a dead letter."""

    def send(self, bodies: Iterable[str], delay_seconds: int = 0) -> None:
        """Append messages, which are delivered after a delay. When it raises, some of them may have been sent."""

    def receive(self, most: int, wait_seconds: int, visibility_seconds: int) -> list[Message]:
        """Messages, at most `most` (up to ten).

        Args:
            wait_seconds: longest time to wait where there are none.
            visibility_seconds: for so long no other consumer receives them.
        """

    def change_visibility(self, message: Message, seconds: int) -> None:
        """Hide the message from others for so many seconds from now; 0 returns it to the queue."""

    def delete(self, message: Message) -> None:
        """Remove a message that is processed."""
