"""The queue into which SES's events flow, polled.

A message is deleted only once what it says is recorded, so that it comes again after a crash. One
that cannot be read is never deleted: the queue's redrive policy moves it to the dead-letter queue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from notifier.channels.feedback.inbox import Taken, Unreadable
from notifier.channels.feedback.ses_events import read
from notifier.errors import DeliveryError

_A = TypeVar("_A")
_R = TypeVar("_R")

_BATCH = 10
"""The most that SQS gives and deletes by one call."""
_LANES = 16
"""Calls at once while there is a backlog."""
_WAIT_SECONDS = 2
_VISIBILITY_SECONDS = 120
"""For how long others do not see what was taken; longer than the ledger may keep us waiting."""


class SqsInbox:
    """Takes SES's events out of one SQS queue. Several processes may share it."""

    def __init__(self, queue_url: str, region: str = "") -> None:
        """Nothing is connected yet.

        Args:
            queue_url: as SQS shows it; whoever may write to the queue is believed.
            region: by default the one boto3 finds.
        """
        self._queue_url = queue_url
        self._region = region
        self._opened: Any = None

    def describe(self) -> str:
        """The queue's name; its URL holds the account."""
        return f"events of SES from the queue {self._queue_url.rpartition('/')[2]}"

    def take(self, now: datetime) -> list[Taken]:
        """Wait two seconds for messages; where there are many, take up to 160 at once."""
        del now
        return self._try(self._receive)

    def done(self, taken: Sequence[Taken]) -> None:
        """Delete what was read; a message whose deletion fails comes again and changes nothing."""
        receipts = [one.receipt for one in taken if not one.problem]
        chunks = [receipts[at : at + _BATCH] for at in range(0, len(receipts), _BATCH)]
        self._try(lambda: self._in_lanes(self._delete, chunks))

    def _receive(self) -> list[Taken]:
        messages = self._receive_batch(_WAIT_SECONDS)
        if len(messages) == _BATCH:
            for batch in self._in_lanes(self._receive_batch, [0] * (_LANES - 1)):
                messages += batch
        return [_read(message) for message in messages]

    def _receive_batch(self, wait: int) -> list[dict[str, Any]]:
        answer = self._client().receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=_BATCH,
            WaitTimeSeconds=wait,
            VisibilityTimeout=_VISIBILITY_SECONDS,
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _delete(self, receipts: list[str]) -> None:
        entries = [{"Id": str(n), "ReceiptHandle": r} for n, r in enumerate(receipts)]
        self._client().delete_message_batch(QueueUrl=self._queue_url, Entries=entries)

    def _client(self) -> Any:
        if self._opened is None:
            self._opened = boto3.Session(region_name=self._region or None).client(
                "sqs", config=Config(max_pool_connections=_LANES, connect_timeout=5)
            )
        return self._opened

    @staticmethod
    def _in_lanes(call: Callable[[_A], _R], arguments: Sequence[_A]) -> list[_R]:
        with ThreadPoolExecutor(_LANES, thread_name_prefix="sqs") as pool:
            return list(pool.map(call, arguments))

    def _try(self, call: Callable[[], _R]) -> _R:
        try:
            return call()
        except (BotoCoreError, ClientError, ValueError) as error:
            why = error.response["Error"]["Code"] if isinstance(error, ClientError) else error
            raise DeliveryError(
                f"The feedback queue cannot be used: {why}.",
                remedy="check [feedback] queue, the region, and that the credentials boto3 finds "
                "may receive and delete there; no event is lost meanwhile",
            ) from error


def _read(message: dict[str, Any]) -> Taken:
    receipt = message["ReceiptHandle"]
    try:
        return Taken(receipt, read(message["Body"]))
    except Unreadable as problem:
        return Taken(receipt, problem=str(problem))
