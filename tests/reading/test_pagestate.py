"""What is not the policy is quarantined with the reason; what is, never."""

import pytest

from notifier.model.reading import PageState
from notifier.model.text import Document, Snapshot
from notifier.reading.dates.vocabulary import supported
from notifier.reading.formats import parse
from notifier.reading.pagesigns import NAMES, SIGNS
from notifier.reading.pagestate import page_state


def read(text: str, name: str = "page.md") -> Document:
    return parse(Snapshot(text.encode(), name))


CLAUSES = [
    f"## {n}. Clause {n}\n\nWe will use your data for purpose {n} and for nothing else, as the law of the land requires."
    for n in range(1, 40)
]
POLICY = "# Privacy Policy\n\nEffective 1 May 2024.\n\n" + "\n\n".join(CLAUSES)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("# 404\n\nSorry, the page you are looking for does not exist.", "error_page"),
        ("# Access Denied\n\nYou don't have permission.", "error_page"),
        ("Seite nicht gefunden\n\nZurück zur Startseite", "error_page"),
        ("Oups ! Cette page n’existe pas.", "error_page"),
        ("ページが見つかりません。", "error_page"),
        ("We are down for maintenance. Come back soon.", "under_construction"),
        ("Strona w budowie", "under_construction"),
        ("Sivua ei löytynyt", "error_page"),
        ("Fant ikke siden", "error_page"),
        ("Redirecting to https://example.org/terms", "redirect_stub"),
        ("Sie werden weitergeleitet …", "redirect_stub"),
        ("You need to enable JavaScript to run this app.", "loading_stub"),
        ("Loading…", "loading_stub"),
        ("Chargement en cours", "loading_stub"),
        ("Just a moment...\n\nChecking your browser before accessing the site.", "captcha"),
        ("# Sign in\n\nEmail\n\nForgot your password?", "login"),
        ("# Anmelden\n\nPasswort vergessen?", "login"),
        ("Before you continue to Example\n\nAccept all\n\nReject all", "navigation_only"),
        ("[Home](/)\n\n[Products](/p)\n\n[About us](/a)\n\n[Contact](/c)", "navigation_only"),
        ("# Hoppla!\n\nDie gesuchte Seite gibt es nicht mehr.", "error_page"),
        ("# Error establishing a database connection", "error_page"),
        ("# Privacy Policy\n\nOur privacy policy has moved to the help centre.", "redirect_stub"),
        ("# Mentions légales\n\nContenu à venir", "placeholder_text"),
        ("# Terms\n\nOur terms will be published here soon.", "placeholder_text"),
        ("# Terms\n\nLorem ipsum dolor sit amet, consectetur adipiscing elit.", "placeholder_text"),
    ],
)
def test_a_page_that_says_what_it_is(text: str, state: str):
    found, reason = page_state(read(text))
    assert found == state
    assert reason


def test_the_reason_quotes_the_headline_whole():
    assert page_state(read("# 404 Not Found\n\nnginx"))[1].endswith("“404 Not Found”")


@pytest.mark.parametrize(
    "text",
    [
        "# Privacy\n\nWe collect nothing. Nothing is stored.",
        (
            "# Privacy\n\nIf you forget your password we write to you. We never sell your data. "
            "We delete what you gave us when you close your account."
        ),
        (
            "# Cookie policy\n\nWe use only what the site needs. You can accept all or reject all. "
            "JavaScript is required for the banner. The cookies end when you close the browser."
        ),
    ],
)
def test_a_short_policy_may_speak_of_passwords_and_scripts(text: str):
    assert page_state(read(text))[0] is PageState.POLICY


def test_a_redirect_in_the_head_is_found():
    page = '<meta http-equiv="refresh" content="0; url=/new"><body><p>We moved our policy elsewhere.</p>'
    assert page_state(read(page, "a.html"))[0] is PageState.REDIRECT_STUB


def test_an_error_page_with_menus_is_told_by_its_headline():
    menu = "\n".join(f"* [Product number {n}](/p/{n})" for n in range(150))
    assert page_state(read(f"# Page not found\n\n{menu}\n"))[0] is PageState.ERROR_PAGE


@pytest.mark.parametrize(
    "text",
    [
        POLICY,
        "We keep no data.",
        "# Cookies\n\nCookies keep you signed in while the page is loading. You can block them.",
        POLICY.replace("purpose 3", "captcha checks and, if a page was not found, error pages"),
    ],
)
def test_a_policy_is_a_policy(text: str):
    assert page_state(read(text)) == (PageState.POLICY, "")


def test_a_text_cut_off_is_told_against_the_version_before():
    cut = read("# Privacy Policy\n\nEffective 1 May 2024.\n\n" + "\n\n".join(CLAUSES[:12])[:-30])
    assert page_state(cut) == (PageState.POLICY, "")
    state, reason = page_state(cut, previous=read(POLICY))
    assert state is PageState.TRUNCATED
    assert "nothing new" in reason


def test_hardly_anything_left_is_no_version():
    shell = read("# Privacy Policy\n\nWe care about privacy and will say more here some day.")
    assert page_state(shell, previous=read(POLICY))[0] is PageState.TRUNCATED


def test_a_text_written_anew_and_shorter_is_a_version():
    anew = "# Privacy Policy\n\n" + "\n\n".join(
        f"In short, point {n} is now said in fewer words than it used to be." for n in range(25)
    )
    assert page_state(read(anew), previous=read(POLICY)) == (PageState.POLICY, "")


def test_a_short_page_in_another_language_is_quarantined_and_a_translation_is_not():
    sentence = (
        "Wir werden Ihre Daten nicht für andere Zwecke verwenden, und das ist ein Versprechen.\n\n"
    )
    short, whole = (
        read("# Datenschutz\n\n" + sentence * 9),
        read("# Datenschutz\n\n" + sentence * 60),
    )
    assert page_state(short, previous=read(POLICY))[0] is PageState.OTHER_LANGUAGE
    assert page_state(whole, previous=read(POLICY)) == (PageState.POLICY, "")


def test_sections_taken_out_here_and_there_are_a_version():
    edited = read("# Privacy Policy\n\nEffective 1 May 2024.\n\n" + "\n\n".join(CLAUSES[::2][:17]))
    assert page_state(edited, previous=read(POLICY)) == (PageState.POLICY, "")


def test_every_language_that_is_read_has_its_signs():
    assert {len(rows) for rows in (*SIGNS.values(), NAMES)} == {len(supported())}
