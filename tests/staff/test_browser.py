"""The pages of signing in, of people and of the log, in a real browser: for all, at every size, without script."""

import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import expect

from ivr.staff.desk import Desk
from ivr.store import Role
from tests.browsing import faults, scrolls_sideways
from tests.staff.conftest import into
from tests.staff.people import Clock, Person, account_of
from tests.staff.test_sign_in import PASSWORD, code, ready

PAGES = {
    "/staff/sign-in": None,
    "/staff/help": None,
    "/staff/invite/nothing": None,
    "/staff/account": "staff",
    "/staff/account/password": "staff",
    "/staff/account/notices": "staff",
    "/staff/jobs": "lead",
    "/staff/stay": "staff",
    "/staff/kept": "staff",
    "/staff/people": "administrator",
    "/staff/people/new": "administrator",
    "/staff/audit": "administrator",
    "/staff/audit?from=never": "lead",
    "/staff/nothing-here": "staff",
}
EXPECTED = "Failed to load resource: the server responded with a status of 40"
NARROW = [
    {"viewport": {"width": 320, "height": 800}},
    {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param({"viewport": {"width": 320, "height": 800}}, id="320"),
        pytest.param(
            {"viewport": {"width": 1280, "height": 900}, "forced_colors": "active"},
            id="1280-forced",
            marks=pytest.mark.prove,
        ),
    ],
    indirect=True,
)
def test_no_rule_of_access_is_broken_and_nothing_scrolls_sideways(page: Any, browse: Callable[..., Any]) -> None:
    """On a wide and dark screen: see `test_dark`, and colours of one's own there."""
    page.expected.append(EXPECTED)
    browse("/staff/help", "administrator")
    for path in PAGES:
        browse(path)
        assert (path, faults(page)) == (path, [])
        assert not scrolls_sideways(page), path


@pytest.mark.parametrize("page", [NARROW[0]], indirect=True)
def test_errors_are_said_first_and_lead_to_their_fields(page: Any, browse: Callable[..., Any]) -> None:
    browse("/staff/sign-in")
    page.get_by_role("button", name="Continue").click()
    summary = page.locator(".govuk-error-summary")
    summary.wait_for()

    assert page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    expect(page).to_have_title(re.compile("^Error: "))
    assert faults(page) == []
    assert not scrolls_sideways(page)
    page.get_by_role("link", name="Enter your password").click()
    assert page.evaluate("document.activeElement.id") == "password"


@pytest.mark.parametrize("page", [{"java_script_enabled": False}, {}], indirect=True, ids=["no-script", "script"])
def test_from_the_link_to_the_work_by_keyboard_alone(
    app: Flask, desk: Desk, clock: Clock, page: Any, address: str
) -> None:
    _, word = desk.accounts.invite("Key Person", f"key.{id(page)}@example.org", "staff", "ivr", clock())
    page.goto(f"{address}/staff/invite/{word}")
    for label in ("New password", "The same password again"):
        page.get_by_label(label, exact=True).focus()
        page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Set up your second step").wait_for()
    secret = page.locator(".code-secret strong").inner_text().replace(" ", "")
    assert page.locator(".code-picture").evaluate("one => one.naturalWidth") > 100
    page.get_by_label("Six-digit code").focus()
    page.keyboard.type(pyotp.TOTP(secret).at(clock.now))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Keep your recovery codes").wait_for()
    assert page.locator(".recovery-codes li").count() == 10
    page.get_by_role("button", name="I have kept them").focus()
    page.keyboard.press("Enter")
    page.expected.append("Clear-Site-Data header")
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Sign in", exact=True).wait_for()


def test_set_up_and_codes_break_no_rule(app: Flask, desk: Desk, clock: Clock, page: Any, address: str) -> None:
    into(page, Person(app, account_of(app, "staff")).begin("password"), address)
    page.goto(f"{address}/staff/set-up")
    assert faults(page) == []
    secret = page.locator(".code-secret strong").inner_text().replace(" ", "")
    page.get_by_label("Six-digit code").fill(pyotp.TOTP(secret).at(clock.now))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Keep your recovery codes").wait_for()
    assert faults(page) == []
    into(page, Person(app, ready(app, "staff")).begin("password"), address)
    for path in ("/staff/second-step", "/staff/recovery"):
        page.goto(address + path)
        assert faults(page) == []


def test_what_an_administrator_does_breaks_no_rule(app: Flask, page: Any, browse: Callable[..., Any]) -> None:
    account = ready(app, "staff")
    browse(f"/staff/people/{account.id}", "administrator")
    assert faults(page) == []
    page.get_by_role("button", name="Make a new link").click()
    assert "/staff/invite/" in page.get_by_label("Link to choose a password").input_value()
    assert faults(page) == []
    browse("/staff/audit")
    page.get_by_role("button", name="Check that nobody changed the log").click()
    page.get_by_role("heading", name="The log is whole").wait_for()
    assert faults(page) == []


