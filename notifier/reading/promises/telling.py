"""Who is told, how firmly that is promised, and by which channels."""

from __future__ import annotations

from notifier.model.reading import ChannelsMode, Obligation, PromisedChannel
from notifier.reading.promises.looking import Look, Span, overlapping, within

FIRMNESS = {Obligation.NONE: 0, Obligation.MAY: 1, Obligation.ENDEAVOUR: 2, Obligation.WILL: 3}

_MODALS = (
    ("will", Obligation.WILL),
    ("may", Obligation.MAY),
    ("endeavour", Obligation.ENDEAVOUR),
)

_LONGEST_REACH = {
    Obligation.WILL: 260,
    Obligation.MAY: 160,
    Obligation.ENDEAVOUR: 160,
    Obligation.NONE: 260,
}
"""Characters between a modal verb and what it governs; further apart they do not belong together,
but a German "wird" may wait long for its verb."""

_BEFORE_FIRST = 50
"""Characters before the end of the first channel in which "either" or "such as" may stand."""

_NEXT_WORDS = 12
"""Characters between a verb and its place: "published | on our | blog"."""

_NOTICES = frozenset({PromisedChannel.IN_APP, PromisedChannel.EMAIL})
"""Ways beside which "or on our website" means a notice there as well."""

_ONE_WORD = 4
"""Characters of a short word and the spaces around it: "know | by | posting"."""

_BESIDE = 2
"""Characters between two names of one list."""

_QUESTION_MARKS = ("?", "\uff1f")
_AFTER_A_QUESTION = " *_\"'\u201d\u2019\u00bb)"

# Longer readings first: "a notice on our website" is a notice, "posted on our website" is posting.
_CHANNEL_LISTS = (
    ("email", PromisedChannel.EMAIL),
    ("message", PromisedChannel.DIRECT_UNSPECIFIED),
    ("marked_notice", PromisedChannel.PROMINENT_NOTICE),
    ("in_app", PromisedChannel.IN_APP),
    ("posted_notice", PromisedChannel.POSTING),
    ("prominent_notice", PromisedChannel.PROMINENT_NOTICE),
    ("blog_or_forum", PromisedChannel.BLOG_OR_FORUM),
    ("durable_medium", PromisedChannel.DURABLE_MEDIUM),
    ("posting", PromisedChannel.POSTING),
    ("site_notice", PromisedChannel.PROMINENT_NOTICE),
    ("direct", PromisedChannel.DIRECT_UNSPECIFIED),
)

PASSIVE = frozenset({PromisedChannel.POSTING, PromisedChannel.CHANGE_LOG})
"""Channels that wait to be looked at; beside these a notice to a person is a way of its own."""

_REACHING = frozenset(
    {PromisedChannel.EMAIL, PromisedChannel.IN_APP, PromisedChannel.DURABLE_MEDIUM}
)
"""Channels that reach a person, beside one of which "or otherwise" leaves open any such way."""

_NAMED_OUTRIGHT = frozenset({"email", "message", "blog_or_forum", "durable_medium"})
"""Lists that know a channel by a word; the others describe it, and may run round such a word."""


