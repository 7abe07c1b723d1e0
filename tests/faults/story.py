"""Many senders, many kills, one ledger: run to its end, then counted."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from notifier.delivery import OPEN, UNKNOWN_WAIT, Outcome
from notifier.ledger import Ledger, approvals, feedback, handover, journal
from notifier.ledger.schema import attempts, deliveries, outcomes
from notifier.ledger.standing import standing
from notifier.model.stamp import Stamp
from tests.faults.senders import Post, any_ended, start
from tests.ledger.samples import NOW, approved, people
from tests.pipeline.samples import message
from tests.smtp_sink import SmtpSink


@dataclass(frozen=True)
class Account:
    """How it ended; ``doubtful`` are the attempts that were open when their sender died."""

    people: int
    states: dict[str, int]
    copies: Counter[str]
    kills: int
    doubtful: int
    rounds: int
    faults: list[str]

    @property
    def lost(self) -> int:
        """People the server never committed a message for."""
        return self.people - len(self.copies)

    @property
    def duplicates(self) -> int:
        return sum(self.copies.values()) - len(self.copies)


class Killer:
    """Kills senders at moments of the conversation, chosen by its seed; some all at once."""

    def __init__(self, seed: int, kills: int, moments: int) -> None:
        self._random = random.Random(seed)
        self._when = set(self._random.sample(range(moments), kills))
        self._lock = threading.Lock()
        self._moments = 0
        self.senders: list = []
        self.kills = 0

    def __call__(self, _moment) -> None:
        with self._lock:
            self._moments += 1
            if self._moments in self._when:
                living = [sender for sender in self.senders if sender.exitcode is None]
                self._random.shuffle(living)
                for sender in living if self._random.random() < 0.1 else living[:1]:
                    with suppress(ProcessLookupError):
                        os.kill(sender.pid, signal.SIGKILL)
                        self.kills += 1


def run(
    url: str, folder: Path, *, count: int, processes: int, kills: int, seed: int, in_flight: int
) -> Account:
    """Send to ``count`` people while senders are killed; then let it end by itself."""
    ledger = Ledger(url)
    sample = approved(ledger, people(count), message=message())
    killer = Killer(seed, kills, moments=count * 4)
    rounds = 0
    with SmtpSink(script=killer) as sink:
        post = Post(url, sink.port, folder / "later", in_flight=in_flight)
        while not _is_finished(ledger, sample):
            rounds += 1
            assert rounds < 200, "it does not end"
            _round(ledger, sample, post, killer, processes)
            post.move(UNKNOWN_WAIT)
        copies = Counter(mail.recipient for mail in sink.committed)
    account = _account(ledger, sample, copies, killer.kills, rounds)
    ledger.close()
    return account


def _round(ledger: Ledger, sample, post: Post, killer: Killer, processes: int) -> None:
    """Senders until each has found nothing more to do; a killed or held one is started again."""
    killer.senders = senders = [start(post) for _ in range(processes)]
    while senders:
        for sender in any_ended(senders):
            senders.remove(sender)
            if _was_held(ledger, sample, post) or sender.exitcode:
                senders.append(start(post))


def _was_held(ledger: Ledger, sample, post: Post) -> bool:
    """What legal does when too many are without an answer: look, and say to go on."""
    with ledger.begin() as tx:
        by = Stamp("L. Egal", post.clock(), "we know why")
        return approvals.resume(tx, sample.stored.id, by) > 0


def _is_finished(ledger: Ledger, sample) -> bool:
    with ledger.begin() as tx:
        account = standing(tx, sample.stored, NOW)
    return all(notice.expanded and not notice.states.keys() & OPEN for notice in account.notices)


def _account(ledger: Ledger, sample, copies: Counter[str], kills: int, rounds: int) -> Account:
    with ledger.begin() as tx:
        states = tx.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
        doubtful = tx.execute(
            select(func.count()).where(outcomes.c.outcome == Outcome.UNKNOWN)
        ).scalar_one()
        open_attempts = tx.execute(
            select(func.count())
            .select_from(attempts)
            .outerjoin(outcomes, outcomes.c.attempt_id == attempts.c.id)
            .where(outcomes.c.attempt_id.is_(None))
        ).scalar_one()
        faults = [*journal.verify(tx), *handover.verify(tx), *feedback.verify(tx)]
        if open_attempts:
            faults.append(f"{open_attempts} attempts have no outcome")
        return Account(
            sample.stored.plan.people,
            {str(state): people for state, people in states},
            copies,
            kills,
            doubtful,
            rounds,
            faults,
        )
