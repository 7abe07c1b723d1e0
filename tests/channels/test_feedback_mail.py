"""Bounce mails, complaints and whatever else arrives where bounces go."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.channels.feedback import MOST_OCTETS, Maildir, MailReader, Unreadable
from notifier.delivery import EventKind
from notifier.errors import DeliveryError
from tests.channels.bounces import (
    ABSENCE,
    ANSWER,
    BOUNCES_TO,
    MESSAGE_ID,
    PERSON,
    PROSE,
    arf,
    dsn,
)

NOW = datetime(2026, 3, 3, tzinfo=UTC)
READER = MailReader(f"Bounces <{BOUNCES_TO}>")


def read(content: bytes):
    return READER.read(content, NOW)


def test_a_report_by_the_book():
    told = read(dsn())
    assert told.kind is EventKind.BOUNCED_FOR_GOOD
    assert told.at == datetime(2026, 3, 2, 9, 31, tzinfo=UTC)
    assert told.attempt == 77
    assert MESSAGE_ID in told.references
    assert told.recipients == {PERSON}
    assert not told.vouched
    assert told.detail == "550 5.1.1 <<…>>: no such user <…>"


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "5.1.1", EventKind.BOUNCED_FOR_GOOD),
        ("failed", "5.1.10", EventKind.BOUNCED_FOR_GOOD),
        ("failed", "5.0.0", EventKind.BOUNCED_FOR_GOOD),
        ("failed", "5.2.1", EventKind.BOUNCED_FOR_GOOD),
        ("failed", "5.4.4", EventKind.BOUNCED_FOR_GOOD),
        ("failed", "5.1.8", EventKind.BOUNCED),
        ("failed", "5.2.2", EventKind.BOUNCED),
        ("failed", "5.7.1", EventKind.BOUNCED),
        ("failed", "4.4.7", EventKind.BOUNCED),
        ("failed", "", EventKind.BOUNCED),
        ("Failed (user unknown)", "5.1.1 (bad mailbox)", EventKind.BOUNCED_FOR_GOOD),
        ("error", "5.1.1", EventKind.BOUNCED_FOR_GOOD),
        ("delayed", "4.4.1", EventKind.DELAYED),
        ("delivered", "2.0.0", EventKind.DELIVERED),
        ("relayed", "2.0.0", EventKind.ACCEPTED),
        ("expanded", "2.0.0", EventKind.ACCEPTED),
    ],
)
def test_what_a_report_means(action, status, kind):
    assert read(dsn(action=action, status=status)).kind is kind


def test_of_two_fates_the_worse_is_told():
    other = "\nFinal-Recipient: rfc822; copy@mail.example\nAction: delivered\nStatus: 2.0.0\n"
    told = read(dsn(extra=other))
    assert told.kind is EventKind.BOUNCED_FOR_GOOD
    assert told.recipients == {PERSON, "copy@mail.example"}


def test_a_report_in_utf_8():
    told = read(dsn(status_type="message/global-delivery-status", person="jörg@mail.example"))
    assert told.kind is EventKind.BOUNCED_FOR_GOOD
    assert "@" not in told.detail


def test_returned_headers_in_base64_are_read():
    returned = base64.b64encode(f"Message-ID: {MESSAGE_ID}\n".encode()).decode()
    wrapped = dsn(message_id="").replace(
        b"Content-Type: text/rfc822-headers\n\n",
        b"Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n"
        + returned.encode()
        + b"\n--b\nContent-Type: text/plain\n\n",
    )
    assert read(wrapped).references.count(MESSAGE_ID) == 1


def test_a_bounce_in_prose():
    told = read(PROSE)
    assert told.kind is EventKind.BOUNCED_FOR_GOOD
    assert (told.attempt, told.recipients, told.detail) == (79, {PERSON}, "5.1.1")
    assert MESSAGE_ID in told.references


def test_a_bounce_in_prose_without_a_code_is_not_for_good():
    assert read(PROSE.replace(b"(#5.1.1)", b"")).kind is EventKind.BOUNCED


def test_a_complaint():
    told = read(arf())
    assert (told.kind, told.attempt, told.detail) == (EventKind.COMPLAINED, 78, "abuse")
    assert MESSAGE_ID in told.references


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
def test_a_report_that_is_no_complaint(kind):
    assert read(arf(kind=kind)) is None


@pytest.mark.parametrize("mail", [ANSWER, ABSENCE, b"From: a\n\n\0\xff\xfe"])
def test_what_is_no_feedback(mail):
    assert read(mail) is None


def test_the_same_mail_by_two_ways_has_one_origin():
    assert read(dsn()).origin == read(b"Received: from mx2\n" + dsn()).origin
    assert read(dsn()).origin != read(dsn(own_id="<2@mx.example>")).origin


@pytest.mark.parametrize(
    "date", ["Tue, 1 Jan 2999 00:00:00 +0000", "yesterday", "", "Fri, 31 Dec 9999 23:59:59 -2359"]
)
def test_a_false_date_is_the_time_of_arrival(date):
    assert read(dsn(date=date)).at == NOW


def test_without_a_return_path_configured_there_is_only_the_message_id():
    told = MailReader(None).read(dsn(), NOW)
    assert told.attempt is None
    assert MESSAGE_ID in told.references


@pytest.mark.parametrize(
    "mail",
    [
        dsn() + b"x" * MOST_OCTETS,
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nContent-Type: x/y\n\n" * 100,
        b"Content-Type: message/rfc822\n\n" * 1000,
        dsn().replace(b"Action: failed", b"Action: eaten"),
        b"",
    ],
    ids=["large", "wide", "deep", "without an action", "empty"],
)
def test_what_cannot_be_read_is_refused_and_not_logged(mail, caplog):
    with pytest.raises(Unreadable):
        read(mail)
    assert caplog.text == ""


BRICKS = st.sampled_from(
    [
        b"\n",
        b"--b\n",
        b"--b--\n",
        b"Content-Type: message/delivery-status\n\n",
        b"Content-Type: message/global-delivery-status\n\n",
        b"Content-Type: message/feedback-report\n\n",
        b"Content-Type: message/rfc822\n\n",
        b"Content-Type: multipart/report; boundary=b\n\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Action: failed\n",
        b"Status: 5.1.1\n",
        b"Final-Recipient: ;;\xff<\n",
        b"Feedback-Type: abuse\n",
        b"Date: Mon, 99 Feb 2026 99:99:99 +9999\n",
        b"Message-ID: =?utf-8?q?=ff?=\xff\n",
        b"To: bounces+999999999999999999@acme.example\n",
        b"This is the qmail-send program\n",
        b"<bob@mail.example>:\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(BRICKS, st.binary(max_size=40)), max_size=25).map(b"".join))
def test_no_mail_does_harm(content):
    try:
        told = read(content)
    except Unreadable:
        return
    if told:
        assert told.at <= NOW
        assert told.detail.isprintable()
        assert "@" not in told.detail


@pytest.mark.parametrize(
    "line",
    [b"x" * 900_000, b"a@" * 400_000, b" <" * 400_000, b"\n" * 900_000, b"550 a@b\n" * 100_000],
)
def test_a_hostile_body_is_read_in_bounded_time(line):
    """Every part of it is bounded; the suite's own time limit would end it."""
    body = b"To: bounces@acme.example\nFrom: mailer-daemon@x.example\n\n" + line
    encoded = b"From: a\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(line[:700_000])
    assert read(body) is None
    assert read(encoded) is None


