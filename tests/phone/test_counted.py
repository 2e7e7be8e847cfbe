"""Whole calls, as Twilio has them answered, come out in the numbers of their day as they went."""

from datetime import UTC, date, datetime

import pytest

from ivr.store import Counting
from tests.phone.signed import action
from tests.test_dropped_call import Caller

DAY, EVENING = date(2026, 11, 24), datetime(2026, 11, 24, 20, tzinfo=UTC)


@pytest.fixture
def caller(tmp_path):
    made = Caller(tmp_path)
    yield made
    made.close()


def counted(caller):
    board = caller.line.app.extensions["switchboard"]
    tally = Counting(board.store.database, lambda: board.flow.topics).numbers(DAY, DAY, EVENING).tally
    return {f"{kind} {name}".strip(): n for (_, kind, name), n in sorted(tally.items())}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((), {"left main": 1}),
        (("2", "1"), {"left mediation": 1, "topic mediation": 1}),
        (("2", "1", "*"), {"again": 1, "left mediation": 1, "topic mediation": 1}),
        (("*", "*", "-", "2"), {"again": 1, "left ways": 1, "silent": 1, "slower": 1}),
        (("2", "1", "1", "1", "4", "3"), {"end goodbye": 1, "topic mediation": 1}),
        (("0",), {"left transfer": 1}),
    ],
)
def test_what_a_caller_did_is_what_is_counted(caller, keys, expected):
    caller.ring(*keys)
    assert counted(caller) == {"calls": 1, **expected}


def test_help_after_star_is_not_asking_again(caller):
    caller.ring("2", "1", "*")
    said = caller.ring("2", "1", "*")[-1]
    caller.post(action(said), CallSid=f"CA{2:032}", minutes=0.0, SpeechResult="help", Confidence="0.9")
    caller.line.app.extensions["switchboard"].listening.close()
    kinds = [row[6] for row in caller.line.rows("listened") if row[1] == f"CA{2:032}"]
    assert kinds[-2:] == ["again", "said"]


def test_a_talk_with_a_person_is_no_hanging_up(caller):
    sid = {"CallSid": "CA" + "9" * 32, "minutes": 0.0}
    ringing = caller.ring("0", CallSid=sid["CallSid"])[-1]
    target = ringing.get_data(as_text=True).split('action="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    caller.post(
        target.replace(caller.line.config.public_url, ""), **sid, DialCallStatus="completed", DialCallDuration="90"
    )
    caller.line.app.extensions["switchboard"].listening.close()
    assert counted(caller) == {"calls": 1, "end person": 1, "transfer conversation": 1}
