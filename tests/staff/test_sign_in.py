"""Signing in, by the requirements of security: the numbers are those of RELIABILITY, section 3."""

import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from ivr.staff import passwords
from ivr.staff.desk import Desk
from ivr.staff.sign_in import local
from ivr.store import Account, Deed, Filters, Role
from tests.staff.people import PASSWORD, REAL, Clock, Person, account_of, line_of
from tests.store.conftest import ask_sql

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HERE = "http://127.0.0.1"
CODES = ["ABCDE-23456", "FGHJK-23456"]


@pytest.fixture
def someone(app: Flask, desk: Desk) -> Account:
    """Somebody with a password and a second step."""
    return ready(app, "staff")


def ready(app: Flask, role: Role) -> Account:
    desk: Desk = app.extensions["staff"]
    made = account_of(app, role)
    sealed = desk.sealing.close_words(SECRET, f"totp:{made.id}")
    desk.steps.begin(made.id, sealed, -1, CODES, desk.now())
    found = desk.accounts.of(made.id)
    assert found
    return found


def code(clock: Clock, **off: float) -> str:
    return pyotp.TOTP(SECRET).at(clock.now + timedelta(**off))


def give(person: Person, email: str, password: str = PASSWORD, **more: object) -> TestResponse:
    return person.post("/staff/sign-in", {"email": email, "password": password}, **more)


def whole(person: Person, account: Account, clock: Clock) -> Person:
    """Sign in by both steps."""
    clock.pass_by(seconds=30)  # so that each code is a new one
    assert give(person, account.email).headers["Location"] == "/staff/second-step"
    assert person.post("/staff/second-step", {"code": code(clock)}).status_code == 303
    return person


def is_in(person: Person) -> bool:
    return person.get("/staff/stay").status_code == 200


