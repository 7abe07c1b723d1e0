"""The company's rules through the verbs: who gets which mail when, by zone, segment, quota, law."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifier.app import open_pipeline
from notifier.errors import TooLate, Undecided
from notifier.model.plan import Plan
from notifier.model.request import RulingSubject
from notifier.pipeline.check import check
from notifier.pipeline.pipeline import silent
from notifier.pipeline.planning import plan
from tests.life import Life, begin

MINUTE = timedelta(minutes=1)
TOKYO, BERLIN, NEW_YORK, NOWHERE = (
    f"{name}@mail.example" for name in ("tokyo", "berlin", "newyork", "nowhere")
)
BUSINESS = (
    "We will notify you by email at least 10 business days before a change becomes effective."
)
RECEIPT = (
    "We will notify you by email; changes become effective 14 days following receipt of the notice."
)
IN_ZONES = (
    (TOKYO, "1", "Aki", "en", "Asia/Tokyo", "", ""),
    (BERLIN, "2", "Bea", "en", "Europe/Berlin", "", ""),
    (NEW_YORK, "3", "Cal", "en", "America/New_York", "", ""),
    (NOWHERE, "4", "Dan", "en", "", "", ""),
)


def ruled(life: Life, *, policy: str = "", top: str = "", email: str = "", more: str = "") -> Life:
    """The company with further lines in its configuration."""
    path = life.company.folder / "notifier.toml"
    text = path.read_text().replace("[audience]", f"{policy}\n[audience]", 1)
    text = text.replace("rate = 1000\n", f"rate = 1000\n{email}\n", 1)
    path.write_text(f"{top}\n{text}\n{more}\n")
    return life


def audience(life: Life, people: Iterable[tuple[str, ...]]) -> None:
    lines = ["email,id,name,locale,zone,in_app_id,segment", *(",".join(row) for row in people)]
    (life.company.folder / "audience.csv").write_text("\n".join(lines) + "\n")


def approved(life: Life) -> Life:
    life.check()
    life.plan()
    life.approve()
    return life


def told(life: Life, *instants: datetime) -> dict[str, datetime]:
    """When each was mailed, where the daemon looked at these instants and a minute before each."""
    when = {}
    for at in sorted(instants):
        for now in (at - MINUTE, at):
            life.now = now
            life.send()
            when |= dict.fromkeys(life.mails(), now)
    return when


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lead", "holidays", "day"),
    [
        ("20d", "[]", 9),
        ("20d", "[2027-02-09]", 10),
        ("23d", "[]", 8),
        ("23d", "[2027-02-08, 2027-02-09]", 10),
    ],
    ids=["a Tuesday", "a holiday", "a Saturday", "a Saturday before holidays"],
)
def test_mail_goes_out_in_each_recipients_working_hours(
    tmp_path: Path, ledger_url: str, lead: str, holidays: str, day: int
) -> None:
    hours = (
        'zone = "Europe/Berlin"\n[policy.sending_hours]\nopens = 09:00:00\ncloses = 17:00:00\n'
        "days = [0, 1, 2, 3, 4]\non_holidays = false"
    )
    life = begin(tmp_path, ledger_url, lead=f'["{lead}"]')
    ruled(life, policy=hours, top=f"holidays = {holidays}")
    audience(life, IN_ZONES)
    approved(life)
    morning = {
        TOKYO: at(2, day),
        BERLIN: at(2, day, 8),
        NOWHERE: at(2, day, 8),
        NEW_YORK: at(2, day, 14),
    }
    quiet = [at(2, n, hour) for n in range(6, day) for hour in (3, 12, 20)]
    assert told(life, *quiet, *morning.values()) == morning


def test_the_day_begins_in_each_recipients_zone_where_that_is_configured(
    tmp_path: Path, ledger_url: str
) -> None:
    life = ruled(begin(tmp_path, ledger_url, lead='["20d"]'), policy="recipient_zones = true")
    audience(life, IN_ZONES)
    approved(life)
    midnight = {
        NOWHERE: at(2, 8, 10),
        TOKYO: at(2, 8, 15),
        BERLIN: at(2, 8, 23),
        NEW_YORK: at(2, 9, 5),
    }
    assert told(life, *midnight.values()) == midnight


def test_where_the_hours_leave_no_time_the_alarm_advises_no_higher_rate(
    tmp_path: Path, sqlite_url: str
) -> None:
    weekdays = (
        'bounce_allowance = "1h"\n[policy.sending_hours]\nopens = "09:00"\ncloses = "17:00"\n'
        "days = [0, 1, 2, 3, 4]"
    )
    life = ruled(begin(tmp_path, sqlite_url, lead='["4d"]'), policy=weekdays)
    life.check()
    life.plan()
    life.approve()
    life.now = at(2, 25, 0)
    life.company.ok("hold", "--by", "Ana", "--why", "a question")
    life.now = at(2, 26, 23)
    life.resume()
    alarms = " ".join(life.send().alarms)
    assert "the sending hours leave no time before 28 February 2027, 10:00 UTC" in alarms
    assert "rate" not in alarms


def test_a_daily_quota_spreads_the_mail_over_days(tmp_path: Path, ledger_url: str) -> None:
    life = ruled(begin(tmp_path, ledger_url), email="daily_quota = 2")
    audience(life, [*IN_ZONES, ("eve@mail.example", "5", "Eve", "en", "", "", "")])
    approved(life)
    started = life.now
    counted = []
    for hours in (0, 1, 23, 24, 25, 48):
        life.now = started + timedelta(hours=hours, seconds=1)
        life.send()
        counted.append(len(life.mails()))
    assert counted == [2, 0, 0, 2, 0, 1]
    assert life.account().told == 5


def test_a_quota_that_is_too_small_refuses_the_plan(tmp_path: Path, sqlite_url: str) -> None:
    life = ruled(begin(tmp_path, sqlite_url), email="daily_quota = 2")
    audience(life, [(f"p{n}@mail.example", str(n), "", "en", "", "", "") for n in range(60)])
    life.check()
    refused = life.plan().plan
    assert "Too late: 60 people" in refused.refusal
    assert refused.earliest_honest_date is not None
    life.rule(RulingSubject.EFFECTIVE_DATE, refused.earliest_honest_date.isoformat())
    assert not life.plan().plan.refusal


TERMS = """
[[policy]]
key = "terms"
title = "Terms"
url = "https://acme.example/terms"
lead_times = ["60d", "7d"]
live = { git = ".", branch = "main", path = "privacy.md" }
staged = { git = ".", branch = "upcoming", path = "privacy.md" }
"""


def test_two_policies_share_the_daily_quota(tmp_path: Path, ledger_url: str) -> None:
    """Each alone would fit: 100 mails, counted twice, at 6 a day before 25 February."""
    life = ruled(begin(tmp_path, ledger_url), email="daily_quota = 6", more=TERMS)
    audience(life, [(f"p{n}@mail.example", str(n), "", "en", "", "", "") for n in range(100)])

    def planned(key: str) -> Plan:
        with open_pipeline(life.company.folder / "notifier.toml", clock=lambda: life.now) as it:
            check(it, it.policy(key))
            return plan(it, it.policy(key), who="Bea", progress=silent).plan

    first, second = planned("privacy"), planned("terms")
    assert (first.refusal, second.refusal) == ("", "")
    life.approve()
    life.send()
    assert "Too late: 100 people" in planned("terms").refusal
    assert life.plan().state == "approved", "what other plans send voids nothing"
    life.later(days=1)
    life.send()
    assert not [wrong for wrong in life.status().trouble if wrong.code == "plan.behind"]


def test_a_segment_has_a_date_of_its_own(tmp_path: Path, ledger_url: str) -> None:
    life = ruled(
        begin(tmp_path, ledger_url, lead='["20d"]'), policy="segment_dates = { eu = 2027-03-15 }"
    )
    audience(
        life,
        [
            ("eu@mail.example", "1", "Eva", "en", "", "", "eu"),
            ("us@mail.example", "2", "Uma", "en", "", "", "us"),
        ],
    )
    approved(life)
    life.now = at(2, 8, 10)
    life.send()
    mails = life.mails()
    assert mails.keys() == {"us@mail.example"}
    assert mails["us@mail.example"]["Subject"].endswith("March 1, 2027")
    life.now = at(2, 22, 10)
    life.send()
    mails = life.mails()
    assert mails.keys() == {"eu@mail.example"}
    assert mails["eu@mail.example"]["Subject"].endswith("March 15, 2027")
    account = life.account()
    assert (account.told, account.late, account.untold) == (2, 0, 0)


def test_nobody_stands_in_two_segments_with_dates_of_their_own(
    tmp_path: Path, sqlite_url: str
) -> None:
    life = begin(tmp_path, sqlite_url, lead='["20d"]')
    twice = [
        ("ann@mail.example", "1", "Ann", "en", "", "", "buyer"),
        ("ann@mail.example", "2", "Ann", "en", "", "", "seller"),
        ("bob@mail.example", "3", "Bob", "en", "", "", "seller"),
    ]
    audience(life, twice)
    life.check()
    assert life.plan().plan.people == 2
    ruled(life, policy="segment_dates = { seller = 2027-02-08 }")
    with pytest.raises(Undecided, match=r"1 of the audience.s rows repeats"):
        life.plan()
    audience(life, twice[1:])
    assert life.plan().plan.people == 2


def test_a_floor_protects_its_segment_only(tmp_path: Path, ledger_url: str) -> None:
    life = ruled(
        begin(tmp_path, ledger_url, lead='["20d"]'),
        policy='floors = ["contract"]',
        more='[[floor]]\nname = "contract"\ndays = 40\nsource = "clause 9 of the master agreement"\n'
        'segments = ["business"]',
    )
    audience(
        life,
        [
            ("firm@mail.example", "1", "", "en", "", "", "business"),
            ("home@mail.example", "2", "", "en", "", "", ""),
        ],
    )
    plan = approved(life).status().plan.plan  # type: ignore[union-attr]
    assert plan.deadline_at == at(1, 20, 10)
    assert "clause 9 of the master agreement" in plan.notice("initial-email/business").why  # type: ignore[union-attr]
    start = plan.deadline_at - timedelta(hours=72)
    when = told(life, start - timedelta(days=1), start, at(2, 8, 10))
    assert when["home@mail.example"] == at(2, 8, 10)
    assert start - timedelta(minutes=2) <= when["firm@mail.example"] <= start


@pytest.mark.parametrize(
    ("clause", "top", "deadline_at"),
    [
        (
            BUSINESS,
            "",
            at(2, 15, 10),
        ),
        (
            BUSINESS,
            "holidays = [2027-02-22]",
            at(2, 12, 10),
        ),
        (
            RECEIPT,
            "",
            at(2, 15, 10) - timedelta(hours=24),
        ),
    ],
    ids=["business days", "a holiday among them", "deemed receipt"],
)
def test_the_last_moment_to_tell_and_not_a_minute_later(
    tmp_path: Path, sqlite_url: str, clause: str, top: str, deadline_at: datetime
) -> None:
    life = ruled(begin(tmp_path, sqlite_url, lead='["1d"]', clause=clause), top=top)
    audience(life, IN_ZONES)
    life.now = deadline_at - timedelta(hours=72) + MINUTE
    life.check()
    late = life.plan().plan
    assert late.deadline_at == deadline_at
    assert late.refusal.startswith("Too late: 4 people must be told before")
    with pytest.raises(TooLate, match="4 people"):
        life.approve()
    life.now -= 2 * MINUTE
    life.plan()
    life.approve()
    life.now += MINUTE
    life.send()
    assert life.mails().keys() == {row[0] for row in IN_ZONES}
    account = life.account()
    assert (account.told, account.late) == (4, 0)


def test_what_no_row_gives_is_said_with_the_column_it_was_looked_for_in(
    tmp_path: Path, sqlite_url: str
) -> None:
    life = ruled(begin(tmp_path, sqlite_url), policy="recipient_zones = true")
    people = life.company.folder / "audience.csv"
    people.write_text("email,id,language,tz\nbob@mail.example,1,de,Europe/Berlin\n")
    life.check()
    found = {finding.code: finding for finding in life.plan().plan.findings}
    assert found["audience.no_locale"].message.endswith("everybody is told in en.")
    assert '[audience.columns] locale = "..."' in found["audience.no_locale"].remedy
    assert {"audience.no_zone", "audience.no_in_app_id"} <= found.keys()
    people.write_text("email,id,locale,zone,in_app_id\nbob@mail.example,1,de,Europe/Berlin,u1\n")
    assert not [f for f in life.plan().plan.findings if f.code.startswith("audience.no_")]