def test_the_first_key_offers_to_skip_to_the_content(page: Any, browse: Callable[..., Any]) -> None:
    browse("/staff/account", "staff")
    before = page.locator("main").bounding_box()
    page.keyboard.press("Tab")
    assert page.locator("main").bounding_box() == before, "what moves while it is clicked is missed"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main-content"


def test_help_is_in_the_same_place_on_every_page(page: Any, browse: Callable[..., Any]) -> None:
    page.expected.append(EXPECTED)
    browse("/staff/help", "administrator")
    for path in PAGES:
        browse(path)
        first = page.locator("footer a").first
        assert (first.inner_text(), first.get_attribute("href")) == ("Help", "/staff/help"), path


@pytest.mark.parametrize("where", ["here", "anywhere"])
def test_s24_back_after_signing_out_shows_nothing(page: Any, browse: Callable[..., Any], where: str) -> None:
    browse("/staff/account", "staff")
    if where == "anywhere":
        browse("/staff/help")
    page.expected.append("Clear-Site-Data header")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in", exact=True).wait_for()
    for _ in range(1 if where == "here" else 2):
        page.go_back()

    page.get_by_role("heading", name="Sign in", exact=True).wait_for()
    assert page.get_by_text("Recovery codes left").count() == 0


def test_a_session_is_about_to_end_and_goes_on_with_one_press(
    page: Any, browse: Callable[..., Any], clock: Clock
) -> None:
    page.clock.install()
    browse("/staff/account", "staff")
    warning = page.locator("#session-warning")
    page.clock.fast_forward(24 * 60 * 1000)
    assert warning.is_hidden()
    page.clock.fast_forward(61 * 1000)
    clock.pass_by(minutes=25)
    assert "five minutes" in warning.inner_text()
    assert faults(page) == []
    page.get_by_role("button", name="Stay signed in").click()
    warning.wait_for(state="hidden")
    page.clock.fast_forward(30 * 60 * 1000 + 1000)
    assert "signed out now" in warning.inner_text()


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_without_script_the_page_says_when_it_ends_and_how_to_go_on(
    page: Any, browse: Callable[..., Any], clock: Clock
) -> None:
    browse("/staff/account", "staff")
    told = page.locator("footer").inner_text()

    assert "you are signed out at" in told
    assert page.get_by_role("link", name="Stay signed in (opens in a new tab)").get_attribute("target") == "_blank"


@pytest.mark.parametrize("page", [{"java_script_enabled": False}, {}], indirect=True, ids=["no-script", "script"])
def test_fault_55_what_was_typed_when_the_session_ended_is_given_back(
    app: Flask, desk: Desk, clock: Clock, page: Any, address: str
) -> None:
    account = ready(app, "administrator")
    into(page, Person(app, account).begin(), address)
    page.goto(f"{address}/staff/people/new")
    page.get_by_label("Name", exact=True).fill("Typed Before")
    email = f"typed.{id(page)}@example.org"
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Lead: reads").check()
    clock.pass_by(minutes=31)
    page.get_by_role("button", name="Make the link").click()
    page.get_by_text("What you typed is kept.").wait_for()

    page.get_by_label("Email address").fill(account.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Six-digit code").fill(code(clock))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="What you typed is kept").wait_for()
    assert page.get_by_label("Name", exact=True).input_value() == "Typed Before"
    page.get_by_role("button", name="Save it now").click()
    page.get_by_role("heading", name="A link for Typed Before").wait_for()
    made = desk.accounts.by_email(email)
    assert made
    assert made.role == "lead"
    assert desk.drafts.of(account.id, clock()) == []


def test_fault_55_nobody_else_is_offered_it(app: Flask, desk: Desk, clock: Clock) -> None:
    owner, other = Person(app, ready(app, "administrator")).begin(), Person(app, ready(app, "administrator"))
    token = owner.token()
    clock.pass_by(minutes=31)
    sent = {"csrf_token": token, "name": "Nobody Else", "email": "x@example.org", "password": "a secret"}
    answered = owner.client.post("/staff/people/new", data=sent, base_url="http://127.0.0.1")
    assert answered.headers["Location"] == "/staff/sign-in"
    assert owner.account
    kept = desk.drafts.of(owner.account.id, clock())
    other.begin()
    assert other.post("/staff/kept/drop", {"draft": kept[0].id}).status_code == 303

    assert [draft.fields for draft in kept] == [(("name", "Nobody Else"), ("email", "x@example.org"))]
    assert "Nobody Else" not in other.get("/staff/kept").text
    assert "Nobody Else" in owner.begin().get("/staff/kept").text
    clock.pass_by(hours=25)
    assert desk.drafts.of(owner.account.id, clock()) == []


@pytest.mark.parametrize("ending", ["signed out", "disabled"])
def test_fault_55_a_stranger_keeps_nothing(app: Flask, desk: Desk, clock: Clock, ending: Role) -> None:
    person = Person(app, ready(app, "administrator")).begin()
    assert person.account
    if ending == "disabled":
        desk.accounts.disable(person.account.id, "ivr", clock())
    else:
        person.post("/staff/sign-out")
    person.post("/staff/people/new", {"name": "Kept By Nobody"})

    assert desk.drafts.of(person.account.id, clock()) == []