def test_from_invitation_to_work_and_back_again(app: Flask, desk: Desk, clock: Clock) -> None:
    account, word = desk.accounts.invite("New Person", "new.person@example.org", "lead", "ivr", desk.now())
    person = Person(app)
    welcome = person.get(f"/staff/invite/{word}")
    assert "Welcome, New Person" in welcome.text

    taken = person.post(f"/staff/invite/{word}", {"password": PASSWORD, "password_again": PASSWORD})
    assert taken.headers["Location"] == "/staff/set-up"
    page = person.get("/staff/set-up")
    secret = re.search(r"<strong>([A-Z2-7 ]{39})</strong>", page.text)
    assert secret
    app_on_phone = pyotp.TOTP(secret[1].replace(" ", ""))
    assert "data:image/svg+xml" in page.text

    wrong = person.post("/staff/set-up", {"code": "000000"})
    assert "This code is not right" in wrong.text
    assert secret[1] in wrong.text
    shown = person.post("/staff/set-up", {"code": app_on_phone.at(clock.now)})
    codes = re.findall(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", shown.text)
    assert len(set(codes)) == 10
    assert is_in(person)

    assert person.post("/staff/sign-out").status_code == 303
    assert not is_in(person)
    clock.pass_by(seconds=60)
    assert give(person, account.email).headers["Location"] == "/staff/second-step"
    assert person.post("/staff/recovery", {"code": f" {codes[3].lower()} "}).status_code == 303
    assert is_in(person)
    done = [entry.deed.what for entry in desk.audit.page(Filters(about=f"account:{account.id}"))]
    assert done == ["recovery-code-used", "second-step-set", "password-set", "account-invited"]
    ins = [entry.deed.what for entry in desk.audit.page(Filters(who=account.id))]
    assert ins[:3] == ["signed-in", "recovery-code-used", "signed-out"]


def test_s24_what_is_shown_to_staff_is_kept_nowhere(signed_in: Callable[[Role], Person]) -> None:
    person = signed_in("staff")
    assert person.get("/staff/stay").headers["Cache-Control"] == "no-store"
    assert person.post("/staff/sign-out").headers["Clear-Site-Data"] == '"cache"'


@pytest.mark.parametrize("https", [True, False])
def test_s25_cookies_are_for_us_alone(tmp_path: Path, https: bool) -> None:
    given = REAL if https else {}
    app = line_of(tmp_path, Clock(), **given)
    account = ready(app, "staff")
    person = Person(app)
    give(person, account.email)
    answered = person.post("/staff/second-step", {"code": code(app.extensions["staff"].now)})
    cookies = answered.headers.getlist("Set-Cookie")
    app.extensions["switchboard"].close()

    assert sorted(cookie.split("=")[0] for cookie in cookies) == (
        ["__Host-device", "__Host-staff"] if https else ["device", "staff"]
    )
    for cookie in cookies:
        parts = cookie.split("; ")
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(parts)
        assert ("Secure" in parts) == https
        assert "Domain" not in cookie
    assert ("Strict-Transport-Security" in answered.headers) == https


def test_s26_each_step_has_a_new_session_and_the_old_one_is_dead(app: Flask, someone: Account, clock: Clock) -> None:
    person, thief = Person(app), Person(app)
    clock.pass_by(seconds=30)
    person.get("/staff/help")
    give(person, someone.email)
    first = person.cookie()
    person.post("/staff/second-step", {"code": code(clock)})
    second = person.cookie()

    assert is_in(person)
    for stolen in (first,):
        thief.client.set_cookie("staff", stolen, domain="127.0.0.1")
        assert not is_in(thief)
        assert thief.get("/staff/second-step").headers["Location"] == "/staff/sign-in"
    thief.client.set_cookie("staff", second, domain="127.0.0.1")
    assert is_in(thief)
    person.post("/staff/sign-out")
    assert not is_in(thief)


def test_s26_a_session_made_before_is_not_taken_over(app: Flask, someone: Account, clock: Clock) -> None:
    """Fixation: whoever planted their own cookie in a browser is not signed in by what happens there."""
    attacker, victim = Person(app, account_of(app, "staff")).begin("password"), Person(app)
    victim.client.set_cookie("staff", attacker.cookie(), domain="127.0.0.1")
    whole(victim, someone, clock)

    assert is_in(victim)
    assert not is_in(attacker)


def test_s27_idle_for_half_an_hour_ends_it(signed_in: Callable[[Role], Person], clock: Clock) -> None:
    person = signed_in("staff")
    for _ in range(4):
        clock.pass_by(minutes=29)
        assert is_in(person)
    clock.pass_by(minutes=30)
    assert not is_in(person)


def test_s27_twelve_hours_end_it_however_busy(signed_in: Callable[[Role], Person], clock: Clock) -> None:
    person = signed_in("staff")
    for _ in range(29):
        clock.pass_by(minutes=24)
        assert is_in(person)
    assert "signed out at" in person.get("/staff/stay").text
    clock.pass_by(minutes=24)
    assert not is_in(person)


@pytest.mark.parametrize("change", ["disabled", "role", "password", "second step"])
def test_s27_a_change_ends_every_session(app: Flask, desk: Desk, change: str) -> None:
    account = ready(app, "lead")
    here, there = Person(app, account).begin(), Person(app, account).begin()
    assert is_in(here)
    match change:
        case "disabled":
            desk.accounts.disable(account.id, "ivr", desk.now())
        case "role":
            desk.accounts.set_role(account.id, "staff", "ivr", desk.now())
        case "password":
            desk.accounts.set_password(account.id, "hash", desk.now())
        case _:
            desk.steps.take_away(account.id, "ivr", desk.now())

    assert not is_in(here)
    assert not is_in(there)


def test_s27_whoever_changes_their_own_password_stays_in_here_only(app: Flask, clock: Clock) -> None:
    account = ready(app, "staff")
    here, there = Person(app, account).begin(), Person(app, account).begin()
    new = "violet harbour 58 mitten"
    wrong = {"password_now": "not this one at all", "password": new, "password_again": new}
    assert "not the password that you have now" in here.post("/staff/account/password", wrong).text
    changed = here.post("/staff/account/password", {**wrong, "password_now": PASSWORD})

    assert changed.headers["Location"] == "/staff/account"
    assert (is_in(here), is_in(there)) == (True, False)
    assert give(Person(app), account.email, PASSWORD).status_code == 200
    assert give(Person(app), account.email, new).headers["Location"] == "/staff/second-step"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("end", ["from", "to"])
def test_the_first_and_the_last_day_that_there_are_may_be_asked_of_the_log(
    signed_in: Callable[[Role], Person], end: str, day: str
) -> None:
    assert signed_in("lead").get(f"/staff/audit?{end}={day}").status_code == 200


def test_s28_looking_changes_nothing(app: Flask, desk: Desk, signed_in: Callable[[Role], Person]) -> None:
    administrator = signed_in("administrator")
    before = [str(one) for one in desk.accounts.everybody()], desk.audit.verify().entries
    for rule in app.url_map.iter_rules():
        is_file = rule.rule.endswith(".csv")  # taking a file is a deed, and noted
        is_page = rule.endpoint.startswith("staff.") and not rule.arguments and not is_file
        if is_page and "GET" in (rule.methods or ()):
            administrator.get(rule.rule)

    assert ([str(one) for one in desk.accounts.everybody()], desk.audit.verify().entries) == before


def test_s29_a_code_works_once(app: Flask, someone: Account, clock: Clock) -> None:
    clock.pass_by(seconds=30)
    first, second = Person(app), Person(app)
    for person in (first, second):
        give(person, someone.email)
    assert first.post("/staff/second-step", {"code": code(clock)}).status_code == 303
    again = second.post("/staff/second-step", {"code": code(clock)})

    assert again.status_code == 200
    assert "was used already" in again.text
    assert not is_in(second)


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_s29_clocks_may_differ_by_one_step(app: Flask, clock: Clock, steps: int, right: bool) -> None:
    person, account = Person(app), ready(app, "staff")
    give(person, account.email)
    answered = person.post("/staff/second-step", {"code": code(clock, seconds=30 * steps)})

    assert (answered.status_code == 303) == right


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "٣٣٣٣٣٣", "abcdef", "1" * 5000, "-12345", "1_0_0_0"])
def test_s29_what_is_no_code_is_refused(app: Flask, someone: Account, typed: str) -> None:
    person = Person(app)
    give(person, someone.email)

    assert person.post("/staff/second-step", {"code": typed}).status_code == 200
    assert not is_in(person)


