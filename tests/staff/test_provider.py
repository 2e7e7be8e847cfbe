"""Single sign-on: a real provider with real keys; for people who were invited, and for nobody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from joserfc.jwk import RSAKey

from ivr.staff.desk import Desk
from ivr.store import Filters
from tests.staff.people import Clock, Person, account_of, line_of
from tests.staff.provider import CLIENT, SECRET, Provider, provider, query

INVITED = "sam.entra@example.org"


@pytest.fixture(scope="module")
def said() -> Iterator[Provider]:
    with provider() as found:
        yield found


@pytest.fixture
def honest(said: Provider) -> Provider:
    """The provider as it should be."""
    said.email, said.claims, said.signs_with, said.broken = INVITED, {}, None, False
    return said


@pytest.fixture
def line(honest: Provider, tmp_path: Path) -> Iterator[Flask]:
    made = line_of(tmp_path, Clock(), OIDC_ISSUER=honest.issuer, OIDC_CLIENT_ID=CLIENT, OIDC_CLIENT_SECRET=SECRET)
    yield made
    made.extensions["switchboard"].close()


@pytest.fixture
def invited(line: Flask) -> Any:
    desk: Desk = line.extensions["staff"]
    return desk.accounts.invite("Sam Entra", INVITED, "lead", "ivr", desk.now())[0]


def go_through(person: Person, **changed: str) -> Any:
    """What a browser does: to the provider, and back with its answer."""
    there = person.get("/staff/provider").headers["Location"]
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    return person.get("/staff/provider/back", query_string={**query(back), **changed})


def test_who_was_invited_is_in(line: Flask, honest: Provider, invited: Any) -> None:
    person, desk = Person(line), line.extensions["staff"]
    assert "Sign in with your work account" in person.get("/staff/sign-in").text
    assert go_through(person).headers["Location"] == "/staff"
    assert person.get("/staff/audit").status_code == 200
    asked = honest.asked[-1]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{desk.config.public_url}/staff/provider/back"
    assert desk.accounts.of(invited.id).subject == f"{honest.issuer} subject-1"
    assert [entry.deed.what for entry in desk.audit.page(Filters(who=invited.id))] == ["signed-in", "provider-linked"]
    assert go_through(Person(line)).headers["Location"] == "/staff"


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"email": "stranger@example.org"}, 403),
        ({"email": None}, 403),
        ({"email_verified": False}, 403),
        ({"nonce": "another"}, 400),
        ({"iss": "https://evil.example"}, 400),
        ({"aud": "somebody-else"}, 400),
        ({"exp": 1_000_000_000}, 400),
        ({"sub": ""}, 400),
    ],
)
def test_what_does_not_hold_is_refused(
    line: Flask, honest: Provider, invited: Any, claims: dict[str, Any], status: int
) -> None:
    honest.claims, person = claims, Person(line)
    answered = go_through(person)

    assert answered.status_code == status
    assert "Traceback" not in answered.text
    assert person.get("/staff/stay").status_code == 303


def test_a_token_that_another_key_signed_is_refused(line: Flask, honest: Provider, invited: Any) -> None:
    honest.signs_with = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})

    assert go_through(Person(line)).status_code == 400


@pytest.mark.parametrize("changed", [{"state": "another"}, {"state": ""}, {"code": "invented"}])
def test_an_answer_to_somebody_else_is_refused(line: Flask, invited: Any, changed: dict[str, str]) -> None:
    assert go_through(Person(line), **changed).status_code in {400, 503}


def test_an_address_given_to_somebody_else_opens_nothing(line: Flask, honest: Provider, invited: Any) -> None:
    go_through(Person(line))
    honest.claims = {"sub": "subject-2"}

    assert go_through(Person(line)).status_code == 403


def test_who_is_disabled_stays_out(line: Flask, invited: Any) -> None:
    desk: Desk = line.extensions["staff"]
    go_through(Person(line))
    desk.accounts.disable(invited.id, "ivr", desk.now())

    assert go_through(Person(line)).status_code == 403


def test_a_provider_that_is_away_is_said_so(line: Flask, honest: Provider) -> None:
    honest.broken = True
    answered = Person(line).get("/staff/provider")

    assert answered.status_code == 503
    assert "work account does not answer" in answered.text


def test_without_its_settings_nothing_is_shown(app: Flask, anyone: Person) -> None:
    assert "work account" not in anyone.get("/staff/sign-in").text
    assert anyone.get("/staff/provider").status_code == 404
    assert account_of(app, "staff").subject == ""
