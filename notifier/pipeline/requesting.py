"""What planning decides on, gathered from the texts, the rulings and the configuration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from notifier.config import Config, FloorConfig, PolicyConfig, PromiseConfig
from notifier.errors import ConfigError, PlanningError
from notifier.ledger import Tx, changes, tellings, texts
from notifier.ledger.audiences import FrozenAudience
from notifier.ledger.changes import Change, ChangeState
from notifier.ledger.texts import Version
from notifier.model.plan import Group
from notifier.model.reading import (
    EffectiveDate,
    Finding,
    NoticePeriod,
    Promise,
    Reading,
    Severity,
)
from notifier.model.redline import Materiality, Redline
from notifier.model.request import (
    Floor,
    PlanRequest,
    Rules,
    SegmentDate,
    SendingHours,
    Stated,
)
from notifier.pipeline.domains import steady_rate
from notifier.pipeline.pipeline import Pipeline
from notifier.pipeline.remaining import mail_beside
from notifier.planning import known_floors
from notifier.redline import compare


@dataclass(frozen=True, slots=True)
class Matter:
    """A change with both of its texts."""

    policy: PolicyConfig
    change: Change
    old: Version
    new: Version

    @property
    def redline(self) -> Redline:
        """The comparison of the two."""
        return compare(self.old.reading.document, self.new.reading.document)


def matter_of(tx: Tx, policy: PolicyConfig, change: Change) -> Matter:
    """A change with its texts, in whatever state it is."""
    return Matter(
        policy,
        change,
        texts.load_version(tx, change.from_version),
        texts.load_version(tx, change.to_version),
    )


def open_matter(tx: Tx, policy: PolicyConfig) -> Matter:
    """The policy's open change.

    Raises:
        PlanningError: there is none, or it is paused or withdrawn.
    """
    change = changes.latest_change(tx, policy.key)
    if change is not None and change.stopped:
        raise PlanningError(
            f"The change of {policy.key} is {change.state}.",
            remedy=f"to take it up again: `notifier resume {policy.key}`",
        )
    if change is None or change.state is not ChangeState.OPEN:
        raise PlanningError(
            f"There is no open change of {policy.key}.",
            remedy=f"stage a new text, then run `notifier check {policy.key}`",
        )
    return matter_of(tx, policy, change)


def request(
    tx: Tx,
    pipeline: Pipeline,
    matter: Matter,
    audience: FrozenAudience,
    groups: tuple[Group, ...],
    now: datetime,
) -> PlanRequest:
    """Everything planning decides on."""
    policy, config = matter.policy, pipeline.config
    own = tellings.plans_of_series(tx, matter.change.id)
    rules = replace(
        rules_of(config, policy),
        rate=steady_rate(tx, config.email, audience.id),
        beside=mail_beside(tx, config.email, own, now),
    )
    return PlanRequest(
        title=policy.title,
        effective=matter.new.reading.effective,
        promise=governing_promise(policy, matter.old.reading.promise),
        new_promise=matter.new.reading.promise,
        in_force_date=matter.old.reading.effective.date,
        materiality=classified(matter.old.reading, matter.new.reading),
        rulings=changes.rulings_on(tx, matter.change.id),
        groups=groups,
        rules=rules,
        version=matter.new.reading.document.content_hash,
        posted_at=matter.new.live_at,
        stated=stated_promise(policy, matter.old.reading.promise),
        questions=open_questions(matter.old.reading, matter.new.reading),
    )


def classified(old: Reading, new: Reading) -> Materiality | None:
    """How much a change matters before legal has ruled on it; None where only legal can say.

    Our suggestion may add people to be told, and takes nobody's notice away: that a change is not
    material is believed without a ruling only where the comparison proves it. Nothing differs then
    but the line with the text's own date, or blanks, quotation marks and dashes.
    """
    redline = compare(old.document, new.document)
    only_date = redline.suggestion is Materiality.DATE_ONLY
    proven = all(
        entry.keeps_words
        or (
            only_date
            and _is_line_of(old.effective, entry.old_text)
            and _is_line_of(new.effective, entry.new_text)
        )
        for entry in redline.entries
        if entry.is_change
    )
    return redline.suggestion if proven or redline.suggestion is Materiality.MATERIAL else None


def open_questions(old: Reading, new: Reading) -> tuple[Finding, ...]:
    """What reading could not settle of the promise that binds a change, and of its date."""
    asked = [
        *(finding for finding in old.findings if finding.code.startswith("promise.")),
        *(finding for finding in new.findings if finding.code.startswith("date.")),
    ]
    return tuple(finding for finding in asked if finding.severity is Severity.QUESTION)


def _is_line_of(effective: EffectiveDate, text: str) -> bool:
    """Whether a text's date was read from this block."""
    return effective.quote is not None and effective.quote.text.strip() in text


