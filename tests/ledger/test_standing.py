"""Whatever happens, the numbers of people add up."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from notifier.delivery import State
from notifier.ledger.proofs import proofs
from notifier.ledger.schema import deliveries
from notifier.ledger.standing import standing
from notifier.model.plan import Channel
from tests.ledger.samples import NOW, advance, approved, ended, people, person, planned

MAIL = [
    State.PENDING,
    State.SENDING,
    State.ACCEPTED,
    State.DELIVERED,
    State.COMPLAINED,
    State.BOUNCED,
    State.FAILED,
    State.UNKNOWN,
    State.UNRESOLVED,
    State.SKIPPED,
    State.CANCELLED,
]
PRODUCT = [State.PENDING, State.OFFERED, State.SHOWN, State.ACKNOWLEDGED, State.WITHDRAWN]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(MAIL), st.sampled_from(PRODUCT), st.booleans(), st.booleans()),
        min_size=6,
        max_size=6,
    )
)
def test_told_late_waiting_and_untold_add_up(standing_sample, fates):
    sample = standing_sample
    with sample.ledger.begin() as tx:
        for number, (by_mail, in_product, mail_late, product_late) in enumerate(fates, start=1):
            for notice, state, late in (
                (sample.mail, by_mail, mail_late),
                (sample.in_app, in_product, product_late),
            ):
                tx.execute(
                    update(deliveries)
                    .where(
                        deliveries.c.notice_id == notice.id,
                        deliveries.c.recipient_id == number,
                    )
                    .values(state=state, late=late, reason="because", unknowns=1)
                )
        account = standing(tx, sample.stored, NOW)
    assert account.told + account.late + account.waiting + account.untold == account.people == 6
    assert min(account.told, account.late, account.waiting, account.untold) >= 0
    assert account.told <= account.by_email + account.by_product
    for notice in account.notices:
        assert sum(notice.states.values()) == 6


def test_a_plan_not_begun_has_everybody_waiting(ledger):
    sample = approved(ledger, people(4), expand=False)
    with ledger.begin() as tx:
        account = standing(tx, sample.stored, NOW)
    assert (account.people, account.waiting, account.untold) == (4, 4, 0)


def test_nobody_reachable_is_an_exception_not_a_silence(ledger):
    sample = approved(
        ledger, [person(1), person(2, address="", in_app_id="", problem="no address")]
    )
    with ledger.begin() as tx:
        account = standing(tx, sample.stored, NOW)
    assert (account.waiting, account.untold) == (1, 1)
    assert account.notices[0].states == {State.PENDING: 1, State.SKIPPED: 1}


def test_every_person_has_their_line_of_proof(ledger):
    sample = approved(ledger, people(3))
    hand_over = sample.enlist()
    claims = advance(sample, hand_over, limit=2)
    advance(sample, hand_over, [ended(claims[0], provider_id="Q7")], limit=0)
    with ledger.begin() as tx:
        lines = list(proofs(tx, [sample.stored]))
        contents = tx.execute(select(deliveries.c.id)).scalars().all()
    assert len(lines) == len(contents) == 3
    assert [(line.state, line.outcome, line.provider_id) for line in lines] == [
        ("accepted", "accepted", "Q7"),
        ("sending", "", ""),
        ("pending", "", ""),
    ]
    assert lines[0].content_sha256
    assert not lines[2].content_sha256


def test_channels_are_counted_apart(ledger):
    sample = approved(ledger, people(2), [planned(), planned(channel=Channel.IN_APP)])
    claims = advance(sample, sample.enlist())
    hand_over = sample.enlist()
    advance(sample, hand_over, [ended(claims[0])])
    with ledger.begin() as tx:
        account = standing(tx, sample.stored, NOW)
    assert (account.told, account.by_email, account.by_product) == (1, 1, 0)
