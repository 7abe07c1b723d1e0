"""SES's events, and the queue they come by (moto's SQS, in this process)."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from notifier.channels.feedback import Unreadable
from notifier.channels.feedback.ses_events import read
from notifier.channels.feedback.sqs import SqsInbox
from notifier.delivery import EventKind
from notifier.errors import DeliveryError
from tests.channels.ses_events import bounce, by_eventbridge, by_sns, delivery, event

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
AT = "2026-03-02T09:31:00.000Z"
REGION = "eu-central-1"


@pytest.mark.parametrize(
    ("body", "kind", "detail"),
    [
        (event("Send"), EventKind.ACCEPTED, ""),
        (delivery(), EventKind.DELIVERED, ""),
        (
            event("DeliveryDelay", delayType="MailboxFull", timestamp=AT),
            EventKind.DELAYED,
            "MailboxFull",
        ),
        (
            bounce(),
            EventKind.BOUNCED_FOR_GOOD,
            "Permanent General smtp; 550 5.1.1 <<…>> unknown",
        ),
        (
            bounce("Permanent", "UnsubscribedRecipient"),
            EventKind.BOUNCED,
            "Permanent UnsubscribedRecipient smtp; 550 5.1.1 <<…>> unknown",
        ),
        (
            bounce("Transient", "MailboxFull"),
            EventKind.BOUNCED,
            "Transient MailboxFull smtp; 550 5.1.1 <<…>> unknown",
        ),
        (
            bounce("Undetermined", "Undetermined"),
            EventKind.BOUNCED,
            "Undetermined Undetermined smtp; 550 5.1.1 <<…>> unknown",
        ),
        (
            event("Complaint", complaintFeedbackType="abuse", feedbackId="f", timestamp=AT),
            EventKind.COMPLAINED,
            "abuse",
        ),
        (
            event(
                "Complaint",
                complaintSubType="OnAccountSuppressionList",
                feedbackId="f",
                timestamp=AT,
            ),
            EventKind.REJECTED,
            "OnAccountSuppressionList",
        ),
        (event("Reject", reason="Bad content"), EventKind.REJECTED, "Bad content"),
        (
            event("Rendering Failure", "failure", errorMessage="no attribute x"),
            EventKind.REJECTED,
            "no attribute x",
        ),
    ],
)
@pytest.mark.parametrize(
    "wrap", [str, by_sns, by_eventbridge, lambda body: by_sns(by_eventbridge(body))]
)
def test_what_an_event_means_in_every_envelope(body, kind, detail, wrap):
    told = read(wrap(body))
    assert (told.kind, told.detail) == (kind, detail)
    assert (told.attempt, told.vouched) == (77, True)
    assert told.origin == read(body).origin


def test_when_it_happened():
    assert read(delivery()).at == datetime(2026, 3, 2, 9, 30, 2, 123_000, tzinfo=UTC)
    assert read(event("Send")).at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_two_events_of_one_message_have_two_origins():
    origins = {read(body).origin for body in (event("Send"), delivery(), bounce())}
    assert len(origins) == 3


@pytest.mark.parametrize(
    "body",
    [
        event("Open"),
        event("Click"),
        event("Subscription"),
        json.dumps({"notificationType": "AmazonSnsSubscriptionSucceeded"}),
        *(event("Bounce", attempt=value) for value in ("", "x", "٧", "1e3", "9" * 19, 77, None)),
        delivery().replace('"attempt"', '"campaign"'),
    ],
)
def test_what_is_no_event_of_ours(body):
    assert read(body) is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "[]",
        "[" * 100_000,
        "{}",
        '{"eventType": 5}',
        '{"eventType": "Bounce"}',
        '{"eventType": "Bounce", "mail": [], "bounce": {}}',
        by_sns("not json"),
        delivery().replace("2026-03-02T09:30:02.123Z", "soon"),
        delivery().replace("2026-03-02T09:30:02.123Z", "2026-03-02T09:30:02"),
        delivery().replace("0100018f-example-000000", "x" * 400),
        delivery().replace("0100018f-example-000000", "\\u0000"),
    ],
)
def test_what_cannot_be_read_is_refused(body):
    with pytest.raises(Unreadable):
        read(body)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=8),
        lambda below: (
            st.lists(below, max_size=3)
            | st.dictionaries(
                st.sampled_from(["eventType", "mail", "bounce", "tags", "attempt", "timestamp"]),
                below,
            )
        ),
        max_leaves=12,
    )
)
def test_no_event_does_harm(thing):
    with suppress(Unreadable):
        assert read(json.dumps(thing)) is None


# The queue.


@pytest.fixture
def queue(monkeypatch):
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("notifier.channels.feedback.sqs._WAIT_SECONDS", 0)
    with mock_aws():
        sqs = boto3.Session(region_name=REGION).client("sqs")
        dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
        policy = {"deadLetterTargetArn": arn["Attributes"]["QueueArn"], "maxReceiveCount": "1"}
        url = sqs.create_queue(
            QueueName="events", Attributes={"RedrivePolicy": json.dumps(policy)}
        )["QueueUrl"]
        yield Queue(sqs, url, dead)


class Queue:
    def __init__(self, sqs, url, dead):
        self.sqs, self.url, self.dead = sqs, url, dead

    def put(self, *bodies: str) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def count(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def reappear(self, taken) -> None:
        """As if the visibility time-out had passed."""
        for one in taken:
            self.sqs.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=one.receipt, VisibilityTimeout=0
            )


def test_a_backlog_is_taken_in_one_look_and_kept_until_done(queue):
    queue.put(*(delivery(str(n)) for n in range(1, 46)))
    inbox = SqsInbox(queue.url, REGION)
    taken = inbox.take(NOW)
    assert {one.feedback.attempt for one in taken} == set(range(1, 46))
    assert queue.count(queue.url) == 45
    inbox.done(taken)
    assert queue.count(queue.url) == 0
    assert inbox.take(NOW) == []


def test_what_was_not_recorded_comes_again(queue):
    queue.put(delivery())
    inbox = SqsInbox(queue.url, REGION)
    first = inbox.take(NOW)
    assert inbox.take(NOW) == [], "nobody else sees it meanwhile"
    queue.sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"RedrivePolicy": ""})
    queue.reappear(first)
    (again,) = inbox.take(NOW)
    assert again.feedback == first[0].feedback


def test_what_cannot_be_read_goes_to_the_dead_letter_queue(queue):
    queue.put("rubbish bob@mail.example", event("Open"), delivery())
    inbox = SqsInbox(queue.url, REGION)
    taken = inbox.take(NOW)
    inbox.done(taken)
    assert [one.problem for one in taken if one.problem] == ["not JSON"]
    queue.reappear([one for one in taken if one.problem])
    assert inbox.take(NOW) == []
    assert (queue.count(queue.url), queue.count(queue.dead)) == (0, 1)


def test_a_queue_that_is_not_there_is_named_without_its_account(queue):
    inbox = SqsInbox(queue.url.replace("events", "missing"), REGION)
    with pytest.raises(DeliveryError, match=r"NonExistentQueue|QueueDoesNotExist") as caught:
        inbox.take(NOW)
    assert "123456789012" not in str(caught.value) + inbox.describe()


def test_without_a_region_it_says_what_to_do(queue):
    with pytest.raises(DeliveryError, match="region"):
        SqsInbox(queue.url).take(NOW)
