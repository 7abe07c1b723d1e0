"""Which label and which date in a line belong together, and whether they speak of this text.

A date without a label says nothing, and a label in a sentence about a statute, an earlier version
or somebody else says nothing about this text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notifier.model.reading import DateKind
from notifier.model.text import Quote
from notifier.reading.dates.line import Line
from notifier.reading.dates.sentences import VERSION_NUMBER, Label, labels_in, sentence_starts
from notifier.reading.dates.statements import RANK, Place, Scope, Standing, Statement
from notifier.reading.dates.vocabulary import Vocabulary
from notifier.reading.dates.written import Form, WrittenDate

_OWN_LINE_WORDS = 8
"""Words beside label and date that still leave the sentence a line about its date only."""
_NAME_WORDS = 3
"""Words of a name that may stand beside a terse line: "Example Handels GmbH"."""
_SUBJECT = 160
"""Characters before the date within which a sentence names what it speaks of."""
_MOST_DATES = 50
"""Dates looked at in one line; a line with more of them is data."""
_GAP = 90
"""Characters between a label and its date."""
_REACH = 600
"""Characters on each side of a date that are looked at: no sentence of a policy is longer."""
_QUOTED = 240
"""Longest block quoted whole; of a longer one the sentence is quoted."""

_TERSE = {DateKind.STAND_STATUS, DateKind.VERSION_DATE, DateKind.DATED}
"""Kinds whose labels are everyday words: believed only right beside the date."""

_BREAK = re.compile(r"[;|•\]]|:\s*\S.*:")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LABEL_GAP = re.compile(r"[\s,()\-:/]{0,4}")
_LABEL_END = re.compile(r"\s*(?:[).,;|/\u3002\u3001\uff09]|$)")
_NEXT_FIELD = re.compile(r"\s-\s|[^\W\d_][\w ]{0,30}:")
_COLON = re.compile(r"\s*:\s*")


def _weight(label: Label) -> tuple[bool, int, int]:
    """Sort labels by what they say of the date: plain words before everyday ones, then by kind."""
    return label.kind in _TERSE, RANK[label.kind], label.start


def line_statements(
    line: Line, dates: Sequence[WrittenDate], words: Vocabulary, place: Place
) -> Iterator[Statement]:
    """Yield what one line says by itself: a label and its date in the same sentence."""
    dates = dates[:_MOST_DATES]
    starts = sentence_starts(line.folded, dates, words)
    for number, date in enumerate(dates):
        since = dates[number - 1].end if number else 0
        sentence = bisect_right(starts, date.start)
        start = max(starts[sentence - 1], date.start - _REACH)
        end = min([len(line.folded), date.end + _REACH, *starts[sentence : sentence + 1]])
        following = dates[number + 1].start if number + 1 < len(dates) else end
        clause = _Clause(line, date, max(start, since), start, end, min(end, following), words)
        if judged := clause.judged(place):
            yield judged


@dataclass(frozen=True, slots=True)
class _Clause:
    """The words around one date.

    Attributes:
        since: end of the date before it, or the start of its sentence.
        start, end: its sentence.
        until: start of the next date, or the end of its sentence.
    """

    line: Line
    date: WrittenDate
    since: int
    start: int
    end: int
    until: int
    words: Vocabulary

    @property
    def before(self) -> str:
        return self.line.folded[self.since : self.date.start]

    @property
    def after(self) -> str:
        return self.line.folded[self.date.end : self.until]

    def judged(self, place: Place) -> Statement | None:
        """Return what the clause says about the date of this text, if it does."""
        label = self.label()
        if self._is_announced() and self.date.form is Form.DAY:
            kind = label.kind if label else DateKind.EFFECTIVE
            return self._statement(kind, Standing.PROSE, Scope.ANNOUNCED)
        if label is None or not self.dates_this_text(label):
            return None
        standing = self.standing(label, place)
        if standing is None:
            return None
        if self._is_end(label):
            own = standing is Standing.HEAD or (
                standing is Standing.OWN_LINE and self.has("document")
            )
            ends = own and label.kind is DateKind.EFFECTIVE
            return self._statement(label.kind, standing, Scope.ENDS) if ends else None
        scope = Scope.PART if self.has_around("cohort") else Scope.WHOLE
        return self._statement(label.kind, standing, scope, label.phrase)

    def _statement(
        self, kind: DateKind, standing: Standing, scope: Scope, label: str = ""
    ) -> Statement:
        line, named = self.line, self.names_this_text
        return Statement(kind, self.date, self.quote(), standing, scope, label, line, named)

    def has(self, name: str) -> bool:
        return bool(self.words.words[name].search(self.before))

    def _is_announced(self) -> bool:
        """True after "we are updating our terms", in this sentence or earlier in a short note."""
        if self.has("announced"):
            return True
        note = len(self.line.folded) <= _QUOTED
        return note and bool(self.words.words["announced"].search(self.line.folded, 0, self.start))

    def has_around(self, name: str) -> bool:
        return bool(self.words.words[name].search(self.line.folded, self.start, self.end))

    def quote(self) -> Quote:
        shown = self.line.shown
        if len(shown) > _QUOTED:
            shown = shown[self.start : self.end]
        return Quote(shown.strip(), self.line.block.line)

    def label(self) -> Label | None:
        """Return the label that belongs to the date: of several, what says most."""
        close = [
            one
            for one in labels_in(self.before, self.words.labels, self.words, self.since)
            if self._reaches(one)
        ]
        if inverted := self._inverted():
            close.append(inverted)
        if not close:
            close = list(self._behind())
        return min(self._joined(close), key=_weight, default=None)

    def _joined(self, labels: Sequence[Label]) -> Sequence[Label]:
        """Return only the last label where it stands at the date and no "and" joins it to others.

        "Effective and last updated: June 3" is both; "is in force and has the status of June 3"
        is a status.
        """
        if len(labels) < 2 or labels[-1].kind is DateKind.DATED:  # noqa: PLR2004
            return labels
        before, last = labels[-2], labels[-1]
        folded = self.line.folded
        near = not _WORD.search(folded[last.end : self.date.start])
        joined = before.end > last.start or not self._said(folded[before.end : last.start])
        return labels if joined or not near else labels[-1:]

    def _reaches(self, label: Label) -> bool:
        gap = self.line.folded[label.end : self.date.start]
        if label.kind is DateKind.VERSION_DATE:
            gap = VERSION_NUMBER.sub("", gap)
        if len(gap) > _GAP or _BREAK.search(gap):
            return False
        if label.kind in _TERSE or self.date.form in {Form.PLACEHOLDER, Form.INCOMPLETE}:
            return not self._said(gap)
        return True

    def _behind(self) -> Iterator[Label]:
        """Yield the label after the date: "June 1, 2024 (effective date)".

        Nothing may follow it, unless the sentence names this text: "Diese Erklärung wurde zuletzt
        am 1. Mai aktualisiert und gilt für …".
        """
        for label in labels_in(self.after, self.words.labels_after, self.words, self.date.end):
            gap = self.line.folded[self.date.end : label.start]
            ends = _LABEL_END.match(self.line.folded, label.end) or self.names_this_text
            if _LABEL_GAP.fullmatch(gap) and ends:
                yield label

    def _inverted(self) -> Label | None:
        """Return a label for "From 1 June 2024 these terms apply"."""
        opening = self.before.strip(" ,(")
        applies = self.words.words["applies"].search(self.after)
        widens = self.words.words["widened"].search(self.after)
        if opening in self.words.lone["from"] and applies and not widens:
            document = self.words.words["document"].search(self.after)
            if document and self.words.words["this"].search(self.after[: document.end()]):
                return Label(self.since, self.date.start, opening, DateKind.EFFECTIVE)
        return None

    def _is_end(self, label: Label) -> bool:
        """True when the words right before the date make it an end: "until June 3"."""
        start = label.end if label.end <= self.date.start else self.since
        before = self.line.folded[start : self.date.start]
        return any(
            not self._said(before[match.end() :])
            for match in self.words.words["until"].finditer(before)
        )

    def dates_this_text(self, label: Label) -> bool:
        """True unless the date is that of a law, an earlier version or another text."""
        if self.has("earlier") or self.has("elsewhere"):
            return False
        before = self.line.folded[self.start : self.date.start]
        laws = [
            law
            for law in self.words.words["law"].finditer(before)
            if not self._modifies(before[law.end() :]) and not self._is_this(before, law)
        ]
        if not laws:
            return True
        if any(law.start() + self.start >= label.end for law in laws):
            return False
        opens = not _WORD.search(before[: max(0, label.start - self.start)])
        return opens or self.names_this_text

    def _is_this(self, before: str, law: re.Match[str]) -> bool:
        """True for "these Regulations": a word for laws that here names the text itself."""
        if not self.words.words["document"].fullmatch(law[0]):
            return False
        pointing = self.words.words["this"].finditer(before, 0, law.start())
        return any(not before[this.end() : law.start()].strip() for this in pointing)

    def _modifies(self, after: str) -> bool:
        """True when a law only qualifies this document: "our GDPR Notice"."""
        document = self.words.words["document"].search(after)
        return document is not None and len(_WORD.findall(after[: document.start()])) < 3  # noqa: PLR2004

    @property
    def names_this_text(self) -> bool:
        """True when "this policy" or "these terms" is what the sentence, or its "it", speaks of."""
        start = max(self.start, self.date.start - _SUBJECT)
        if self._has_pronoun():
            start = max(0, self.start - _SUBJECT)
        before = self.line.folded[start : self.date.start]
        for document in self.words.words["document"].finditer(before):
            for this in self.words.words["this"].finditer(before, 0, document.start()):
                between = before[this.end() : document.start()]
                if len(between.split()) <= _NAME_WORDS and not _BREAK.search(between):
                    return True
        return False

    def _has_pronoun(self) -> bool:
        """True for "It was updated on …" and "We updated it on …"."""
        pronoun = self.words.words["pronoun"]
        if pronoun.match(self.line.folded, self.start):
            return True
        before = self.line.folded[self.since : self.date.start]
        return any(not self._said(before[one.end() :]) for one in pronoun.finditer(before))

    def standing(self, label: Label, place: Place) -> Standing | None:
        """Return how plainly the sentence dates this text; None when it is about other things.

        Everyday words (date, version, created) date a text only where texts are dated: at the
        head, at the foot, or in a sentence that names this text. In between they are data.
        """
        if self._is_aside(label):
            return None
        if place is Place.HEAD and self._heads_page(label):
            return Standing.HEAD
        if not self._is_place_for(label, place):
            return None
        if self._is_own_line(label, place):
            return Standing.HEAD if place is Place.HEAD else Standing.OWN_LINE
        if label.kind in _TERSE:
            return None
        changes = label.kind is DateKind.EFFECTIVE and self.has("changes")
        return Standing.PROSE if changes or self.names_this_text else None

    def _is_place_for(self, label: Label, place: Place) -> bool:
        """True unless an everyday word stands where it is data, or amid other words."""
        everyday = RANK[label.kind] > RANK[DateKind.LAST_UPDATED]
        if everyday and place is Place.BODY and not self.names_this_text:
            return False
        return label.kind not in _TERSE or self._is_terse_line(label)

    def _is_aside(self, label: Label) -> bool:
        """True for an aside about another text: "X's policy (updated June 3) applies to …"."""
        title = self.before[: max(0, label.start - self.since)].rstrip()
        after = self.after.lstrip()
        return (
            title[-1:] in set("(,")
            and after[:1] in set("),")
            and len(self._said(after)) > 1
            and not self.names_this_text
        )

    @property
    def _rest(self) -> str:
        """What follows the date, up to a dash or the next field: "Version: 3 - read with care"."""
        following = _NEXT_FIELD.search(self.after)
        return self.after[: following.start()] if following else self.after

    def _is_own_line(self, label: Label, place: Place) -> bool:
        """True when the sentence is about its date: it opens with the label or names this text."""
        left = self._said(f"{self.before} {self._rest}")
        if len(left) > _OWN_LINE_WORDS:
            return False
        title = self.before[: max(0, label.start - self.since)]
        if self._opens(label) or self.names_this_text or self.words.words["document"].search(title):
            return True
        return place is not Place.BODY and len(left) <= _NAME_WORDS

    def _is_terse_line(self, label: Label) -> bool:
        """True when an everyday word and its date are all that is said, bar a title and a name."""
        title = self.before[: max(0, label.start - self.since)]
        if _WORD.search(title) and not self.words.words["document"].search(title):
            return False
        return all(len(self._said(part)) <= _NAME_WORDS for part in (title, self._rest))

    def _heads_page(self, label: Label) -> bool:
        """True for a label at the head that opens a sentence, follows the title, or is a field."""
        if label.kind not in _TERSE and self._opens(label) and len(self.before) < _GAP:
            return True
        return self._is_field(label) or self._follows_title(label)

    def _is_field(self, label: Label) -> bool:
        """True for one of several fields in a row: "Owner: Legal team Date: May 1, 2024"."""
        title = self.before[: max(0, label.start - self.since)]
        gap = self.line.folded[label.end : self.date.start]
        return _COLON.fullmatch(gap) is not None and _NEXT_FIELD.search(title) is not None

    def _follows_title(self, label: Label) -> bool:
        """True where the page runs its title and date into one: "Privacy Policy Last updated …"."""
        title = self.before[: max(0, label.start - self.since)]
        return (
            self.since == 0
            and label.kind not in _TERSE
            and self.words.words["document"].search(title) is not None
            and len(self._said(title)) <= _NAME_WORDS
        )

    def _said(self, part: str) -> list[str]:
        """Return the words of ``part`` beside labels, "this policy" and fillers."""
        rest = self.words.words["document"].sub(" ", self.words.labels.sub(" ", part))
        rest = self.words.words["this"].sub(" ", rest)
        return [word for word in _WORD.findall(rest) if word not in self.words.fillers]

    def _opens(self, label: Label) -> bool:
        """True when nothing is said before the label."""
        return not _WORD.search(self.before[: max(0, label.start - self.since)])


def is_alone(line: Line, date: WrittenDate, words: Vocabulary) -> bool:
    """True when the line holds the date and nothing else that says anything."""
    rest = line.folded[: date.start] + " " + line.folded[date.end :]
    return len(rest) < 60 and not any(  # noqa: PLR2004
        word not in words.fillers for word in _WORD.findall(rest)
    )
