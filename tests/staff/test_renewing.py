"""A request stays with whoever works on it: told politely, and never longer than they do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.browsing import faults
from tests.staff.conftest import into
from tests.staff.people import Clock, Person
from tests.staff.requests import Requests

SignedIn = Callable[..., Person]


def test_it_is_kept_by_whom_it_belongs_to_alone(
    requests: Requests, ann: Person, row: str, clock: Clock, signed_in: SignedIn
) -> None:
    clock.pass_by(minutes=20)
    version = requests.one(row).version
    assert signed_in("administrator").post(f"/staff/requests/{row}/renew").json["until"] == ""  # type: ignore[index]
    answer = ann.post(f"/staff/requests/{row}/renew").json
    assert answer
    assert answer["until"] == f"{clock.now + timedelta(minutes=30):%H:%M}"
    assert requests.one(row).version == version
    assert requests.one(row).claimed_until == clock.now + timedelta(minutes=30)
    clock.pass_by(minutes=30)
    ann.begin()
    assert ann.post(f"/staff/requests/{row}/renew").json["until"] == ""  # type: ignore[index]
    assert ann.post("/staff/requests/nothing/renew").json["until"] == ""  # type: ignore[index]


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_without_a_script_the_page_says_until_when(
    page: Any, address: str, ann: Person, row: str, clock: Clock
) -> None:
    into(page, ann, address)
    page.goto(f"{address}/staff/requests/{row}")
    told = page.locator("#claim").inner_text()
    assert (
        told == f"It is yours until {clock.now + timedelta(minutes=30):%H:%M}. Each note that you save keeps it longer."
    )


def worked(page: Any, address: str, ann: Person, row: str) -> Any:
    """The page of the request, with a clock that the test moves."""
    page.clock.install()
    into(page, ann, address)
    page.goto(f"{address}/staff/requests/{row}")
    return page.locator("#claim-news")


def test_who_types_keeps_it_and_hears_so(
    page: Any, address: str, ann: Person, row: str, clock: Clock, requests: Requests
) -> None:
    told, asked = worked(page, address, ann, row), []
    page.on("request", lambda one: asked.append(one.url) if one.url.endswith("/renew") else None)
    page.get_by_label("Note", exact=True).fill("half a")
    page.wait_for_timeout(200)
    assert asked == [], "just claimed: nothing is asked for"
    page.clock.fast_forward(11 * 60 * 1000)
    clock.pass_by(minutes=11)
    page.get_by_label("Note", exact=True).press_sequentially(" note")
    page.get_by_text("It stays yours while you work on it here.").wait_for()
    assert requests.one(row).claimed_until == clock.now + timedelta(minutes=30)
    assert len(asked) == 1
    assert told.get_attribute("role") == "status"
    assert page.locator("#claim").is_hidden(), "what it was before is not there beside it"
    assert f"until {clock.now + timedelta(minutes=30):%H:%M}" in told.inner_text()
    assert page.get_by_label("Note", exact=True).input_value() == "half a note"
    assert page.evaluate("document.activeElement.id") == "note"
    assert page.locator("#ends").inner_text() == f"{clock.now + timedelta(minutes=30):%H:%M}"
    assert faults(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="Save the note").click()
    assert "half a note" in page.locator(".history").inner_text(), "the page did not become stale"


@pytest.mark.parametrize("page", [{"java_script_enabled": False}, {}], indirect=True, ids=["plain", "script"])
def test_that_it_is_yours_is_announced_once(page: Any, address: str, ann: Person, requests: Requests) -> None:
    into(page, ann, address)
    page.goto(f"{address}/staff/requests/{requests.confirmed()}")
    with page.expect_navigation():
        page.get_by_role("button", name="Claim this request").click()
    live = page.locator("[role=alert], [role=status], [aria-live]").all_inner_texts()
    assert [words.split("\n")[-1] for words in live if "yours" in words] == [
        "It is yours. Nobody else can call them meanwhile."
    ]
    assert page.locator("#claim").inner_text().startswith("It is yours until ")
    if page.evaluate("document.body.classList.contains('govuk-frontend-supported')"):
        page.wait_for_function("document.activeElement.getAttribute('role') === 'alert'")


def test_who_does_nothing_keeps_nothing(page: Any, address: str, ann: Person, row: str, requests: Requests) -> None:
    worked(page, address, ann, row)
    before = requests.one(row).claimed_until
    page.clock.fast_forward(20 * 60 * 1000)
    page.mouse.move(50, 50)
    assert requests.one(row).claimed_until == before


def test_when_it_has_ended_the_page_says_so_and_keeps_what_was_typed(
    page: Any, address: str, ann: Person, row: str, clock: Clock
) -> None:
    worked(page, address, ann, row)
    page.get_by_label("Note", exact=True).fill("typed")
    page.clock.fast_forward(29 * 60 * 1000 + 59 * 1000)
    clock.pass_by(minutes=15)
    ann.get("/staff/account")
    clock.pass_by(minutes=15)
    page.get_by_label("Note", exact=True).press_sequentially("!")
    page.get_by_text("Your claim has ended.").wait_for()
    assert page.get_by_label("Note", exact=True).input_value() == "typed!"


def test_whose_it_is_not_sees_none_of_it(ann: Person, row: str, signed_in: SignedIn) -> None:
    page = signed_in("staff").get(f"/staff/requests/{row}").text
    assert 'id="claim"' not in page
    assert "claim-" not in page
    assert 'id="claim-news"' in ann.get(f"/staff/requests/{row}").text
    assert 'id="claim"' in ann.get(f"/staff/requests/{row}").text
