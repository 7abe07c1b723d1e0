"""A session with SES: one thread and one connection per message in flight."""

from __future__ import annotations

import queue
import ssl
import threading
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError

from notifier.channels.addresses import wire_form, without_addresses
from notifier.channels.ses import answers
from notifier.channels.ses.account import Account
from notifier.channels.ses.answers import Answer
from notifier.channels.ses.call import Line, NotMade, Unanswered
from notifier.channels.ses.timeouts import Timeouts
from notifier.channels.transport import Envelope, Result, Scope
from notifier.delivery import Outcome

_CLOSED = "the session was closed before there was an answer"


class SesSession:
    """Threads take envelopes from one queue and put results into another."""

    def __init__(self, account: Account, *, in_flight: int, timeouts: Timeouts) -> None:
        self._account = account
        self._in_flight = in_flight
        self._timeouts = timeouts
        self._tls = ssl.create_default_context(cafile=account.ca_bundle)
        self._waiting: queue.SimpleQueue[Envelope | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Result] = queue.SimpleQueue()
        self._unanswered: set[int] = set()
        self._threads: list[threading.Thread] = []

    def submit(self, envelopes: Sequence[Envelope]) -> None:
        """Queue envelopes; threads take them up as they become free."""
        for envelope in envelopes:
            self._unanswered.add(envelope.attempt)
            self._waiting.put(envelope)
        while len(self._threads) < min(self._in_flight, len(self._unanswered)):
            thread = threading.Thread(target=self._work, name="ses", daemon=True)
            self._threads.append(thread)
            thread.start()

    def poll(self, timeout: float) -> list[Result]:
        """Wait for results, and take all there are."""
        results: list[Result] = []
        try:
            if self._unanswered:
                results.append(self._done.get(timeout=max(timeout, 0)))
            while True:
                results.append(self._done.get_nowait())
        except queue.Empty:
            pass
        self._unanswered.difference_update(result.attempt for result in results)
        return results

    def close(self) -> list[Result]:
        """Stop: what waits stays here, calls under way are awaited a little while."""
        until = time.monotonic() + self._timeouts.closing
        results = [
            _result(envelope, Answer(Outcome.NOT_SENT, Scope.RECIPIENT, _CLOSED))
            for envelope in self._never_begun()
        ]
        self._unanswered.difference_update(result.attempt for result in results)
        for _ in self._threads:
            self._waiting.put(None)
        while self._unanswered and (left := until - time.monotonic()) > 0:
            results += self.poll(left)
        results += [
            Result(attempt, Outcome.UNKNOWN, _CLOSED, scope=Scope.RECIPIENT)
            for attempt in sorted(self._unanswered)
        ]
        self._unanswered.clear()
        return results

    def _never_begun(self) -> list[Envelope]:
        envelopes: list[Envelope] = []
        while True:
            try:
                envelope = self._waiting.get_nowait()
            except queue.Empty:
                return envelopes
            if envelope is not None:
                envelopes.append(envelope)

    def _work(self) -> None:
        line = Line(
            urlsplit(self._account.endpoint),
            self._tls,
            connect=self._timeouts.connect,
            answer=self._timeouts.answer,
        )
        while (envelope := self._waiting.get()) is not None:
            self._done.put(_result(envelope, self._hand_over(line, envelope)))
        line.close()

    def _hand_over(self, line: Line, envelope: Envelope) -> Answer:
        try:
            wire_form(envelope.sender)
        except ValueError as error:
            return Answer(Outcome.NOT_SENT, Scope.SENDER, f"return path: {error}")
        try:
            request = self._account.send_email(envelope)
        except ValueError as error:
            return Answer(Outcome.REFUSED, Scope.RECIPIENT, f"recipient: {error}")
        except BotoCoreError as error:
            return Answer(Outcome.NOT_SENT, Scope.TRANSPORT, f"no credentials: {error}")
        try:
            response = line.post(self._account.path, request)
        except NotMade as error:
            return Answer(Outcome.NOT_SENT, error.scope, f"not sent: {error}")
        except Unanswered as error:
            return Answer(Outcome.UNKNOWN, Scope.TRANSPORT, f"no answer: {error}")
        return answers.read(*response)


def _result(envelope: Envelope, answer: Answer) -> Result:
    return Result(
        envelope.attempt,
        answer.outcome,
        without_addresses(answer.detail, envelope.sender, envelope.recipient),
        answer.provider_id,
        answer.scope,
    )
