"""What is kept about one number: seen, given, held and deleted for good, on pages that never name it where it stays."""

import html
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from ivr.personal import Personal
from ivr.sounds import Sounds
from ivr.staff.desk import Desk
from ivr.staff.privacy_pages import KINDS
from ivr.store import Erasing
from ivr.store.finding import personal as personal_tables
from tests.browsing import faults, scrolls_sideways
from tests.staff.conftest import LOOKS, into
from tests.staff.people import Person
from tests.staff.requests import AWKWARD, Requests

SignedIn = Callable[..., Person]
_NUMBERS = count(900_100)
DATA = b"RIFF" + bytes(range(256)) * 3


@pytest.fixture
def number() -> str:
    return f"+447700{next(_NUMBERS)}"


@pytest.fixture
def boss(signed_in: SignedIn) -> Person:
    return signed_in("administrator")


@pytest.fixture
def kept(requests: Requests, number: str, boss: Person) -> str:
    """A request of the number with everything that there can be; its id."""
    desk = requests.desk
    row = requests.confirmed(phone=number, said="completed", topic="mediation")
    (message,) = requests.one(row).request.messages
    sound = desk.store.sound_of(message.sid)
    assert sound
    assert boss.account
    sounds = Sounds(desk.store, desk.sealing, desk.store.boxes(desk.config.data_dir / "recordings"))
    assert sounds.keep(sound, DATA, 9, desk.now())
    return requests.noted(row, boss.account.id, f"a note {AWKWARD}")


def send(person: Person, what: str, number: str, **fields: str) -> Any:
    return person.post(f"/staff/privacy/{what}", {"caller_number": number, **fields})


def seen_of(page: str) -> str:
    found = re.search('name="seen" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def deleted(person: Person, number: str) -> Any:
    return send(person, "erase", number, sure="yes", seen=seen_of(send(person, "ask", number).text))


def deeds(desk: Desk, what: str) -> list[Any]:
    return [one.deed for one in desk.audit.page(limit=50) if one.deed.what == what]


def test_every_kind_has_its_name() -> None:
    assert {table.name for table in personal_tables()} <= set(KINDS)


@pytest.mark.parametrize("spelling", ["0{0} {1}", " +44 {0} {1} ", "0{0}{1}", "0 {0} {1}", "0{0}\u00a0{1}"])
def test_a_number_is_found_however_it_is_written(boss: Person, kept: str, number: str, spelling: str) -> None:
    page = send(boss, "look", spelling.format(number[3:7], number[7:]))
    assert page.status_code == 200
    assert "Callback requests" in page.text
    assert "mediation" in page.text
    assert "a note &lt;script&gt;" in page.text, "words of staff are opened"


@pytest.mark.parametrize("typed", ["", "12", "soon", "+19005550100", "' OR 1=1--", "<script>", "9" * 500])
def test_what_is_no_number_is_said_at_the_top_and_kept(boss: Person, typed: str) -> None:
    page = send(boss, "look", typed)
    assert page.status_code == 400
    assert "<title>Error: " in page.text
    assert 'href="#caller_number"' in page.text
    assert "<script>alert" not in page.text


def test_a_look_is_noted_without_the_number(boss: Person, kept: str, number: str, desk: Desk) -> None:
    send(boss, "look", number)
    (deed,) = deeds(desk, "number-looked-up")[:1]
    assert (boss.account and boss.account.id, "1") == (deed.who, deed.detail["requests"])
    assert number[-6:] not in repr(desk.audit.page(limit=50))


def test_the_file_is_what_the_command_writes(boss: Person, kept: str, number: str, desk: Desk) -> None:
    answer = send(boss, "export", number)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kept.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.namelist() == ["kept.json", "kept.txt", "message-1.wav"]
        rows = json.loads(packed.read("kept.json"))
        assert packed.read("message-1.wav") == DATA
        assert number in packed.read("kept.txt").decode()
    assert rows["requests"][0]["phone"] == number
    assert rows["work"][0]["words"].startswith("a note")
    assert deeds(desk, "number-exported")[0].detail == {"recordings": "1"}


def test_a_recording_that_cannot_be_opened_is_told(boss: Person, kept: str, number: str, desk: Desk) -> None:
    for path in (desk.config.data_dir / "recordings").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-1] + b"?")
    answer = send(boss, "export", number)
    assert answer.status_code == 400
    assert "A recording cannot be opened" in answer.text
    deleted(boss, number)


