"""One error tree. Every error says what happened, to what, and what to do next.

::

    NotifierError
    ├── ConfigError        notifier.toml or the environment; lists every mistake at once
    ├── SourceError        a policy's text cannot be fetched (file, branch, repository)
    ├── ReadingError       a text cannot be read as a policy (empty, broken, too large)
    ├── AudienceError      the list of people cannot be read or frozen
    ├── PlanningError      no plan can be made
    │   ├── Undecided      legal has to decide something first; the question is in the text
    │   └── TooLate        the promise cannot be kept; the earliest honest date is in the text
    ├── ApprovalError      not approved, void, or approved by somebody who may not
    ├── RenderingError     a template is wrong or a message cannot be built
    ├── DeliveryError      the sender's side failed (credentials, quota, server gone)
    └── LedgerError        the record cannot be opened, is in use, or cannot be written

Errors carry no secret and no address: they are logged.
"""


class NotifierError(Exception):
    """Anything notifier refuses to do, in words for the person who asked.

    Args:
        message: what happened, and to which policy, file or recipient number.
        remedy: what to do next; printed on its own line.
    """

    exit_code = 1

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n  → {self.remedy}" if self.remedy else self.message


class ConfigError(NotifierError):
    """The configuration is wrong; ``problems`` holds one line per mistake."""

    exit_code = 2

    def __init__(self, message: str, *, problems: tuple[str, ...] = (), remedy: str = "") -> None:
        super().__init__("\n".join([message, *(f"  - {p}" for p in problems)]), remedy=remedy)
        self.problems = problems


class SourceError(NotifierError):
    """A source did not return the policy's text."""


class ReadingError(NotifierError):
    """A snapshot cannot be read as a policy."""


class AudienceError(NotifierError):
    """The audience cannot be read or frozen."""


class PlanningError(NotifierError):
    """No plan can be made."""

    exit_code = 3


class Undecided(PlanningError):
    """Legal has to decide something before there can be a plan."""


class TooLate(PlanningError):
    """The promise can no longer be kept for the stated effective date."""


class ApprovalError(NotifierError):
    """The plan is not approved, or what was approved has changed since."""

    exit_code = 4


class RenderingError(NotifierError):
    """A template is wrong, or a message cannot be built from it."""


class DeliveryError(NotifierError):
    """Handing over failed on the sender's side; no recipient is to blame."""

    exit_code = 5


class LedgerError(NotifierError):
    """The ledger cannot be opened, is in use by another process, or cannot be written."""

    exit_code = 6
