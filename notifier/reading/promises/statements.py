"""What one sentence of the clause says: every field that can be read from it, with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from notifier.model.reading import ChannelsMode, Obligation, PromisedChannel, Trigger
from notifier.model.text import Quote
from notifier.reading.promises.durations import Duration, mark
from notifier.reading.promises.looking import Look, Span, overlapping, within
from notifier.reading.promises.sentences import Sentence
from notifier.reading.promises.telling import channels, force, mode
from notifier.reading.promises.timing import Timed, Times, times
from notifier.reading.promises.vocabulary import Vocabulary

_OPENING = 3
"""Characters, such as a quotation mark, that may stand before the first word."""

_LONGEST_ANSWER = 160
_NEAR = 10
"""Characters between a verb and whom it tells."""
_VERBS = ("will", "may", "endeavour", "not_notify", "changed", "continued_use", "check_back")
"""What makes a sentence of its own of words that could have been an answer."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, or a part of one with a modal verb of its own, and what was read from it.

    Attributes:
        addressed: it tells people, not only a page.
        personal: it says whom it tells of changes.
        excepted: it speaks only of an exception: urgent changes, changes the law asks for.
        force: how firmly it promises to tell; None when it promises nothing.
        act: the words of that promise.
        channels: with the words that name them, in their order.
        mode, at_least: how they combine, and how many must be used when one is not enough.
        trigger, minor: which changes it speaks of; trigger is None when it does not say.
        remaining: it speaks of the changes that the statement before it left over.
        describes: it says how the notice of the statement before it is given.
        period, delay: a notice period; a time from posting or notice to effect.
        before, on_posting, date, refusal, objection: the words of these parts, where it has them.
    """

    sentence: Sentence
    span: Span
    addressed: bool = False
    personal: bool = False
    excepted: bool = False
    force: Obligation | None = None
    act: Span | None = None
    channels: tuple[tuple[PromisedChannel, Span], ...] = ()
    mode: ChannelsMode = ChannelsMode.NONE
    at_least: int = 1
    trigger: Trigger | None = None
    trigger_at: Span | None = None
    minor: bool = False
    remaining: bool = False
    describes: bool = False
    period: Timed | None = None
    delay: Timed | None = None
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


def read(
    sentences: Sequence[Sentence], words: Vocabulary, *, headed: bool = False
) -> list[Statement]:
    """The statements of the sentences of one passage.

    Under a heading about changes an answer need not be a sentence ("By email.").

    A sentence about fees, a merger or the service is not about the text, and neither is what
    follows it in the same paragraph ("if we do so, we will give 30 days' notice").
    """
    result, foreign, block = [], False, -1
    for sentence in sentences:
        others = [match.span() for match in words.find_all("other_subject", sentence)]
        names_text = any(
            not overlapping(match.span(), others)
            for name in ("self", "topic")
            for match in words.find_all(name, sentence)
        )
        if names_text or sentence.block != block:
            foreign = False
        foreign = foreign or bool(others and not names_text)
        block = sentence.block
        if not foreign:
            marked, durations = mark(sentence, words)
            result += [
                _read(marked, piece, durations, words, headed=headed)
                for piece in _pieces(marked, words)
            ]
    return result


def _pieces(sentence: Sentence, words: Vocabulary) -> list[Span]:
    starts = [0, *(m.start() for m in words.find_all("second_clause", sentence) if m.start())]
    return list(zip(starts, [*starts[1:], len(sentence.plain)], strict=True))


def _read(
    sentence: Sentence,
    piece: Span,
    durations: tuple[Duration, ...],
    words: Vocabulary,
    *,
    headed: bool,
) -> Statement:
    look = Look(sentence, piece, words)
    firmness, act = force(look)
    if headed and firmness is None and (answer := _answer(look)):
        firmness, act = Obligation.WILL, answer
    on_posting = _on_posting(look)
    if (
        firmness is None
        and on_posting
        and (posted := overlapping(on_posting, look.all("is_posted")))
    ):
        firmness, act = Obligation.WILL, posted
    own = [d for d in durations if piece[0] <= d.start < piece[1]]
    timed = times(look, own)
    describes = look.first("that_notice") is not None
    promised = firmness is not None or timed.delay is not None or describes
    named = channels(look, promised=promised)
    if timed.delay and not named:
        named = channels(look, promised=False)
    trigger, trigger_at, minor = _trigger(look)
    kept = look.first("not_without")
    same_day = None if kept else look.first("not_before")
    refusals = [] if kept else look.all("without_notice")
    befores = [s for s in look.all("before") if not overlapping(s, refusals)]
    before = kept or (befores[0] if befores and firmness and not same_day else None)
    return Statement(
        sentence,
        piece,
        addressed=firmness is not None
        and (kept or look.first("notify")) is not None
        and not look.first("told_by_date"),
        personal=act is not None and _personal(look, act),
        excepted=firmness is None and _excepted(look, timed),
        force=firmness,
        act=act,
        channels=named,
        mode=mode(look, named),
        at_least=2 if len(named) > 1 and look.first("at_least_two") else 1,
        trigger=trigger,
        trigger_at=trigger_at,
        minor=minor,
        remaining=look.first("remaining") is not None,
        describes=describes and bool(named),
        period=timed.period,
        delay=timed.delay,
        before=before or look.first("designates"),
        same_day=same_day,
        on_posting=None if timed.delay else on_posting,
        date=_date(look),
        refusal=refusals[0] if refusals else None,
        objection=timed.objection,
        acceptance=look.first("continued_use"),
    )


def _excepted(look: Look, timed: Times) -> bool:
    """Whether it is about an exception, and does not only end with one ("except if ...")."""
    exception = look.first("exception")
    rule = timed.delay[0].start if timed.delay else look.piece[1]
    return exception is not None and exception[0] < rule


def _personal(look: Look, act: Span) -> bool:
    """Whether it says whom it tells, and of changes: not only that "notice will be given"."""
    around = (act[0] - _NEAR, act[1] + _NEAR)
    return (
        overlapping(around, look.all("you")) is not None
        and look.first("change_noun") is not None
        and look.first("other_document") is None
    )


def _date(look: Look) -> Span | None:
    """The date of the page; the date that a notice will state is another."""
    stated = look.all("notice_states")
    return next((s for s in look.all("update_date") if not overlapping(s, stated)), None)


def _on_posting(look: Look) -> Span | None:
    """In force when posted; not where only an exception is ("unless it must apply at once")."""
    exceptions = look.all("exception")
    return next((s for s in look.all("on_posting") if not within(s, exceptions)), None)


def _answer(look: Look) -> Span | None:
    """An answer without a verb to the question that the heading asks: the way, or the time."""
    opening = look.first("answer")
    if not opening or opening[0] > _OPENING or look.first("without_notice"):
        return None
    if look.piece[1] - look.piece[0] > _LONGEST_ANSWER:
        return None
    verbs = (look.first(name) for name in _VERBS)
    named = channels(look, promised=True)
    return named[0][1] if named and not any(verbs) else None


def _trigger(look: Look) -> tuple[Trigger | None, Span | None, bool]:
    """Which changes the piece speaks of, and whether only of minor ones."""
    if excepted := look.first("except_minor"):
        return Trigger.MATERIAL, excepted, False
    kept = look.all("not_without")
    if minor := next((s for s in look.all("minor") if not within(s, kept)), None):
        return Trigger.ANY, minor, True
    if material := look.first("material"):
        return Trigger.MATERIAL, material, False
    named = [
        span for span in look.all("change_noun") if not overlapping(span, look.all("such_changes"))
    ]
    return (Trigger.ANY, named[0], False) if named else (None, None, False)
