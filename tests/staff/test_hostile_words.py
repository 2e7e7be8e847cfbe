"""Words that try to be code, in every field that anybody can fill: shown as words, in pages and in a real browser."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask

from tests.staff.conftest import into
from tests.staff.people import Person, account_of
from tests.staff.requests import Requests
from tests.staff.test_hearing import spoken

SignedIn = Callable[..., Person]
DOES = "window.__x=1"
PAYLOADS = (
    *(f"<{tag}>{DOES}</script>" for tag in ("script", "SCRIPT", "script ", "script/x", "sc\x00ript", "svg><script")),
    *(f"<{tag} {on}={DOES}>" for tag in ("img src=x", "svg", "body", "input autofocus", "details open", "video src=x")
      for on in ("onerror", "onload", "onfocus", "ontoggle")),
    *(f"{quote}{rest}" for quote in ('"', "'", '">', "'>", "`", "&quot;>") for rest in (
        f"<script>{DOES}</script>", f" autofocus onfocus={DOES} x=", f"><img src=x onerror={DOES}>")),
    f"javascript:{DOES}", f"data:text/html,<script>{DOES}</script>", f"</title><script>{DOES}</script>",
    f"</textarea><script>{DOES}</script>", f"<!--><script>{DOES}</script>-->", f"]]><script>{DOES}</script>",
    f"<style>@import 'javascript:{DOES}'</style>", f"<base href=//evil.example/><script src=x>{DOES}",
    f"<iframe srcdoc='<script>parent.{DOES}</script>'>", f"<a href=javascript:{DOES}>x</a>",
    "{{7*7}}", "{{config}}", "{% raw %}", "${7*7}", "=HYPERLINK(\"x\")", "\u202e<script>", "%3Cscript%3E",
    f"\\u003cscript\\u003e{DOES}", f"&lt;script&gt;{DOES}", f"<math><mtext><script>{DOES}</script>",
)  # fmt: skip
TAGS = re.compile(r"<(?:img src=x|svg|iframe|base|math|body o|input auto|details open|video src)", re.IGNORECASE)


@pytest.fixture(scope="module")
def requests(app: Flask) -> Requests:
    return Requests(app)


@pytest.fixture(scope="module")
def filled(app: Flask, requests: Requests) -> dict[str, str]:
    """Pages on which every field holds such words: who is signed in, what a caller gave, what staff typed."""
    staff = account_of(app, "administrator")
    row = requests.confirmed(**dict.fromkeys(("topic", "council", "best_time", "safe_message", "needs"), PAYLOADS[0]))
    requests.claimed(row, staff.id)
    for words in PAYLOADS:
        requests.noted(row, staff.id, words)
    return {"row": row, "staff": staff.id}


def test_s21_there_are_sixty_of_them() -> None:
    assert len(set(PAYLOADS)) >= 60


def test_s21_what_staff_and_callers_wrote_is_shown_as_words(
    requests: Requests, filled: dict[str, str], signed_in: SignedIn
) -> None:
    page = signed_in("staff").get(f"/staff/requests/{filled['row']}").text
    assert TAGS.search(page) is None
    assert f"<script>{DOES}" not in page.lower()
    for words in PAYLOADS:
        if "\x00" not in words:
            assert words.replace("\r", "") in unescape(page) or " ".join(words.split()) in unescape(page), words


@pytest.mark.parametrize("words", PAYLOADS)
def test_s21_what_is_typed_into_an_address_or_a_form_comes_back_as_words(anyone: Person, words: str) -> None:
    for path in ("/staff/sign-in", "/staff/queue/search", "/staff/queue", "/script", "/privacy"):
        answer = anyone.get(path, query_string={"q": words, "next": words, "language": words, "status": words})
        assert f"<script>{DOES}" not in answer.text.lower()
        assert TAGS.search(answer.text) is None
    answer = anyone.post("/staff/sign-in", {"email": words, "password": words})
    assert f"<script>{DOES}" not in answer.text.lower()
    assert TAGS.search(answer.text) is None


def test_s21_what_is_typed_by_who_is_signed_in_comes_back_as_words(signed_in: SignedIn) -> None:
    person = signed_in("administrator")
    for words in PAYLOADS:
        for path in ("/staff/queue/search", "/staff/queue", "/staff/audit", "/staff/reports"):
            answer = person.get(path, query_string=dict.fromkeys(("q", "status", "who", "about", "from", "to"), words))
            assert answer.status_code in {200, 400}, (path, words)
            assert f"<script>{DOES}" not in answer.text.lower(), (path, words)
            assert TAGS.search(answer.text) is None, (path, words)


def test_s21_names_of_staff_are_words_too(app: Flask, signed_in: SignedIn, desk: Any, clock: Any) -> None:
    for number, words in enumerate(PAYLOADS[:20]):
        if words.isprintable():
            desk.accounts.invite(words, f"name{number}@hostile.example", "staff", "ivr", clock())
    page = signed_in("administrator").get("/staff/people").text
    assert f"<script>{DOES}" not in page.lower()
    assert TAGS.search(page) is None
    assert "hostile.example" in page


def test_s21_a_browser_runs_none_of_it(page: Any, app: Flask, address: str, filled: dict[str, str]) -> None:
    """A real browser, told to say so when it refuses something: it has nothing to refuse."""
    page.add_init_script("addEventListener('securitypolicyviolation', event => (window.__refused = event.blockedURI))")
    into(page, Person(app, account_of(app, "administrator")).begin(), address)
    for path in (f"/staff/requests/{filled['row']}", "/staff/queue", "/staff/people", "/staff/audit"):
        page.goto(address + path)
        assert page.evaluate("[window.__x, window.__refused].every(one => one === undefined)"), path


def test_s17_no_address_of_twilio_and_no_secret_reaches_a_browser(
    app: Flask, requests: Requests, signed_in: SignedIn
) -> None:
    lead, (row, sound) = signed_in("administrator"), spoken(requests)
    config = requests.desk.config
    secrets = ("api.twilio.com", config.auth_token, config.account_sid, *config.encryption_keys)
    for path in (f"/staff/requests/{row}", "/staff/queue", "/staff/audit", "/staff/people", "/script", "/privacy", "/"):
        answer = lead.get(path)
        assert answer.status_code == 200, path
        told = answer.text + str(answer.headers)
        assert [one for one in (*secrets, config.secret_key) if one in told] == [], path
    heard = lead.get(f"/staff/requests/{row}/recordings/{sound.id}")
    assert [one for one in (*secrets, sound.recording_sid) if one in str(heard.headers)] == []
