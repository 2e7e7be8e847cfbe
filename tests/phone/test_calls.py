"""Calls for staff: Twilio's client over real sockets; a lost answer is looked for, never asked for twice."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.etree import ElementTree as ET

import pytest

from ivr.phone.calls import Rung, calls

from .test_texts import RESET, Twilio, answer, config_for

OWN, FORM, SID = "+441604367999", "0a" * 16, "CA" + "7" * 32
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
NUMBER = {"TWILIO_NUMBER": "+441604367125"}


def call(at=NOW, sid=SID):
    return {"sid": sid, "to": OWN, "status": "queued", "date_created": format_datetime(at)}


def listed(*found):
    return answer(200, {"calls": list(found), "next_page_uri": None, "page": 0, "page_size": 20})


@pytest.fixture
def twilio():
    server = Twilio()
    yield server
    server.listener.close()


@pytest.fixture
def dialler(twilio, tmp_path):
    return calls(config_for(twilio, tmp_path, **NUMBER))


def test_the_member_of_staff_is_rung_and_sees_the_number_of_the_line(twilio, dialler):
    twilio.answers = [[answer(201, call())]]
    assert dialler.ring(OWN, FORM, NOW) == Rung("ringing", SID)
    (posted,) = twilio.posts()
    assert posted["To"] == [OWN]
    assert posted["From"] == ["+441604367125"]


def test_nobody_else_is_rung_before_a_person_presses_1(twilio, dialler):
    twilio.answers = [[answer(201, call())]]
    dialler.ring(OWN, FORM, NOW)
    document = ET.fromstring(twilio.posts()[0]["Twiml"][0])
    assert [one.tag for one in document.iter()] == ["Response", "Gather", "Say", "Hangup"]
    gather = document.find("Gather")
    assert gather.get("action") == f"https://line.example.org/voice/staff?s={FORM}"
    assert (gather.get("numDigits"), gather.get("finishOnKey")) == ("1", "")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429])
def test_what_twilio_refuses_was_not_made(twilio, dialler, status):
    twilio.answers = [[answer(status, {"code": 21215, "message": f"not to {OWN}", "status": status})]]
    assert dialler.ring(OWN, FORM, NOW) == Rung("refused")
    assert len(twilio.requests) == 1


@pytest.mark.parametrize("lost", [[answer(500, {})], [RESET], [b"HTTP/1.1 201 x\r\n"], [answer(201, "nonsense")]])
def test_an_answer_that_is_lost_is_looked_for_and_never_asked_for_again(twilio, dialler, lost):
    twilio.answers = [lost, [listed(call(NOW - timedelta(hours=1), "CA" + "1" * 32), call())]]
    assert dialler.ring(OWN, FORM, NOW) == Rung("ringing", SID)
    assert [head.split(" ")[0] for head, _ in twilio.requests] == ["POST", "GET"]


@pytest.mark.parametrize("found", [listed(), listed(call(NOW - timedelta(hours=1))), answer(500, {})])
def test_what_is_not_found_stays_unknown(twilio, dialler, found):
    twilio.answers = [[answer(500, {})], [found]]
    assert dialler.ring(OWN, FORM, NOW) == Rung("unknown")
    assert len(twilio.posts()) == 1


def test_no_number_is_ever_logged(twilio, dialler, caplog):
    twilio.answers = [[answer(400, {"code": 21215, "message": f"not to {OWN}"})]]
    dialler.ring(OWN, FORM, NOW)
    assert "1604367" not in caplog.text
    assert "code 21215" in caplog.text


def test_without_a_telephone_nobody_is_rung(twilio, tmp_path):
    assert calls(config_for(twilio, tmp_path, TWILIO_AUTH_TOKEN="", TWILIO_API_URL="")) is None
    assert calls(config_for(twilio, tmp_path)) is None
