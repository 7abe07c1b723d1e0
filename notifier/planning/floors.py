"""Minimum notice periods set by law, kept as data beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from notifier.model.reading import NoticePeriod, PeriodUnit, PromisedChannel, Trigger
from notifier.model.request import Floor


@cache
def known_floors() -> Mapping[str, Floor]:
    """The floors that can be named in the configuration, by name."""
    text = files("notifier.planning").joinpath("floors.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            name: Floor(
                name=name,
                period=NoticePeriod(row["number"], PeriodUnit(row["unit"])),
                source=row["source"],
                clear=row.get("clear", False),
                trigger=Trigger(row.get("trigger", Trigger.ANY)),
                channels=tuple(PromisedChannel(c) for c in row.get("channels", ())),
            )
            for name, row in tomllib.loads(text).items()
        }
    )
