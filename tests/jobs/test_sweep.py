"""What Twilio's callbacks failed to tell is found by asking; what was deleted is not found again."""

import json
from datetime import timedelta
from email.utils import format_datetime

import pytest

from ivr.jobs import SWEEP, Runner, Sweep, planned, works
from ivr.store import Audit, Erasing, Marks
from tests.jobs.test_recordings import ACCOUNT, CALL, KEY, SID, WAV, Line, Twilio, media_of
from tests.store.conftest import MOBILE, OTHER, facts


@pytest.fixture
def twilio():
    server = Twilio()
    yield server
    server.listener.close()


@pytest.fixture
def line(store, twilio, tmp_path, now):
    return Line(store, twilio, tmp_path, now)


def listed(kind, rows):
    page = {kind: rows, "next_page_uri": None, "first_page_uri": "/x", "page": 0, "page_size": 200}
    return media_of(json.dumps(page).encode(), "application/json")


def call(now, sid=CALL, status="completed", seconds="61"):
    return {
        "sid": sid,
        "status": status,
        "duration": seconds,
        "account_sid": ACCOUNT,
        "start_time": format_datetime(now),
    }


def recording(sid=SID, call_sid=CALL, status="completed"):
    return {"sid": sid, "call_sid": call_sid, "status": status, "duration": "2", "account_sid": ACCOUNT}


def sweep(line, calls=(), recordings=()):
    line.twilio.answers += [listed("calls", list(calls)), listed("recordings", list(recordings))]
    work = Sweep(line.store, line.source, lambda: line.now).work
    return Runner(line.store, {SWEEP: work}, lambda: line.now, planned=planned)


def swept(line, **found):
    runner = sweep(line, **found)
    runner.plan()
    assert runner.once()
    line.on(1800)


def test_the_end_of_a_call_is_found_and_unknown_calls_are_left_alone(line, now):
    line.store.wish(facts(2, CALL, node="callback-number"), now)
    swept(line, calls=[call(now), call(now, OTHER)])
    request = line.store.request_of(CALL)
    assert request.stopped_at == "callback-number"
    assert line.store.request_of(OTHER) is None


def test_a_call_that_goes_on_is_not_ended(line, now):
    line.store.wish(facts(2, CALL), now)
    swept(line, calls=[call(now, status="in-progress", seconds=None)])
    assert line.store.request_of(CALL).stopped_at == ""


def test_a_recording_that_nobody_told_of_is_found_and_fetched(line, now):
    line.store.message(facts(6, CALL), None, 2, now)
    swept(line, recordings=[recording(), recording("RE" + "9" * 32, status="processing")])
    while line.runner.once():
        line.on(1)
    assert line.sounds.whole(line.sound) == WAV
    assert [message.sid for message in line.store.request_of(CALL).messages] == [SID]
    assert line.store.sound_of("RE" + "9" * 32) is None


def test_a_second_look_finds_nothing_new(line, now):
    line.store.wish(facts(2, CALL), now)
    for _ in range(2):
        swept(line, calls=[call(now)], recordings=[recording()])
    assert line.store.job_counts() == {"done": 2, "waiting": 1}


def test_what_was_forgotten_is_not_found_again(line, store, now):
    line.store.confirm(facts(5, CALL), MOBILE, now.date(), now)
    line.told()
    audit = Audit(store.database, [KEY])
    Erasing(store.database).erase(MOBILE, Marks("s" * 32), now, audit.note)
    swept(line, calls=[call(now)], recordings=[recording()])
    assert line.sound is None
    assert line.store.request_of(CALL) is None


@pytest.mark.parametrize(("status", "left"), [(401, "dead"), (500, "waiting"), (429, "waiting")])
def test_when_twilio_does_not_say_nothing_changes(line, status, left):
    line.twilio.answers = [media_of(b"{}", "application/json", status)] * 2
    runner = sweep(line)
    runner.plan()
    runner.once()
    assert (line.store.job_counts(), [job.trouble for job in line.store.jobs(left)]) == (
        {left: 1},
        [f"Twilio answered {status}"],
    )


def test_every_half_hour_has_one_sweep(now):
    keys = [
        key for minute in range(120) for key, kind in planned(now + timedelta(minutes=minute)).items() if kind == SWEEP
    ]
    assert [keys.count(key) for key in dict.fromkeys(keys)] == [30, 30, 30, 30]


def test_a_line_with_twilio_sweeps_and_purges(line):
    own = {SWEEP: Sweep(line.store, line.source, lambda: line.now).work}
    assert SWEEP in works(line.store, None, lambda: line.now, line.fetching, own)