def test_the_proof_says_when_somebody_read_what_was_deleted(
    boss: Person, kept: str, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Erasing, "checkpoint", lambda _: False)
    asked = send(boss, "ask", number)
    done = send(boss, "erase", number, sure="yes", seen=seen_of(asked.text))
    assert "its own log may hold some of it until tonight" in done.text


def test_deleting_names_what_goes_asks_and_proves(
    boss: Person, kept: str, number: str, requests: Requests, desk: Desk
) -> None:
    other = requests.confirmed()
    asked = send(boss, "ask", number)
    assert "Callback requests" in asked.text
    assert "Recordings kept here" in asked.text
    assert f"Request {requests.one(kept).request.reference} of 24 November 2026" in asked.text
    assert "not closed yet" in asked.text
    assert requests.one(kept)
    unsure = send(boss, "erase", number, seen=seen_of(asked.text))
    assert (unsure.status_code, "Say that all of it is to be deleted" in unsure.text) == (400, True)
    assert requests.one(kept)
    done = send(boss, "erase", number, sure="yes", seen=seen_of(asked.text))
    assert done.status_code == 200
    assert "Nothing is kept any more" in done.text
    assert number[-6:] not in done.text.replace(" ", "")
    assert requests.work.one(kept, desk.now()) is None
    assert requests.one(other)
    assert not requests.work.history(kept)
    entry = desk.audit.page(limit=1)[0]
    assert entry.deed.what == "number-erased"
    assert entry.deed.who == (boss.account and boss.account.id)
    assert entry.seal in done.text
    assert desk.audit.verify().whole
    again = send(boss, "erase", number, sure="yes", seen=seen_of(asked.text))
    assert "Nothing is left to delete" in again.text


def test_nothing_is_left_in_any_file(boss: Person, kept: str, number: str, desk: Desk) -> None:
    canary = number[4:].encode()
    there = [path for path in Path(desk.config.data_dir).rglob("*") if path.is_file()]
    assert any(canary in path.read_bytes() for path in there)
    deleted(boss, number)
    there = [path for path in Path(desk.config.data_dir).rglob("*") if path.is_file()]
    assert [path.name for path in there if canary in path.read_bytes()] == []


def test_what_has_come_since_is_asked_about_again(boss: Person, kept: str, number: str, requests: Requests) -> None:
    seen = seen_of(send(boss, "ask", number).text)
    requests.desk.now.pass_by(hours=48)  # type: ignore[attr-defined]
    boss.begin()
    new = requests.confirmed(phone=number)
    answer = send(boss, "erase", number, sure="yes", seen=seen)
    assert answer.status_code == 400
    assert "Something has changed since you looked" in answer.text
    assert requests.one(new)
    assert requests.one(kept)


def test_what_must_stay_stays_until_it_need_not(boss: Person, kept: str, number: str, requests: Requests) -> None:
    reference = requests.one(kept).request.reference
    missing = send(boss, "hold", number, reference=reference, why=" ")
    assert (missing.status_code, f'href="#why-{reference}"' in missing.text) == (400, True)
    held = send(boss, "hold", number, reference=reference, why="a complaint")
    assert "That is noted" in held.text
    assert "a complaint" in held.text
    assert send(boss, "hold", number, reference=reference, why="again").status_code == 400
    asked = send(boss, "ask", number)
    assert "Nothing is left to delete" in asked.text
    assert requests.one(kept)
    assert "That is noted" in send(boss, "release", number, reference=reference).text
    assert send(boss, "release", number, reference=reference).status_code == 400
    assert "Nothing is kept any more" in deleted(boss, number).text


def test_the_number_is_in_no_address_and_no_draft(boss: Person, app: Flask, number: str, desk: Desk) -> None:
    token = boss.token()
    desk.now.pass_by(hours=13)  # type: ignore[attr-defined]
    sent = {"csrf_token": token, "caller_number": number, "why": "typed"}
    assert boss.client.post("/staff/privacy/hold", data=sent, base_url="http://127.0.0.1").status_code == 303
    assert boss.account
    (draft,) = desk.drafts.of(boss.account.id, desk.now())
    assert draft.fields == (("why", "typed"),)
    rules = [rule for rule in app.url_map.iter_rules() if "/privacy" in str(rule) and rule.endpoint.startswith("staff")]
    assert len(rules) == 7
    assert [rule for rule in rules if rule.arguments] == []


