"""What can be configured, key by key. Unknown keys are errors at every level."""

from __future__ import annotations

import sys
from datetime import date, time, timedelta
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from notifier.config.values import (
    Domain,
    Duration,
    Line,
    Mailbox,
    Place,
    Token,
    WebAddress,
    Zone,
)
from notifier.model.reading import MOST_DAYS, ChannelsMode, Obligation, PromisedChannel, Trigger


class Section(BaseModel):
    """A part of the configuration; a misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CompanyConfig(Section):
    """Who speaks to the recipients."""

    name: Line
    contact: Mailbox


class SourceConfig(Section):
    """Where a text is found: a plain file, or a path on a branch of a local git repository."""

    file: Place | None = None
    git: Place | None = None
    branch: Line | None = None
    path: Line | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> SourceConfig:
        in_git = self.git is not None and self.branch is not None and self.path is not None
        parts = (self.git, self.branch, self.path)
        if in_git == (self.file is not None) or (self.file and any(parts)):
            raise ValueError("give file, or git with branch and path")
        return self


class PromiseConfig(Section):
    """What legal states about the promise; every key given overrules the text, as a ruling.

    ``who`` and ``why`` are required, since this is a decision that may be shown in court.
    """

    who: Line
    why: Line
    channels: tuple[PromisedChannel, ...] | None = None
    channels_mode: ChannelsMode | None = None
    obligation: Obligation | None = None
    trigger: Trigger | None = None
    lead_time_days: Annotated[int, Field(ge=0, le=MOST_DAYS)] | None = None
    prior: bool | None = None
    effective_when_posted: bool | None = None
    promises_to_update_date: bool | None = None


class FloorConfig(Section):
    """A minimum notice period of the company's own, with the contract or rule it comes from.

    ``clear``: neither the day of telling nor the effective day counts.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)]
    source: Line
    clear: bool = False
    trigger: Trigger = Trigger.ANY
    channels: tuple[PromisedChannel, ...] = ()
    segments: tuple[str, ...] = ()


class SendingHoursConfig(Section):
    """When mail may be handed over, in each recipient's own time; ``days`` counts Monday as 0."""

    opens: time = time(8)
    closes: time = time(20)
    days: tuple[Annotated[int, Field(ge=0, le=6)], ...] = (0, 1, 2, 3, 4, 5, 6)
    on_holidays: bool = True

    @model_validator(mode="after")
    def _open_at_all(self) -> SendingHoursConfig:
        if self.opens >= self.closes or not self.days:
            raise ValueError("must open before they close, on at least one day")
        return self


class PolicyConfig(Section):
    """One policy: where its text is found and when its notices go out.

    ``titles`` names the policy in other languages: ``titles = { de = "Datenschutzerklärung" }``.
    """

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    title: Line
    titles: dict[str, Line] = Field(default_factory=dict)
    url: WebAddress
    live: SourceConfig
    staged: SourceConfig | None = None
    selector: str | None = None
    zone: Zone | None = None
    lead_times: tuple[Duration, ...] = (timedelta(days=30), timedelta(days=7))
    floors: tuple[str, ...] = ()
    recipient_zones: bool = False
    sending_hours: SendingHoursConfig | None = None
    segment_dates: dict[str, date] = Field(default_factory=dict)
    bounce_allowance: Duration = timedelta(hours=72)
    in_app_offset: Duration = timedelta(0)
    deemed_receipt: Duration = timedelta(hours=24)
    promise: PromiseConfig | None = None

    @model_validator(mode="after")
    def _lead_times_fall(self) -> PolicyConfig:
        if not self.lead_times or list(self.lead_times) != sorted(set(self.lead_times))[::-1]:
            raise ValueError('lead_times must fall, longest first: ["30d", "7d"]')
        return self


class ColumnsConfig(Section):
    """Which column of the audience holds what."""

    address: str = "email"
    key: str = "id"
    name: str = "name"
    locale: str = "locale"
    zone: str = "zone"
    in_app_id: str = "in_app_id"
    segment: str = "segment"


class AudienceConfig(Section):
    """Who must be told: a CSV file, or a query against a database."""

    csv: Place | None = None
    sql_url: SecretStr | None = None
    sql_query: str | None = None
    columns: ColumnsConfig = ColumnsConfig()
    default_locale: str = "en"

    @model_validator(mode="after")
    def _one_kind(self) -> AudienceConfig:
        sql = self.sql_url is not None or self.sql_query is not None
        if (self.csv is not None) == sql:
            raise ValueError("give either csv, or sql_url with sql_query")
        if sql and (self.sql_url is None or not self.sql_query):
            raise ValueError("sql_url and sql_query belong together")
        return self


