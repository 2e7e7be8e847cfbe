"""The page of background work: what was given up, in plain words, for leads; tried again or given up for good."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from ivr.factory import runner_of
from ivr.staff.desk import Desk
from ivr.staff.jobs_page import KINDS, why
from ivr.store import Caps, TextAsked
from tests.browsing import faults, scrolls_sideways
from tests.staff.conftest import BY_KEYBOARD
from tests.staff.people import Person

SignedIn = Callable[..., Person]
SID = "RE" + "7" * 32
MOBILE = "+447700900123"


@pytest.fixture(autouse=True)
def _nothing_left(desk: Desk) -> Iterator[None]:
    """Jobs are claimed by kind, so each test begins with none."""
    yield
    desk.store.forget_background(datetime(9999, 1, 1, tzinfo=UTC))


def dead(desk: Desk, kind: str = "sweep", key: str = "one", trouble: str = "Twilio answered 401, code 20003") -> str:
    now = desk.now()
    desk.store.enqueue(kind, key, {"recording": SID}, now)
    return ended(desk, kind, trouble)


def ended(desk: Desk, kind: str, trouble: str) -> str:
    now = desk.now()
    job = desk.store.claim_job([kind], now + timedelta(seconds=30), now)
    assert job
    assert desk.store.job_ended(job, "dead", trouble, now)
    return job.id


def text(desk: Desk) -> str:
    desk.store.ask_text(TextAsked("CA" + "3" * 32, "words", MOBILE, "mark", "Body of it"), Caps(), desk.now())
    return ended(desk, "text", "tried too often")


def test_what_was_given_up_is_shown_in_plain_words_without_a_number(desk: Desk, signed_in: SignedIn) -> None:
    text(desk)
    job = dead(desk, "recording-copy", f"recording-copy-{SID}")
    page = signed_in("lead").get("/staff/jobs").text
    assert "Delete a recording at Twilio" in page
    assert "Send a text message that was asked for" in page
    assert "Twilio did not take the line’s password" in page
    assert "Tried too often." in page
    for secret in (SID, MOBILE, "7700", "Body of it", "mark"):
        assert secret not in page
    one = signed_in("lead").get(f"/staff/jobs/{job}").text
    assert "stays at Twilio until somebody deletes it" in one
    assert SID not in one


def test_the_queue_tells_leads_and_nobody_else(desk: Desk, signed_in: SignedIn) -> None:
    lead, staff = signed_in("lead"), signed_in("staff")
    assert "was given up" not in lead.get("/staff/queue").text
    dead(desk)
    assert "Background work that was given up: 1" in lead.get("/staff/queue").text
    assert "was given up" not in staff.get("/staff/queue").text
    assert staff.get("/staff/jobs").status_code == 403


def test_tried_again_once_and_in_the_log(desk: Desk, signed_in: SignedIn) -> None:
    lead, job = signed_in("lead"), dead(desk)
    for says in ("It is tried again", "is being tried again already"):
        assert says in lead.post(f"/staff/jobs/{job}/again", follow_redirects=True).text
    assert [one.id for one in desk.store.jobs("waiting")] == [job]
    assert lead.account
    (entry,) = [one for one in desk.audit.page(limit=20) if one.deed.about == f"job:{job}"]
    assert (entry.deed.who, entry.deed.what) == (lead.account.id, "job-tried-again")
    ended(desk, "sweep", "again")


def test_given_up_only_when_sure(desk: Desk, signed_in: SignedIn) -> None:
    lead, job = signed_in("lead"), dead(desk)
    asked = lead.post(f"/staff/jobs/{job}/give-up")
    assert (asked.status_code, "Say that nobody is to try it" in asked.text) == (400, True)
    assert desk.store.jobs("dead")
    assert "Nobody tries it" in lead.post(f"/staff/jobs/{job}/give-up", {"sure": "yes"}, follow_redirects=True).text
    assert not desk.store.jobs("dead")
    assert lead.get(f"/staff/jobs/{job}").status_code == 404
    assert [one.deed.what for one in desk.audit.page(limit=20) if one.deed.about == f"job:{job}"] == ["job-given-up"]


def test_all_at_once(desk: Desk, signed_in: SignedIn) -> None:
    lead = signed_in("lead")
    for key in "abc":
        dead(desk, key=key)
    assert "Try all of them again" in lead.get("/staff/jobs").text
    assert "3 are tried again" in lead.post("/staff/jobs/again", follow_redirects=True).text
    for _ in "abc":
        ended(desk, "sweep", "again")


def test_work_that_nobody_does_is_spoken_of(desk: Desk, signed_in: SignedIn, clock: Any) -> None:
    lead = signed_in("lead")
    desk.store.enqueue("sweep", "late", {}, clock())
    assert "perhaps nothing is being done" not in lead.get("/staff/jobs").text
    clock.pass_by(minutes=20)
    assert "waiting for 20 minutes" in lead.get("/staff/jobs").text
    ended(desk, "sweep", "late")


def test_every_kind_of_job_has_its_words(app: Flask, desk: Desk) -> None:
    class Sender:
        """One that is never asked."""

    real = runner_of(desk.config, desk.store, Sender())  # type: ignore[arg-type]
    assert set(real._works) <= set(KINDS)
    assert set(KINDS) >= {"text", "recording", "recording-copy", "purge", "sweep"}


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ("Twilio answered 429, code 20429", "too much to do"),
        ("Twilio answered 500, code 1", "Twilio answered 500, code 1."),
        ("ValueError", "Something broke in the line itself (ValueError)"),
        ("", "Nothing is known"),
        ("not a sound file", "Not a sound file."),
    ],
)
def test_why_it_ended(trouble: str, says: str) -> None:
    assert says in why(trouble)


@BY_KEYBOARD
def test_it_can_be_decided_by_keyboard_alone_and_breaks_no_rule(
    desk: Desk, page: Any, browse: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    page.expected.append("Failed to load resource: the server responded with a status of 400")
    scripted = "no-script" not in request.node.name
    for key, trouble in (("a", "Twilio answered 401, code 20003"), ("b", "x" * 300)):
        dead(desk, key=key, trouble=trouble)
    browse("/staff/queue", "lead")
    page.get_by_role("link", name="Background work that was given up: 2").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Background work").wait_for()
    assert not scrolls_sideways(page)
    assert not scripted or faults(page) == []
    page.get_by_role("link", name="Give it up for good").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Give it up").focus()
    page.keyboard.press("Enter")
    page.locator(".govuk-error-summary").wait_for()
    expect(page).to_have_title(re.compile("^Error: "))
    assert not scrolls_sideways(page)
    assert not scripted or faults(page) == []
    page.get_by_label("Yes, nobody is to try it any more").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Give it up").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Nobody tries it any more").wait_for()
    page.get_by_role("button", name="Try again").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Nothing was given up.").wait_for()
    assert not scripted or faults(page) == []
    ended(desk, "sweep", "again")