# The mailbox.


@pytest.fixture
def mailbox(tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_mailbox_is_read_once_and_nothing_is_thrown_away(mailbox):
    (mailbox / "new" / "1.a").write_bytes(dsn())
    (mailbox / "new" / "2.b").write_bytes(ANSWER)
    (mailbox / "cur" / "3.c:2,R").write_bytes(b"x" * (MOST_OCTETS + 1))
    (mailbox / "cur" / "4.d:2,S").write_bytes(dsn())
    inbox = Maildir(mailbox, READER)
    taken = inbox.take(NOW)
    assert len(taken) == 3
    assert names(mailbox / "new") == ["1.a", "2.b"], "recorded first"
    inbox.done(taken)
    assert names(mailbox / "new") == []
    assert names(mailbox / "cur") == ["1.a:2,S", "2.b:2,FS", "3.c:2,FS", "4.d:2,S"]
    assert inbox.take(NOW + timedelta(days=1)) == []


def test_links_in_a_mailbox_are_not_followed(mailbox):
    (mailbox / "new" / "1.a").symlink_to("/dev/zero")
    assert Maildir(mailbox, READER).take(NOW) == []


def test_a_folder_that_is_no_mailbox_is_named(tmp_path):
    with pytest.raises(DeliveryError, match="cannot be used"):
        Maildir(tmp_path, READER).take(NOW)
