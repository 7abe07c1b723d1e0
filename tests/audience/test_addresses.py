"""Which addresses can be mailed: the quick look never sees it otherwise than the close one."""

from __future__ import annotations

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from notifier.audience.audience import _is_plain, recipients


def problem(address: str) -> str:
    (person,) = recipients([(address, "k1", "", "", "", "", "")])
    return person.problem


_pieces = st.sampled_from(
    [
        "a",
        "Z",
        "9",
        "_",
        "+",
        "-",
        ".",
        "..",
        "@",
        "b.c",
        "-d",
        "e-",
        "xn--",
        "ü",
        "x" * 63,
        " ",
        '"',
    ]
)
ADDRESSES = st.one_of(
    st.lists(_pieces, max_size=12).map("".join),
    st.tuples(st.lists(_pieces, max_size=5), st.lists(_pieces, max_size=5)).map(
        lambda halves: "".join(halves[0]) + "@" + "".join(halves[1]) + ".org"
    ),
)


@given(ADDRESSES)
@example("a" * 64 + "@example.org")
@example("a" * 65 + "@example.org")
@example("a@" + "b" * 63 + ".org")
@example("a@" + "b" * 64 + ".org")
@example("a@" + ".".join(["b" * 60] * 4) + ".org")
@example("a@example.org\n")
@example(".a@example.org")
def test_what_the_quick_look_takes_the_close_one_takes(address):
    if not _is_plain(address) or address.endswith(tuple(SPECIAL_USE_DOMAIN_NAMES)):
        return
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        pytest.fail(f"{address!r}: {error}")


@pytest.mark.parametrize(
    "address",
    [
        "ana@mail.example",
        "o'brien+news@example.co.uk",
        "jörg@example.org",
        "a@straße.example",
        "用户@例子.广告",
        "x" * 64 + "@example.org",
    ],
)
def test_can_be_mailed(address):
    assert problem(address) == ""


@pytest.mark.parametrize(
    "address",
    [
        "nobody",
        "a@",
        "@example.org",
        "a@example",
        "a b@example.org",
        "a@exa mple.org",
        "a@b@example.org",
        "a..b@example.org",
        "a@-example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org, b@example.org",
        "Ana <ana@example.org>",
        "a@" + "b" * 64 + ".org",
        "a@company.invalid",
    ],
)
def test_cannot_be_mailed_and_is_not_repeated(address):
    told = problem(address)
    assert told.startswith("broken address: ")
    assert address not in told
    assert told.isprintable()


def test_nothing_is_no_address():
    assert problem("") == "no address"
