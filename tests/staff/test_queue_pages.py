"""The queue and one request in a real browser: for everybody, at every size, by keyboard, with and without a script."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browsing import faults, scrolls_sideways
from tests.staff.conftest import LOOKS, into
from tests.staff.people import Person, account_of
from tests.staff.requests import AWKWARD, Requests

Browse = Callable[..., Any]


@pytest.fixture
def me(app: Flask, page: Any, address: str) -> Person:
    """Who sits at the browser."""
    person = Person(app, account_of(app, "staff")).begin()
    into(page, person, address)
    return person


def account(person: Person) -> str:
    assert person.account
    return person.account.id


@pytest.fixture
def states(requests: Requests, me: Person) -> dict[str, str]:
    """A request in every state that a page can show; their ids."""
    mine, today = account(me), requests.desk.now().date()
    long = ",".join(["mediation", "school", "a topic of a flow that is no longer there" * 4, "advice"])
    relay = {"needs": "relay,interpreter,other_language", "safe_message": "no", "best_time": "afternoon"}
    return {
        "new": requests.confirmed(topic="mediation", council="north", safe_message="yes", best_time="morning"),
        "overdue": requests.confirmed(today - timedelta(days=1), topic=long, council="west", **relay),
        "today": requests.confirmed(today, said="completed"),
        "incomplete": requests.incomplete(),
        "mine": requests.noted(requests.claimed(requests.confirmed(today, said="expected", **relay), mine), mine),
        "silent": requests.tried(requests.confirmed(said="absent"), mine, words=AWKWARD),
        "closed": requests.tried(requests.confirmed(), mine, "reached", "spoke for ten minutes"),
    }


@LOOKS
def test_no_rule_of_access_is_broken_in_any_state(page: Any, address: str, states: dict[str, str], me: Person) -> None:
    paths = ["/staff/queue", "/staff/queue?overdue=1&council=west", "/staff/queue?topic=school&status=claimed"]
    paths += [me.searched("7700"), me.searched("000"), "/staff/queue?shut=1"]
    paths += [f"/staff/requests/{row}" for row in states.values()]
    for path in paths:
        page.goto(address + path)
        assert faults(page) == [], path
        assert not scrolls_sideways(page), path
    assert page.evaluate("window.__x") is None


@LOOKS
def test_mistakes_are_told_at_the_top_and_at_the_field(page: Any, address: str, states: dict[str, str]) -> None:
    page.expected.append("400 (BAD REQUEST)")
    page.goto(f"{address}/staff/requests/{states['mine']}")
    page.get_by_label("Anything to remember").fill("they were in a hurry")
    page.get_by_role("button", name="Save this try").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert page.get_by_role("alert").get_by_role("link").inner_text() == "Choose what came of it"
    assert page.get_by_label("Anything to remember").input_value() == "they were in a hurry"
    assert faults(page) == []
    page.get_by_role("link", name="Choose what came of it").click()
    assert page.evaluate("document.activeElement.type") == "radio"


def card(page: Any, reference: str) -> Any:
    """The card of a request, found by its heading."""
    heading = page.get_by_role("heading", name=f"Request {reference}", exact=True)
    return page.locator(".request", has=heading)


def test_a_card_says_what_it_is_once_and_its_link_is_named_as_it_is_seen(
    page: Any, address: str, states: dict[str, str], requests: Requests
) -> None:
    reference = requests.one(states["overdue"]).request.reference
    page.goto(f"{address}/staff/queue?overdue=1")
    names = [link.aria_snapshot().splitlines()[0] for link in page.locator(".request__name a").all()]
    assert len(set(names)) == len(names)
    assert f'- link "Request {reference}":' in names
    assert card(page, reference).aria_snapshot().count("Promised by Monday 23 November") == 1


@LOOKS
def test_a_card_says_that_another_is_of_the_same_number(
    page: Any, address: str, requests: Requests, me: Person
) -> None:
    rows = requests.alike(requests.desk.now().date() - timedelta(days=60), 8, 6, 4, 2)
    number = requests.one(rows[0]).request.phone
    requests.tried(requests.claimed(rows[3], account(me)), account(me), "reached")
    page.goto(f"{address}/staff/queue")
    first, second, third, _ = (requests.one(row).request.reference for row in rows)
    assert f"Same number as request {second} and 1 more" in card(page, first).inner_text()
    assert f"Same number as request {first} and 1 more" in card(page, third).inner_text()
    assert number[3:] not in page.content().replace(" ", "")
    assert faults(page) == []
    assert not scrolls_sideways(page)
    card(page, third).get_by_role("link", name=f"request {first}", exact=True).click()
    page.wait_for_url(f"**/staff/requests/{rows[0]}")
    for row in rows[:2]:
        requests.tried(requests.claimed(row, account(me)), account(me), "reached")
    page.goto(f"{address}/staff/queue")
    assert "Same number" not in card(page, third).inner_text()


def test_what_was_promised_is_said_in_words(page: Any, address: str, states: dict[str, str]) -> None:
    page.goto(f"{address}/staff/queue?overdue=1")
    (row,) = [one for one in page.locator(".request").all() if states["overdue"] in one.inner_html()]
    assert "Promised by Monday 23 November – 1 day overdue" in row.inner_text()
    page.goto(f"{address}/staff/requests/{states['incomplete']}")
    said = page.locator("main").inner_text()
    assert "Incomplete." in said
    assert "Hung up while" in said
    assert "callback-number" not in said


@pytest.mark.parametrize("page", [{"java_script_enabled": False}, {}], indirect=True, ids=["plain", "script"])
def test_from_the_queue_to_closing_by_keyboard(page: Any, address: str, requests: Requests, me: Person) -> None:
    row = requests.confirmed(safe_message="yes", phone="+447700900321")
    reference = requests.one(row).request.reference
    page.goto(f"{address}/staff/queue")
    search = page.get_by_label("Find a request")
    search.focus()
    page.keyboard.type(reference)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=f"Request {reference}").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/staff/requests/{row}")
    assert "07700 900 321" not in page.content()
    assert "Ends in 321" in page.locator("main").inner_text()
    press(page, "Claim this request")
    assert page.get_by_role("link", name="07700 900 321").get_attribute("href") == "tel:+447700900321"
    page.get_by_label("I spoke to them").focus()
    page.keyboard.press("Space")
    page.get_by_label("Anything to remember").focus()
    page.keyboard.type("all is well")
    press(page, "Save this try")
    assert "Closed: reached" in page.locator("main").inner_text()
    assert "all is well" in page.locator(".history").inner_text()


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_request_is_read_in_the_order_of_dialling(page: Any, address: str, states: dict[str, str]) -> None:
    page.goto(f"{address}/staff/requests/{states['mine']}")
    whole = page.locator("main").aria_snapshot()
    read = whole[whole.index('heading "Before you dial"') :]
    order = ["do not leave a message", "text relay", "Number", "Best time", "Language", "Needs", "What they asked for"]
    order += ["Spoken message", "What to say", "Note what came of your call", "Leave a note", "What was done"]
    places = [read.index(words) for words in order]
    assert places == sorted(places)


def test_the_words_for_a_voicemail_name_nothing(page: Any, address: str, states: dict[str, str]) -> None:
    page.goto(f"{address}/staff/requests/{states['new']}")
    said = page.locator(".safe").inner_text().split("“")[1].split("”")[0].lower()
    told = ["council", "special", "educat", "send", "school", "child", "mediat", "plainline", "north", "appeal"]
    assert [word for word in told if word in said] == []


def test_two_staff_and_one_request(page: Any, address: str, requests: Requests, me: Person, app: Flask) -> None:
    page.expected.append("409 (CONFLICT)")
    row = requests.confirmed()
    page.goto(f"{address}/staff/requests/{row}")
    other = account_of(app, "staff", "Robin Brown")
    requests.claimed(row, other.id)
    page.get_by_role("button", name="Claim this request").click()
    assert "Somebody else has this request now" in page.get_by_role("alert").inner_text()
    assert "Claimed by Robin Brown" in page.locator("main").inner_text()
    assert faults(page) == []


def test_a_stale_page_keeps_what_was_typed(page: Any, address: str, requests: Requests, me: Person) -> None:
    page.expected.append("409 (CONFLICT)")
    row = requests.claimed(requests.confirmed(), account(me))
    page.goto(f"{address}/staff/requests/{row}")
    requests.noted(row, account(me), "written in another tab")
    page.get_by_label("Nobody answered").check()
    page.get_by_label("Anything to remember").fill("line one\n\n=HYPERLINK(1)")
    page.get_by_role("button", name="Save this try").click()
    assert "has changed since you opened" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Anything to remember").input_value() == "line one\n\n=HYPERLINK(1)"
    assert page.get_by_label("Nobody answered").is_checked()
    page.get_by_role("button", name="Save this try").click()
    assert requests.one(row).attempts == 1


def test_the_back_button_and_a_second_press_do_nothing_twice(
    page: Any, address: str, requests: Requests, me: Person
) -> None:
    row = requests.claimed(requests.confirmed(), account(me))
    page.goto(f"{address}/staff/requests/{row}")
    page.get_by_label("Note", exact=True).fill("once")
    form = page.locator("form", has=page.get_by_role("button", name="Save the note"))
    fields = form.evaluate("form => Object.fromEntries(new FormData(form))")
    for _ in range(2):
        page.request.post(
            f"{address}/staff/requests/{row}/note", form=fields, headers={"Sec-Fetch-Site": "same-origin"}
        )
    assert [did.words for did in requests.work.history(row) if did.kind == "note"] == ["once"]


def test_news_are_told_politely_and_move_nothing(page: Any, address: str, requests: Requests, me: Person) -> None:
    page.clock.install()
    page.goto(f"{address}/staff/queue")
    news = page.get_by_role("status").first
    before = page.locator(".requests").inner_text() if page.locator(".requests").count() else ""
    requests.confirmed(requests.desk.now().date() - timedelta(days=30))
    page.clock.run_for(31_000)
    page.get_by_text("The queue has changed.").wait_for()
    assert news.get_by_role("link").inner_text() == "Show the queue as it is now"
    assert (page.locator(".requests").inner_text() if before else "") == before


def test_help_is_at_the_same_place_of_every_page(page: Any, address: str, states: dict[str, str]) -> None:
    for path in ("/staff/queue", "/staff/queue/search", f"/staff/requests/{states['mine']}", "/staff/help"):
        page.goto(address + path)
        assert page.locator("footer a").first.inner_text() == "Help"
    said = page.locator("main").inner_text()
    told = ["text relay", "nobody speaks", "in danger", "someone else answers", "wrong number", "interpreter"]
    assert [words for words in told if words not in said] == []
    assert faults(page) == []


def test_the_contents_lead_to_each_part_by_keyboard(page: Any, address: str, states: dict[str, str]) -> None:
    for state in ("mine", "closed"):
        page.goto(f"{address}/staff/requests/{states[state]}")
        contents = page.get_by_role("navigation", name="On this page")
        links = {link.inner_text(): link.get_attribute("href") for link in contents.get_by_role("link").all()}
        heads = {head.inner_text(): f"#{head.get_attribute('id')}" for head in page.locator("main section > h2").all()}
        assert links == heads
        assert list(links) == list(heads)
    contents.get_by_role("link", name="What was done").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#history-title")
    page.get_by_role("link", name="Back to the contents").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contents"


def test_choices_are_of_one_size(page: Any, address: str, states: dict[str, str]) -> None:
    page.goto(f"{address}/staff/requests/{states['mine']}")
    boxes = [one.bounding_box() for one in page.locator("input[type=radio]").all()]
    assert len({(box["width"], box["height"]) for box in boxes}) == 1
    assert boxes[0]["height"] >= 24
