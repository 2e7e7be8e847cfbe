"""What no key of a keyboard makes: refused at the door of staff in plain words, on both databases."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from ivr.staff.sign_in import WRONG
from ivr.store import Role
from tests.staff.people import Clock, Person, account_of, line_of
from tests.staff.requests import Requests
from tests.staff.test_door import VALUES, routes
from tests.store.conftest import (  # noqa: F401 - fixtures
    postgres_migrated,
    postgres_url,
    sqlite_template,
    sqlite_url,
    url,
)

READ = "There is a character in it that nobody can type"
QUERIES = ("who=%00", "what=%00", "about=%00", "after=2026-01-01~2026-01-01T00:00:00Z~%00", "x=1&x=a%00b", "%00=x")
FIELDS = ("email", "name", "reference", "note", "q", "a\0b")
FAR = ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z")


@pytest.fixture
def either(url: str, tmp_path: Path, clock: Clock) -> Iterator[Flask]:  # noqa: F811
    """A line on SQLite, then one on PostgreSQL."""
    made = line_of(tmp_path, clock, DATABASE_URL=url)
    yield made
    made.extensions["switchboard"].close()


def with_nul(app: Flask) -> list[tuple[str, str]]:
    """Method and address of every route of staff that has a part to fill, once for each part."""
    found = []
    for rule in app.url_map.iter_rules():
        for part in rule.arguments if rule.endpoint.startswith("staff.") else ():
            values = {name: VALUES.get(name, "1") for name in rule.arguments} | {part: "7777"}
            built = rule.build(values, append_unknown=False)
            assert built is not None
            address = built[1].replace("7777", "%00")
            found += [(method, address) for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})]
    return found


@pytest.mark.parametrize("role", [None, "administrator"])
def test_a_nul_is_refused_by_every_route_in_plain_words(either: Flask, role: str | None) -> None:
    person = Person(either, account_of(either, "administrator")).begin() if role else Person(either)
    token = person.token()

    def asked(method: str, path: str, **fields: str) -> None:
        data = {"csrf_token": token, **fields} if method == "POST" else None
        answered = person.client.open(path, method=method, data=data, base_url="http://127.0.0.1")
        assert (answered.status_code, READ in answered.text) == (400, True), (method, path, fields)

    for method, path in with_nul(either):
        asked(method, path)
    for _, method, path, _ in routes(either):
        if method == "GET":
            for query in QUERIES:
                asked(method, f"{path}?{query}")
        elif method == "POST":
            for name in FIELDS:
                asked(method, path, **{name: "a\0b@example.org"})
    assert len(with_nul(either)) > 20


def test_what_stood_beside_it_is_shown_again(either: Flask) -> None:
    person = Person(either, account_of(either, "administrator")).begin()
    answered = person.post("/staff/people/new", {"name": "Robin\0", "email": "robin@example.org", "role": "staff"})

    assert answered.status_code == 400
    assert "robin@example.org" in answered.text


@pytest.mark.parametrize("way", ["after", "before"])
@pytest.mark.parametrize("moment", FAR)
def test_a_place_at_the_end_of_time_is_the_first_page(either: Flask, way: str, moment: str) -> None:
    person = Person(either, account_of(either, "staff")).begin()
    row = Requests(either).confirmed()

    for day in ("0001-01-01", "2026-01-01", "9999-12-31"):
        answered = person.get("/staff/queue", query_string={way: f"{day}~{moment}~x"})
        assert (answered.status_code, f"/staff/requests/{row}" in answered.text) == (200, True), (day, moment)


@pytest.mark.parametrize(
    ("field", "given", "told"),
    [
        ("name", "\x1f", "Enter the name"),
        ("name", "\x1b", "Enter the name on one line, without control characters"),
        ("name", "Robin\nPerson", "Enter the name on one line, without control characters"),
        ("name", "Robin\x85Person", "Enter the name on one line, without control characters"),
        ("name", "x" * 81, "The name must be 80 characters or fewer"),
        ("email", "ro\x07bin@example.org", "Enter an email address such as name@example.org"),
        ("email", "@example.org", "Enter an email address such as name@example.org"),
        ("email", "robin@", "Enter an email address such as name@example.org"),
        ("email", "robin@example", "Enter an email address such as name@example.org"),
        ("email", "x" * 243 + "@example.org", "The email address must be 254 characters or fewer"),
    ],
)
def test_a_name_or_an_address_that_nobody_has_is_said_in_the_summary(
    app: Flask, signed_in: Callable[[Role], Person], field: str, given: str, told: str
) -> None:
    sent = {"name": "Robin Person", "email": "robin@example.org", "role": "staff"}
    answered = signed_in("administrator").post("/staff/people/new", sent | {field: given})

    assert answered.status_code == 200
    summary = answered.text.partition("govuk-error-summary")[2].partition("</form>")[0].partition("<form")[0]
    assert re.search(rf">\s*{re.escape(told)}\s*<", summary), summary
    assert not Person(app).desk.accounts.by_email(sent["email"])


def test_the_longest_name_and_address_are_taken_and_can_sign_in(
    app: Flask, signed_in: Callable[[Role], Person]
) -> None:
    longest = "x" * 242 + "@example.org"
    sent = {"name": "Zoë\u200cX" + "x" * 75, "email": longest, "role": "staff"}
    made = signed_in("administrator").post("/staff/people/new", sent)
    tried = Person(app).post("/staff/sign-in", {"email": longest, "password": "not this"})

    assert "/staff/invite/" in made.text
    assert WRONG in tried.text
