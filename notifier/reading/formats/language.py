"""The language of a text: by its commonest words, else as the page declares it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from notifier.model.text import Block

FUNCTION_WORDS = {
    "en": "the of and to in that is for you your we our or with not be this are any by it as will",
    "de": "der die das und ist nicht wir sie ihre oder mit von zu den dem ein eine werden für auf "
    "des im durch bei",
    "fr": "le la les des et est une que nous vous votre vos pour dans ou par sur avec du au aux "
    "ce cette sont pas",
    "es": "el la los las de y que en un una es por para con no su sus se del al usted nosotros o "
    "como",
    "it": "il lo la gli le di e che è per con non un una del della dei delle nel al si sono o "
    "nostro suo",
    "pt": "o a os as de e que em um uma é por para com não seu sua do da dos das no na ao você ou "
    "nós",
    "nl": "de het een en van is dat wij we u uw jouw je of met niet voor in op te door zijn worden "
    "onze",
    "sv": "och att det som är en ett av för på med vi du din ditt våra eller inte till har kan om "
    "den de",
    "da": "og at det som er en et af for på med vi du din dit vores eller ikke til har kan om den "
    "de",
    "nb": "og at det som er en et av for på med vi du din ditt våre eller ikke til har kan om den "
    "de vår",
    "fi": "ja on ei se että tai voi ovat joka jos kun sekä mukaan myös sinun tämän",
    "pl": "i w z na nie się do że jest oraz lub przez dla od o są może jako nas państwa po przy",
    "cs": "a v na se je že nebo do pro s z o které jsou jako podle vaše my vás k může při není",
    "hu": "a az és hogy nem vagy is egy ha meg ön által valamint kell lehet",
    "tr": "ve bir bu için ile veya da de olarak olan sizin bizim gibi tarafından kadar",  # noqa: RUF001 - Turkish
    "ro": "și de la în cu pe nu să care sau un o din pentru este sunt prin dumneavoastră",
    "ca": "el la els les de i que en un una és per amb no seu seva del al o com les nostres",
    "la": "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor",
}
"""The commonest words of each language, which a text of law cannot do without."""

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),  # kana: Japanese, whatever else stands beside it
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
_FOREIGN = re.compile(r"[\u0370-\u0eff\u3040-\ud7af]")
_SPEAKERS: dict[str, list[str]] = {}
for _language, _words in FUNCTION_WORDS.items():
    for _word in _words.split():
        _SPEAKERS.setdefault(_word, []).append(_language)
_SPEAKERS = {word: sorted(set(languages)) for word, languages in _SPEAKERS.items()}

_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 8_000
_ENOUGH = 8
_SHARE_OF_SCRIPT = 0.2
_LEAD = 1.15
_TAG = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*")


def told(blocks: Sequence[Block], declared: str | None) -> str | None:
    """The BCP 47 tag of the text's language.

    The words decide where there are enough of them; a page's ``lang`` is often its template's.
    Where both agree, the declared tag stays, with its region (``en-GB``).

    Args:
        declared: what the page or its front matter says.
    """
    tag = declared.replace("_", "-") if declared and _TAG.fullmatch(declared.strip()) else None
    spoken = _spoken(_sample(blocks))
    if spoken is None or (tag and tag.partition("-")[0].lower() == spoken):
        return tag
    return spoken


def _sample(blocks: Sequence[Block]) -> str:
    pieces: list[str] = []
    length = 0
    for block in blocks:
        pieces.append(block.text)
        length += len(block.text)
        if length > _SAMPLE:
            break
    return "\n".join(pieces)


def _spoken(text: str) -> str | None:
    if _FOREIGN.search(text):
        letters = sum(map(str.isalpha, text))
        for language, script in _SCRIPTS:
            if len(script.findall(text)) > _SHARE_OF_SCRIPT * letters:
                return language
    votes: defaultdict[str, float] = defaultdict(float)
    for word, times in Counter(_WORD.findall(text.lower())).items():
        languages = _SPEAKERS.get(word, ())
        for language in languages:
            votes[language] += times / len(languages)
    ranking = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))
    if not ranking or ranking[0][1] < _ENOUGH:
        return None
    if len(ranking) > 1 and ranking[0][1] < _LEAD * ranking[1][1]:
        return None
    return None if ranking[0][0] == "la" else ranking[0][0]
