"""How the schema came to be, release by release.

Loaded only where a ledger is not yet, or no longer, this release's: it takes more memory than
sending a million mails.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from notifier.errors import LedgerError


def upgrade(connection: Connection, revision: str | None) -> None:
    """Bring a ledger of an older release, or none, to this one's, in its open transaction.

    Raises:
        LedgerError: a newer release has written it.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision and revision not in known:
        raise LedgerError(
            f"This ledger was written by a newer release (schema {revision}).",
            remedy="install that release, or a later one",
        )
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7069174)")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
