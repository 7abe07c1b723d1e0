"""The record: SQLAlchemy Core on SQLite or PostgreSQL."""
