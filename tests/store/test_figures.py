"""The figures of the queue, of background work and of what staff do: right, in numbers alone, on both databases."""

from datetime import timedelta

import pytest

from ivr.store import Audit, Deed
from ivr.store.figures import MOST_DEEDS, WATCHED
from tests.store.conftest import MOBILE, OTHER, THIRD, facts, run_sql

DAY = timedelta(days=1)


def test_nothing_is_nothing(store, now):
    found = store.figures(now.date(), now)
    assert (dict(found.waiting), found.oldest, found.overdue, found.first_due, found.jobs) == ({}, None, 0, None, ())
    assert dict(found.deeds) == dict.fromkeys(WATCHED, 0)


def test_what_waits_since_when_and_what_is_late(url, store, now):
    store.confirm(facts(1), MOBILE, (now - 3 * DAY).date(), now - 5 * DAY)
    store.confirm(facts(1, OTHER, "+447700900456"), "+447700900456", now.date(), now)
    store.wish(facts(1, THIRD, "+447700900789"), now - 9 * DAY)
    found = store.figures(now.date(), now)
    assert dict(found.waiting) == {"new": 2, "incomplete": 1}
    assert (found.overdue, found.first_due, found.oldest) == (1, (now - 3 * DAY).date(), now - 9 * DAY)
    assert store.figures((now + DAY).date(), now).overdue == 2
    run_sql(url, "UPDATE requests SET status = 'done'")
    assert dict(store.figures(now.date(), now).waiting) == {}


@pytest.mark.parametrize(("minutes", "status"), [(1, "claimed"), (-1, "lapsed"), (0, "lapsed")])
def test_a_claim_that_nobody_holds_is_told_apart(url, store, now, minutes, status):
    store.confirm(facts(1), MOBILE, now.date(), now)
    until = now + timedelta(minutes=minutes)
    run_sql(url, f"UPDATE requests SET status = 'claimed', claimed_until = '{until:%Y-%m-%d %H:%M:%S}.000000'")  # noqa: S608
    assert dict(store.figures(now.date(), now).waiting) == {status: 1}


def test_background_work_by_kind_and_status(store, now):
    store.enqueue("text", "dies", {}, now - timedelta(minutes=30))
    dies = store.claim_job(["text"], now, now)
    store.job_ended(dies, "dead", "x", now)
    store.enqueue("text", "again", {}, now - timedelta(minutes=20))
    again = store.claim_job(["text"], now, now)
    store.job_again(again, now - timedelta(minutes=10), "x")
    store.enqueue("purge", "new", {}, now - timedelta(minutes=4))
    store.enqueue("sweep", "runs", {}, now)
    assert store.claim_job(["sweep"], now + timedelta(seconds=30), now)
    store.enqueue("done", "done", {}, now)
    store.job_ended(store.claim_job(["done"], now, now), "done", "", now)
    found = {(one.kind, one.status): one for one in store.figures(now.date(), now).jobs}
    assert {key: (one.number, one.tried) for key, one in found.items()} == {
        ("text", "dead"): (1, 1),
        ("text", "waiting"): (1, 1),
        ("purge", "waiting"): (1, 0),
        ("sweep", "running"): (1, 1),
    }
    assert found["text", "waiting"].due == now - timedelta(minutes=10)
    assert found["text", "dead"].due is None


def test_what_is_done_often_is_counted_for_an_hour_and_to_a_limit(store, now):
    audit = Audit(store.database, ["a" * 64])
    audit.add(Deed("ivr", "number-exported"), now - timedelta(minutes=61))
    for _ in range(3):
        audit.add(Deed("ivr", "number-exported"), now - timedelta(minutes=59))
    audit.add(Deed("x", "request-seen"), now)

    def refused_often(connection):
        for _ in range(MOST_DEEDS + 5):
            audit.note(connection, Deed("anyone", "sign-in-refused"), now)

    audit._write(refused_often)
    found = store.figures(now.date(), now).deeds
    assert (found["number-exported"], found["sign-in-refused"], found["number-erased"]) == (3, MOST_DEEDS, 0)
    assert "request-seen" not in found
