"""A sample company for ``notifier demo``: Larkspur Maps, its policy, and the people it tells."""

from __future__ import annotations

import csv
import random
from importlib.resources import files
from pathlib import Path

POLICY = "privacy-policy.md"
UPCOMING = f"upcoming-{POLICY}"
PEOPLE = 320

CONFIG = """\
# Larkspur Maps, a sample company.

[company]
name = "Larkspur Maps"
contact = "privacy@larkspur.example"

[[policy]]
key = "privacy"
title = "Privacy Policy"
titles = {{ de = "Datenschutzerklärung", fr = "Politique de confidentialité", \
es = "Política de privacidad" }}
url = "https://larkspur.example/privacy"
live = {live}
staged = {staged}
lead_times = ["45d", "7d"]
zone = "Europe/Dublin"

[pages]
folder = "public"
url = "https://larkspur.example/policy-changes"

[audience]
csv = "audience.csv"

[email]
sender = "Larkspur Maps <privacy@larkspur.example>"
outbox = "outbox"
rate = 500
"""

_NAMES = {
    "en": ("Aoife", "Ben", "Clara", "Declan", "Ella", "Finn", "Grace", "Hugh"),
    "de": ("Anja", "Björn", "Claudia", "Dirk", "Elke", "Jörg"),
    "fr": ("Amélie", "Benoît", "Chloé", "François", "Hélène"),
    "es": ("Álvaro", "Begoña", "Íñigo", "Lucía", "Núria"),
    "it": ("Chiara", "Niccolò"),
}
_ZONES = {
    "en": ("Europe/Dublin", "America/New_York", "Pacific/Auckland"),
    "de": ("Europe/Berlin", "Europe/Vienna"),
    "fr": ("Europe/Paris", "America/Montreal"),
    "es": ("Europe/Madrid", "America/Bogota"),
    "it": ("Europe/Rome",),
}
_BROKEN = ("", "ella@", "no address given", "finn@larkspur..example")


def text(name: str) -> str:
    """One of the sample's two policy texts."""
    return files("notifier.cli.sample").joinpath(name).read_text(encoding="utf-8")


def write_audience(path: Path) -> None:
    """A few hundred people in five languages; a few addresses are broken, some stand twice."""
    chance = random.Random(7)  # noqa: S311 - a sample, the same every time
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "id", "name", "locale", "zone", "in_app_id"])
        for number in range(1, PEOPLE + 1):
            locale = chance.choices(list(_NAMES), weights=(40, 22, 16, 16, 6))[0]
            address = f"person{number}@mail.example"
            if number % 80 == 0:
                address = _BROKEN[number // 80 - 1]
            if number in {101, 202}:
                address = f"PERSON{number - 1}@mail.example"
            writer.writerow(
                [
                    address,
                    number,
                    chance.choice(_NAMES[locale]),
                    locale,
                    chance.choice(_ZONES[locale]),
                    f"u{number}" if number % 7 else "",
                ]
            )
