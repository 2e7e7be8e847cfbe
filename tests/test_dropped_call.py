"""A call that drops in a leaflet may go on there within ten minutes, and nobody else learns of it."""

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest

from ivr.phone.signature import sign
from ivr.store import Marks
from tests.phone.signed import Line, action, words

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
MOBILE = "+447700900123"
LEAFLET = ("2", "1")
"""To the first part of a leaflet."""


class Caller:
    """Calls of a rehearsed line at times that the test chooses."""

    def __init__(self, folder):
        self.line = Line(folder)
        self.calls = 0

    def close(self):
        self.line.app.extensions["switchboard"].close()

    def ring(self, *keys, minutes=0.0, **fields):
        """All answers of a call; what it noted is written when this returns."""
        self.calls += 1
        fields = {"CallSid": f"CA{self.calls:032}", "minutes": minutes, **fields}
        answers = [self.post("/voice", **fields)]
        for key in keys:
            answers.append(self.post(action(answers[-1]), **fields, **({} if key == "-" else {"Digits": key})))
        self.line.app.extensions["switchboard"].listening.close()
        return answers

    def post(self, path, minutes, **fields):
        form = self.line.form(**fields)
        signature = sign(self.line.config.public_url + path, list(form.items()), self.line.config.auth_token)
        moment = (NOW + timedelta(minutes=minutes)).isoformat()
        headers = {"X-Twilio-Signature": signature, "X-Plainline-Now": moment}
        return self.line.client.post(path, data=form, headers=headers)


@pytest.fixture
def caller(tmp_path):
    made = Caller(tmp_path)
    yield made
    made.close()


def offered(caller, minutes=1.0, **fields):
    return ".resume." in action(caller.ring(minutes=minutes, **fields)[0])


def test_who_rings_again_within_ten_minutes_is_offered_to_go_on_where_the_call_dropped(caller):
    second_part = words(caller.ring(*LEAFLET, "1")[-1])
    again = caller.ring("1", minutes=9)
    assert ".resume." in action(again[0])
    assert words(again[-1]) == second_part


def test_after_ten_minutes_the_line_begins_as_ever(caller):
    caller.ring(*LEAFLET, "1")
    assert not offered(caller, 10)
    assert not offered(caller, 11)


def test_another_number_and_a_withheld_one_are_not_offered_it(caller):
    caller.ring(*LEAFLET, "1")
    assert not offered(caller, From="+447700900124")
    caller.ring(*LEAFLET, From="anonymous")
    assert not offered(caller, From="anonymous")
    assert offered(caller)


def test_the_same_number_written_in_another_way_is(caller):
    caller.ring(*LEAFLET, From="+44 7700 900123")
    assert offered(caller)


@pytest.mark.parametrize("way_on", [("#",), ("0",)], ids=["a menu", "a person"])
def test_who_has_moved_on_is_not(caller, way_on):
    caller.ring(*LEAFLET, *way_on)
    assert not offered(caller)
    assert [place for _, place, _ in caller.line.rows("places")] == [""]


def test_once_answered_it_is_not_offered_again(caller):
    caller.ring(*LEAFLET)
    caller.ring("2", minutes=1)
    assert not offered(caller, 2)


def test_while_it_is_not_answered_it_stays(caller):
    caller.ring(*LEAFLET)
    caller.ring("-", "*", minutes=1)
    assert offered(caller, 2)


def test_who_goes_on_and_drops_again_goes_on_from_there(caller):
    caller.ring(*LEAFLET)
    caller.ring("1", "*", minutes=8)
    assert offered(caller, 16)


def test_the_table_holds_neither_a_number_nor_an_answer(caller):
    caller.ring(*LEAFLET, "1")
    ((mark, place, _),) = caller.line.rows("places")
    assert "7700" not in mark + place
    assert len(mark) == 64
    assert mark == Marks(caller.line.config.secret_key)("place", MOBILE)
    assert mark != Marks("another key")("place", MOBILE)
    assert mark != Marks(caller.line.config.secret_key)("text", MOBILE)
    assert "mobile" not in place


def test_old_places_are_deleted_by_the_next_that_is_written(caller):
    caller.ring(*LEAFLET)
    caller.ring(*LEAFLET, minutes=11, From="+447700900124")
    assert len(caller.line.rows("places")) == 1


def test_without_a_database_a_call_begins_as_ever(caller, caplog):
    caller.ring(*LEAFLET)
    with caplog.at_level(logging.CRITICAL):
        switchboard = caller.line.app.extensions["switchboard"]
        switchboard.closing[0]()
        switchboard.store.close()
        caller.line.database.unlink()
        assert "press" in words(caller.ring(*LEAFLET, minutes=1)[-1])


def test_the_answer_does_not_wait_for_the_note(caller):
    """What stores places is another thread: the caller's own never writes one."""
    switchboard, threads = caller.line.app.extensions["switchboard"], []
    stored = switchboard.store.listened

    class Watching:
        def listened(self, *given):
            threads.append(threading.current_thread().name)
            stored(*given)

    switchboard.listening._store = Watching()
    caller.ring(*LEAFLET)
    assert set(threads) == {"listening"}
    assert offered(caller)
