"""The date a text states about itself: one day with its verbatim line, or an honest question.

The way of the data::

    Document ─► line ─► written ─► statements ─► gathering ─► decision ─► EffectiveDate
                        dates as    label + date   all of the   order of    + findings
                        written     in grammar     document     precedence

Words are data, one table per language in ``notifier/reading/languages/<language>/dates.toml``.
"""

from __future__ import annotations

from notifier.reading.dates.comparison import compare_dates
from notifier.reading.dates.reader import read_effective_date

__all__ = ["compare_dates", "read_effective_date"]
