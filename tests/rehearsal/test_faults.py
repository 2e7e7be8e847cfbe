"""Troubles between Twilio and the line, as the stand-in makes them."""

from itertools import count
from random import Random

import pytest
from werkzeug.wrappers import Response

from ivr.rehearsal.faults import Faults
from ivr.rehearsal.twiml import TwilioRefuses
from tests.rehearsal.toy import call, menu, say

RECORD = '<Record action="/left" finishOnKey="#" recordingStatusCallback="/rec"/>'
LEFT = {"/voice": RECORD, "/left": menu("Thank you.")}


def always(**chances):
    return Faults(Random(1), **chances)


def test_a_request_sent_twice_is_the_same_but_for_its_token():
    toy, ringing = call({"/voice": menu()}, faults=always(resend=1.0))
    ringing.dial()
    assert toy.asked[0] == toy.asked[1]
    assert toy.headers[0]["X-Twilio-Signature"] == toy.headers[1]["X-Twilio-Signature"]
    assert toy.headers[0]["I-Twilio-Idempotency-Token"] != toy.headers[1]["I-Twilio-Idempotency-Token"]
    assert ringing.heard == ["Hello."]


def test_two_answers_to_the_same_request_are_refused():
    times = count()
    _, ringing = call({"/voice": lambda _: menu(f"Hello {next(times)}.")}, faults=always(resend=1.0))
    with pytest.raises(TwilioRefuses, match="two different answers"):
        ringing.dial()


def test_an_old_request_comes_again_and_its_answer_is_not_played():
    toy, ringing = call({"/voice": menu(), "/next": menu("Next.")}, faults=always(late=1.0))
    ringing.dial().press("1")
    assert len(toy.asked) == 4
    assert ringing.heard == ["Hello.", "Next."]
    assert "Next." in ringing.turns[-1].body


@pytest.mark.parametrize(("status", "taken"), [(200, True), (403, True), (404, False), (500, False)])
def test_an_old_request_may_be_forbidden_but_must_not_break_the_line(status, taken):
    times = count()
    toy, ringing = call({"/voice": menu()}, faults=always(late=1.0))
    answer = toy._answer
    toy._answer = lambda path, form: answer(path, form) if next(times) == 0 else Response("", status)
    if taken:
        assert ringing.dial().heard == ["Hello."]
    else:
        with pytest.raises(TwilioRefuses, match="came again"):
            ringing.dial()


@pytest.mark.parametrize(
    ("chances", "order"),
    [
        ({}, ["/voice", "/left", "/rec", "/voice/status"]),
        ({"recording_first": 1.0}, ["/voice", "/rec", "/left", "/voice/status"]),
        ({"recording_late": 1.0}, ["/voice", "/left", "/rec", "/voice/status"]),
        ({"recording_lost": 1.0}, ["/voice", "/left", "/voice/status"]),
        ({"status_twice": 1.0}, ["/voice", "/left", "/rec", "/voice/status", "/voice/status"]),
    ],
)
def test_news_comes_in_any_order_or_never(chances, order):
    toy, ringing = call(LEFT, faults=always(**chances))
    ringing.dial().leave_message(5).hang_up()
    assert [path for path, _ in toy.asked] == order


def test_late_news_of_a_recording_comes_after_the_next_step():
    toy, ringing = call({**LEFT, "/next": say("Bye.") + "<Hangup/>"}, faults=always(recording_late=1.0))
    ringing.dial().leave_message(5).press("1")
    assert [path for path, _ in toy.asked] == ["/voice", "/left", "/next", "/rec", "/voice/status"]


def test_news_of_a_recording_comes_at_once_when_nothing_goes_wrong():
    toy, ringing = call({**LEFT, "/next": menu()})
    ringing.dial().leave_message(5).press("1")
    assert [path for path, _ in toy.asked] == ["/voice", "/left", "/rec", "/next"]


def test_the_last_status_may_overtake_the_last_request():
    toy, ringing = call(LEFT, faults=always(status_early=1.0))
    ringing.dial().hang_up()
    assert [path for path, _ in toy.asked] == ["/voice", "/voice/status", "/left", "/rec", "/voice/status"]


def test_without_chances_nothing_goes_wrong():
    toy, ringing = call({"/voice": menu()})
    ringing.dial()
    assert len(toy.asked) == 1
