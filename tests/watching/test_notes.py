"""What happens is noted quickly, counted once, and nobody who counts is in the way of another."""

import os
import threading
import time
import tracemalloc

import pytest

from ivr.watching.notes import LONGEST, Answered, Counted, Notes, Silent

ONE = ("CA" + "1" * 32, "main", "pressed", "contact")


def answer(notes, call=ONE[0], outcome=""):
    began = time.perf_counter()
    notes.begin(call)
    notes.seen(*ONE[1:])
    if outcome:
        notes.fell_back(outcome)
    notes.answered("/turn", began)


@pytest.fixture
def taken():
    return []


@pytest.fixture
def notes(taken):
    made = Notes(pause=3600)
    made.take(taken.extend)
    yield made
    made.close()


def test_an_answer_is_noted_whole_and_counted_once(notes, taken):
    answer(notes)
    notes.now()
    notes.now()
    (note,) = taken
    assert isinstance(note, Answered)
    assert note[2:] == (ONE[0], "/turn", *ONE[1:], "answered")
    assert 0 <= note.seconds < 1


def test_what_one_request_left_is_not_the_next_ones(notes, taken):
    answer(notes, outcome="fault")
    notes.begin("CA" + "2" * 32)
    assert notes.call == "CA" + "2" * 32
    notes.answered("/status", time.perf_counter())
    assert notes.call == ""
    notes.now()
    assert [note[2:] for note in taken] == [
        (ONE[0], "/turn", *ONE[1:], "fault"),
        ("CA" + "2" * 32, "/status", "", "", "", "answered"),
    ]


def test_threads_do_not_see_each_others_calls(notes, taken):
    inside, go = threading.Barrier(8), threading.Barrier(8)

    def one(number):
        notes.begin(f"call {number}")
        inside.wait()
        notes.seen(f"node {number}", "pressed", "x")
        go.wait()
        notes.answered("/turn", 0.0)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    notes.now()
    assert sorted((note.call[5:], note.node[5:]) for note in taken) == [(str(n), str(n)) for n in range(8)]


def test_a_thread_counts_without_being_asked_and_a_closed_book_is_counted_to_the_end():
    taken = []
    notes = Notes(pause=0.01)
    notes.take(taken.extend)
    notes.count("refused", "403")
    end = time.monotonic() + 5
    while not taken and time.monotonic() < end:
        time.sleep(0.01)
    assert taken == [Counted("refused", ("403",), 1)]
    notes.close()
    notes.count("jobs", "text", "done", times=3)
    notes.close()
    assert taken[1:] == [Counted("jobs", ("text", "done"), 3)]


def test_one_who_breaks_keeps_no_other_from_the_notes(taken, caplog):
    notes = Notes(pause=3600)
    notes.take(lambda _: 1 / 0, taken.extend)
    for _ in range(2):
        answer(notes)
        notes.now()
    assert len(taken) == 2
    assert "1 notes were not counted" in caplog.text


def test_notes_that_nobody_counts_do_not_grow_for_ever(notes):
    tracemalloc.start()
    for _ in range(3):
        for _ in range(LONGEST):
            notes.count("refused", "403")
        used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(notes._notes) == LONGEST
    assert used < 10_000_000


def test_where_nobody_takes_notes_none_are_kept():
    notes = Notes()
    answer(notes)
    assert (len(notes._notes), notes._thread) == (0, None)
    assert Silent().call == ""
    answer(Silent())


def test_a_child_counts_its_own_notes_only(notes, taken):
    answer(notes)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        notes.count("refused", "403")
        notes.now()
        os.write(writing, repr([type(note).__name__ for note in taken]).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 1000) == b"['Counted']"
    notes.now()
    assert [type(note).__name__ for note in taken] == ["Answered"]
