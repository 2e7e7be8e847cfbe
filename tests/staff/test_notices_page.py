"""Staff choose what they are told of and how; administrators have links sent; what is not set is not offered."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from ivr.factory import runner_of
from ivr.phone.rest import texts
from ivr.staff.desk import Desk
from ivr.store import Choices
from tests.browsing import faults, scrolls_sideways
from tests.mail.post_office import PostOffice, open_office
from tests.staff.conftest import BY_KEYBOARD
from tests.staff.people import REAL, Clock, Person, account_of, line_of

SignedIn = Callable[..., Person]
SETTINGS = {"SMTP_HOST": "localhost", "SMTP_TLS": "off", "SMTP_FROM": "line@example.org"}


@pytest.fixture(scope="module")
def office() -> Iterator[tuple[PostOffice, int]]:
    with open_office(None) as found:
        yield found


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, clock: Clock, office: tuple[PostOffice, int]) -> Iterator[Flask]:
    """A rehearsal that has a mail server."""
    made = line_of(tmp_path_factory.mktemp("line"), clock, **SETTINGS, SMTP_PORT=str(office[1]))
    yield made
    made.extensions["switchboard"].close()


@pytest.fixture
def bare(tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    """A real line that has neither a mail server nor texts."""
    made = line_of(tmp_path, clock, **REAL)
    yield made
    made.extensions["switchboard"].close()


def chosen(person: Person) -> tuple[set[str], set[str], str]:
    assert person.account
    found = Choices(person.desk.store.database).choice(person.account.id, person.account.role)
    return set(found.email), set(found.text), found.mobile


def work(app: Flask) -> None:
    """Have everything done that is to be done."""
    desk: Desk = app.extensions["staff"]
    runner = runner_of(desk.config, desk.store, texts(desk.config))
    while runner.once():
        pass


def test_who_chose_nothing_is_told_what_nobody_should_miss(signed_in: SignedIn) -> None:
    for role, kinds in (("staff", {"overdue"}), ("lead", {"overdue", "digest"})):
        person = signed_in(role)
        page = person.get("/staff/account/notices").text
        assert set(re.findall(r'name="email" value="(\w+)" checked', page)) == kinds
        assert not re.search(r'name="text" value="\w+" checked', page)
        assert chosen(person) == (kinds, set(), "")


def test_a_choice_is_kept_with_the_number_sealed_and_noted_without_it(signed_in: SignedIn, desk: Desk) -> None:
    person = signed_in("staff")
    sent: Any = {"email": ["near", "nonsense"], "text": "overdue", "mobile": "07700 900 777"}
    assert "Your notices are as you chose" in person.post("/staff/account/notices", sent, follow_redirects=True).text
    email, text, mobile = chosen(person)
    assert (email, text) == ({"near"}, {"overdue"})
    assert mobile
    assert "900777" not in mobile
    assert "07700 900 777" in person.get("/staff/account/notices").text
    entry = desk.audit.page(limit=1)[0].deed
    assert (entry.what, dict(entry.detail)) == ("notices-chosen", {"email": "near", "text": "overdue"})
    person.post("/staff/account/notices", {"email": "near", "mobile": "07700 900 777"})
    assert chosen(person) == ({"near"}, set(), "")


def test_to_want_nothing_is_a_choice(signed_in: SignedIn) -> None:
    person = signed_in("lead")
    person.post("/staff/account/notices", {})
    assert chosen(person) == (set(), set(), "")


@pytest.mark.parametrize("number", ["", "01604 367125", "+15005550006", "0900", "=1+1", "٠٧٧٠٠٩٠٠١٢٣"])
def test_a_text_needs_a_mobile(signed_in: SignedIn, number: str) -> None:
    person = signed_in("staff")
    answer = person.post("/staff/account/notices", {"text": "near", "email": "near", "mobile": number})
    assert answer.status_code == 400
    assert "mobile number" in answer.text
    assert chosen(person) == ({"overdue"}, set(), "")


def test_nobody_sees_the_number_of_another(signed_in: SignedIn, app: Flask) -> None:
    ann, bob = signed_in("staff"), signed_in("administrator")
    ann.post("/staff/account/notices", {"text": "near", "mobile": "07700 900 778"})
    assert ann.account
    for path in ("/staff/account/notices", f"/staff/people/{ann.account.id}", "/staff/audit"):
        assert "900 778" not in bob.get(path).text


def test_what_is_not_set_is_not_offered(bare: Flask) -> None:
    person = Person(bare, account_of(bare, "administrator")).begin()
    page = person.get("/staff/account/notices").text
    assert "neither email nor texts" in page
    assert 'name="email"' not in page
    person.post("/staff/account/notices", {"email": "near", "text": "near", "mobile": "07700900123"})
    assert chosen(person) == ({"overdue", "digest"}, set(), "")
    assert "Send it to them by email" not in person.get("/staff/people/new").text
    made = person.post(
        "/staff/people/new", {"name": "Ann", "email": "ann@example.org", "role": "staff", "how": "email"}
    )
    assert "/staff/invite/" in made.text
    account = account_of(bare, "staff")
    assert "Send a new link" not in person.get(f"/staff/people/{account.id}").text
    assert "No email can be sent" in person.post(f"/staff/people/{account.id}/send").text
    assert person.desk.store.job_counts() == {}


def test_an_invitation_is_sent_and_its_link_works(app: Flask, signed_in: SignedIn, office: Any) -> None:
    sent = {"name": "Ann Person", "email": "ann.link@example.org", "role": "staff", "how": "email"}
    page = signed_in("administrator").post("/staff/people/new", sent).text
    assert "An email to Ann Person is on its way" in page
    assert "/staff/invite/" not in page
    work(app)
    to, letter = office[0].letters[-1]
    assert (to, letter["Subject"]) == ("ann.link@example.org", "Plainline staff: choose a password")
    (word,) = re.findall(r"/staff/invite/(\S+)", str(letter.get_content()))
    assert "Choose a password for ann.link@example.org" in Person(app).get(f"/staff/invite/{word}").text


def test_a_link_can_be_shown_instead(signed_in: SignedIn, office: Any) -> None:
    before = len(office[0].letters)
    sent = {"name": "Bo Person", "email": "bo.link@example.org", "role": "staff", "how": "show"}
    assert "/staff/invite/" in signed_in("administrator").post("/staff/people/new", sent).text
    assert len(office[0].letters) == before


def test_a_new_link_by_email_once_a_minute_and_in_the_log(app: Flask, signed_in: SignedIn, office: Any) -> None:
    owner, account = signed_in("administrator"), account_of(app, "staff")
    for _ in range(2):
        assert "is on its way" in owner.post(f"/staff/people/{account.id}/send").text
    work(app)
    assert [to for to, _ in office[0].letters].count(account.email) == 1
    deeds = [one.deed.what for one in owner.desk.audit.page(limit=20) if one.deed.about == f"account:{account.id}"]
    assert deeds.count("account-link-sent") == 2


@BY_KEYBOARD
def test_by_keyboard_alone_and_no_rule_broken(
    app: Flask, page: Any, browse: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    page.expected.append("Failed to load resource: the server responded with a status of 400")
    scripted = "no-script" not in request.node.name
    browse("/staff/account", "administrator")
    page.get_by_role("link", name="Choose your notices").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your notices").wait_for()
    assert not scripted or faults(page) == []
    assert not scrolls_sideways(page)
    page.get_by_role("group", name="By text").get_by_label("A promise is overdue").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Enter your mobile number").wait_for()
    expect(page).to_have_title(re.compile("^Error: "))
    assert not scripted or faults(page) == []
    page.get_by_role("link", name="Enter your mobile number").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "mobile"
    page.keyboard.type("07700 900123")
    page.keyboard.press("Enter")
    page.get_by_text("Your notices are as you chose.").wait_for()
    browse("/staff/people/new")
    assert not scripted or faults(page) == []
    page.get_by_label("Name").fill("Key Person")
    page.get_by_label("Email address").fill(f"key{id(page)}@example.org")
    page.get_by_label("Staff: works through the queue").check()
    page.get_by_role("button", name="Invite").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="is on its way").wait_for()
    assert not scripted or faults(page) == []
    assert not scrolls_sideways(page)
