"""Click to call: only the number of that request, only by whoever has it, once, and never blindly again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from ivr.phone.calls import Rung
from ivr.phone.signature import sign
from tests.staff.people import Clock, Person, account_of, line_of
from tests.staff.requests import Requests

OWN = "01604 367 999"


@dataclass
class Rings:
    """Twilio's end: notes who was rung."""

    answers: str = "ringing"
    asked: list[tuple[str, str]] = field(default_factory=list)

    def ring(self, own: str, form: str, _: datetime) -> Any:
        self.asked.append((own, form))
        return Rung(self.answers, "CA9" if self.answers == "ringing" else "")  # type: ignore[arg-type]


@pytest.fixture
def rings(app: Flask) -> Iterator[Rings]:
    found = app.extensions["dialler"] = Rings()
    yield found
    del app.extensions["dialler"]


def fields(requests: Requests, row: str, own: str = OWN, form: str = "") -> dict[str, str]:
    doing = requests.doing(row, "")
    return {"version": str(doing.version), "form": form or doing.form, "own": own}


def test_the_member_of_staff_is_rung_and_it_is_noted(
    requests: Requests, rings: Rings, ann: Person, row: str, app: Flask, clock: Clock
) -> None:
    sent = fields(requests, row)
    assert ann.post(f"/staff/requests/{row}/dial", sent).status_code == 303
    assert rings.asked == [("+441604367999", sent["form"])]
    did = requests.work.history(row)[0]
    assert (did.kind, did.outcome, did.about) == ("dial", "ringing", "CA9")
    assert requests.work.number_to_ring(sent["form"], clock()) == requests.one(row).request.phone
    assert requests.work.number_to_ring(sent["form"], clock() + timedelta(minutes=11)) == ""
    assert OWN in ann.get(f"/staff/requests/{row}").text
    elsewhere = Person(app, ann.account).begin()
    assert OWN in elsewhere.get(f"/staff/requests/{row}").text, "it is kept with the account, not with the browser"
    assert OWN in elsewhere.get("/staff/account").text
    assert "900123" not in repr(requests.desk.audit.page(limit=20))


def test_a_double_click_rings_once(requests: Requests, rings: Rings, ann: Person, row: str) -> None:
    sent = fields(requests, row)
    assert [ann.post(f"/staff/requests/{row}/dial", sent).status_code for _ in range(3)] == [303] * 3
    assert len(rings.asked) == 1


@pytest.mark.parametrize("own", ["", "999", "+19005551234", "0906 123 4567", "sip:x@y", "07700 900789;ext=1", "²²²"])
def test_only_a_uk_number_is_rung_first(requests: Requests, rings: Rings, ann: Person, row: str, own: str) -> None:
    answer = ann.post(f"/staff/requests/{row}/dial", fields(requests, row, own))
    assert answer.status_code == 400
    assert "Enter your own UK telephone number" in answer.text
    assert rings.asked == []


def test_who_has_not_claimed_it_rings_nobody(requests: Requests, rings: Rings, app: Flask, row: str) -> None:
    bob = Person(app, account_of(app, "staff")).begin()
    assert bob.post(f"/staff/requests/{row}/dial", fields(requests, row)).status_code == 409
    assert rings.asked == []


@pytest.mark.parametrize(("came", "says"), [("unknown", "Wait a minute"), ("refused", "could not be made")])
def test_what_is_not_known_is_said(
    requests: Requests, rings: Rings, ann: Person, row: str, came: str, says: str
) -> None:
    rings.answers = came
    answer = ann.post(f"/staff/requests/{row}/dial", fields(requests, row))
    assert answer.status_code == 502
    assert says in answer.text
    assert requests.work.history(row)[0].outcome == came


def test_in_a_rehearsal_the_number_is_a_link(requests: Requests, ann: Person, row: str) -> None:
    text = ann.get(f"/staff/requests/{row}").text
    assert f'href="tel:{requests.one(row).request.phone}"' in text
    assert "Call them through the line" not in text
    assert ann.post(f"/staff/requests/{row}/dial", fields(requests, row)).status_code == 404


class TestAnswered:
    """The member of staff has picked up: what Twilio asks then, signed, of the real line."""

    @pytest.fixture
    def form(self, requests: Requests, rings: Rings, ann: Person, row: str) -> str:
        ann.post(f"/staff/requests/{row}/dial", fields(requests, row))
        return rings.asked[0][1]

    def asked(self, app: Flask, form: str, digits: str) -> str:
        config = app.extensions["staff"].config
        given = {
            "AccountSid": config.account_sid,
            "CallSid": "CA" + "5" * 32,
            "To": "+441604367999",
            "From": config.caller_id,
        }
        given["Digits"] = digits
        url = f"{config.public_url}/voice/staff?s={form}"
        signature = sign(url, tuple(given.items()), config.auth_tokens[0])
        answer = app.test_client().post(f"/voice/staff?s={form}", data=given, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 200
        return answer.text

    def test_1_connects_with_the_caller_of_that_request(
        self, app: Flask, form: str, requests: Requests, row: str
    ) -> None:
        said = self.asked(app, form, "1")
        assert f"<Number>{requests.one(row).request.phone}</Number>" in said
        assert f'callerId="{app.extensions["staff"].config.caller_id}"' in said

    @pytest.mark.parametrize("digits", ["", "2", "*", "11"])
    def test_anything_else_ends_the_call(self, app: Flask, form: str, digits: str) -> None:
        assert "Number" not in self.asked(app, form, digits)

    @pytest.mark.parametrize("form", ["", "0" * 32, "no-such-form"])
    def test_a_form_that_is_none_connects_with_nobody(self, app: Flask, form: str) -> None:
        assert "Number" not in self.asked(app, form, "1")


def test_a_day_has_as_many_calls_as_the_settings_say(tmp_path: Any, clock: Clock) -> None:
    app = line_of(tmp_path, clock, DIALS_PER_PERSON="2", DIALS_PER_DAY="3")
    rings = app.extensions["dialler"] = Rings()
    made = Requests(app)

    def dialled(person: Person) -> int:
        assert person.account
        row = made.claimed(made.confirmed(), person.account.id)
        return person.post(f"/staff/requests/{row}/dial", fields(made, row)).status_code

    ann, bob = (Person(app, account_of(app, "staff")).begin() for _ in range(2))
    assert [dialled(ann) for _ in range(3)] == [303, 303, 409]
    assert [dialled(bob) for _ in range(2)] == [303, 409]
    assert len(rings.asked) == 3
    app.extensions["switchboard"].close()
