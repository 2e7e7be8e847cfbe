"""Work that was given up: tried again, or let go of with what it kept; each once, each noted."""

from datetime import datetime, timedelta

import pytest

from ivr.store import Audit, Backlog, Caps, Delivery, Store, TextAsked
from ivr.store.backlog import GIVEN_UP

KEYS = ("0a" * 32,)
CALL, MOBILE = "CA" + "1" * 32, "+447700900123"


@pytest.fixture
def backlog(store: Store) -> Backlog:
    return Backlog(store.database, Audit(store.database, KEYS).note)


def deeds(store: Store) -> list[tuple[str, str, str]]:
    found = Audit(store.database, KEYS).page(limit=50)
    return [(one.deed.who, one.deed.what, one.deed.detail["kind"]) for one in found]


def dead(store: Store, kind: str, key: str, payload: dict[str, str], now: datetime, why: str = "broken") -> str:
    store.enqueue(kind, key, payload, now)
    return ended(store, kind, now, why)


def ended(store: Store, kind: str, now: datetime, why: str = "broken") -> str:
    claimed = store.claim_job([kind], now + timedelta(seconds=30), now)
    assert claimed
    assert store.job_ended(claimed, "dead", why, now)
    return claimed.id


def text(store: Store, now: datetime) -> str:
    assert store.ask_text(TextAsked(CALL, "words", MOBILE, "mark", "Body"), Caps(), now)
    return ended(store, "text", now)


def test_what_was_given_up_is_tried_again_once(store: Store, backlog: Backlog, now: datetime) -> None:
    job = dead(store, "sweep", "one", {}, now)
    assert [one.job.id for one in backlog.dead()] == [job]
    assert backlog.count() == 1
    assert (backlog.again(job, "sam", now), backlog.again(job, "sam", now)) == (True, False)
    assert not backlog.again("nothing", "sam", now)
    assert (backlog.count(), backlog.one(job), store.job_counts()) == (0, None, {"waiting": 1})
    assert deeds(store) == [("sam", "job-tried-again", "sweep")]


def test_what_is_let_go_of_is_not_tried_any_more(store: Store, backlog: Backlog, now: datetime) -> None:
    job = dead(store, "sweep", "one", {}, now)
    assert (backlog.let_go(job, "sam", now), backlog.let_go(job, "sam", now)) == (True, False)
    assert not backlog.again(job, "sam", now)
    (seen,) = store.jobs("done")
    assert (seen.trouble, seen.ended, seen.due) == (GIVEN_UP, now, None)
    assert store.claim_job(["sweep"], now + timedelta(days=1), now + timedelta(hours=1)) is None
    assert deeds(store) == [("sam", "job-given-up", "sweep")]


def test_a_text_that_is_let_go_of_keeps_no_number(store: Store, backlog: Backlog, now: datetime) -> None:
    job = text(store, now)
    (found,) = backlog.dead()
    assert not found.hopeless
    assert backlog.let_go(job, "sam", now)
    (left,) = store.texts_troubled()
    assert (left.status, left.number, left.body) == ("refused", "", "")


def test_a_text_whose_number_is_forgotten_is_not_tried_again_with_the_others(
    store: Store, backlog: Backlog, now: datetime
) -> None:
    text(store, now)
    (row,) = store.texts_troubled() or [None]
    assert row is None  # as long as it is queued it is no trouble
    other = dead(store, "sweep", "one", {}, now)
    store.text_told(_text_id(store), Delivery("refused", trouble="a landline"))
    assert {one.job.kind: one.hopeless for one in backlog.dead()} == {"text": True, "sweep": False}
    assert backlog.all_again("sam", now) == 1
    assert [one.job.kind for one in backlog.dead()] == ["text"]
    assert [one.id for one in store.jobs("waiting")] == [other]


def _text_id(store: Store) -> str:
    """The payload of the job of the text."""
    with store.database.reading() as connection:
        found = connection.exec_driver_sql("SELECT id FROM texts").scalar_one()
    return str(found)


def test_a_recording_that_is_let_go_of_is_not_said_to_be_on_its_way(
    store: Store, backlog: Backlog, now: datetime
) -> None:
    sid = "RE" + "1" * 32
    store.recording_status(sid, CALL, "completed", 2, None, now)
    job = ended(store, "recording", now)
    before = store.sound_of(sid)
    assert before
    assert before.status == "waiting"
    assert backlog.let_go(job, "sam", now)
    after = store.sound_of(sid)
    assert after
    assert (after.status, after.trouble) == ("lost", GIVEN_UP)