class SmtpConfig(Section):
    """A mail server that takes our mail."""

    host: Line
    port: Annotated[int, Field(gt=0, lt=65536)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: SecretStr = SecretStr("")
    ca_file: Place | None = None
    connections: Annotated[int, Field(gt=0, le=256)] = 16
    messages_per_connection: Annotated[int, Field(gt=0)] = sys.maxsize


class SesConfig(Section):
    """Amazon SES. Credentials are found by boto3, and so is the region if none is given.

    ``configuration_set`` is the one whose event destination leads to ``[feedback] queue``.
    """

    region: Annotated[str, Field(pattern=r"^[a-z0-9-]*$")] = ""
    configuration_set: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""


class PagesConfig(Section):
    """Where readers find the whole comparison and both texts, which a mail cannot hold.

    Approving a plan writes its pages into ``folder``; ``url`` is the address at which the
    company's own web server shows that folder.
    """

    folder: Place
    url: WebAddress


_IN_FLIGHT = 64
_IN_FLIGHT_SES = 128
"""Each is in doubt should this process die; SES, which answers in some 60 ms, needs more."""


class EmailConfig(Section):
    """From whom mail goes out, and how: a folder of .eml files, a mail server, or Amazon SES.

    ``rate`` and ``domain_rates`` are messages a second of all processes together: of everything,
    and of what goes to a domain that takes less.
    """

    sender: Mailbox
    bounces_to: Mailbox | None = None
    outbox: Place | None = None
    smtp: SmtpConfig | None = None
    ses: SesConfig | None = None
    rate: Annotated[float, Field(gt=0)] = 50.0
    domain_rates: dict[Domain, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    daily_quota: Annotated[int, Field(gt=0)] | None = None
    in_flight: Annotated[int, Field(gt=0, le=4096)] = Field(
        default_factory=lambda given: _IN_FLIGHT_SES if given.get("ses") else _IN_FLIGHT
    )

    @model_validator(mode="after")
    def _one_transport(self) -> EmailConfig:
        if sum(way is not None for way in (self.outbox, self.smtp, self.ses)) != 1:
            raise ValueError("give one transport: outbox, [email.smtp] or [email.ses]")
        return self


class FeedbackConfig(Section):
    """Where what comes back after a hand-over is found; either or both.

    ``queue`` is the URL of the SQS queue with SES's events, ``mailbox`` the Maildir that bounce
    mails are put into.
    """

    queue: WebAddress | None = None
    mailbox: Place | None = None


class WebConfig(Section):
    """The server for notices in the product and for health checks.

    ``token`` must come with every request for notices; without one the server answers on
    loopback only.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, lt=65536)] = 8080
    token: Token | None = None

    @model_validator(mode="after")
    def _closed(self) -> WebConfig:
        if self.token is None and self.host not in {"127.0.0.1", "::1", "localhost"}:
            raise ValueError("a host other than loopback needs a token")
        return self


class DaemonConfig(Section):
    """How often the daemon looks at the sources, at what is due, and at what came back."""

    check_every: Duration = timedelta(minutes=15)
    send_every: Duration = timedelta(seconds=30)
    feedback_every: Duration = timedelta(minutes=1)


class ApprovalConfig(Section):
    """Who may approve. With two or more names, whoever made the plan cannot approve it."""

    approvers: tuple[Line, ...] = ()


class LedgerConfig(Section):
    """Where the record is kept: ``sqlite:///notifier.db`` or ``postgresql+psycopg://...``."""

    url: SecretStr = SecretStr("sqlite:///notifier.db")


class Config(BaseSettings):
    """The whole configuration; environment variables overrule the file."""

    model_config = SettingsConfigDict(
        env_prefix="NOTIFIER_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    company: CompanyConfig
    policy: tuple[PolicyConfig, ...]
    audience: AudienceConfig
    email: EmailConfig
    pages: PagesConfig | None = None
    feedback: FeedbackConfig = FeedbackConfig()
    ledger: LedgerConfig = LedgerConfig()
    web: WebConfig = WebConfig()
    daemon: DaemonConfig = DaemonConfig()
    approval: ApprovalConfig = ApprovalConfig()
    holidays: tuple[date, ...] = ()
    floor: tuple[FloorConfig, ...] = ()
    templates: Place | None = None

    @model_validator(mode="after")
    def _keys_differ(self) -> Config:
        if not self.policy:
            raise ValueError("there is no [[policy]]")
        keys = [policy.key for policy in self.policy]
        if len(set(keys)) != len(keys):
            raise ValueError("two policies have the same key")
        floors = [floor.name for floor in self.floor]
        if len(set(floors)) != len(floors):
            raise ValueError("two [[floor]] have the same name")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what the file says; nothing else."""
        return env_settings, init_settings

    def find_policy(self, key: str) -> PolicyConfig | None:
        """The policy with this key, or None."""
        return next((policy for policy in self.policy if policy.key == key), None)
