"""What staff send: taken once, refused with its words kept, never with more than a member of staff may do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from ivr.line import LONDON
from ivr.staff.plain import next_working
from ivr.store import Wording
from ivr.store.outcomes import OUTCOMES
from tests.staff.people import Clock, Person
from tests.staff.requests import Requests

SignedIn = Callable[..., Person]


def sent(requests: Requests, row: str, **fields: str) -> dict[str, str]:
    doing = requests.doing(row, "")
    return {"version": str(doing.version), "form": doing.form, **fields}


def test_a_number_is_seen_by_whoever_claimed_it_alone(requests: Requests, ann: Person, signed_in: SignedIn) -> None:
    row, bob = requests.confirmed(phone="+447700900456"), signed_in("staff")
    assert "900456" not in ann.get(f"/staff/requests/{row}").text.replace(" ", "")
    ann.post(f"/staff/requests/{row}/claim", sent(requests, row))
    assert "07700 900 456" in ann.get(f"/staff/requests/{row}").text
    assert "900456" not in bob.get(f"/staff/requests/{row}").text.replace(" ", "")
    for path in ("/staff/queue", ann.searched("456")):
        assert "900456" not in ann.get(path).text.replace(" ", "")


@pytest.mark.parametrize(
    ("version", "kept", "said"),
    [
        ("", False, "It is not known which wording they were told"),
        ("3f9a2c1b", False, "They were told wording 3f9a2c1b, whose words are not kept here"),
        ("3f9a2c1c", True, 'lang="pl-PL">Pracownicy zobaczą numer.'),
    ],
)
def test_the_page_of_a_request_says_which_privacy_notice_was_told(
    requests: Requests, ann: Person, version: str, kept: bool, said: str
) -> None:
    if kept:
        told = Wording(version, "pl-PL", "Pracownicy zobaczą numer.", requests.desk.now())
        requests.desk.store.listened([], [], [told])
    page = ann.get(f"/staff/requests/{requests.confirmed(notice=version)}").text
    assert said in page
    assert ("They were told this in Polish. It is wording 3f9a2c1c, which was first told on" in page) == kept


def test_what_is_looked_for_is_in_no_address_and_found_by_whoever_looked_alone(
    requests: Requests, ann: Person, signed_in: SignedIn
) -> None:
    row = requests.confirmed(phone="+447700900457")
    for words in ("07700 900457", "457", requests.one(row).request.reference):
        path = ann.searched(words)
        assert words.replace(" ", "") not in path.replace("%20", "").replace("+", "")
        assert row in ann.get(path).text
        assert row not in signed_in("staff").get(path).text
    for odd in ("", "?s=", "?s=x", "?q=457", "?s=" + "A" * 4000):
        asked = ann.get(f"/staff/queue/search{odd}")
        assert (asked.status_code, "Nothing was found" in asked.text) == (200, False)
    assert ann.searched("  ") == "/staff/queue/search"


def test_every_look_at_a_request_is_in_the_log(requests: Requests, ann: Person) -> None:
    row = requests.confirmed()
    ann.get(f"/staff/requests/{row}")
    ann.post(f"/staff/requests/{row}/claim", sent(requests, row))
    entries = requests.desk.audit.page(limit=10)
    deeds = [(one.deed.what, one.deed.about) for one in entries if one.deed.about == f"request:{row}"]
    assert deeds == [("request-claimed", f"request:{row}"), ("request-seen", f"request:{row}")]
    assert requests.desk.audit.verify().whole


@pytest.mark.parametrize(
    ("path", "fields", "says"),
    [
        ("attempt", {"outcome": "nonsense"}, "Choose what came of it"),
        ("attempt", {"outcome": "another_time"}, "Choose when they asked to be called"),
        ("attempt", {"outcome": "no_answer", "again": "soon"}, "Enter a date and a time"),
        ("attempt", {"outcome": "no_answer", "again": "2020-01-01T10:00"}, "still to come"),
        ("attempt", {"outcome": "no_answer", "again": "9999-12-31T23:59"}, "still to come"),
        ("note", {"note": "   "}, "Type the note"),
        ("close", {"disposition": ""}, "Choose how to close it"),
        ("transcript", {"transcript": "words", "recording": "RE-of-another"}, "Type what the message says"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_lost(
    requests: Requests, ann: Person, path: str, fields: dict[str, str], says: str
) -> None:
    row = requests.confirmed()
    kept = {"attempt": "attempt_words", "close": "close_words"}.get(path, "")
    answer = ann.post(
        f"/staff/requests/{row}/{path}", sent(requests, row, **fields, **({kept: "typed & kept"} if kept else {}))
    )
    assert answer.status_code == 400
    assert says in answer.text
    assert not kept or "typed &amp; kept" in answer.text
    assert requests.work.history(row) == ()


def test_not_reached_waits_for_three_tries_on_two_days(requests: Requests, ann: Person) -> None:
    row = requests.confirmed()
    answer = ann.post(f"/staff/requests/{row}/close", sent(requests, row, disposition="no_answer", close_words="why"))
    assert answer.status_code == 409
    assert "at least 3 times, on 2 different days" in answer.text
    assert ">\nwhy</textarea>" in answer.text


def test_a_try_is_noted_and_the_next_is_at_a_time_when_people_work(
    requests: Requests, ann: Person, clock: Clock
) -> None:
    row = requests.confirmed()
    answer = ann.post(f"/staff/requests/{row}/attempt", sent(requests, row, outcome="left_message"))
    assert answer.status_code == 303
    seen = requests.one(row)
    assert seen.attempts == 1
    assert seen.again is not None
    assert 9 <= seen.again.hour <= 17
    assert seen.again - clock() <= timedelta(days=4)


@pytest.mark.parametrize(
    ("at", "outcome", "again"),
    [
        ("2026-12-24T15:00", "left_message", "2026-12-29T09:00"),  # Christmas, the day after, a weekend, its Monday
        ("2026-12-24T12:00", "no_answer", "2026-12-24T15:00"),
        ("2026-12-24T15:00", "no_answer", "2026-12-29T09:00"),
        ("2027-03-25T12:00", "left_message", "2027-03-30T09:00"),  # Good Friday to Easter Monday, and the clocks change
        ("2026-11-26T12:00", "left_message", "2026-11-30T09:00"),  # a day off of this line, then a weekend
    ],
)
def test_the_next_try_is_on_a_working_day(app: Flask, at: str, outcome: str, again: str) -> None:
    flow = app.extensions["switchboard"].flow
    line = replace(flow.line, closures=(date(2026, 11, 27),))
    then = datetime.fromisoformat(at).replace(tzinfo=LONDON) + (OUTCOMES[outcome].after or timedelta())  # type: ignore[index]
    assert next_working(replace(flow, line=line), then).strftime("%Y-%m-%dT%H:%M") == again


def test_the_page_takes_the_bank_holidays_of_the_line(
    requests: Requests, ann: Person, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    row, now = requests.confirmed(), requests.desk.now()
    flow = app.extensions["switchboard"].flow
    days = frozenset(now.date() + timedelta(days=day) for day in range(20))
    monkeypatch.setattr("ivr.staff.request_forms.flow_now", lambda: replace(flow, bank_holidays=days))
    assert ann.post(f"/staff/requests/{row}/attempt", sent(requests, row, outcome="no_answer")).status_code == 303
    seen = requests.one(row).again
    assert seen
    assert seen.date() not in days


@pytest.mark.parametrize("path", ["claim", "release", "reopen", "attempt", "note", "transcript", "close"])
def test_what_is_gone_is_said_and_what_was_typed_shown(ann: Person, path: str) -> None:
    fields = {"version": "0", "form": "x", "note": "kept words", "outcome": "reached", "disposition": "reached"}
    answer = ann.post(f"/staff/requests/nobody/{path}", fields)
    assert answer.status_code == 404
    assert "not here any more" in answer.text
    assert path != "note" or "kept words" in answer.text


@pytest.mark.parametrize("fields", [{"version": "²"}, {"version": "9" * 5000}, {"version": "-1"}, {}])
def test_a_version_that_is_none_is_stale(requests: Requests, ann: Person, fields: dict[str, Any]) -> None:
    row = requests.confirmed()
    answer = ann.post(f"/staff/requests/{row}/attempt", {"outcome": "reached", **fields})
    assert answer.status_code == 409
    assert requests.one(row).attempts == 0


def test_fields_that_are_no_ones_to_send_change_nothing(requests: Requests, ann: Person) -> None:
    row = requests.confirmed()
    ann.post(f"/staff/requests/{row}/note", sent(requests, row, note="n", claimed_by="me", staff="boss", status="done"))
    assert requests.one(row).request.status == "new"
    assert [did.staff for did in requests.work.history(row)] == [ann.account and ann.account.id]


@pytest.mark.parametrize(
    "query", ["after=~~", "before=x", "council=<script>", "topic=%01", "status='--", "after=9~9~9"]
)
def test_an_address_that_is_odd_shows_the_queue(ann: Person, query: str) -> None:
    answer = ann.get(f"/staff/queue?{query}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace('<script type="module"', "")
