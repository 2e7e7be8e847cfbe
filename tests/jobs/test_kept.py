"""Places and texts on both databases."""

from datetime import timedelta

import pytest

from ivr.jobs import Runner, works
from ivr.store import Caps, Delivery, Place, TextAsked
from tests.store.conftest import ask_sql

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_processes_may_note_a_place_in_any_order(store, now, order):
    notes = [Place("m", "a place", now), Place("m", "", now + timedelta(seconds=3))]
    for number in order:
        store.listened([], [notes[number]])
    assert store.left("m", now + MINUTE) == ""


def test_a_place_is_returned_for_ten_minutes_and_then_deleted(url, store, now):
    store.listened([], [Place("m", "first", now), Place("m", "second", now), Place("n", "other", now)])
    assert store.left("m", now + 10 * MINUTE - timedelta(seconds=1)) == "second"
    assert store.left("m", now + 10 * MINUTE) == ""
    assert store.left("x", now) == ""
    store.listened([], [Place("k", "late", now + 10 * MINUTE)])
    assert ask_sql(url, "SELECT mark FROM places") == [("k",)]


class Sender:
    """Takes every text."""

    def send(self, number, body):  # noqa: ARG002 - as a sender is asked
        return Delivery("sent", "SM1")

    def find(self, number, body, since):  # noqa: ARG002 - as a sender is asked
        return ()


def test_a_text_is_asked_for_counted_sent_and_forgotten(url, store, now):
    asked = TextAsked("CA1", "text", "+447700900123", "m", "words")
    assert store.ask_text(asked, Caps(1, 9), now)
    assert store.ask_text(asked, Caps(1, 9), now)
    assert not store.ask_text(TextAsked("CA2", "text", "+447700900123", "m", "words"), Caps(1, 9), now)
    assert Runner(store, works(store, Sender(), lambda: now), lambda: now).once()
    assert ask_sql(url, "SELECT number, body, status, sid FROM texts") == [("", "", "sent", "SM1")]
    assert store.texts_known(["SM1", "SM2"]) == {"SM1"}
    assert store.forget_background(now + MINUTE) == 2
    assert ask_sql(url, "SELECT count(*) FROM texts") == [(0,)]


def test_a_text_whose_job_cannot_be_stored_is_not_asked_for(url, store, now):
    with pytest.raises(TypeError), store._database.writing() as connection:
        store_both(connection, now)
    assert ask_sql(url, "SELECT count(*) FROM texts") == ask_sql(url, "SELECT count(*) FROM jobs") == [(0,)]


def store_both(connection, now):
    """Ask for a text in a transaction that then breaks."""
    from ivr.store import texts  # noqa: PLC0415 - only here is the inside of the store of interest

    assert texts.ask(connection, TextAsked("CA1", "text", "+447700900123", "m", "words"), Caps(), now)
    raise TypeError
