"""What Twilio tells of calls and recordings: whatever the order, one end."""

from collections.abc import Callable
from datetime import datetime
from itertools import permutations

import pytest

from ivr.store import CallFacts, Listened, Store
from tests.store.conftest import CALL, DUE, MOBILE, OTHER, ask_sql, facts


def a_call(store: Store, now: datetime, sid: str, number: str) -> list[Callable[[], object]]:
    """Five things that are told of one call."""
    spoken = CallFacts(sid, 6, number, "en-GB", "normal", "message", {})
    return [
        lambda: store.call_status(sid, "in-progress", None, 1, now),
        lambda: store.call_status(sid, "completed", 34, 2, now),
        lambda: store.recording_status(f"RE{sid}", sid, "in-progress", None, None, now),
        lambda: store.recording_status(f"RE{sid}", sid, "completed", 4, None, now),
        lambda: store.message(spoken, f"RE{sid}", 5, now),
    ]


def end_of(store: Store, sid: str) -> tuple[object, ...]:
    request = store.request_of(sid)
    assert request is not None
    messages = [(message.seconds, message.status) for message in request.messages]
    return request.stopped_at, messages, request.calls, request.status


def test_all_orders_of_what_is_told_twice_come_to_one_end(store: Store, now: datetime) -> None:
    ends = set()
    for number, order in enumerate(permutations(range(5))):
        sid, phone = f"CA{number:03}", f"+4477009{number:05}"
        store.wish(CallFacts(sid, 2, phone, "en-GB", "normal", "wish", {}), now)
        told = a_call(store, now, sid, phone)
        for event in (*order, *order[:2], order[0]):
            told[event]()
        ends.add(repr(end_of(store, sid)))
    assert ends == {repr(("message", [(4, "completed")], 1, "incomplete"))}


def test_a_call_that_nobody_knew_is_welcome_and_closed(store: Store, now: datetime) -> None:
    store.call_status(CALL, "completed", 3, 9, now)
    assert store.queue() == []
    store.wish(facts(2, node="wish"), now)
    assert store.queue()[0].stopped_at == "wish"


@pytest.mark.parametrize("final", ["completed", "busy", "failed", "no-answer", "canceled"])
def test_a_call_that_ended_stays_ended(store: Store, now: datetime, final: str) -> None:
    store.wish(facts(2, node="wish"), now)
    store.call_status(CALL, "in-progress", None, None, now)
    assert store.queue()[0].stopped_at == ""
    store.call_status(CALL, final, 12, 3, now)
    store.call_status(CALL, "in-progress", None, 99, now)
    store.call_status(CALL, "ringing", None, None, now)
    assert store.queue()[0].stopped_at == "wish"


def test_words_that_are_new_to_us_change_nothing(store: Store, now: datetime) -> None:
    store.wish(facts(2), now)
    store.call_status(CALL, "teleported", 12, 3, now)
    store.recording_status("RE1", CALL, "shredded", 12, 3, now)
    assert store.queue()[0].stopped_at == ""
    assert store.queue()[0].messages == ()


def test_staff_see_where_the_caller_stopped_until_all_was_heard(store: Store, now: datetime) -> None:
    store.confirm(facts(5, node="number"), MOBILE, DUE, now)
    store.improve(facts(8, node="best-time"), "council", "north", now)
    store.improve(facts(7, node="council"), "best_time", "morning", now)
    store.call_status(CALL, "completed", 34, 2, now)
    assert store.queue()[0].stopped_at == "best-time", "the latest turn, not the latest to arrive"
    store.finished(facts(9, node="goodbye"), now)
    assert store.queue()[0].stopped_at == ""


@pytest.mark.parametrize(("status", "error"), [("completed", 0), ("failed", 16100), ("absent", 16102)])
def test_what_became_of_a_recording_is_shown(
    store: Store, now: datetime, kept: Callable[..., str], status: str, error: int
) -> None:
    kept()
    store.recording_status("RE1", CALL, status, 7, error, now)
    store.recording_status("RE1", CALL, "in-progress", 1, None, now)
    (message,) = store.queue()[0].messages
    assert (message.sid, message.status, message.seconds, message.error) == ("RE1", status, 7, error)


def test_a_recording_that_came_after_all_outranks_one_that_failed(
    store: Store, now: datetime, kept: Callable[..., str]
) -> None:
    kept()
    for status in ("failed", "completed", "absent", "failed"):
        store.recording_status("RE1", CALL, status, 7, None, now)
    assert store.queue()[0].messages[0].status == "completed"


def test_a_message_taken_without_its_id_is_joined_by_the_call(
    store: Store, now: datetime, kept: Callable[..., str]
) -> None:
    kept()
    store.recording_status("RE1", CALL, "completed", 7, None, now)
    store.message(facts(6), None, 6, now)
    store.message(facts(8), None, 9, now)
    assert [(message.sid, message.seconds) for message in store.queue()[0].messages] == [("RE1", 7), ("", 9)]
    assert store.recording_of(CALL) == "RE1"


def test_a_recording_that_belongs_to_no_request_is_kept_and_shown(
    store: Store, now: datetime, kept: Callable[..., str]
) -> None:
    store.recording_status("RE1", CALL, "completed", 7, None, now)
    store.call_status(OTHER, "completed", 7, 1, now)
    store.recording_status("RE2", OTHER, "completed", 8, None, now)
    assert [orphan.sid for orphan in store.orphans()] == ["RE1", "RE2"]
    assert [orphan.sid for orphan in store.orphans(limit=1)] == ["RE1"]
    kept()
    assert [orphan.sid for orphan in store.orphans()] == ["RE2"]


def test_what_callers_listened_to_is_kept_in_batches(store: Store, now: datetime, url: str) -> None:
    rows = [Listened(CALL, turn, now, "costs", 1, "heard", "slow", "en-GB") for turn in range(300)]
    store.listened(rows)
    store.listened([])
    assert ask_sql(url, "SELECT count(*) FROM listened") == [(300,)]
