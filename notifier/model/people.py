"""Who must be told."""

from __future__ import annotations

from typing import NamedTuple


class Recipient(NamedTuple):
    """A person as known when the audience was frozen.

    Attributes:
        key: stable identity in the company's own system; the normalised address where it has none.
        address: e-mail address as given; empty when there is none.
        name: how to greet; empty when unknown.
        locale: BCP 47 tag, or empty.
        zone: IANA zone name, or empty.
        in_app_id: the person's id in the product, or empty.
        segment: group named by the company, or empty.
        problem: why the address cannot be mailed, else empty. Such people are kept and covered
            in the product.
    """

    key: str
    address: str = ""
    name: str = ""
    locale: str = ""
    zone: str = ""
    in_app_id: str = ""
    segment: str = ""
    problem: str = ""
