"""Two members of staff, two browsers, one request: each thing is done by one, once, and nothing typed is lost."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.staff.conftest import into
from tests.staff.people import Person, account_of
from tests.staff.requests import Requests


@dataclass
class Seat:
    """Somebody at a browser of their own."""

    page: Any
    person: Person
    address: str

    @property
    def id(self) -> str:
        assert self.person.account
        return self.person.account.id

    def open(self, row: str) -> None:
        self.page.goto(f"{self.address}/staff/requests/{row}")

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).click()

    def types(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)

    def typed(self, label: str) -> str:
        found: str = self.page.get_by_label(label, exact=True).input_value()
        return found

    def told(self) -> str:
        found: str = self.page.get_by_role("alert").first.inner_text()
        return found

    def back(self) -> None:
        self.page.go_back(wait_until="load")


@pytest.fixture(params=["script", "plain"])
def seats(request: pytest.FixtureRequest, browser: Any, app: Flask, address: str) -> Iterator[tuple[Seat, Seat]]:
    made = []
    for name in ("Ann Archer", "Bob Brown"):
        context = browser.new_context(java_script_enabled=request.param == "script")
        page, person = context.new_page(), Person(app, account_of(app, "staff", name)).begin()
        into(page, person, address)
        made.append(Seat(page, person, address))
    yield made[0], made[1]
    for seat in made:
        seat.page.context.close()


def notes(requests: Requests, row: str) -> list[str | None]:
    return [did.words and did.words.replace("\r", "") for did in requests.work.history(row) if did.kind == "note"]


def test_one_claims_and_the_other_keeps_what_they_typed(seats: tuple[Seat, Seat], requests: Requests) -> None:
    ann, bob = seats
    row = requests.confirmed()
    ann.open(row)
    bob.open(row)
    bob.types("Note", "Bob's half\n\nof a note")
    ann.press("Claim this request")
    bob.press("Save the note")
    assert "Somebody else has this request now" in bob.told()
    assert "Claimed by Ann Archer" in bob.page.locator("main").inner_text()
    assert bob.typed("Note") == "Bob's half\n\nof a note"
    assert notes(requests, row) == []
    ann.press("Give it back")
    bob.press("Save the note")
    assert notes(requests, row) == ["Bob's half\n\nof a note"]


def test_both_press_claim_and_one_has_it(seats: tuple[Seat, Seat], requests: Requests) -> None:
    ann, bob = seats
    row = requests.confirmed()
    ann.open(row)
    bob.open(row)
    ann.press("Claim this request")
    bob.press("Claim this request")
    assert requests.one(row).claimed_by == ann.id
    assert "Somebody else has this request now" in bob.told()
    assert bob.page.get_by_role("button", name="Claim this request").count() == 0
    assert bob.page.locator("a.number").count() == 0


def test_one_closes_while_the_other_writes(seats: tuple[Seat, Seat], requests: Requests) -> None:
    ann, bob = seats
    row = requests.confirmed()
    ann.open(row)
    bob.open(row)
    bob.page.get_by_label("Nobody answered").check()
    bob.types("Anything to remember", "rang twice")
    ann.page.get_by_label("I spoke to them").check()
    ann.press("Save this try")
    bob.press("Save this try")
    assert "closed" in bob.told()
    assert bob.typed("Note") == "rang twice"
    assert requests.one(row).attempts == 1
    bob.press("Save the note")
    assert notes(requests, row) == ["rang twice"]


def test_back_after_saving_saves_nothing_twice(seats: tuple[Seat, Seat], requests: Requests) -> None:
    ann, _ = seats
    row = requests.claimed(requests.confirmed(), ann.id)
    ann.open(row)
    ann.types("Note", "once")
    ann.press("Save the note")
    ann.back()
    assert ann.typed("Note") == "once", "the page of before, as it was left"
    ann.press("Save the note")
    assert notes(requests, row) == ["once"]


def test_back_after_a_try_notes_none_twice(seats: tuple[Seat, Seat], requests: Requests) -> None:
    ann, _ = seats
    row = requests.claimed(requests.confirmed(), ann.id)
    ann.open(row)
    ann.page.get_by_label("Nobody answered").check()
    ann.types("Anything to remember", "rang for a minute")
    ann.press("Save this try")
    ann.back()
    ann.page.get_by_label("Nobody answered").check()
    ann.types("Anything to remember", "rang for a minute")
    ann.press("Save this try")
    assert requests.one(row).attempts == 1
    ann.page.get_by_label("Nobody answered").check()
    ann.types("Anything to remember", "and again later")
    ann.press("Save this try")
    assert requests.one(row).attempts == 2


def test_back_from_the_queue_has_what_was_begun(seats: tuple[Seat, Seat], requests: Requests) -> None:
    ann, bob = seats
    row = requests.confirmed()
    ann.open(row)
    ann.types("Note", "begun")
    with ann.page.expect_navigation():
        ann.page.get_by_role("link", name="Back to the queue").click()
    bob.open(row)
    bob.types("Note", "in between")
    bob.press("Save the note")
    ann.back()
    assert ann.typed("Note") == "begun"
    ann.press("Save the note")
    assert notes(requests, row) == ["begun", "in between"]


@pytest.mark.parametrize("seats", ["script"], indirect=True)
def test_saving_one_part_keeps_what_was_begun_in_another(seats: tuple[Seat, Seat], requests: Requests) -> None:
    ann, _ = seats
    row, other = requests.confirmed(), requests.confirmed()
    ann.open(row)
    ann.types("Anything to remember", "begun before it was claimed")
    ann.page.get_by_label("The line was busy").check()
    ann.press("Claim this request")
    assert ann.typed("Anything to remember") == "begun before it was claimed"
    assert ann.page.get_by_label("The line was busy").is_checked()
    ann.types("Note", "a note")
    ann.press("Save the note")
    assert ann.typed("Note") == ""
    assert ann.typed("Anything to remember") == "begun before it was claimed"
    ann.press("Save this try")
    assert ann.typed("Anything to remember") == ""
    assert ann.page.evaluate("sessionStorage.length") == 0
    ann.open(other)
    assert ann.typed("Anything to remember") == ""


@pytest.mark.parametrize("seats", ["script"], indirect=True)
def test_what_was_begun_is_nobody_elses(seats: tuple[Seat, Seat], requests: Requests) -> None:
    """The session ends while a form is sent; somebody else signs in at the same browser."""
    ann, bob = seats
    row = requests.confirmed()
    ann.open(row)
    ann.types("Anything to remember", "of Ann")
    ann.person.desk.access.sessions.end_all(ann.id, requests.desk.now())
    ann.press("Claim this request")
    expect(ann.page).to_have_title(re.compile("Sign in"))
    into(ann.page, bob.person, ann.address)
    ann.open(row)
    assert ann.typed("Anything to remember") == ""
    assert ann.page.evaluate("sessionStorage.length") == 0
