"""Staff are told of what waits: once, together, without a word of anybody, however workers and mail servers break."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from ivr.flow.line import Flow, Opening
from ivr.jobs import DIGEST, INVITATION, LETTER, NOTICES, PATIENCE, Runner, notices, works
from ivr.jobs.letters import Letters
from ivr.jobs.notices import Telling, span_of
from ivr.mail import Letter, Posted
from ivr.phone import rest
from ivr.prompts.load import load
from ivr.sealing import Sealing
from ivr.settings.mail import MailSettings, NoticeSettings
from ivr.store import (
    Account,
    Accounts,
    Audit,
    Backlog,
    Caps,
    Choice,
    Choices,
    Delivery,
    Erasing,
    Notices,
    Reader,
    Store,
    TextAsked,
)
from ivr.store.choices import mobile_of
from ivr.store.notices import Due, Text
from tests.mail.post_office import PostOffice, mail_to, open_office
from tests.phone.test_texts import RESET, TAKEN, Twilio, answer, config_for, message
from tests.store.conftest import DUE, MOBILE, ask_sql, facts, run_sql

TOP = Path(__file__).parents[2]
PROCESS = multiprocessing.get_context("forkserver")
KEYS = ("0a" * 32,)
SETTINGS = NoticeSettings(MailSettings("localhost", 25, "off", "line@example.org", None), time(8), time(12))
URL = "https://line.example.org"
MINE = "+447700900777"
WORKING = Opening(days=("monday", "tuesday", "wednesday", "thursday", "friday"), opens=time(9), closes=time(17))
TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def flow() -> Flow:
    found = load(TOP / "prompts")
    return replace(found, line=replace(found.line, hours=(WORKING,)))


@pytest.fixture
def office() -> Iterator[tuple[PostOffice, int]]:
    with open_office(None) as found:
        yield found


class Paper:
    """Takes texts."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []

    def send(self, number: str, body: str) -> Delivery:
        self.texts.append((number, body))
        return Delivery("sent", f"SM{len(self.texts):032}")

    def find(self, *_: object) -> tuple[str, ...] | None:
        return None


@dataclass(slots=True)
class Desk:
    """A line whose staff are told, with a clock moved by hand."""

    store: Store
    flow: Flow
    mail: Any
    paper: Paper
    now: datetime = TUESDAY
    number: int = 0

    @property
    def runner(self) -> Runner:
        ways = (self.mail is not None, True)
        accounts, chosen = Accounts(self.store.database, Audit(self.store.database, KEYS)), Choices(self.store.database)
        found = Notices(self.store.database)
        tell = Telling(found, chosen, Sealing(KEYS), lambda: self.flow, SETTINGS, URL, ways, self.clock)
        letters = Letters(found, accounts, self.mail, lambda: self.flow, URL, self.clock)
        own = {
            NOTICES: tell.look,
            DIGEST: tell.digest,
            LETTER: letters.notice,
            INVITATION: letters.invitation,
        }
        kinds = works(self.store, self.paper, self.clock, None, own)
        return Runner(
            self.store, kinds, self.clock, patience=PATIENCE, planned=lambda now: notices.planned(now, SETTINGS)
        )

    def clock(self) -> datetime:
        return self.now

    def reader(self, role: Any = "staff", email: str = "", text: str = "", mobile: str = MINE) -> Account:
        """Somebody who wants these, with commas; `default`: who chose nothing."""
        self.number += 1
        accounts = Accounts(self.store.database, Audit(self.store.database, KEYS))
        made, word = accounts.invite("Sam Person", f"sam{self.number}@example.org", role, "ivr", self.now)
        accounts.accept(word, "hash", self.now)
        if email != "default":
            sealed = Sealing(KEYS).close_words(mobile, mobile_of(made.id)) if text else ""
            choice = Choice(frozenset(email.split(",")), frozenset(filter(None, text.split(","))), sealed)
            Choices(self.store.database).choose(made.id, choice, self.now)
        return made

    def request(self, due: date = DUE, at: datetime | None = None, **answers: str) -> str:
        """A request that was promised a call; its reference."""
        self.number += 1
        sid, now = f"CA{self.number:032}", at or self.now
        return self.store.confirm(
            facts(5, sid, f"+4477009{self.number:05}", **answers), f"+4477009{self.number:05}", due, now
        ).reference

    def at(self, hour: int, minute: int = 0, day: int = 24) -> "Desk":
        """Let everything be done that is to be done at this time, UTC (London's in winter)."""
        self.now = datetime(2026, 11, day, hour, minute, tzinfo=UTC)
        runner = self.runner
        runner.plan()
        while runner.once():
            pass
        return self


