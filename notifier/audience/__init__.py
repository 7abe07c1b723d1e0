"""Who must be told: rows of a CSV file or of a database query, streamed."""

from notifier.audience.audience import Audience, Columns
from notifier.audience.csv import CsvAudience
from notifier.audience.sql import SqlAudience

__all__ = ["Audience", "Columns", "CsvAudience", "SqlAudience"]
