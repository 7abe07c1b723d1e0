"""What was understood of a policy's text: its effective date and its promise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from notifier.model.text import Document, Quote


class Severity(StrEnum):
    """How much a finding matters."""

    NOTE = "note"
    """Worth knowing; nothing to do."""
    WARNING = "warning"
    """Somebody should look; planning goes on, with the stricter reading."""
    QUESTION = "question"
    """Planning stops until legal records a ruling."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something legal should know about a text, a change or a plan.

    Attributes:
        code: stable name, ``room.subject``: ``date.ambiguous``, ``promise.contradiction``.
        message: one or two sentences a lawyer can read.
        quotes: the words it rests on.
        remedy: what to do next, with the ruling that would settle it.
    """

    code: str
    severity: Severity
    message: str
    quotes: tuple[Quote, ...] = ()
    remedy: str = ""


class DateStatus(StrEnum):
    """Whether a text states from when it applies."""

    STATED = "stated"
    MONTH_ONLY = "month_only"
    AMBIGUOUS = "ambiguous"
    PLACEHOLDER = "placeholder"
    NONE = "none"


class DateKind(StrEnum):
    """What the text says its date is."""

    EFFECTIVE = "effective"
    EFFECTIVE_ESTIMATED = "effective_estimated"
    LAST_UPDATED = "last_updated"
    LAST_MODIFIED = "last_modified"
    LAST_REVISED = "last_revised"
    PUBLISHED = "published"
    STAND_STATUS = "stand_status"
    VERSION_DATE = "version_date"
    VERSION_TABLE = "version_table"
    CHANGELOG = "changelog"
    DRAFTED = "drafted"
    DATED = "dated"
    BARE_DATE = "bare_date"
    COMPUTED = "computed"


class Confidence(StrEnum):
    """How a stated date was arrived at."""

    PLAIN = "plain"
    """A labelled date with one meaning, on a line of its own or in the metadata."""
    DECIDED = "decided"
    """Something had to be decided by the document's own evidence; the findings say what."""
    OPEN = "open"
    """Not a day: legal has to decide."""


@dataclass(frozen=True, slots=True)
class EffectiveDate:
    """The date a text states about itself, with the line it was read from.

    Attributes:
        date: the calendar date, only when ``status`` is ``stated``.
        month: ``YYYY-MM`` when the text gives only a month.
        quote: the verbatim line.
        readings: every possible date, when ambiguous.
        governs: True when the text itself says that this date is the effective one; a mere
            "last updated" needs a ruling before planning may use it.
        at, zone: time of day and IANA zone or abbreviation, where stated.
        from_metadata: True when it was read from front matter or a machine-readable attribute.
        confidence: how the date was arrived at.
    """

    status: DateStatus
    date: dt.date | None = None
    month: str | None = None
    kind: DateKind | None = None
    quote: Quote | None = None
    readings: tuple[dt.date, ...] = ()
    governs: bool = False
    at: dt.time | None = None
    zone: str | None = None
    from_metadata: bool = False
    confidence: Confidence = Confidence.OPEN

    @property
    def precision(self) -> str | None:
        """``day``, ``month``, or None when the text gives neither."""
        if self.date is not None:
            return "day"
        return "month" if self.month is not None else None


class PromisedChannel(StrEnum):
    """A way of announcing that a policy names."""

    EMAIL = "email"
    IN_APP = "in_app"
    PROMINENT_NOTICE = "prominent_notice"
    POSTING = "posting"
    BLOG_OR_FORUM = "blog_or_forum"
    DURABLE_MEDIUM = "durable_medium"
    DIRECT_UNSPECIFIED = "direct_unspecified"
    CHANGE_LOG = "change_log"


class ChannelsMode(StrEnum):
    """How the promised channels combine."""

    ALL = "all"
    ANY_OF = "any_of"
    NONE = "none"


class Obligation(StrEnum):
    """How firmly the policy binds itself."""

    WILL = "will"
    MAY = "may"
    ENDEAVOUR = "endeavour"
    NONE = "none"


class Trigger(StrEnum):
    """Which changes the promise speaks of."""

    ANY = "any"
    MATERIAL = "material"
    MIXED = "mixed"


class PeriodUnit(StrEnum):
    """Unit of a notice period."""

    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    WEEKS = "weeks"
    MONTHS = "months"
    HOURS = "hours"


class ClockStart(StrEnum):
    """What a notice period is counted from."""

    NOTICE = "notice"
    POSTING = "posting"
    DISPATCH = "dispatch"
    RECEIPT = "receipt"


MOST_DAYS = 3650
"""Ten years: a longer notice period is a misreading, or a slip of the pen."""


@dataclass(frozen=True, slots=True)
class NoticePeriod:
    """The minimum time between being told and the effective date."""

    number: int
    unit: PeriodUnit = PeriodUnit.DAYS
    starts_at: ClockStart = ClockStart.NOTICE

    @property
    def days(self) -> int:
        """Whole days for comparison and display: a week is 7, a month 30, hours round up."""
        per = {PeriodUnit.WEEKS: 7, PeriodUnit.MONTHS: 30}
        if self.unit is PeriodUnit.HOURS:
            return -(-self.number // 24)
        return self.number * per.get(self.unit, 1)


@dataclass(frozen=True, slots=True)
class Promise:
    """What a version says about how its changes are announced.

    ``prior`` and the booleans are the clause's words, not our wishes: the stricter reading of a
    contradiction is planning's to take, and is reported as a finding.

    Attributes:
        clause: the whole passage; None when the text has none.
        channels: in the order the clause names them.
        at_least: how many of ``channels`` must be used; 1 for ``any_of``, all of them for ``all``.
        period: the notice period, None when no number is stated.
        prior: notice before the change takes effect is promised.
        effective_when_posted: True/False when the clause says so, None when it is silent.
        effective_delay_days: days from posting or sending to effect, when written that way.
        objection_days: the reader's own time to object, which is not a notice period.
        quotes: for each attribute read, the words it was read from; words from several places are
            joined with `` … ``.
    """

    clause: Quote | None = None
    channels: tuple[PromisedChannel, ...] = ()
    mode: ChannelsMode = ChannelsMode.NONE
    at_least: int = 0
    obligation: Obligation = Obligation.NONE
    trigger: Trigger = Trigger.ANY
    period: NoticePeriod | None = None
    prior: bool = False
    effective_when_posted: bool | None = None
    effective_delay_days: int | None = None
    objection_days: int | None = None
    promises_to_update_date: bool = False
    continued_use_is_acceptance: bool = False
    quotes: Mapping[str, Quote] = field(default_factory=dict)


class PageState(StrEnum):
    """Why a capture is not the policy; such a snapshot is quarantined."""

    POLICY = "policy"
    ERROR_PAGE = "error_page"
    UNDER_CONSTRUCTION = "under_construction"
    REDIRECT_STUB = "redirect_stub"
    LOADING_STUB = "loading_stub"
    NAVIGATION_ONLY = "navigation_only"
    PLACEHOLDER_TEXT = "placeholder_text"
    OTHER_LANGUAGE = "other_language_short_page"
    LOGIN = "login"
    CAPTCHA = "captcha"
    TRUNCATED = "truncated"


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one snapshot by one version of the reader.

    Attributes:
        reader: version of the reading rules; a higher one re-reads old snapshots
            (a technical upgrade, never a change).
    """

    document: Document
    effective: EffectiveDate
    promise: Promise
    findings: tuple[Finding, ...] = ()
    page_state: PageState = PageState.POLICY
    reader: int = 1
