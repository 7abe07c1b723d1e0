"""What reading left open, and legal has not answered: nothing is planned on a guess."""

from __future__ import annotations

from collections.abc import Sequence

from notifier.model.reading import Finding, Severity
from notifier.model.request import PlanRequest, RulingSubject
from notifier.planning.rulings import latest


def unanswered(request: PlanRequest, about_start: Sequence[Finding]) -> tuple[Finding, ...]:
    """The questions of the texts that nothing has answered yet.

    A ruling on the effective date answers all about the date; dates of their own for segments
    answer that the text has several. What the promise is, is answered by ``[policy.promise]`` or
    by a ruling on the channels.

    Args:
        about_start: what is asked about the date already; then the date is not asked for twice.
    """
    asked = any(finding.severity is Severity.QUESTION for finding in about_start)
    dated = asked or latest(request.rulings, RulingSubject.EFFECTIVE_DATE) is not None
    promised = request.stated or latest(request.rulings, RulingSubject.CHANNELS)
    answered = {
        "date": dated,
        "date.by_group": dated or bool(request.rules.segment_dates),
        "promise": promised is not None,
    }
    return tuple(
        question
        for question in request.questions
        if not answered.get(question.code, answered[question.code.partition(".")[0]])
    )
