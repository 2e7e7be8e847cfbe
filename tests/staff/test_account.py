"""One's own account: one's telephone, where one is signed in, and whom one can turn to."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from ivr.config import Config, ConfigError
from ivr.staff.browsers import browser_of
from tests.browsing import faults, scrolls_sideways
from tests.staff.conftest import into
from tests.staff.people import Clock, Person, account_of, line_of

SignedIn = Callable[..., Person]


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
                "Safari/537.36 Edg/140.0"
            ),
            "Edge on Windows",
        ),
        (
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
                "Safari/605.1.15"
            ),
            "Safari on a Mac",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                "CriOS/140.0 Mobile/15E148 Safari/604.1"
            ),
            "Chrome on an iPhone",
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 "
                "Chrome/125.0.0.0 Mobile Safari/537.36"
            ),
            "Samsung Internet on Android",
        ),
        ("Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on ChromeOS"),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
        ("<script>alert(1)</script>" * 1000, "A browser"),
    ],
)
def test_a_browser_is_known_by_its_name(said: str, called: str) -> None:
    assert browser_of(said) == called


def test_ones_own_number_is_kept_however_it_is_written_and_taken_away(signed_in: SignedIn) -> None:
    ann = signed_in("staff")
    for typed, shown in (("01604367125", "01604 367 125"), ("+44 7700 900123", "07700 900 123"), ("  ", "")):
        assert ann.post("/staff/account/telephone", {"telephone": typed}).status_code == 303
        page = ann.get("/staff/account").text
        assert f'name="telephone" value="{shown}"' in page
    assert "Your telephone number is taken away." not in ann.get("/staff/account").text


@pytest.mark.parametrize("typed", ["999", "+19005550100", "sip:x@y", "²²²"])
def test_another_is_refused_and_kept_in_its_box(signed_in: SignedIn, typed: str) -> None:
    page = signed_in("staff").post("/staff/account/telephone", {"telephone": typed})
    assert page.status_code == 400
    assert "<title>Error: " in page.text
    assert 'href="#telephone"' in page.text
    assert f'value="{typed}"' in page.text


def test_where_one_is_signed_in_and_out_everywhere_else(app: Flask, clock: Clock) -> None:
    account = account_of(app, "staff")
    here, there, other = Person(app, account), Person(app, account), Person(app, account_of(app, "staff")).begin()
    for person in (here, there):
        person.begin()
        clock.pass_by(minutes=1)
    Person(app, account).begin("password")
    page = here.get("/staff/account").text
    assert page.count("last used") == 2, "one that has not come through the second step is no place"
    assert page.count(", this one") == 1
    assert here.post("/staff/account/sign-out-others").status_code == 303
    assert there.get("/staff/account").status_code == 303
    page = here.get("/staff/account").text
    assert "You are signed in nowhere else." in page
    assert page.count("last used") == 1
    assert other.get("/staff/account").status_code == 200
    deeds = [one.deed.what for one in here.desk.audit.page(limit=5) if one.deed.who == account.id]
    assert "signed-out-elsewhere" in deeds


def test_a_session_that_has_ended_is_not_shown(app: Flask, clock: Clock) -> None:
    account = account_of(app, "staff")
    Person(app, account).begin()
    clock.pass_by(minutes=31)
    assert "nowhere else" in Person(app, account).begin().get("/staff/account").text


def test_signing_in_notes_what_the_browser_is_called(app: Flask) -> None:
    account = account_of(app, "staff")
    with app.test_request_context("/staff", headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}):
        app.extensions["staff"].access.begin(account.id, "full")
    assert "Firefox on Linux" in Person(app, account).begin().get("/staff/account").text


@pytest.mark.parametrize(
    "page",
    [{"viewport": {"width": 320, "height": 800}, "color_scheme": "dark"}, {}],
    indirect=True,
    ids=["320", "1280"],
)
def test_the_account_in_a_browser(app: Flask, page: Any, address: str) -> None:
    page.expected.append("400 (BAD REQUEST)")
    account = account_of(app, "staff")
    Person(app, account).begin()
    into(page, Person(app, account).begin(), address)
    page.goto(f"{address}/staff/account")
    assert faults(page) == []
    assert not scrolls_sideways(page)
    page.get_by_label("Your own telephone number").fill("12")
    with page.expect_navigation():
        page.get_by_role("button", name="Save your number").click()
    page.locator(".govuk-error-summary:focus").wait_for()
    assert faults(page) == []
    page.get_by_role("link", name="Enter your own UK telephone number").click()
    assert page.evaluate("document.activeElement.id") == "telephone"
    page.goto(f"{address}/staff/account")
    page.get_by_role("button", name="Sign out everywhere else").focus()
    page.keyboard.press("Enter")
    page.get_by_text("You are signed in nowhere else.").wait_for()


def test_whom_to_turn_to_is_a_setting_and_for_staff(tmp_path: Any, clock: Clock) -> None:
    app = line_of(tmp_path, clock, LOCAL_CONTACTS="Safeguarding team of the west: 01604 000000; <b>Duty</b> desk")
    ann, stranger = Person(app, account_of(app, "staff")).begin(), Person(app)
    told = ann.get("/staff/help").text
    assert "<li>Safeguarding team of the west: 01604 000000</li>" in told
    assert "<li>&lt;b&gt;Duty&lt;/b&gt; desk</li>" in told
    assert "Safeguarding team of the west" not in stranger.get("/staff/help").text
    app.extensions["switchboard"].close()


def test_without_the_setting_nobody_is_named(signed_in: SignedIn) -> None:
    assert "Whom to turn to" not in signed_in("staff").get("/staff/help").text


@pytest.mark.parametrize("given", [{"LOCAL_CONTACTS": "a\nb"}, {"DIALS_PER_DAY": "0"}, {"DIALS_PER_PERSON": "many"}])
def test_settings_that_are_wrong_are_told(given: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=next(iter(given))):
        Config.from_env(given)
