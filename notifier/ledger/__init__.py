"""The record, in the order things happened: SQLAlchemy Core on SQLite or PostgreSQL.

One file per noun; every function takes the open transaction, so that the verbs decide what is
recorded together.
"""

from notifier.ledger.database import Ledger, LedgerUnavailable, Tx

__all__ = ["Ledger", "LedgerUnavailable", "Tx"]
