"""Config to Pipeline: the only wiring, the only clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from notifier.audience import Audience, Columns, CsvAudience, SqlAudience
from notifier.channels.feedback import Inbox, Maildir, MailReader
from notifier.channels.outbox import Outbox
from notifier.channels.smtp import Smtp
from notifier.channels.transport import Transport
from notifier.config import AudienceConfig, Config, EmailConfig, SourceConfig, load
from notifier.errors import ConfigError, LedgerError
from notifier.ledger import Ledger
from notifier.pipeline.pipeline import Pipeline
from notifier.pipeline.requesting import floors_of
from notifier.rendering import Templates, available_locales
from notifier.sources import FileSource, GitSource, Source


def real_time() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


@contextmanager
def open_pipeline(
    path: Path, *, clock: Callable[[], datetime] = real_time, begins: bool = True
) -> Iterator[Pipeline]:
    """Everything wired as the configuration says, the ledger migrated; closed at the end.

    Args:
        begins: a ledger that is not there yet is begun.

    Raises:
        ConfigError: the configuration is wrong.
        LedgerError: the ledger cannot be opened, or is not there.
    """
    config = load(path)
    for policy in config.policy:
        floors_of(config, policy)
    templates = open_templates(config)
    ledger = Ledger(config.ledger.url.get_secret_value())
    try:
        if not begins and not ledger.is_there():
            raise LedgerError(
                "There is no ledger where [ledger] url says.",
                remedy="correct it; a new ledger is begun by `notifier check` or `notifier serve`",
            )
        ledger.migrate()
        yield Pipeline(
            config=config,
            ledger=ledger,
            templates=templates,
            audience=open_audience(config.audience),
            transport=open_transport(config.email),
            inboxes=tuple(open_inboxes(config)),
            open_source=open_source,
            clock=clock,
        )
    finally:
        ledger.close()


def open_templates(config: Config) -> Templates:
    """The templates a configuration names, with wording for whoever states no language.

    Raises:
        ConfigError: there is no such folder, or no wording in ``default_locale``; a person who
            joins without a language could not be told by any approved message.
    """
    own = config.templates
    if own is not None and not own.is_dir():
        raise ConfigError(
            f"There is no folder {own}.", remedy="correct `templates`, or leave it out"
        )
    templates, default = Templates(own), config.audience.default_locale
    known = available_locales(templates)
    if default not in known:
        raise ConfigError(
            f'default_locale is "{default}", and there is no wording in it '
            f"(there is: {', '.join(known)}).",
            remedy="name another under [audience], or write locales/"
            f"{default}.toml in a folder of your own (`templates`)",
        )
    return templates


def open_source(source: SourceConfig) -> Source:
    """The source a configuration describes."""
    if source.file is not None:
        return FileSource(source.file)
    if source.git is None or source.branch is None or source.path is None:
        raise ConfigError("A source needs file, or git with branch and path.")
    return GitSource(source.git, source.branch, source.path)


def open_audience(audience: AudienceConfig) -> Audience:
    """The audience a configuration describes; columns that it names must be there."""
    columns = Columns(**audience.columns.model_dump())
    must = frozenset(audience.columns.model_fields_set)
    if audience.csv is not None:
        return CsvAudience(audience.csv, columns, must)
    if audience.sql_url is None or audience.sql_query is None:
        raise ConfigError("An audience needs csv, or sql_url with sql_query.")
    return SqlAudience(audience.sql_url.get_secret_value(), audience.sql_query, columns, must)


def open_transport(email: EmailConfig) -> Transport:
    """The transport a configuration describes; nothing is connected yet."""
    if email.smtp is not None:
        smtp = email.smtp
        return Smtp(
            host=smtp.host,
            port=smtp.port,
            security=smtp.security,
            username=smtp.username,
            password=smtp.password.get_secret_value(),
            connections=smtp.connections,
            messages_per_connection=smtp.messages_per_connection,
            in_flight=email.in_flight,
            ca_file=smtp.ca_file,
        )
    if email.ses is not None:
        from notifier.channels.ses import Ses

        return Ses(email.ses.region, email.in_flight, email.ses.configuration_set)
    if email.outbox is None:
        raise ConfigError("Mail needs outbox, [email.smtp] or [email.ses].")
    return Outbox(email.outbox)


def open_inboxes(config: Config) -> Iterator[Inbox]:
    """Where feedback arrives, as a configuration says; nothing is connected yet."""
    if config.feedback.queue is not None:
        from notifier.channels.feedback.sqs import SqsInbox

        yield SqsInbox(config.feedback.queue, config.email.ses.region if config.email.ses else "")
    if config.feedback.mailbox is not None:
        yield open_maildir(config.feedback.mailbox, config.email)


def open_maildir(folder: Path, email: EmailConfig) -> Maildir:
    """A folder of bounce mails."""
    return Maildir(folder, MailReader(email.bounces_to))