@pytest.fixture
def desk(store: Store, flow: Flow, office: tuple[PostOffice, int]) -> Desk:
    return Desk(store, flow, mail_to(office[1], "off"), Paper())


@pytest.fixture
def post(office: tuple[PostOffice, int]) -> PostOffice:
    return office[0]


def test_a_promise_that_ends_today_is_told_once_from_noon(desk: Desk, post: PostOffice) -> None:
    desk.reader(email="near")
    desk.request()
    desk.at(11, 59, day=26)
    assert post.letters == []
    desk.at(12, 0, day=26)
    assert "1 request: the promise ends today." in post.text()
    assert post.letters[0][1]["Subject"] == "Plainline staff: 1 request needs you"
    for minute in (0, 1, 16, 31):
        desk.at(12, minute, day=26)
    assert len(post.letters) == 1


def test_a_broken_promise_is_told_once_and_not_at_night(desk: Desk, post: PostOffice) -> None:
    desk.reader(email="overdue")
    desk.request()
    desk.at(23, 30, day=26)
    desk.at(3, 0, day=27)
    assert post.letters == []
    for day in (27, 28):
        desk.at(8, 0, day=day)
    assert len(post.letters) == 1
    assert "1 request: the promise is overdue." in post.text()


@pytest.mark.parametrize(
    ("came", "told"), [((24, 20, 0), 1), ((24, 8, 59), 1), ((24, 9, 0), 0), ((24, 16, 59), 0), ((28, 12, 0), 1)]
)
def test_what_comes_while_nobody_answers(desk: Desk, post: PostOffice, came: Any, told: int) -> None:
    desk.reader(email="arrived")
    day, hour, minute = came
    desk.request(date(2026, 12, 2), datetime(2026, 11, day, hour, minute, tzinfo=UTC))
    desk.at(hour, minute, day=day)
    desk.at(hour + 1, minute, day=day)
    assert len(post.letters) == told


def test_without_stated_hours_nothing_comes_out_of_hours(desk: Desk, post: PostOffice) -> None:
    desk.flow = replace(desk.flow, line=replace(desk.flow.line, hours=()))
    desk.reader(email="arrived")
    desk.request(at=datetime(2026, 11, 24, 20, 0, tzinfo=UTC))
    desk.at(20, 15)
    assert post.letters == []


def test_what_is_closed_is_not_told(desk: Desk, post: PostOffice, url: str) -> None:
    desk.reader(email="near,overdue,arrived")
    desk.request(at=datetime(2026, 11, 24, 20, 0, tzinfo=UTC))
    run_sql(url, "UPDATE requests SET status = 'closed'")
    for day in (24, 26, 27):
        desk.at(21, 0, day=day)
    assert post.letters == []


def test_fifty_requests_are_one_letter_and_one_text(desk: Desk, post: PostOffice) -> None:
    desk.reader(email="near", text="near")
    for _ in range(50):
        desk.request()
    desk.at(12, 0, day=26)
    assert len(post.letters) == len(desk.paper.texts) == 1
    assert "50 requests: the promise ends today." in post.text()
    for minute in range(1, 15):  # more of them, minute by minute
        desk.request()
        desk.at(12, minute, day=26)
    assert len(post.letters) == 1
    desk.at(12, 15, day=26)
    assert "14 requests" in post.text()
    assert (len(post.letters), len(desk.paper.texts)) == (2, 1)
    desk.at(13, 0, day=26)
    assert (len(post.letters), len(desk.paper.texts)) == (2, 2)


def test_each_gets_what_they_chose_in_the_way_they_chose(desk: Desk, post: PostOffice) -> None:
    near, silent, texted = desk.reader(email="near"), desk.reader(), desk.reader(text="near")
    late = desk.reader(email="overdue")
    unchosen = desk.reader(email="default")
    desk.request()
    desk.at(12, 0, day=26)
    assert post.to == [near.email]
    assert [number for number, _ in desk.paper.texts] == [MINE]
    desk.at(8, 0, day=27)
    assert sorted(post.to) == sorted([near.email, late.email, unchosen.email])
    assert silent.email not in post.to
    assert texted.email not in post.to


