"""A queue in SQS."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from itertools import islice
from typing import Any

from ...aws.clients import READ_SECONDS, client
from ...aws.region import region_of_queue
from ...errors import SettingError
from ..unavailable import aws_errors, unavailable
from .base import Message

_LARGEST_BATCH = 10
_ATTEMPTS = 5
# Well below the client's read timeout: messages that arrive when it closes the connection would be hidden for nothing.
_LONGEST_WAIT = READ_SECONDS - 2


class SqsQueue:
    """See Queue.

    Args:
        url: of a queue that has a dead-letter queue.
    """

    def __init__(self, url: str):
        self._url = url
        self._client = client("sqs", region_of_queue(url))

    @cached_property
    def most_receives(self) -> int:
        """The maxReceiveCount of the queue's redrive policy. Raises SettingError where it has none."""
        with aws_errors(self._url):
            answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=["RedrivePolicy"])
        policy = answer.get("Attributes", {}).get("RedrivePolicy")
        if policy is None:
            raise SettingError(f"EASYBRAILLE_JOBS_QUEUE is {self._url}, which has no dead-letter queue; it needs one.")
        return int(json.loads(policy)["maxReceiveCount"])

    def send(self, bodies: Iterable[str], delay_seconds: int = 0) -> None:
        """SendMessageBatch, ten at a time."""
        bodies = iter(bodies)
        while batch := list(islice(bodies, _LARGEST_BATCH)):
            with aws_errors(self._url):
                self._send(batch, delay_seconds)

    def _send(self, bodies: list[str], delay_seconds: int) -> None:
        """Send a batch; the messages that SQS names as failed are retried, without those that succeeded."""
        failed: list[dict[str, Any]] = []
        for _ in range(_ATTEMPTS):
            entries = [
                {"Id": str(number), "MessageBody": body, "DelaySeconds": delay_seconds}
                for number, body in enumerate(bodies)
            ]
            failed = self._client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed", [])
            bodies = [bodies[int(one["Id"])] for one in failed]
            if not bodies:
                return
        raise unavailable(f"{len(bodies)} messages can't be sent: {failed[0]}")

    def receive(self, most: int, wait_seconds: int, visibility_seconds: int) -> list[Message]:
        """ReceiveMessage."""
        with aws_errors(self._url):
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=most,
                WaitTimeSeconds=min(wait_seconds, _LONGEST_WAIT),
                VisibilityTimeout=visibility_seconds,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
        return [
            Message(one["Body"], int(one["Attributes"]["ApproximateReceiveCount"]), one["ReceiptHandle"])
            for one in answer.get("Messages", ())
        ]

    def change_visibility(self, message: Message, seconds: int) -> None:
        """ChangeMessageVisibility."""
        with aws_errors(self._url):
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=message.receipt, VisibilityTimeout=seconds
            )

    def delete(self, message: Message) -> None:
        """DeleteMessage."""
        with aws_errors(self._url):
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)
