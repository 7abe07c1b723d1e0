"""What one sentence of the clause says: every field that can be read from it, with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notifier.model.reading import (
    ChannelsMode,
    ClockStart,
    NoticePeriod,
    Obligation,
    PromisedChannel,
    Trigger,
)
from notifier.model.text import Quote
from notifier.reading.promises.durations import Duration, mark
from notifier.reading.promises.sentences import Sentence
from notifier.reading.promises.vocabulary import Vocabulary

Span = tuple[int, int]

_LONGEST_REACH = 160
"""Characters between "will" and what it governs; further apart they do not belong together."""

_BEFORE_FIRST = 50
"""Characters before the end of the first channel in which "either" or "such as" may stand."""

# Longer readings first: "a notice on our website" is a notice, "posted on our website" is posting.
_CHANNEL_LISTS = (
    ("email", PromisedChannel.EMAIL),
    ("in_app", PromisedChannel.IN_APP),
    ("posted_notice", PromisedChannel.POSTING),
    ("prominent_notice", PromisedChannel.PROMINENT_NOTICE),
    ("blog_or_forum", PromisedChannel.BLOG_OR_FORUM),
    ("durable_medium", PromisedChannel.DURABLE_MEDIUM),
    ("posting", PromisedChannel.POSTING),
    ("site_notice", PromisedChannel.PROMINENT_NOTICE),
    ("direct", PromisedChannel.DIRECT_UNSPECIFIED),
)

_NAMED_OUTRIGHT = frozenset(
    {PromisedChannel.EMAIL, PromisedChannel.BLOG_OR_FORUM, PromisedChannel.DURABLE_MEDIUM}
)
"""Channels known by a word; the others are described, and may run round such a word."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, or a part of one with a modal verb of its own, and what was read from it.

    Attributes:
        addressed: it tells people, not only a page.
        excepted: it speaks of an exception: urgent changes, changes the law asks for.
        force: how firmly it promises to tell; None when it promises nothing.
        act: the words of that promise.
        channels: with the words that name them, in their order.
        mode: how they combine.
        trigger, minor: which changes it speaks of; trigger is None when it does not say.
        period, delay: a notice period; a time from posting or notice to effect.
        before, on_posting, date, refusal, objection: the words of these parts, where it has them.
    """

    sentence: Sentence
    span: Span
    addressed: bool = False
    excepted: bool = False
    force: Obligation | None = None
    act: Span | None = None
    channels: tuple[tuple[PromisedChannel, Span], ...] = ()
    mode: ChannelsMode = ChannelsMode.NONE
    trigger: Trigger | None = None
    trigger_at: Span | None = None
    minor: bool = False
    period: tuple[Duration, NoticePeriod] | None = None
    delay: tuple[Duration, NoticePeriod] | None = None
    before: Span | None = None
    same_day: Span | None = None
    on_posting: Span | None = None
    date: Span | None = None
    refusal: Span | None = None
    objection: Duration | None = None
    acceptance: Span | None = None

    def quote(self, span: Span | None = None) -> Quote:
        """Verbatim words; the whole sentence without an argument."""
        return self.sentence.quote(*span) if span else self.sentence.quote()


def read(sentences: Sequence[Sentence], words: Vocabulary) -> list[Statement]:
    """The statements of the sentences of one passage.

    A sentence about fees, a merger or the service is not about the text, and neither is what
    follows it in the same paragraph ("if we do so, we will give 30 days' notice").
    """
    result, foreign, block = [], False, -1
    for sentence in sentences:
        others = [match.span() for match in words.find_all("other_subject", sentence)]
        names_text = any(
            not _overlapping(match.span(), others)
            for name in ("self", "topic")
            for match in words.find_all(name, sentence)
        )
        if names_text or sentence.block != block:
            foreign = False
        foreign = foreign or bool(others and not names_text)
        block = sentence.block
        if not foreign:
            marked, durations = mark(sentence, words)
            result += [_read(marked, piece, durations, words) for piece in _pieces(marked, words)]
    return result


def _pieces(sentence: Sentence, words: Vocabulary) -> list[Span]:
    starts = [0, *(m.start() for m in words.find_all("second_clause", sentence) if m.start())]
    return list(zip(starts, [*starts[1:], len(sentence.plain)], strict=True))


def _read(
    sentence: Sentence, piece: Span, durations: tuple[Duration, ...], words: Vocabulary
) -> Statement:
    look = _Look(sentence, piece, words)
    force, act = _force(look)
    channels = _channels(look, promised=force is not None)
    own = [d for d in durations if piece[0] <= d.start < piece[1]]
    period, delay, objection = _periods(look, own)
    trigger, trigger_at, minor = _trigger(look)
    same_day = look.first("not_before")
    refusals = look.all("without_notice")
    befores = [s for s in look.all("before") if not _overlapping(s, refusals)]
    before = befores[0] if befores and force and not same_day else None
    return Statement(
        sentence,
        piece,
        addressed=force is not None
        and look.first("notify") is not None
        and not look.first("told_by_date"),
        excepted=look.first("exception") is not None,
        force=force,
        act=act,
        channels=channels,
        mode=_mode(look, channels),
        trigger=trigger,
        trigger_at=trigger_at,
        minor=minor,
        period=period,
        delay=delay,
        before=before or look.first("designates"),
        same_day=same_day,
        on_posting=None if delay else look.first("on_posting"),
        date=look.first("update_date"),
        refusal=refusals[0] if refusals else None,
        objection=objection,
        acceptance=look.first("continued_use"),
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """Searching a part of a sentence."""

    sentence: Sentence
    piece: Span
    words: Vocabulary

    def first(self, name: str) -> Span | None:
        match = self.words.pattern(name).search(self.sentence.plain, *self.piece)
        return match.span() if match else None

    def all(self, name: str) -> list[Span]:
        return [
            m.span() for m in self.words.pattern(name).finditer(self.sentence.plain, *self.piece)
        ]


def _force(look: _Look) -> tuple[Obligation | None, Span | None]:
    """The firmest promise to tell in the piece."""
    not_telling = [
        span
        for name in ("not_notify", "without_notice", "posting_moment")
        for span in look.all(name)
    ]
    dates = look.all("update_date")
    acts = [
        span
        for name, others in (("notify", not_telling), ("tell", not_telling + dates))
        for span in look.all(name)
        if not _overlapping(span, others)
    ]
    if not acts:
        return None, None
    effort = look.first("endeavour")
    modals = sorted(
        [(span, Obligation.WILL) for span in look.all("will")]
        + [(span, Obligation.MAY) for span in look.all("may")]
        + [(span, Obligation.ENDEAVOUR) for span in look.all("endeavour")]
    )
    best: tuple[Obligation | None, Span | None] = (None, None)
    acts.sort()
    for act in acts:
        force, start = _governs(act, acts, modals, look)
        if force is Obligation.WILL and effort:
            force = Obligation.ENDEAVOUR
        if force and (best[0] is None or FIRMNESS[force] > FIRMNESS[best[0]]):
            best = (force, (start, act[1]))
    return best


FIRMNESS = {Obligation.NONE: 0, Obligation.MAY: 1, Obligation.ENDEAVOUR: 2, Obligation.WILL: 3}


def _governs(
    act: Span, acts: list[Span], modals: list[tuple[Span, Obligation]], look: _Look
) -> tuple[Obligation | None, int]:
    """The force of an act, and where the words that give it begin.

    "May notify by posting" may; "may amend by posting" promises the posting.
    """
    if firm := _overlapping(act, look.all("firm_tell")):
        return Obligation.WILL, firm[0]
    by = _overlapping(act, look.all("by_telling"))
    before = [(span, force) for span, force in modals if span[1] <= act[0]]
    if before and act[0] - before[-1][0][1] <= _LONGEST_REACH:
        span, force = before[-1]
        tells = any(span[1] <= other[0] < act[0] for other in acts)
        if force is Obligation.WILL or tells or not by:
            return force, span[0]
    if by:
        return Obligation.WILL, by[0]
    present = _overlapping(act, look.all("we_tell"))
    return (Obligation.WILL, present[0]) if present else (None, act[0])


def _overlapping(span: Span, others: list[Span]) -> Span | None:
    return next((other for other in others if _overlap(span, other)), None)


def _channels(look: _Look, *, promised: bool) -> tuple[tuple[PromisedChannel, Span], ...]:
    found: list[tuple[PromisedChannel, Span]] = []
    outright: list[Span] = []
    described = look.all("notice_by_example")
    dates = look.all("update_date")
    if promised:
        for name, channel in _CHANNEL_LISTS:
            for span in look.all(name):
                rivals = outright if channel in _NAMED_OUTRIGHT else described
                in_date = any(start <= span[0] and span[1] <= end for start, end in dates)
                if not in_date and not _overlapping(span, rivals):
                    found.append((channel, span))
                    rivals.append(span)
    elif implied := look.first("posting_implied"):
        found.append((PromisedChannel.POSTING, implied))
    if log := look.first("change_log"):
        found.append((PromisedChannel.CHANGE_LOG, log))
    found.sort(key=lambda pair: pair[1])
    seen: dict[PromisedChannel, Span] = {}
    for channel, span in found:
        seen.setdefault(channel, span)
    return tuple(seen.items())


def _mode(look: _Look, channels: tuple[tuple[PromisedChannel, Span], ...]) -> ChannelsMode:
    if not channels:
        return ChannelsMode.NONE
    if len(channels) == 1:
        return ChannelsMode.ALL
    ends = [span[1] for _, span in channels]
    among = (min(ends) - _BEFORE_FIRST, max(ends))
    choice = _overlapping(among, look.all("alternatives")) or look.first("other_means")
    return ChannelsMode.ANY_OF if choice else ChannelsMode.ALL


def _trigger(look: _Look) -> tuple[Trigger | None, Span | None, bool]:
    """Which changes the piece speaks of, and whether only of minor ones."""
    if minor := look.first("minor"):
        return Trigger.ANY, minor, True
    if material := look.first("material"):
        return Trigger.MATERIAL, material, False
    named = [
        span
        for span in look.all("change_noun")
        if not any(_overlap(span, such) for such in look.all("such_changes"))
    ]
    return (Trigger.ANY, named[0], False) if named else (None, None, False)


def _periods(
    look: _Look, durations: list[Duration]
) -> tuple[
    tuple[Duration, NoticePeriod] | None, tuple[Duration, NoticePeriod] | None, Duration | None
]:
    period = delay = objection = None
    for duration in durations:
        inside = _Inside(look, duration)
        if inside.of("notice_period"):
            period = period or (duration, NoticePeriod(duration.number, duration.unit))
        elif inside.of("objection"):
            objection = objection or duration
        elif inside.of("user_time"):
            continue
        elif inside.of("delay") and look.first("effective"):
            delay = delay or (
                duration,
                NoticePeriod(duration.number, duration.unit, _clock(inside)),
            )
    return period, delay, objection


@dataclass(frozen=True, slots=True)
class _Inside:
    look: _Look
    duration: Duration

    def of(self, name: str) -> bool:
        return any(start <= self.duration.start < end for start, end in self.look.all(name))


def _clock(inside: _Inside) -> ClockStart:
    if inside.of("delay_from_receipt"):
        return ClockStart.RECEIPT
    if inside.of("delay_from_notice"):
        return ClockStart.DISPATCH
    return ClockStart.POSTING


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
