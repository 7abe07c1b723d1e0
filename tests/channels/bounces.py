"""Bounce mails as mail servers write them."""

from __future__ import annotations

from textwrap import dedent

BOUNCES_TO = "bounces@acme.example"
PERSON = "bob@mail.example"
MESSAGE_ID = "<0123456789abcdef01234567.42@acme.example>"


def dsn(
    *,
    action: str = "failed",
    status: str = "5.1.1",
    to: str = "bounces+77@acme.example",
    person: str = PERSON,
    diagnostic: str = "smtp; 550 5.1.1 <bob@mail.example>: no such user bob",
    message_id: str = MESSAGE_ID,
    own_id: str = "<20260302.1@mx.example>",
    date: str = "Mon, 02 Mar 2026 10:31:00 +0100",
    status_type: str = "message/delivery-status",
    extra: str = "",
) -> bytes:
    """A report by the book (RFC 3464), with the returned headers."""
    return (
        dedent(
            f"""\
            Return-Path: <>
            From: Mail Delivery System <MAILER-DAEMON@mx.example>
            To: {to}
            Subject: Undelivered Mail Returned to Sender
            Message-ID: {own_id}
            Date: {date}
            Auto-Submitted: auto-replied
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status; boundary="b"

            --b
            Content-Type: text/plain

            I'm sorry to have to inform you that your message could not be delivered.

            --b
            Content-Type: {status_type}

            Reporting-MTA: dns; mx.example
            Arrival-Date: Mon, 02 Mar 2026 09:30:00 +0000

            Final-Recipient: rfc822; {person}
            Action: {action}
            Status: {status}
            Diagnostic-Code: {diagnostic}
            """
        )
        + extra
        + dedent(
            f"""
            --b
            Content-Type: text/rfc822-headers

            From: Acme Legal <legal@acme.example>
            To: {person}
            Subject: A change
            Message-ID: {message_id}

            --b--
            """
        )
    ).encode()


def arf(*, kind: str = "abuse", message_id: str = MESSAGE_ID) -> bytes:
    """A complaint as large mailbox providers send it (RFC 5965)."""
    return dedent(
        f"""\
        From: <fbl@mail.example>
        To: bounces@acme.example
        Message-ID: <arf-1@mail.example>
        Date: Mon, 02 Mar 2026 10:00:00 +0000
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary="c"

        --c
        Content-Type: text/plain

        This is an email abuse report.

        --c
        Content-Type: message/feedback-report

        Feedback-Type: {kind}
        User-Agent: SomeGenerator/1.0
        Version: 1
        Original-Mail-From: <bounces+78@acme.example>
        Original-Rcpt-To: <bob@mail.example>

        --c
        Content-Type: message/rfc822

        From: Acme Legal <legal@acme.example>
        To: bob@mail.example
        Subject: A change
        Message-ID: {message_id}

        Hello.

        --c--
        """
    ).encode()


PROSE = b"""\
From: MAILER-DAEMON@old.example
To: bounces+79@acme.example
Subject: failure notice
Date: Mon, 02 Mar 2026 10:00:00 -0000

Hi. This is the qmail-send program at old.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<bob@mail.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: <0123456789abcdef01234567.42@acme.example>
"""

ANSWER = b"""\
From: Bob <bob@mail.example>
To: bounces+77@acme.example
Subject: Re: A change
Message-ID: <x@mail.example>
In-Reply-To: <0123456789abcdef01234567.42@acme.example>

I do not agree.
"""

ABSENCE = b"""\
From: Bob <bob@mail.example>
To: bounces+77@acme.example
Subject: Out of office
Auto-Submitted: auto-replied
Message-ID: <y@mail.example>
Content-Type: text/plain

I am away until Monday.
"""
