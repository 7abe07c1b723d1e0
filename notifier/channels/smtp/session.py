"""A session: the queue, the connections, and the one loop that serves them."""

from __future__ import annotations

import re
import selectors
import sys
import time
from collections import deque
from collections.abc import Sequence

from notifier.channels.addresses import without_addresses
from notifier.channels.smtp.commands import Offer, Transaction, Unsendable, transaction
from notifier.channels.smtp.conversation import Conversation, Lost
from notifier.channels.smtp.door import Door
from notifier.channels.smtp.introduction import Setback
from notifier.channels.smtp.opening import Opening
from notifier.channels.smtp.phases import Meaning, Phase
from notifier.channels.transport import Envelope, Result, Scope
from notifier.channels.wire import Address
from notifier.delivery import Outcome

_QUEUE_ID = re.compile(r"(?:queued as |\bid=|InternalId=)([\w.-]+)", re.IGNORECASE)
_CLOSED = "the session was closed before there was an answer"
_BOTH = selectors.EVENT_READ | selectors.EVENT_WRITE
_GROWTH_PAUSE = 30.0
"""Seconds without further connections after one was refused while others work."""


class SmtpSession:
    """Serves up to ``connections`` connections from one thread.

    The first connection goes alone; others follow once it is ready, so that a wrong password is
    tried once and not sixteen times.
    """

    def __init__(
        self,
        door: Door,
        *,
        connections: int,
        in_flight: int,
        messages_per_connection: int = sys.maxsize,
    ) -> None:
        self._door = door
        self._connections = connections
        self._each = messages_per_connection
        self._in_flight = in_flight
        self._queue: deque[Envelope] = deque()
        self._results: list[Result] = []
        self._under_way = 0
        self._selector = selectors.DefaultSelector()
        self._openings: dict[Opening, list[Address]] = {}
        self._conversations: set[Conversation] = set()
        self._blocked: set[Opening | Conversation] = set()
        self._speaking: set[Conversation] = set()
        self._grow_at = 0.0

    def submit(self, envelopes: Sequence[Envelope]) -> None:
        """Queue envelopes; nothing is written before the next poll."""
        self._queue.extend(envelopes)

    def poll(self, timeout: float) -> list[Result]:
        """Serve the connections until something finished or the time is over."""
        until = time.monotonic() + timeout
        self._serve(0)
        while not self._results and (self._queue or self._under_way):
            left = until - time.monotonic()
            if left <= 0:
                break
            self._serve(left)
        return self._collected()

    def close(self) -> list[Result]:
        """Stop: what has not left stays here, what has left is awaited a little while."""
        until = time.monotonic() + self._door.timeouts.closing
        self._give_back_queue(Scope.RECIPIENT, _CLOSED)
        for opening in list(self._openings):
            self._drop(opening)
        while self._conversations:
            left = until - time.monotonic()
            for conversation in list(self._conversations):
                self._wind_up(conversation, out_of_time=left <= 0)
            self._write()
            self._serve(max(left, 0))
        self._selector.close()
        return self._collected()

    # What a conversation asks for.

    def next_for(self, offer: Offer) -> Transaction | None:
        """Take the next message that can be put to a server with this offer."""
        while self._queue and self._under_way < self._in_flight:
            envelope = self._queue.popleft()
            try:
                taken = transaction(envelope, offer)
            except Unsendable as refused:
                self._report(envelope, refused.meaning, refused.detail)
            else:
                self._under_way += 1
                return taken
        return None

    def settle(self, transaction: Transaction, meaning: Meaning, detail: str) -> None:
        """Give a message's one result."""
        self._under_way -= 1
        self._report(transaction.envelope, meaning, detail)

    def _report(self, envelope: Envelope, meaning: Meaning, detail: str) -> None:
        outcome, scope = meaning
        detail = without_addresses(detail, envelope.sender, envelope.recipient)
        queue_id = _QUEUE_ID.search(detail) if outcome is Outcome.ACCEPTED else None
        provider_id = queue_id[1] if queue_id else ""
        self._results.append(Result(envelope.attempt, outcome, detail, provider_id, scope))

    def _collected(self) -> list[Result]:
        results, self._results = self._results, []
        return results

    def _give_back_queue(self, scope: Scope, detail: str) -> None:
        meaning = Meaning(Outcome.NOT_SENT, scope)
        while self._queue:
            self._report(self._queue.popleft(), meaning, detail)

    # The loop.

    def _serve(self, timeout: float) -> None:
        """Hear whoever has something for us, give out messages, and then write all at once.

        A server that is woken for each message alone costs this side twice as much a message.
        """
        if lines := self._lines():
            first = min(line.deadline for line in lines)
            wait = max(0.0, min(timeout, first - time.monotonic()))
            for key, _ in self._selector.select(wait):
                self._tend(key.data)
        self._employ()
        self._write()
        self._expire()

    def _lines(self) -> list[Opening | Conversation]:
        return [*self._openings, *self._conversations]

    def _tend(self, line: Opening | Conversation) -> None:
        if isinstance(line, Conversation):
            self._tend_conversation(line)
        else:
            self._tend_opening(line)

    def _tend_opening(self, opening: Opening) -> None:
        try:
            opening.ready()
        except Setback as setback:
            self._set_back(opening, setback)
        else:
            self._watch(opening)
            if opening.offer is not None:
                self._admit(opening, opening.offer)

    def _tend_conversation(self, conversation: Conversation) -> None:
        try:
            conversation.ready()
        except Lost as lost:
            self._lose(conversation, lost)
        else:
            self._speaking.add(conversation)

    def _write(self) -> None:
        speaking, self._speaking = self._speaking, set()
        for conversation in speaking:
            try:
                conversation.write()
            except Lost as lost:
                self._lose(conversation, lost)
            else:
                self._watch(conversation)

    def _expire(self) -> None:
        now = time.monotonic()
        for line in self._lines():
            if line.deadline <= now and self._knows(line):
                self._time_out(line)

    def _knows(self, line: Opening | Conversation) -> bool:
        return line in self._openings or line in self._conversations

    def _time_out(self, line: Opening | Conversation) -> None:
        if isinstance(line, Opening):
            self._set_back(line, line.overdue())
        else:
            self._lose(line, line.overdue())

    def _employ(self) -> None:
        """Give the queue to idle connections, and open more where those do not suffice."""
        if not self._queue:
            return
        for conversation in self._conversations:
            if conversation.idle:
                conversation.begin()
                self._speaking.add(conversation)
        while self._queue and self._may_grow():
            self._grow()

    def _may_grow(self) -> bool:
        if not self._conversations:
            return not self._openings
        wanted = min(self._connections - len(self._conversations), len(self._queue))
        return len(self._openings) < wanted and time.monotonic() >= self._grow_at

    def _grow(self) -> None:
        try:
            addresses = self._door.addresses()
        except Setback as setback:
            self._none_opened(setback)
        else:
            self._knock(addresses)

    def _knock(self, addresses: list[Address]) -> None:
        try:
            opening = self._door.knock(addresses[0])
        except Setback as setback:
            self._try_elsewhere(addresses[1:], setback)
            return
        self._openings[opening] = addresses[1:]
        self._blocked.add(opening)
        self._selector.register(opening.wire, _BOTH, opening)

    def _try_elsewhere(self, spare: list[Address], setback: Setback) -> None:
        if spare:
            self._knock(spare)
        else:
            self._none_opened(setback)

    def _admit(self, opening: Opening, offer: Offer) -> None:
        del self._openings[opening]
        conversation = Conversation(opening.wire, offer, self, self._door.timeouts, self._each)
        self._conversations.add(conversation)
        self._selector.modify(opening.wire, selectors.EVENT_READ, conversation)
        self._blocked.discard(opening)

    def _watch(self, line: Opening | Conversation) -> None:
        """Ask the selector for what the line waits for."""
        if line.wants_write is (line in self._blocked):
            return
        events = _BOTH if line.wants_write else selectors.EVENT_READ
        self._selector.modify(line.wire, events, line)
        self._blocked ^= {line}

    # Ends of connections.

    def _set_back(self, opening: Opening, setback: Setback) -> None:
        spare = self._openings[opening] if opening.phase is Phase.CONNECT else []
        self._drop(opening)
        self._try_elsewhere(spare, setback)

    def _none_opened(self, setback: Setback) -> None:
        self._grow_at = time.monotonic() + _GROWTH_PAUSE
        if not self._openings and not self._conversations:
            self._give_back_queue(setback.scope, setback.detail)

    def _lose(self, conversation: Conversation, lost: Lost) -> None:
        conversation.end(lost)
        self._drop(conversation)

    def _wind_up(self, conversation: Conversation, *, out_of_time: bool) -> None:
        if out_of_time:
            self._lose(conversation, Lost(_CLOSED, Scope.RECIPIENT))
        elif conversation.idle:
            conversation.quit()
            self._speaking.add(conversation)
        elif not conversation.committed and not conversation.quitting:
            self._lose(conversation, Lost(_CLOSED, Scope.RECIPIENT))

    def _drop(self, line: Opening | Conversation) -> None:
        self._selector.unregister(line.wire)
        line.wire.close()
        self._blocked.discard(line)
        if isinstance(line, Opening):
            del self._openings[line]
        else:
            self._conversations.discard(line)
