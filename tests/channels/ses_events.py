"""Events as SES publishes them, in every envelope a queue may hold them in."""

from __future__ import annotations

import json
from typing import Any

PERSON = "Ann@mail.example"
MESSAGE = "0100018f-example-000000"


def event(
    kind: str,
    section: str = "",
    *,
    attempt: object = "77",
    message: str = MESSAGE,
    person: str = PERSON,
    **particulars: Any,
) -> str:
    """One event, raw."""
    mail = {
        "timestamp": "2026-03-02T09:30:00.000Z",
        "messageId": message,
        "source": "bounces@acme.example",
        "destination": [person],
        "tags": {"ses:configuration-set": ["notices"], "attempt": [attempt]},
    }
    body: dict[str, Any] = {"eventType": kind, "mail": mail}
    body[section or kind[:1].lower() + kind[1:]] = particulars
    return json.dumps(body)


def delivery(attempt: object = "77", **mail: str) -> str:
    return event(
        "Delivery",
        attempt=attempt,
        **mail,
        timestamp="2026-03-02T09:30:02.123Z",
        recipients=[PERSON],
        smtpResponse="250 ok",
    )


def bounce(
    kind: str = "Permanent", sub: str = "General", attempt: object = "77", **mail: str
) -> str:
    return event(
        "Bounce",
        attempt=attempt,
        **mail,
        bounceType=kind,
        bounceSubType=sub,
        feedbackId=f"fb-{attempt}-{kind}",
        timestamp="2026-03-02T09:31:00.000Z",
        bouncedRecipients=[
            {"emailAddress": PERSON, "diagnosticCode": f"smtp; 550 5.1.1 <{PERSON}> unknown"}
        ],
    )


def by_sns(body: str, message_id: str = "sns-1") -> str:
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": message_id,
            "TopicArn": "arn:aws:sns:eu-central-1:123456789012:ses",
            "Message": body,
            "Timestamp": "2026-03-02T09:31:01.000Z",
        }
    )


def by_eventbridge(body: str) -> str:
    return json.dumps(
        {
            "version": "0",
            "id": "eb-1",
            "detail-type": "Email Bounced",
            "source": "aws.ses",
            "time": "2026-03-02T09:31:01Z",
            "detail": json.loads(body),
        }
    )