def rules_of(config: Config, policy: PolicyConfig) -> Rules:
    """The company's choices for a policy."""
    hours = policy.sending_hours
    return Rules(
        zone=policy.zone,
        lead_times=policy.lead_times,
        floors=floors_of(config, policy),
        rate=config.email.rate,
        bounce_allowance=policy.bounce_allowance,
        daily_quota=config.email.daily_quota,
        recipient_zones=policy.recipient_zones,
        in_app_offset=policy.in_app_offset,
        deemed_receipt=policy.deemed_receipt,
        sending_hours=SendingHours(
            hours.opens, hours.closes, tuple(hours.days), on_holidays=hours.on_holidays
        )
        if hours
        else None,
        holidays=frozenset(config.holidays),
        segment_dates=tuple(SegmentDate(*pair) for pair in sorted(policy.segment_dates.items())),
    )


def floors_of(config: Config, policy: PolicyConfig) -> tuple[Floor, ...]:
    """The minimum notice periods the configuration names for a policy: by law, or its own.

    Raises:
        ConfigError: a name nobody knows, or one of its own that the law has already.
    """
    own = {floor.name: _own_floor(floor) for floor in config.floor}
    taken = sorted(own.keys() & known_floors().keys())
    if taken:
        raise ConfigError(
            f"These floors are known already, with another meaning: {', '.join(taken)}.",
            remedy="give each [[floor]] of your own another name",
        )
    known = {**known_floors(), **own}
    unknown = [name for name in policy.floors if name not in known]
    if unknown:
        raise ConfigError(
            f"Policy {policy.key} names floors nobody knows: {', '.join(unknown)}.",
            remedy=f"known are: {', '.join(known)}",
        )
    return tuple(known[name] for name in policy.floors)


def _own_floor(floor: FloorConfig) -> Floor:
    return Floor(
        name=floor.name,
        period=NoticePeriod(floor.days),
        source=floor.source,
        clear=floor.clear,
        trigger=floor.trigger,
        channels=floor.channels,
        segments=floor.segments,
    )


def governing_promise(policy: PolicyConfig, promise: Promise) -> Promise:
    """The promise of the version in force, with what legal states in ``[policy.promise]``."""
    return _with(policy.promise, promise) if policy.promise else promise


def stated_promise(policy: PolicyConfig, read: Promise) -> Stated | None:
    """Who states what in ``[policy.promise]``, beside the promise as it was read."""
    stated = policy.promise
    if stated is None:
        return None
    given = stated.model_dump(mode="json", exclude_none=True, exclude={"who", "why"})
    says = (
        f"{key} {', '.join(value) if isinstance(value, list) else str(value).lower()}"
        for key, value in given.items()
    )
    return Stated(stated.who, stated.why, "; ".join(says) or "nothing", read)


def _with(stated: PromiseConfig, promise: Promise) -> Promise:
    given = stated.model_dump(exclude_none=True, exclude={"who", "why"})
    if "channels_mode" in given:
        given["mode"] = given.pop("channels_mode")
    if "lead_time_days" in given:
        given["period"] = NoticePeriod(given.pop("lead_time_days"))
    return replace(promise, **given)
