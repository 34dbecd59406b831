"""What is left to do as messages of SQS."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from itertools import islice

from ...aws.clients import READ_SECONDS, asking, client
from ...errors import SettingError
from ..unavailable import refused
from .base import Message

_SENT_AT_ONCE = 10
_ATTEMPTS = 5
# Well below the time after which a client hangs up: messages that come at that moment would be nobody's for a while.
_LONGEST_WAIT = READ_SECONDS - 2


class SqsQueue:
    """See Queue.

    Args:
        url: of a queue that has a dead-letter queue.
    """

    def __init__(self, url: str):
        self._url = url
        self._client = client("sqs")

    @cached_property
    def most_receives(self) -> int:
        """What the queue's redrive policy says. Raises SettingError where it has none."""
        with asking(self._url):
            answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=["RedrivePolicy"])
        policy = answer.get("Attributes", {}).get("RedrivePolicy")
        if policy is None:
            raise SettingError(f"EASYBRAILLE_JOBS_QUEUE is {self._url}, which has no dead-letter queue; it needs one.")
        return int(json.loads(policy)["maxReceiveCount"])

    def send(self, bodies: Iterable[str]) -> None:
        """SendMessageBatch, ten at a time; those that SQS refuses once more."""
        bodies = iter(bodies)
        while piece := list(islice(bodies, _SENT_AT_ONCE)):
            with asking(self._url):
                self._send(piece)

    def _send(self, bodies: list[str]) -> None:
        for _ in range(_ATTEMPTS):
            entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            failed = answer.get("Failed", ())
            bodies = [bodies[int(one["Id"])] for one in failed]
            if not bodies:
                return
        raise refused(f"{len(bodies)} messages can't be sent: {failed[0]}")

    def receive(self, most: int, seconds: int, hold: int) -> list[Message]:
        """ReceiveMessage."""
        with asking(self._url):
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=most,
                WaitTimeSeconds=min(seconds, _LONGEST_WAIT),
                VisibilityTimeout=hold,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
        return [
            Message(one["Body"], int(one["Attributes"]["ApproximateReceiveCount"]), one["ReceiptHandle"])
            for one in answer.get("Messages", ())
        ]

    def hold(self, message: Message, seconds: int) -> None:
        """ChangeMessageVisibility."""
        with asking(self._url):
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=message.receipt, VisibilityTimeout=seconds
            )

    def delete(self, message: Message) -> None:
        """DeleteMessage."""
        with asking(self._url):
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)