def test_no_word_of_anybody_is_in_a_notice(desk: Desk, post: PostOffice) -> None:
    desk.reader("lead", email="near,overdue,arrived,digest", text="near,overdue,arrived")
    planted = {"council": "nnc", "topic": "mediation", "needs": "relay", "best_time": "morning"}
    reference = desk.request(at=datetime(2026, 11, 24, 20, 0, tzinfo=UTC), **planted)
    for day, hour in ((24, 21), (26, 12), (27, 9)):
        desk.at(hour, 0, day=day)
    assert len(post.letters) >= 4
    assert len(desk.paper.texts) == 3
    said = "".join(letter.as_string() for _, letter in post.letters) + "".join(body for _, body in desk.paper.texts)
    for secret in (reference, MOBILE, "7700", *planted.values(), "Sam Person"):
        assert secret not in said
    assert f"{URL}/staff" in said


def test_what_counts_twice_is_not_added_up(desk: Desk, post: PostOffice) -> None:
    desk.reader(email="near,arrived")
    desk.request(date(2026, 11, 24), datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    desk.at(12)
    assert post.letters[0][1]["Subject"] == "Plainline staff: requests need you"
    assert "1 request: the promise ends today." in post.text()
    assert "1 request came while nobody answers the telephone." in post.text()


def test_a_text_fits_into_two_messages_and_says_where(desk: Desk) -> None:
    words = notices.text_of("Plainline", URL, {"overdue": 9999, "near": 9999, "arrived": 9999})
    assert words.isascii()
    assert len(words) <= 306
    assert words.endswith(f"{URL}/staff")


def test_two_staff_and_ten_workers_at_once_are_told_once(desk: Desk, url: str, post: PostOffice) -> None:
    readers = [desk.reader(email="near") for _ in range(2)]
    for _ in range(5):
        desk.request()
    desk.now = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    look, start = desk.runner._works[NOTICES], threading.Barrier(10)

    def race() -> None:
        start.wait()
        look(None)  # type: ignore[arg-type]  # it asks nothing of its job

    threads = [threading.Thread(target=race) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.at(12, 0, day=26)
    assert sorted(post.to) == sorted(reader.email for reader in readers)
    assert ask_sql(url, "SELECT count(*) FROM noticed") == [(10,)]
    assert {letter["Subject"] for _, letter in post.letters} == {"Plainline staff: 5 requests need you"}


def test_different_spans_at_once_tell_of_each_request_once(desk: Desk, url: str) -> None:
    """Two workers whose clocks differ by a minute look in two spans: no request is counted in both."""
    account = desk.reader(email="near")
    for _ in range(40):
        desk.request()
    found, reader = (
        Notices(desk.store.database),
        Reader(account.id, account.email, "staff", Choice(frozenset({"near"}), frozenset())),
    )
    counts: list[int] = []
    start = threading.Barrier(4)

    def race(span: str) -> None:
        start.wait()
        told = found.tell(reader, Due(near=DUE), span, None, desk.now)
        counts.append(told.get("near", 0))

    threads = [threading.Thread(target=race, args=(f"span {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 40
    assert ask_sql(url, "SELECT count(*) FROM noticed") == [(40,)]


def die(url: str, account: str) -> None:
    """A worker that is killed while it tells: after it noted whom, before the transaction ends."""
    store = Store.open(url)
    reader = Reader(account, "sam@example.org", "staff", Choice(frozenset(), frozenset({"near"})))

    def words(counts: Any) -> str:
        os.kill(os.getpid(), signal.SIGKILL)
        return ""

    Notices(store.database).tell(reader, Due(near=DUE), "one span", Text(MINE, words), TUESDAY)


def test_killed_while_telling_nothing_was_told(desk: Desk, url: str) -> None:
    account = desk.reader(text="near")
    desk.request()
    process = PROCESS.Process(target=die, args=(url, account.id))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    assert ask_sql(url, "SELECT count(*) FROM noticed") == ask_sql(url, "SELECT count(*) FROM notices") == [(0,)]
    desk.at(12, 0, day=26)
    assert len(desk.paper.texts) == 1


def send(url: str, port: int) -> None:
    """A worker that sends whatever there is."""
    store = Store.open(url)
    flow = load(TOP / "prompts")
    desk = Desk(store, flow, mail_to(port, "off", total=60), Paper(), datetime(2026, 11, 26, 12, tzinfo=UTC))
    desk.runner.once()


def test_killed_while_posting_it_is_posted_again_as_the_same_letter(
    desk: Desk, post: PostOffice, office: Any, url: str
) -> None:
    desk.reader(email="near")
    desk.request()
    desk.now = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    desk.runner._works[NOTICES](None)  # type: ignore[arg-type]
    post.stall = 2.0  # the server has the whole letter and does not answer yet
    process = PROCESS.Process(target=send, args=(url, office[1]))
    process.start()
    for _ in range(900):
        if ask_sql(url, "SELECT count(*) FROM notices WHERE status = 'sending'") == [(1,)] and post.held:
            break
        process.join(0.1)
    assert post.held
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    post.stall = 0.0
    desk.now += timedelta(minutes=1)  # after the lease
    while desk.runner.once():
        pass
    assert ask_sql(url, "SELECT status, tries FROM notices") == [("sent", 2)]
    process.join(2.5)  # what the server had of the first one is there by now
    assert 1 <= len(post.letters) <= 2
    assert len({letter["Message-ID"] for _, letter in post.letters}) == 1
    assert len({letter.as_bytes() for _, letter in post.letters}) == 1


def test_a_server_that_takes_strangers_later(desk: Desk, post: PostOffice) -> None:
    desk.reader(email="near")
    desk.request()
    post.answers = ["451 4.7.1 greylisted", "451 4.7.1 greylisted"]
    for minute in (0, 5, 10):
        desk.at(12, minute, day=26)
    assert len(post.letters) == 1
    assert desk.store.job_counts().keys() == {"done"}


def test_what_is_refused_is_shown_to_staff_and_can_be_tried_again(desk: Desk, post: PostOffice) -> None:
    desk.reader(email="near")
    desk.request()
    post.answers = ["550 no such mailbox"]
    desk.at(12, 0, day=26)
    (dead,) = desk.store.jobs("dead")
    assert (dead.kind, dead.trouble) == (LETTER, "the mail server answered 550 to the recipient")
    assert Backlog(desk.store.database, lambda *_: None).again(dead.id, "sam", desk.now)
    desk.at(12, 1, day=26)
    assert len(post.letters) == 1


def test_what_was_let_go_of_is_not_sent(desk: Desk, post: PostOffice, url: str) -> None:
    desk.reader(email="near")
    desk.request()
    post.answers = ["550 no such mailbox"]
    desk.at(12, 0, day=26)
    (dead,) = desk.store.jobs("dead")
    assert Backlog(desk.store.database, lambda *_: None).let_go(dead.id, "sam", desk.now)
    assert ask_sql(url, "SELECT status FROM notices") == [("closed",)]


def test_a_lost_answer_means_perhaps_twice_and_never_not_at_all(desk: Desk, post: PostOffice, url: str) -> None:
    desk.reader(email="near")
    desk.request()
    post.after = "drop"
    desk.at(12, 0, day=26)
    assert ask_sql(url, "SELECT status FROM notices") == [("sending",)]
    post.after = ""
    desk.at(12, 5, day=26)
    assert ask_sql(url, "SELECT status FROM notices") == [("sent",)]
    assert len({letter["Message-ID"] for _, letter in post.letters}) == 1


def test_a_server_that_is_down_for_a_night(desk: Desk, flow: Flow) -> None:
    class Down:
        tries = 0

        def post(self, _: Letter) -> Posted:
            self.tries += 1
            return Posted("later", "the mail server refuses connections")

    desk.mail, down = Down(), desk.mail
    desk.reader(email="near")
    desk.request()
    desk.at(12, 0, day=26)
    broken = desk.mail
    for minutes in range(0, 8 * 60, 5):
        desk.now = datetime(2026, 11, 26, 12, tzinfo=UTC) + timedelta(minutes=minutes)
        desk.runner.once()
    assert broken.tries < 14
    assert not desk.store.jobs("dead")
    desk.mail = down
    desk.at(23, 0, day=26)
    assert desk.store.job_counts().keys() == {"done"}


def test_whose_account_is_disabled_is_told_nothing(desk: Desk, post: PostOffice) -> None:
    account = desk.reader(email="near", text="near")
    desk.request()
    post.answers = ["451 later"]
    desk.at(12, 0, day=26)
    accounts = Accounts(desk.store.database, Audit(desk.store.database, KEYS))
    accounts.disable(account.id, "ivr", desk.now)
    desk.request()
    desk.at(14, 0, day=26)
    assert post.letters == []
    assert len(desk.paper.texts) == 1


def test_a_mobile_number_that_cannot_be_opened_gets_no_text(desk: Desk) -> None:
    account = desk.reader()
    sealed = Sealing(("0b" * 32,)).close_words(MINE, mobile_of(account.id))
    for box in (sealed, "nonsense", ""):
        choice = Choice(frozenset(), frozenset({"near"}), box)
        Choices(desk.store.database).choose(account.id, choice, desk.now)
        desk.request()
        desk.at(12, 0, day=26)
    assert desk.paper.texts == []


def test_killed_after_it_was_noted_as_sent_it_is_not_sent_again(desk: Desk, post: PostOffice, url: str) -> None:
    desk.reader(email="near")
    desk.request()
    desk.at(12, 0, day=26)
    run_sql(url, f"UPDATE jobs SET status = 'running', due = '2026-11-26 12:00:30' WHERE kind = '{LETTER}'")  # noqa: S608
    desk.at(12, 5, day=26)
    assert len(post.letters) == 1
    assert desk.store.job_counts().keys() == {"done"}


def test_notices_are_deleted_when_they_are_old_and_what_was_told_goes_with_its_request(
    desk: Desk, post: PostOffice, url: str
) -> None:
    desk.reader(email="near")
    desk.request()
    desk.at(12, 0, day=26)
    run_sql(url, "UPDATE requests SET status = 'closed'")
    erasing = Erasing(desk.store.database)
    erasing.purge(desk.now - timedelta(days=1), desk.now - timedelta(days=1), desk.now)
    assert ask_sql(url, "SELECT count(*) FROM notices") == [(1,)]
    erasing.purge(desk.now + timedelta(days=1), desk.now + timedelta(days=1), desk.now)
    assert ask_sql(url, "SELECT count(*) FROM notices") == ask_sql(url, "SELECT count(*) FROM noticed") == [(0,)]


class TestByTwilio:
    """Through the door of all texts, over real sockets."""

    @pytest.fixture
    def twilio(self) -> Iterator[Twilio]:
        server = Twilio()
        yield server
        server.listener.close()

    def told(self, desk: Desk, twilio: Twilio, tmp_path: Path, *answers: list[object]) -> list[dict[str, list[str]]]:
        desk.paper = rest.texts(config_for(twilio, tmp_path))  # type: ignore[no-untyped-call, assignment]
        desk.reader(text="near")
        desk.request()
        twilio.answers = list(answers)
        for minute in (0, 2, 4):
            desk.at(12, minute, day=26)
        found: list[dict[str, list[str]]] = twilio.posts()
        return found

    def test_it_is_sent_once(self, desk: Desk, twilio: Twilio, tmp_path: Path) -> None:
        (sent,) = self.told(desk, twilio, tmp_path, [TAKEN])
        assert sent["To"] == [MINE]
        assert sent["Body"] == [f"Plainline staff: 1 request: the promise ends today. {URL}/staff"]

    def test_a_lost_answer_is_looked_for_before_it_is_sent_again(
        self, desk: Desk, twilio: Twilio, tmp_path: Path
    ) -> None:
        body = f"Plainline staff: 1 request: the promise ends today. {URL}/staff"
        taken = message(body=body, at=datetime(2026, 11, 26, 12, tzinfo=UTC))
        listed = answer(200, {"messages": [taken], "page": 0, "page_size": 50, "next_page_uri": None})
        assert len(self.told(desk, twilio, tmp_path, [RESET], [listed])) == 1
        assert desk.store.job_counts().keys() == {"done"}

    def test_a_refusal_is_shown_to_staff(self, desk: Desk, twilio: Twilio, tmp_path: Path) -> None:
        self.told(desk, twilio, tmp_path, [answer(401, {"code": 20003, "message": "no", "status": 401})])
        (dead,) = desk.store.jobs("dead")
        assert (dead.kind, dead.trouble) == ("text", "Twilio answered 401, code 20003")


def test_texts_to_staff_take_nothing_from_callers(desk: Desk) -> None:
    for _ in range(3):
        desk.reader(text="near", mobile=MOBILE)
    desk.request()
    desk.at(12, 0, day=26)
    assert len(desk.paper.texts) == 3
    asked = TextAsked("CA" + "9" * 32, "words", MOBILE, "mark", "Body")
    assert desk.store.ask_text(asked, Caps(number=1, line=1), desk.now)


class TestDigest:
    def test_its_numbers(self, desk: Desk, post: PostOffice) -> None:
        lead, staff = desk.reader("lead", email="digest"), desk.reader(email="digest")
        for due in (23, 23, 24, 26):
            desk.request(date(2026, 11, due))
        desk.store.wish(facts(2, "CA" + "8" * 32), desk.now)
        desk.store.enqueue("nobody's", "one", {}, desk.now)
        job = desk.store.claim_job(["nobody's"], desk.now + timedelta(minutes=1), desk.now)
        assert job
        desk.store.job_ended(job, "dead", "broken", desk.now)
        desk.at(10, 31)
        texts = {to: str(letter.get_content()) for to, letter in post.letters}
        assert post.letters[0][1]["Subject"] == "Plainline staff: 5 waiting, 2 overdue"
        for line in ("Waiting for a call: 5.", "Overdue: 2.", "Promised by the end of today: 1.", "hung up: 1."):
            assert line in texts[lead.email]
            assert line in texts[staff.email]
        assert "given up: 1." in texts[lead.email]
        assert "given up" not in texts[staff.email]

    def test_once_a_day_also_when_workers_are_many_or_late(self, desk: Desk, post: PostOffice) -> None:
        desk.reader("lead", email="digest")
        for hour in (7, 8, 9, 23):
            desk.at(hour)
            desk.runner._works[DIGEST](None)  # type: ignore[arg-type]
        assert len(post.letters) == 1
        desk.at(7, 59, day=25)
        assert len(post.letters) == 1
        desk.at(22, 0, day=25)  # the line was not served in the morning
        assert len(post.letters) == 2

    @pytest.mark.parametrize("at", [time(0, 0), time(1, 30), time(2, 0), time(8, 0), time(23, 59)])
    @pytest.mark.parametrize("change", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)])
    def test_once_for_each_day_around_a_change_of_the_clocks(self, at: time, change: datetime) -> None:
        settings, first = replace(SETTINGS, digest_at=at), {}
        for minute in range(-48 * 60, 48 * 60):
            now = change + timedelta(minutes=minute)
            for key in notices.planned(now, settings):
                if key.startswith(DIGEST):
                    first.setdefault(key, now.astimezone(notices.LONDON))
        for key, local in list(first.items())[1:]:
            assert key == f"digest-{local.date()}"
            wanted = datetime.combine(local.date(), at, notices.LONDON)
            if wanted.astimezone(UTC).astimezone(notices.LONDON).time() == at:  # it exists on that day
                assert local.time() == at
            else:
                assert local.time() == time(2, 0)  # the clocks went from 1 to 2
        days = {local.date() for local in first.values()}
        assert len(days) == len(first) >= 4


def test_a_quarter_of_an_hour_is_one_whatever_the_clocks_do() -> None:
    begin = datetime(2026, 10, 25, 0, tzinfo=UTC)
    found = [span_of(begin + timedelta(minutes=minute), timedelta(minutes=15)) for minute in range(180)]
    assert [found.count(span) for span in dict.fromkeys(found)] == [15] * 12


class TestInvitation:
    def invited(self, desk: Desk) -> Account:
        accounts = Accounts(desk.store.database, Audit(desk.store.database, KEYS))
        account, _ = accounts.invite("Ann Person", "ann@example.org", "staff", "ivr", desk.now)
        desk.store.enqueue(INVITATION, "one", {"account": account.id, "status": "invited"}, desk.now)
        return account

    def test_a_link_is_made_when_it_is_sent_and_stored_nowhere(self, desk: Desk, post: PostOffice, url: str) -> None:
        account, accounts = self.invited(desk), Accounts(desk.store.database, Audit(desk.store.database, KEYS))
        desk.at(10, 31)
        (to,) = post.to
        word = post.text().partition("/staff/invite/")[2].split()[0]
        found = accounts.invited(word, desk.now)
        assert (to, found and found.id) == (account.email, account.id)
        for table in ("jobs", "invites", "notices", "audit"):
            assert word not in str(ask_sql(url, f"SELECT * FROM {table}"))  # noqa: S608
        assert "Ann" not in post.text()

    def test_only_the_newest_works_and_none_is_sent_once_a_password_was_chosen(
        self, desk: Desk, post: PostOffice
    ) -> None:
        accounts = Accounts(desk.store.database, Audit(desk.store.database, KEYS))
        self.invited(desk)
        post.after = "drop"
        desk.at(10, 31)
        post.after = ""
        desk.at(10, 40)
        old, new = (post.text(number).partition("/staff/invite/")[2].split()[0] for number in (0, 1))
        assert accounts.invited(old, desk.now) is None
        assert accounts.accept(new, "hash", desk.now)
        desk.store.enqueue(INVITATION, "two", {"account": accounts.everybody()[0].id, "status": "invited"}, desk.now)
        desk.at(10, 45)
        assert len(post.letters) == 2
