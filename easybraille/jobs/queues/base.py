"""What is left to do, as messages that come at least once: in SQS or in a folder, with the same few verbs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message that was received.

    Attributes:
        receives: how often it has been received, this time included.
        receipt: by which the queue knows this receipt.
    """

    body: str
    receives: int
    receipt: str


class Queue(Protocol):
    """A message that is received is not given to anybody else for a while; one that is not deleted comes again.

    One that has been received too often goes to the dead letters. Each method raises NotReadyError where the queue
    can't be reached.
    """

    @property
    def most_receives(self) -> int:
        """How often a message comes before it goes to the dead letters."""

    def send(self, bodies: Iterable[str]) -> None:
        """Put messages into the queue. When it raises, some may be in it."""

    def receive(self, most: int, seconds: int, hold: int) -> list[Message]:
        """At most so many messages, up to ten.

        Args:
            seconds: longest to wait where there are none.
            hold: nobody else has them for so many seconds from now.
        """

    def hold(self, message: Message, seconds: int) -> None:
        """Let nobody else have it for so many seconds from now; 0 gives it back."""

    def delete(self, message: Message) -> None:
        """It is done."""
