"""Notes of listening are written in batches, bounded, and never in a caller's way."""

import time
from datetime import UTC, datetime
from threading import Event

from ivr.listening import GATHER, LARGEST_BATCH, LONGEST_QUEUE, Listening
from ivr.store import Listened, StoreUnavailable


class Store:
    """Takes batches, or stands still, or is away."""

    def __init__(self):
        self.batches = []
        self.free = Event()
        self.free.set()
        self.away = False

    def listened(self, rows, places, told):
        self.free.wait(10)
        if self.away:
            raise StoreUnavailable("away")
        self.batches.append([*rows, *places, *told])


def note(turn):
    return Listened("CA" + "1" * 32, turn, datetime(2026, 11, 24, tzinfo=UTC), "main", 0, "pressed", "normal", "en-GB")


def test_every_note_is_written_in_order_and_in_batches():
    store = Store()
    listening = Listening(store)
    for turn in range(1000):
        listening.note(note(turn))
    listening.close()
    assert [row.turn for batch in store.batches for row in batch] == list(range(1000))
    assert max(map(len, store.batches)) <= LARGEST_BATCH
    assert len(store.batches) < 50


def test_notes_that_come_while_others_are_written_gather_too():
    """A busy line would write without a pause otherwise, a few notes at a time, in its callers' way."""
    store = Store()
    keep = store.listened

    def busy(rows, places, told):
        keep(rows, places, told)
        if len(store.batches) < 20:
            listening.note(note(len(store.batches)))

    store.listened = busy
    listening = Listening(store)
    listening.note(note(0))
    time.sleep(3.5 * GATHER)
    assert 1 <= len(store.batches) <= 4
    listening.close()
    assert len(store.batches) == 20


def test_a_slow_database_costs_notes_and_never_a_caller():
    store = Store()
    store.free.clear()
    listening = Listening(store)
    for turn in range(LONGEST_QUEUE + LARGEST_BATCH + 100):
        listening.note(note(turn))
    assert listening.lost >= 100
    store.free.set()
    listening.close()
    assert sum(map(len, store.batches)) + listening.lost == LONGEST_QUEUE + LARGEST_BATCH + 100


def test_notes_that_the_database_refuses_are_counted():
    store = Store()
    store.away = True
    listening = Listening(store)
    listening.note(note(1))
    listening.close()
    assert listening.lost == 1


def test_notes_that_nobody_can_write_keep_no_others_from_being_written():
    store = Store()
    refused = [OverflowError("date value out of range")]
    listened = store.listened
    store.listened = lambda *given: listened(*given) if not refused else (_ for _ in ()).throw(refused.pop())
    listening = Listening(store)
    listening.note(note(1))
    while refused:
        time.sleep(0.01)
    listening.note(note(2))
    listening.close()
    assert (listening.lost, [row.turn for batch in store.batches for row in batch]) == (1, [2])


def test_a_writer_that_was_given_up_as_too_slow_takes_notes_without_breaking():
    """Another may have taken what it counted."""
    listening = Listening(Store())
    listening._notes.extend([note(1), note(2)])
    assert [one.turn for one in listening._taken(5)] == [1, 2]
    assert listening._taken(5) == []


def test_it_goes_on_after_it_was_closed():
    store = Store()
    listening = Listening(store)
    listening.close()
    for turn in range(2):
        listening.note(note(turn))
        listening.close()
    assert [len(batch) for batch in store.batches] == [1, 1]
