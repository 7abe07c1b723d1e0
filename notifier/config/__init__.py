"""notifier.toml and the environment: every mistake reported at once, with its key and line."""

from notifier.config.loading import load, understood
from notifier.config.schema import (
    AudienceConfig,
    Config,
    EmailConfig,
    FeedbackConfig,
    FloorConfig,
    PolicyConfig,
    PromiseConfig,
    SmtpConfig,
    SourceConfig,
    WebConfig,
)

__all__ = [
    "AudienceConfig",
    "Config",
    "EmailConfig",
    "FeedbackConfig",
    "FloorConfig",
    "PolicyConfig",
    "PromiseConfig",
    "SmtpConfig",
    "SourceConfig",
    "WebConfig",
    "load",
    "understood",
]