@pytest.mark.parametrize("role", ["staff", "lead"])
def test_nobody_but_an_administrator(signed_in: SignedIn, number: str, role: Any) -> None:
    other = signed_in(role)
    assert send(other, "look", number).status_code == 403
    assert "One caller" not in other.get("/staff/account").text


def test_while_answers_wait_on_disk_it_says_so(boss: Person, number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = type("Spooled", (), {"promises": 1})
    monkeypatch.setattr(type(boss.desk.store), "spooled", lambda _: waiting)
    monkeypatch.setattr(type(boss.desk.store), "take_in", lambda *_: 0)
    answer = send(boss, "look", number)
    assert answer.status_code == 400
    assert "Try again once they are taken in" in answer.text


@pytest.fixture
def at(app: Flask, page: Any, address: str, boss: Person) -> Any:
    into(page, boss, address)
    page.goto(f"{address}/staff/privacy")
    return page


def look(page: Any, number: str) -> None:
    page.get_by_label("Phone number of the caller").fill(number)
    onward(page, "Look")


@LOOKS
def test_no_rule_of_access_is_broken_on_the_way(at: Any, kept: str, number: str, requests: Requests) -> None:
    at.expected.append("400 (BAD REQUEST)")
    reference = requests.one(kept).request.reference

    def fair(step: str) -> None:
        assert (step, faults(at)) == (step, [])
        assert not scrolls_sideways(at), step

    fair("empty")
    look(at, "nonsense")
    at.locator(".govuk-error-summary:focus").wait_for()
    fair("no number")
    look(at, number)
    for one in at.locator("details").all():
        one.locator("summary").click()
    fair("one number")
    onward(at, f"Keep request {reference}")
    at.get_by_role("link", name="Say why it must stay").click()
    assert at.evaluate("document.activeElement.id") == f"why-{reference}"
    fair("no reason")
    onward(at, "Delete what is kept")
    fair("to be deleted")
    onward(at, "Delete it now")
    fair("not sure")
    at.get_by_label("Yes, delete all of this, for good").check()
    onward(at, "Delete it now")
    at.get_by_role("heading", name="What we kept is deleted").wait_for()
    fair("proof")


@pytest.mark.parametrize("page", [{"java_script_enabled": False}, {}], indirect=True, ids=["plain", "script"])
def test_by_keyboard_from_the_number_to_the_proof(at: Any, kept: str, number: str) -> None:
    at.get_by_label("Phone number of the caller").focus()
    at.keyboard.type(number)
    at.keyboard.press("Enter")
    press(at, "Delete what is kept")
    assert number[-6:] not in at.url
    at.get_by_label("Yes, delete all of this, for good").focus()
    at.keyboard.press("Space")
    press(at, "Delete it now")
    at.get_by_role("heading", name="What we kept is deleted").wait_for()
    assert number[-6:] not in at.url


def onward(page: Any, name: str) -> None:
    """Press a button and be on the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_proof_is_printed_without_what_is_only_of_the_screen(at: Any, kept: str, number: str) -> None:
    look(at, number)
    onward(at, "Delete what is kept")
    at.get_by_label("Yes, delete all of this, for good").check()
    onward(at, "Delete it now")
    at.get_by_role("button", name="Print this page").wait_for()
    assert at.get_by_text("Asked for by").is_hidden()
    at.emulate_media(media="print")
    for gone in ("header", "footer", ".govuk-back-link", "[data-print]"):
        assert at.locator(gone).first.is_hidden(), gone
    assert at.get_by_text("Asked for by").is_visible()
    assert "Nothing is kept any more" in at.locator("main").inner_text()


def test_what_a_backup_brings_back_is_deleted_again(
    boss: Person, kept: str, number: str, requests: Requests, desk: Desk
) -> None:
    """The pages and the command note an erasure at the same place; see tests/jobs for the rest of it."""
    deleted(boss, number)
    back = requests.confirmed(phone=number)
    config = desk.config
    personal = Personal.of(desk.store, config.data_dir, config.encryption_keys, config.secret_key)
    assert personal.erase_again(desk.now())
    assert requests.work.one(back, desk.now()) is None
    desk.now.pass_by(seconds=1)  # type: ignore[attr-defined]
    young = requests.confirmed(phone=number)
    assert personal.erase_again(desk.now() + timedelta(days=1)) == {}
    assert requests.one(young)
