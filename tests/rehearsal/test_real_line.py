"""The real line through signed requests: what a story of words cannot show."""

import re
from random import Random

import pytest

from ivr.rehearsal.manners import lapses
from ivr.rehearsal.twiml import parse
from tests.rehearsal.line import empty_database, real_line

OWN = "+447700900456"
REQUEST = "411" + "1" + "2" + "2" + "2" + "2"
"""A callback request from the main menu to its end, by keys: own number, north, afternoon, no message and no needs."""


@pytest.fixture
def line(tmp_path):
    line = real_line(tmp_path, empty_database(tmp_path))
    yield line
    line.close()


def ring(line, caller=OWN, *transfers):
    return line.reach.call(caller, transfers or ("busy",)).dial()


def timeout(call):
    return int(call.listens.get("timeout"))


def test_every_request_of_a_call_sent_again_in_any_order_changes_nothing(line):
    call = ring(line)
    for key in REQUEST:
        call.press(key)
    call.hang_up()
    before = line.rows()
    assert len(before) == 1
    again = list(call.exchanges) * 2
    Random(4).shuffle(again)
    for exchange in again:
        answer = call.player.wire.send(exchange.path, exchange.form).answer
        assert answer.status == 200
    assert line.rows() == before


def test_the_same_requests_under_one_token_or_another_get_the_same_bytes(line):
    call = ring(line)
    call.press("4").press("1").press("1")
    for exchange in list(call.exchanges):
        for token in ("", "same", "same"):
            assert call.player.wire.send(exchange.path, exchange.form, token).answer.body == exchange.answer.body
    assert len(line.rows()) == 1


def test_star_twice_is_slower_and_stays_slower(line):
    usual, slow = ring(line), ring(line)
    slow.press("*").press("*")
    for call in (usual, slow):
        call.press("2").press("1")
    assert slow.turns[-1].heard == usual.turns[-1].heard
    assert slow.turns[-1].seconds > 1.1 * usual.turns[-1].seconds
    assert timeout(slow) == 2 * timeout(usual)


def test_a_relay_caller_has_45_seconds_before_a_person_is_rung(line):
    call = ring(line)
    assert timeout(call) >= 10
    assert timeout(call.wait()) >= 10
    assert timeout(call.wait()) >= 45
    assert not call.rang


@pytest.mark.parametrize(
    "keys", ["", "1", "2", "21", "3", "4", "42", "41", "411", "4111", "41112", "411122", "4111222"]
)
def test_from_anywhere_one_key_rings_a_person_within_30_seconds(line, keys):
    call = ring(line)
    for key in keys:
        call.press(key)
    heard = call.seconds - call.turns[-1].seconds
    call.press("0", after=0.0)
    assert call.rang == ["+441604367125"]
    assert call.rang_at[0] - heard <= 30


def test_a_person_is_rung_from_a_number_and_from_a_message_too(line):
    call = ring(line, "anonymous")
    call.press("4").press("1").press("0#")
    assert len(call.rang) == 1
    call = ring(line)
    for key in "4111" + "1" + "2" + "2" + "1":
        call.press(key)
    assert call.listens.tag == "Record"
    call.press("#").press("0")
    assert len(call.rang) == 1


@pytest.mark.parametrize("caller", ["anonymous", "", "+266696687", "+86282452253", "+8656696", "sip:a@b", "client:x"])
def test_no_hidden_number_is_offered_as_a_way_to_ring_back(line, caller):
    call = ring(line, caller)
    call.press("4").press("1")
    assert "finishOnKey" in call.listens.attrib
    assert call.listens.get("input") == "dtmf"


def test_no_document_of_a_whole_call_has_a_lapse_and_no_address_holds_a_number(line):
    call = ring(line, "anonymous")
    call.press("4").press("1").press("02079460018#").press("1")
    for key in "12221":
        call.press(key)
    call.leave_message(10).press("1")
    assert [lapse for turn in call.turns for lapse in lapses(parse(turn.body.encode()))] == []
    assert not [turn.path for turn in call.turns if "2079460018" in turn.path]
    assert line.rows()[0]["phone"] == "+442079460018"


def test_a_caller_who_leaves_after_keying_a_number_is_still_in_the_queue(line):
    call = ring(line, "anonymous")
    call.press("4").press("1").press("02079460018#")
    call.hang_up()
    assert [row["phone"] for row in line.rows()] == ["+442079460018"]


@pytest.mark.parametrize("url", ["https://audio.example.org", "https://storage.example.org/our/line/"])
def test_audio_that_lies_elsewhere_is_heard_as_its_words(tmp_path, url):
    line = real_line(tmp_path, empty_database(tmp_path), AUDIO_URL=url)
    call = ring(line)
    plays = re.findall("<Play>(.*?)</Play>", call.exchanges[0].answer.body.decode())
    line.close()
    assert plays
    assert all(play.startswith(f"{url.rstrip('/')}/audio/en-GB/") for play in plays)
    assert call.heard[0].startswith("Hello. This is Plainline")