def force(look: Look) -> tuple[Obligation | None, Span | None]:
    """The firmest promise to tell in the piece; a question promises nothing."""
    if look.sentence.text.rstrip(_AFTER_A_QUESTION).endswith(_QUESTION_MARKS):
        return None, None
    if kept := look.first("not_without"):
        return Obligation.WILL, kept
    free = look.all("free_to_tell")
    not_telling = [
        span
        for name in ("not_notify", "without_notice", "posting_moment", "other_document")
        for span in look.all(name)
        if not overlapping(span, free)
    ]
    posted = look.all("posting")
    dates = [
        date
        for date in look.all("update_date") + look.all("told_by_date")
        if not any(span[0] == date[0] and span[1] < date[1] for span in posted)
    ]
    acts = [
        span
        for name, others in (("notify", not_telling), ("tell", not_telling + dates))
        for span in look.all(name)
        if not _refused(span, others)
    ]
    if not acts:
        return None, None
    effort = look.first("endeavour")
    theirs = look.all("their_duty")
    modals = sorted(
        [
            (span, force)
            for name, force in _MODALS
            for span in look.all(name)
            if not within(span, theirs)
        ]
        + [(span, Obligation.NONE) for span in theirs]
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


def _refused(act: Span, others: list[Span]) -> bool:
    """Whether words say that the act is none.

    Not those in its midst: "bring changes of this notice to your attention".
    """
    return any(
        overlapping(act, [other]) and not act[0] < other[0] < other[1] < act[1] for other in others
    )


def _governs(
    act: Span, acts: list[Span], modals: list[tuple[Span, Obligation]], look: Look
) -> tuple[Obligation | None, int]:
    """The force of an act, and where the words that give it begin.

    "May notify by posting" may; "may amend by posting" promises the posting.
    """
    if firm := overlapping(act, look.all("firm_tell")):
        return Obligation.WILL, firm[0]
    by = overlapping(act, look.all("by_telling"))
    before = [(span, force) for span, force in modals if span[1] <= act[0] or within(span, [act])]
    if before and act[0] - before[-1][0][1] <= _LONGEST_REACH[before[-1][1]]:
        span, force = before[-1]
        if force is Obligation.NONE:
            return None, act[0]
        tells = any(span[1] <= other[0] < act[0] for other in acts)
        if force is Obligation.WILL or tells or not by:
            return force, min(span[0], act[0])
    if by:
        return Obligation.WILL, by[0]
    present = overlapping(act, look.all("we_tell"))
    return (Obligation.WILL, present[0]) if present else (None, act[0])


def channels(look: Look, *, promised: bool) -> tuple[tuple[PromisedChannel, Span], ...]:
    """The channels it names, in their order, with the words that name them.

    Args:
        promised: it promises to tell; else only what it takes for granted ("after posting").
    """
    found: list[tuple[PromisedChannel, Span]] = []
    outright: list[Span] = []
    described = look.all("notice_by_example")
    aside = look.all("update_date") + look.all("page_date") + look.all("their_answer")
    if promised:
        for name, channel in _CHANNEL_LISTS:
            for span in look.all(name):
                rivals = outright if name in _NAMED_OUTRIGHT else described
                if not within(span, aside) and not overlapping(span, rivals):
                    found.append((channel, span))
                    rivals.append(span)
        found += _on_the_site_too(look, found)
    elif implied := look.first("posting_implied"):
        found.append((PromisedChannel.POSTING, implied))
    if log := look.first("change_log"):
        found.append((PromisedChannel.CHANGE_LOG, log))
    found = [pair for pair in found if not _elsewhere(pair, found)]
    if found and all(channel in PASSIVE for channel, _ in found):
        beside = [span for span in look.all("direct_notice") if not _says_how(span, found)]
        found += [(PromisedChannel.DIRECT_UNSPECIFIED, span) for span in beside]
    unnamed = look.first("unnamed_means") if promised else None
    if unnamed and len({channel for channel, _ in found}) == 1 and found[0][0] in _REACHING:
        found.append((PromisedChannel.DIRECT_UNSPECIFIED, unnamed))
    found.sort(key=lambda pair: pair[1])
    seen: dict[PromisedChannel, Span] = {}
    for channel, span in found:
        seen.setdefault(channel, span)
    return tuple(seen.items())


def _says_how(notice: Span, found: list[tuple[PromisedChannel, Span]]) -> bool:
    """Whether a way follows at once: "let you know by posting" is one way and not two."""
    return any(0 <= start - notice[1] <= _ONE_WORD for _, (start, _) in found)


def _on_the_site_too(
    look: Look, found: list[tuple[PromisedChannel, Span]]
) -> list[tuple[PromisedChannel, Span]]:
    """A notice in the app "or on our website" is one there as well."""
    return [
        (PromisedChannel.PROMINENT_NOTICE, too)
        for too in look.all("site_too")
        for channel, span in found
        if channel in _NOTICES and 0 <= too[0] - span[1] <= _BESIDE
    ][:1]


def _elsewhere(
    named: tuple[PromisedChannel, Span], found: list[tuple[PromisedChannel, Span]]
) -> bool:
    """Whether what is "published" is published on the blog, or the "post" is the mail."""
    channel, span = named
    return channel is PromisedChannel.POSTING and any(
        (other is PromisedChannel.BLOG_OR_FORUM and 0 <= start - span[1] <= _NEXT_WORDS)
        or (other is PromisedChannel.DURABLE_MEDIUM and start <= span[0] < end)
        for other, (start, end) in found
    )


def mode(look: Look, named: tuple[tuple[PromisedChannel, Span], ...]) -> ChannelsMode:
    """How the named channels combine."""
    if not named:
        return ChannelsMode.NONE
    if len(named) == 1:
        return ChannelsMode.ALL
    ends = [span[1] for _, span in named]
    among = (min(ends) - _BEFORE_FIRST, max(ends))
    choice = (
        overlapping(among, look.all("alternatives"))
        or look.first("other_means")
        or look.first("unnamed_means")
        or look.first("at_least_two")
    )
    return ChannelsMode.ANY_OF if choice else ChannelsMode.ALL
