"""What every verb works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from notifier.audience import Audience
from notifier.channels.feedback import Inbox
from notifier.channels.transport import Transport
from notifier.config import Config, PolicyConfig, SourceConfig
from notifier.errors import NotifierError
from notifier.ledger import Ledger
from notifier.rendering import Templates
from notifier.sources import Source

Progress = Callable[[str, int, int], None]
"""Called as ``progress(what, done, total)``; ``total`` is 0 while it is unknown."""


COMPARING = "comparing the records"


def silent(what: str, done: int, total: int) -> None:
    """Progress for callers that show none."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The rooms of the outside world, opened once by the app.

    Attributes:
        clock: the time now, aware UTC; simulated in the demo.
        inboxes: where feedback arrives.
    """

    config: Config
    ledger: Ledger
    templates: Templates
    audience: Audience
    transport: Transport
    open_source: Callable[[SourceConfig], Source]
    clock: Callable[[], datetime]
    inboxes: tuple[Inbox, ...] = ()

    def policy(self, key: str) -> PolicyConfig:
        """The configured policy with this key.

        Raises:
            NotifierError: there is none.
        """
        found = self.config.find_policy(key)
        if found is None:
            known = ", ".join(policy.key for policy in self.config.policy)
            raise NotifierError(
                f'There is no policy "{key}".', remedy=f"the configuration has: {known}"
            )
        return found
