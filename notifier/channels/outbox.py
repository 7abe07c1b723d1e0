"""The outbox: every message a file in a directory. The default, for trying out.

A file is final delivery, so it opens with the trace headers of RFC 5321 4.4 (``Return-Path``) and
RFC 9228 (``Delivered-To``); from there on it is the message byte for byte.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from notifier.channels.addresses import wire_form
from notifier.channels.transport import Envelope, Result, Scope, Session
from notifier.delivery import Outcome
from notifier.errors import DeliveryError

_HEADERS = 16 * 1024
"""Bytes within which a message's own headers stand."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Writes one ``.eml`` file per attempt into a directory, made if it is not there.

    A file is named after its attempt. Should an attempt ever be handed over twice, the second
    file stands beside the first (``…-again-1.eml``).
    """

    directory: Path
    name: str = "outbox"

    def open(self) -> Session:
        """Start a session.

        Raises:
            DeliveryError: the directory cannot be made or is not ours to write in.
        """
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            writable = os.access(self.directory, os.W_OK | os.X_OK)
        except OSError as error:
            raise _unusable(self.directory, error.strerror or "unknown error") from error
        if not writable:
            raise _unusable(self.directory, "no permission to write")
        return _OutboxSession(self.directory)

    def most_a_second(self) -> None:
        """Nobody says."""

    def prove(self, message_ids: Mapping[int, str]) -> dict[int, bool]:
        """A file with the attempt's number and Message-ID is proof; its absence as well."""
        return {
            attempt: any(
                _carries(path, message_id) for path in self.directory.glob(f"{attempt:012d}*.eml")
            )
            for attempt, message_id in message_ids.items()
        }


def _carries(path: Path, message_id: str) -> bool:
    with path.open("rb") as file:
        return f"\nMessage-ID: {message_id}\r\n".encode() in file.read(_HEADERS)


def _unusable(directory: Path, why: str) -> DeliveryError:
    return DeliveryError(
        f"the outbox {directory} cannot be used: {why}",
        remedy="give the outbox a directory this user may write to",
    )


class _OutboxSession:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._queue: deque[Envelope] = deque()

    def submit(self, envelopes: Sequence[Envelope]) -> None:
        self._queue.extend(envelopes)

    def poll(self, timeout: float) -> list[Result]:
        until = time.monotonic() + timeout
        results: list[Result] = []
        while self._queue and (not results or time.monotonic() < until):
            results.append(self._write(self._queue.popleft()))
        if any(result.outcome is Outcome.ACCEPTED for result in results):
            return self._names_made_durable(results)
        return results

    def close(self) -> list[Result]:
        left = [
            Result(envelope.attempt, Outcome.NOT_SENT, "closed before it was written")
            for envelope in self._queue
        ]
        self._queue.clear()
        return left

    def _write(self, envelope: Envelope) -> Result:
        try:
            sender = wire_form(envelope.sender)
        except ValueError as error:
            return Result(
                envelope.attempt, Outcome.NOT_SENT, f"return path: {error}", scope=Scope.SENDER
            )
        try:
            recipient = wire_form(envelope.recipient)
        except ValueError as error:
            return Result(envelope.attempt, Outcome.REFUSED, f"recipient: {error}")
        trace = b"Return-Path: <%b>\r\nDelivered-To: %b\r\n" % (sender, recipient)
        final = self._free_name(envelope.attempt)
        partial = final.with_suffix(".partial")
        try:
            _write_through(partial, trace + envelope.content)
            partial.rename(final)
        except OSError as error:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            why = f"the outbox cannot be written: {error.strerror}"
            return Result(envelope.attempt, Outcome.NOT_SENT, why, scope=Scope.TRANSPORT)
        return Result(envelope.attempt, Outcome.ACCEPTED, "written", provider_id=final.name)

    def _free_name(self, attempt: int) -> Path:
        name, again = self._directory / f"{attempt:012d}.eml", 0
        while name.exists():
            again += 1
            name = self._directory / f"{attempt:012d}-again-{again}.eml"
        return name

    def _names_made_durable(self, results: list[Result]) -> list[Result]:
        """Sync the directory once for the batch; a name that may be lost is not accepted."""
        try:
            directory = os.open(self._directory, os.O_RDONLY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)
        except OSError as error:
            why = f"the outbox's directory cannot be made durable: {error.strerror}"
            return [
                Result(r.attempt, Outcome.UNKNOWN, why, scope=Scope.TRANSPORT)
                if r.outcome is Outcome.ACCEPTED
                else r
                for r in results
            ]
        return results


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]
        os.fsync(file.fileno())
