"""Documents for the tests of the redline: made by hand, and made by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from notifier.model.text import Block, BlockKind, Document

_SEEN = """
    we you our may will not share keep data personal information with partners for thirty (30)
    days days. 30 90 2026-05-01 $1,000.00 privacy@example.com https://example.com/a,b opt-out
    account, service; consent: cookies the of and to in a by law Europe. “notice” user's
    個人情報を収集します。 ข้อมูลส่วนบุคคล 1er 我们不会出售您的信息。 2026年4月1日 ကိုယ်ရေး ទិន្នន័យ
    المعلومات לא נמכור é é naïve ﬁne 👩👩👧 🇫🇷 👍🏽
"""
WORDS = (
    *_SEEN.split(),
    *("don\u2019t\u200b", "na\u00adme", "\u202etxet\u202c", "\U0001f469\u200d\U0001f467"),
)
"""Words of many scripts; some with characters that are not seen, or composed of several."""


def document(*texts: str) -> Document:
    """A document of paragraphs; a text that starts with ``# `` is a heading."""
    return Document(
        tuple(
            Block(BlockKind.HEADING, text[2:], level=2)
            if text.startswith("# ")
            else Block(BlockKind.PARAGRAPH, text)
            for text in texts
        )
    )


def texts(document: Document) -> tuple[str, ...]:
    return tuple(block.text for block in document.blocks)


any_text = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join),
    st.text(min_size=1, max_size=60),
    st.text(alphabet="ab \n.", min_size=1, max_size=40),
)
any_block = st.builds(
    Block,
    kind=st.sampled_from(list(BlockKind)),
    text=any_text,
    level=st.integers(0, 3),
    number=st.sampled_from(["", "1", "2.1", "(a)"]),
)


@st.composite
def two_documents(draw: st.DrawFn) -> tuple[Document, Document]:
    """Two documents that share some of their blocks, in any order."""
    shared = draw(st.lists(any_block, max_size=8))
    old = draw(st.permutations(shared + draw(st.lists(any_block, max_size=4))))
    new = draw(st.permutations(shared + draw(st.lists(any_block, max_size=4))))
    return Document(tuple(old)), Document(tuple(new))
