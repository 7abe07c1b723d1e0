"""record_feedback: what came back is read, matched to its hand-over, believed or not, recorded."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from notifier.channels.addresses import wire_form
from notifier.channels.feedback import Feedback, Inbox, MailReader, Taken, Unreadable
from notifier.delivery import EventKind
from notifier.ledger import Tx, correlation, feedback
from notifier.ledger.correlation import HandedOver
from notifier.ledger.feedback import Event
from notifier.pipeline.envelopes import delivery_named, message_name
from notifier.pipeline.pipeline import Pipeline

_ON_LITTLE_PROOF = {
    EventKind.DELAYED: EventKind.DELAYED,
    EventKind.BOUNCED: EventKind.BOUNCED,
    EventKind.BOUNCED_FOR_GOOD: EventKind.BOUNCED,
}


@dataclass(slots=True)
class FeedbackReport:
    """What one look at an inbox yielded.

    Attributes:
        events: told of hand-overs of ours, by kind; those known already are among them.
        strangers: told of no hand-over of ours, or without proof of having seen its mail; dropped.
        silent: answers, absence notes and the like, which tell nothing of a hand-over.
        unreadable: why something could not be read, and how often.
    """

    events: Counter[EventKind] = field(default_factory=Counter)
    strangers: int = 0
    silent: int = 0
    unreadable: Counter[str] = field(default_factory=Counter)


def record_feedback(pipeline: Pipeline, inbox: Inbox, *, stop: threading.Event) -> FeedbackReport:
    """Empty an inbox: record what is in it, then let go of it.

    Broken off anywhere, it is read again, and an event told twice is one event.

    Raises:
        DeliveryError: the inbox cannot be used.
        LedgerError: the ledger cannot be written; nothing is lost.
    """
    report = FeedbackReport()
    while not stop.is_set() and (taken := inbox.take(pipeline.clock())):
        _record(pipeline, taken, report)
        inbox.done(taken)
    return report


def record_mail(pipeline: Pipeline, content: bytes) -> FeedbackReport:
    """Record what one mail says that came back.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    report = FeedbackReport()
    reader = MailReader(pipeline.config.email.bounces_to)
    try:
        taken = Taken("", reader.read(content, pipeline.clock()))
    except Unreadable as problem:
        taken = Taken("", problem=str(problem))
    _record(pipeline, [taken], report)
    return report


def _record(pipeline: Pipeline, taken: Sequence[Taken], report: FeedbackReport) -> None:
    told = [one.feedback for one in taken if one.feedback]
    with pipeline.ledger.begin() as tx:
        matched = [event for one in told if (event := _matched(tx, one))]
        matched.sort(key=lambda event: event.attempt)  # locked in the order senders lock in
        strangers = feedback.record(tx, matched, pipeline.clock()) if matched else []
    report.events.update(event.kind for event in matched if event not in strangers)
    report.strangers += len(told) - len(matched) + len(strangers)
    report.unreadable.update(one.problem for one in taken if one.problem)
    report.silent += sum(not one.feedback and not one.problem for one in taken)


def _matched(tx: Tx, told: Feedback) -> Event | None:
    """The event as one of our attempts, or None where it is not ours or not to be believed.

    What the provider vouches for is of our attempt if it has the id we were given, or else the
    person's address: another installation that shares the provider counts its attempts as well.

    A mail proves itself by our message id, which only the plan's digest yields. One that merely
    fits together a number and the address behind it may say that a message came back, but
    neither that somebody was told nor that an address is gone for good.
    """
    stated = correlation.by_attempt(tx, told.attempt) if told.attempt else None
    if told.vouched:
        return (
            _event(told, stated.attempt, told.kind) if stated and _is_ours(stated, told) else None
        )
    if proven := _proven(tx, told):
        return _event(told, proven, told.kind)
    kind = _ON_LITTLE_PROOF.get(told.kind)
    if stated and kind and _is_named(stated, told.recipients):
        return _event(told, stated.attempt, kind)
    return None


def _proven(tx: Tx, told: Feedback) -> int | None:
    """The attempt behind a message id of ours that is quoted."""
    for reference in told.references:
        delivery = delivery_named(reference)
        latest = correlation.by_delivery(tx, delivery) if delivery else None
        if latest is None or message_name(latest.plan_digest, latest.delivery) not in reference:
            continue
        stated = correlation.by_attempt(tx, told.attempt) if told.attempt else None
        is_one_of_its = stated is not None and stated.delivery == latest.delivery
        return stated.attempt if stated and is_one_of_its else latest.attempt
    return None


def _is_ours(stated: HandedOver, told: Feedback) -> bool:
    if stated.provider_id:
        return told.provider_id == stated.provider_id
    return _is_named(stated, told.recipients)


def _is_named(handed_over: HandedOver, recipients: frozenset[str]) -> bool:
    try:
        on_the_wire = wire_form(handed_over.address).decode().casefold()
    except ValueError:
        return False
    return not recipients.isdisjoint({on_the_wire, handed_over.address.casefold()})


def _event(told: Feedback, attempt: int, kind: EventKind) -> Event:
    return Event(told.origin, kind, attempt, told.at, told.detail)