def test_s29_five_wrong_codes_ask_for_the_password_again(app: Flask, someone: Account, clock: Clock) -> None:
    person = Person(app)
    give(person, someone.email)
    answers = [person.post("/staff/second-step", {"code": f"00000{number}"}).status_code for number in range(5)]

    assert answers == [200, 200, 200, 200, 429]
    assert person.post("/staff/second-step", {"code": code(clock)}).headers["Location"] == "/staff/sign-in"


def test_s29_codes_are_slowed_for_an_account_too(app: Flask, someone: Account, clock: Clock) -> None:
    answers = []
    for _ in range(3):
        person = Person(app)
        give(person, someone.email)
        answers += [person.post("/staff/second-step", {"code": f"00000{number}"}).status_code for number in range(5)]

    assert answers[:10] == [200, 200, 200, 200, 429] * 2
    assert answers[10:] == [429] * 5
    clock.pass_by(minutes=5)
    assert whole(Person(app), someone, clock)


def test_s29_a_recovery_code_works_once_and_is_kept_as_a_hash(app: Flask, desk: Desk, someone: Account) -> None:
    first, second = Person(app), Person(app)
    for person in (first, second):
        give(person, someone.email)
    assert first.post("/staff/recovery", {"code": CODES[0]}).status_code == 303
    assert "was used already" in second.post("/staff/recovery", {"code": CODES[0]}).text
    assert desk.steps.left(someone.id) == 1
    assert "ABCDE" not in repr(ask_sql(desk.config.database_url, "SELECT * FROM recovery_codes"))
    assert SECRET not in repr(ask_sql(desk.config.database_url, "SELECT * FROM accounts"))


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password for which work was done."""
    done: list[str] = []
    real = passwords._HASHER.verify

    class Counting:
        def __getattr__(self, name: str) -> object:
            return getattr(hasher, name)

        def verify(self, kept: str, password: str) -> bool:
            done.append(password)
            return real(kept, password)

    hasher = passwords._HASHER
    monkeypatch.setattr(passwords, "_HASHER", Counting())
    return done


@pytest.mark.parametrize("guesses", [200, pytest.param(1000, marks=pytest.mark.prove)])
def test_s30_many_guesses_are_at_most_ten_hashes(
    app: Flask, someone: Account, hashes: list[str], clock: Clock, guesses: int
) -> None:
    clock.pass_by(minutes=5)
    other = ready(app, "staff")
    guesser = Person(app)
    token = guesser.token()
    answers = []
    for number in range(guesses):
        form = {"csrf_token": token, "email": someone.email, "password": f"guess {number}"}
        place = {"REMOTE_ADDR": f"198.51.100.{number % 200}"}
        answers.append(
            guesser.client.post("/staff/sign-in", data=form, base_url=HERE, environ_overrides=place).status_code
        )

    assert len(hashes) <= 10
    assert answers.count(429) >= guesses - 10
    clock.pass_by(seconds=30)
    assert whole(Person(app), other, clock)  # nobody else is kept out
    clock.pass_by(minutes=5)
    assert whole(Person(app), someone, clock)  # and the account was never locked


def test_s30_one_persons_mistakes_keep_nobody_out_beside_them(app: Flask, clock: Clock) -> None:
    clock.pass_by(minutes=5)
    clumsy, calm = ready(app, "staff"), ready(app, "staff")
    answers = [give(Person(app), clumsy.email, "not my password").status_code for _ in range(7)]

    assert answers == [200] * 5 + [429] * 2
    assert whole(Person(app), calm, clock)


def test_s30_an_address_is_slowed_whatever_accounts_it_tries(app: Flask, hashes: list[str], clock: Clock) -> None:
    clock.pass_by(minutes=5)
    answers = [give(Person(app), f"nobody{number}@example.org").status_code for number in range(14)]

    assert answers == [200] * 10 + [429] * 4
    assert len(hashes) == 10
    clock.pass_by(minutes=5)


def test_s30_guesses_from_elsewhere_do_not_keep_a_person_out_of_a_known_device(app: Flask, clock: Clock) -> None:
    clock.pass_by(minutes=5)
    account, mine = ready(app, "staff"), Person(app)
    whole(mine, account, clock)
    mine.post("/staff/sign-out")
    for number in range(12):
        elsewhere = {"REMOTE_ADDR": f"198.51.100.{number}"}
        give(Person(app), account.email, "a guess", environ_overrides=elsewhere)

    assert give(Person(app), account.email).status_code == 429
    assert whole(mine, account, clock)


def test_s30_guesses_at_once_are_counted_together(app: Flask, hashes: list[str], clock: Clock) -> None:
    clock.pass_by(minutes=5)
    account = ready(app, "staff")
    people = [Person(app) for _ in range(24)]
    tokens = [person.token() for person in people]

    def guess(person: Person, token: str) -> None:
        person.client.post(
            "/staff/sign-in", data={"csrf_token": token, "email": account.email, "password": "a guess"}, base_url=HERE
        )

    threads = [threading.Thread(target=guess, args=pair) for pair in zip(people, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(hashes) == 5
    clock.pass_by(minutes=5)


def test_s31_hashes_are_argon2id_with_enough_work() -> None:
    kept = passwords.hashed(PASSWORD)

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(kept, PASSWORD)
    assert not passwords.matches(kept, PASSWORD + " ")
    assert not passwords.matches("", PASSWORD)
    assert not passwords.matches("not a hash", PASSWORD)


def test_s31_a_password_that_is_too_long_is_no_work(app: Flask, someone: Account, hashes: list[str]) -> None:
    started = time.process_time()
    assert not passwords.matches(someone.password, "x" * 1_000_000)
    assert time.process_time() - started < 0.05
    assert hashes == []
    give(Person(app), someone.email, "x" * 1000)
    assert hashes == []
    assert give(Person(app), someone.email, "x" * 100_000).status_code == 413
    with pytest.raises(ValueError, match="256"):
        passwords.hashed("x" * 257)


@pytest.mark.parametrize(
    ("password", "right"),
    [
        ("short one", False),
        ("walrus bit", False),
        ("passwordpassword", False),
        ("password123456", False),
        ("Passw0rd!Passw0rd!", False),
        ("aaaaaaaaaaaaaaaaaaaa", False),
        ("qwertyuiopasdf", False),
        ("northampton2026", False),
        ("plainline-plainline", False),
        ("mediation123456", False),
        ("callback callback", False),
        ("robinperson2026", False),
        ("x" * 257, False),
        ("violet harbour 58 mitten", True),
        ("correct walrus ladder teapot", True),
        ("žluťoučký kůň úpěl", True),
        ("zażółć gęślą jaźń 7", True),
        ("🦭🪜🫖🧤🐙🦩🌋🪁🧇🦔🪐🥁", True),
        ("kx7Qz!vP2mWd", True),
        ("violet harbour mitten " * 11, True),
    ],
)
def test_s32_which_passwords_will_do(password: str, right: bool) -> None:
    assert (passwords.weakness(password, "Robin Person", "robin@example.org") == "") == right


def test_s32_two_keyboards_spell_one_password() -> None:
    assert passwords.matches(passwords.hashed("café harbour walrus"), "cafe\u0301 harbour walrus")


def test_s32_a_password_may_be_pasted(anyone: Person) -> None:
    page = anyone.get("/staff/sign-in").text

    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


def test_s33_known_and_unknown_get_the_same_answer(app: Flask, someone: Account, clock: Clock) -> None:
    clock.pass_by(minutes=5)
    invited, _ = app.extensions["staff"].accounts.invite("Not Yet", "not.yet@example.org", "staff", "ivr", clock())
    gone = ready(app, "staff")
    app.extensions["staff"].accounts.disable(gone.id, "ivr", clock())
    pages = {}
    for email, password in (
        (someone.email, "wrong password"),
        ("nobody@example.org", PASSWORD),
        (invited.email, PASSWORD),
        (gone.email, PASSWORD),
    ):
        page = give(Person(app), email, password)
        text = re.sub(r'(csrf_token[^>]*value=")[^"]*', r"\1", page.text).replace(email, "…")
        pages[email] = (page.status_code, text)

    assert len(set(pages.values())) == 1
    assert "The email address or the password is not right" in pages[someone.email][1]


def test_s33_known_and_unknown_take_the_same_time(someone: Account) -> None:
    passwords.matches("", "warm")
    known, unknown = [], []
    for _ in range(15):
        for kept, times in ((someone.password, known), ("", unknown)):
            started = time.thread_time()
            passwords.matches(kept, "a wrong password")
            times.append(time.thread_time() - started)

    assert statistics.median(unknown) == pytest.approx(statistics.median(known), rel=0.25)


def test_s34_a_link_works_once_for_an_hour_and_not_past_the_second_step(app: Flask, desk: Desk, clock: Clock) -> None:
    account = ready(app, "staff")
    old = desk.accounts.invite_again(account.id, "ivr", desk.now())
    word = desk.accounts.invite_again(account.id, "ivr", desk.now())
    assert Person(app).get(f"/staff/invite/{old}").status_code == 404
    assert word not in repr(ask_sql(desk.config.database_url, "SELECT * FROM invites"))
    person = Person(app)
    new = {"password": "violet harbour 58 mitten", "password_again": "violet harbour 58 mitten"}
    assert person.post(f"/staff/invite/{word}", new).headers["Location"] == "/staff/second-step"
    assert not is_in(person)
    assert Person(app).post(f"/staff/invite/{word}", new).status_code == 404

    late = desk.accounts.invite_again(account.id, "ivr", desk.now())
    clock.pass_by(minutes=60)
    gone = Person(app).get(f"/staff/invite/{late}")
    assert gone.status_code == 404
    assert "for one hour" in gone.text
    clock.pass_by(minutes=1)
    assert Person(app).post(f"/staff/invite/{late}", new).status_code == 404


def test_s34_a_link_names_the_lines_own_host(signed_in: Callable[[Role], Person], desk: Desk) -> None:
    administrator = signed_in("administrator")
    form = {"name": "Host Person", "email": "host.person@example.org", "role": "staff"}
    made = administrator.post("/staff/people/new", form, headers={"X-Forwarded-Host": "evil.example"})

    assert f"{desk.config.public_url}/staff/invite/" in made.text
    assert "evil" not in made.text


@pytest.mark.parametrize(
    "path",
    [
        *("//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example", "javascript:alert(1)"),
        *(
            "/%0d%0aSet-Cookie:x=1",
            "/\tevil",
            "",
            "evil",
            "/%5cevil.example",
            "/%2f%2fevil.example",
            "/..//evil.example",
        ),
        *("/staff/../phone", "/staff/%2e%2e/x", "/ staff", "/staff\x00", "/%2fevil.example"),
    ],
)
def test_s35_next_leads_nowhere_else(app: Flask, someone: Account, clock: Clock, path: str) -> None:
    assert not local(path)
    person = Person(app)
    person.get("/staff/sign-in", query_string={"next": path})
    clock.pass_by(seconds=30)
    give(person, someone.email)
    assert person.post("/staff/second-step", {"code": code(clock)}).headers["Location"] == "/staff"


def test_s35_next_leads_back_to_the_page_that_was_asked_for(app: Flask, someone: Account, clock: Clock) -> None:
    person = Person(app)
    person.get("/staff/account?from=1")
    clock.pass_by(seconds=30)
    give(person, someone.email)
    assert person.post("/staff/second-step", {"code": code(clock)}).headers["Location"] == "/staff/account?from=1"
    phone = Person(app)
    phone.get("/staff/sign-in?next=/phone")
    clock.pass_by(seconds=30)
    give(phone, someone.email)
    assert phone.post("/staff/second-step", {"code": code(clock)}).headers["Location"] == "/phone"


def test_s38_nobody_gives_themselves_a_role(app: Flask, desk: Desk) -> None:
    account, word = desk.accounts.invite("Mass Person", "mass.person@example.org", "staff", "ivr", desk.now())
    form = {"password": PASSWORD, "password_again": PASSWORD, "role": "administrator", "status": "active"}
    Person(app).post(f"/staff/invite/{word}", form)
    found = desk.accounts.of(account.id)

    assert found
    assert found.role == "staff"


@pytest.mark.parametrize("path", ["/staff/nothing", "/staff/people/nobody", "/staff/audit?below=x&from=never"])
def test_s45_errors_tell_nothing_of_how_we_are_made(signed_in: Callable[[Role], Person], path: str) -> None:
    page = signed_in("administrator").get(path).text

    assert not re.search(r"Traceback|werkzeug|sqlite|sqlalchemy|/work|File \"|Flask", page, re.IGNORECASE)


def test_s45_a_fault_of_ours_has_a_reference_and_is_logged(
    app: Flask, signed_in: Callable[[Role], Person], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    administrator = signed_in("administrator")
    monkeypatch.setitem(app.view_functions, "staff.people", _broken(app.view_functions["staff.people"]))
    answered = administrator.get("/staff/people")

    assert answered.status_code == 500
    reference = re.search(r"<strong>([0-9a-f]{8})</strong>", answered.text)
    assert reference
    assert "secret of the database" not in answered.text
    assert reference[1] in caplog.text
    assert "secret of the database" in caplog.text


def _broken(view: object) -> Callable[..., object]:
    def fails(**_: object) -> object:
        raise ZeroDivisionError("secret of the database")

    fails.may = view.may  # type: ignore[attr-defined]
    return fails


def test_s46_no_password_code_or_address_is_logged(
    app: Flask, someone: Account, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    person = whole(Person(app), someone, clock)
    give(person, someone.email, "a wrong password")
    person.client.post("/staff/people/x/role", data={"name": "typed by somebody"})

    for word in (PASSWORD, code(clock), someone.email, "a wrong password", "typed by somebody"):
        assert word not in caplog.text


def test_s47_signing_in_and_refusals_are_in_the_log(app: Flask, desk: Desk, someone: Account, clock: Clock) -> None:
    clock.pass_by(minutes=5)
    give(Person(app), someone.email, "a wrong password")
    whole(Person(app), someone, clock)
    refused = desk.audit.page(Filters(about=f"account:{someone.id}"))[0]

    assert refused.deed == Deed("anyone", "sign-in-refused", f"account:{someone.id}")
    assert desk.audit.page(Filters(who=someone.id))[0].deed.what == "signed-in"
    assert desk.audit.verify().whole


@pytest.fixture
def newcomer(app: Flask) -> Iterator[Person]:
    return Person(app)


def test_a_rehearsal_on_this_machine_signs_in_by_one_button(newcomer: Person) -> None:
    assert "Sign in as Robin Rehearsal" in newcomer.get("/staff/sign-in").text
    assert newcomer.post("/staff/rehearse").headers["Location"] == "/staff"
    assert is_in(newcomer)
    assert newcomer.get("/staff/people").status_code == 200


@pytest.mark.parametrize(
    ("place", "headers", "host"),
    [
        ("192.0.2.7", {}, "127.0.0.1"),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, "127.0.0.1"),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1"),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, "127.0.0.1"),
        ("127.0.0.1", {"X-Real-IP": "192.0.2.7"}, "127.0.0.1"),
        ("127.0.0.1", {"Via": "1.1 proxy"}, "127.0.0.1"),
        ("127.0.0.1", {}, "evil.example"),
        ("", {}, "127.0.0.1"),
    ],
)
def test_the_button_is_for_this_very_machine_only(
    newcomer: Person, place: str, headers: dict[str, str], host: str
) -> None:
    token = newcomer.token()
    more = {"environ_overrides": {"REMOTE_ADDR": place}, "headers": headers, "base_url": f"http://{host}"}
    cookie = newcomer.cookie()
    newcomer.client.set_cookie("staff", cookie, domain=host)

    assert "Robin Rehearsal" not in newcomer.client.get("/staff/sign-in", **more).text
    answered = newcomer.client.post("/staff/rehearse", data={"csrf_token": token}, **more)
    assert answered.status_code == 404
    assert not is_in(newcomer)


@pytest.mark.parametrize(
    "given", [REAL, {**REAL, "ENV": "production"}, {**REAL, "PUBLIC_URL": "http://127.0.0.1:8000"}]
)
def test_a_real_line_has_no_button_and_knows_no_rehearsal(tmp_path: Path, given: dict[str, str]) -> None:
    app = line_of(tmp_path, Clock(), **given)
    desk: Desk = app.extensions["staff"]
    made = desk.accounts.rehearsal(desk.now())
    person = Person(app, made)

    assert "Robin" not in person.get("/staff/sign-in").text
    assert person.post("/staff/rehearse").status_code == 404
    assert not is_in(person.begin())
    app.extensions["switchboard"].close()


def test_behind_servers_of_our_own_the_nearest_one_tells_the_address(tmp_path: Path) -> None:
    app = line_of(tmp_path, Clock(), **REAL, PROXIES="1")
    answers = []
    for number in range(12):
        place = {"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"}
        answers.append(give(Person(app), f"nobody{number}@example.org", headers=place).status_code)
    app.extensions["switchboard"].close()

    assert answers == [200] * 10 + [429] * 2
