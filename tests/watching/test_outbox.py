"""An outbox: whoever receives news slowly, or never, is waited for by nobody; what that costs is counted."""

import io
import os
import threading
import time

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from ivr.watching.lines import Form, Turns
from ivr.watching.notes import NOTES, Answered, Counted, Notes
from ivr.watching.outbox import AT_ONCE, DROPPED, MOST, Outbox
from ivr.watching.safe import Marks
from ivr.watching.traces import Traces
from tests.watching.planted import NAME
from tests.watching.receiver import receiving

NOTE = Answered(1.0, 0.02, "CA" + "1" * 32, "/turn", "main", "pressed", "contact", "answered")


def until(true, seconds=20):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def dropped():
    """How much was counted as lost so far, by whom it was for."""
    taken = []
    NOTES.now()
    NOTES.take(taken.extend)

    def told():
        NOTES.now()
        lost = [note for note in taken if isinstance(note, Counted) and note.what == DROPPED]
        return {where: sum(one.times for one in lost if one.labels == (where,)) for where in ("traces", "sentry")}

    yield told
    NOTES.now()
    NOTES.take()


class Slow:
    """Takes news, and has them only when it is told to."""

    def __init__(self):
        self.got, self.asked, self.go = [], threading.Event(), threading.Event()

    def __call__(self, news):
        self.asked.set()
        assert self.go.wait(20)
        self.got += news
        return True


def test_nobody_waits_and_the_oldest_give_way(dropped):
    slow = Slow()
    outbox = Outbox("traces", slow, pause=0.01)
    outbox.put([-1])
    assert slow.asked.wait(20)
    began = time.monotonic()
    for number in range(2 * MOST):
        outbox.put([number])
    assert time.monotonic() - began < 1
    assert dropped()["traces"] == MOST
    slow.go.set()
    until(lambda: len(slow.got) == 1 + MOST)
    assert slow.got == [-1, *range(MOST, 2 * MOST)]
    assert dropped()["traces"] == MOST


def test_a_delivery_has_an_end():
    sizes = []
    outbox = Outbox("traces", lambda news: sizes.append(len(news)) or True, pause=0.01)
    outbox.put(range(AT_ONCE + 1))
    until(lambda: len(sizes) == 2)
    assert sizes == [AT_ONCE, 1]


@pytest.mark.parametrize("how", ["refuses", "breaks"])
def test_what_a_receiver_does_not_take_is_counted_and_the_next_goes_out(dropped, caplog, how):
    got = []

    def send(news):
        if not got and how == "breaks":
            got.append(None)
            raise ConnectionError(NAME)
        got.extend(news)
        return news != ["first"]

    outbox = Outbox("traces", send, pause=0.01)
    outbox.put(["first"])
    until(lambda: dropped()["traces"] == 1)
    outbox.put(["second"])
    until(lambda: got[-1] == "second")
    assert dropped()["traces"] == 1
    assert NAME not in caplog.text


def test_a_stop_sends_what_waits_and_waits_for_nobody_for_long():
    got = []
    quick = Outbox("traces", lambda news: got.extend(news) or True, pause=3600)
    quick.put([1, 2])
    quick.close(20)
    assert got == [1, 2]
    slow = Slow()
    stuck = Outbox("traces", slow, pause=3600)
    stuck.put([1])
    began = time.monotonic()
    stuck.close(0.2)
    assert 0.1 < time.monotonic() - began < 5
    slow.go.set()


def test_a_child_sends_its_own_news_only():
    got = []
    outbox = Outbox("traces", lambda news: got.extend(news) or True, pause=3600)
    outbox.put(["the parent's"])
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        outbox.put(["the child's"])
        outbox.close(20)
        os.write(writing, repr(got).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 1000) == b'["the child\'s"]'
    outbox.close(20)
    assert got == ["the parent's"]


def spans_in(bodies):
    found = [ExportTraceServiceRequest.FromString(body) for body in bodies]
    return [span for one in found for resource in one.resource_spans for span in resource.scope_spans[0].spans]


def test_a_collector_that_hangs_delays_no_line_of_the_log_and_loses_no_note(dropped):
    """Every answer has its line within a moment, as long as the collector says nothing; afterwards it gets the rest."""
    hold, log, counted = threading.Event(), io.StringIO(), []
    answers = 2 * MOST
    with receiving(hold) as receiver:
        traces = Traces(receiver.url, Marks("k" * 40), on_time=0.3)
        notes = Notes(pause=0.02)
        notes.take(traces.take, Turns(Form(Marks("k" * 40), as_json=True), log).take, counted.extend)
        latest = 0.0
        for number in range(20):
            for _ in range(answers // 20):
                notes._note(NOTE)
            began = time.monotonic()
            until(lambda number=number: log.getvalue().count("\n") == (number + 1) * answers // 20)
            latest = max(latest, time.monotonic() - began)
            time.sleep(0.1)
        assert latest < 1
        assert len(counted) == answers
        assert receiver.bodies("/v1/traces"), "it was asked, and hung"
        until(lambda: dropped()["traces"] > 0)
        hold.set()
        notes.close()
        traces.close()
        arrived = len(spans_in(receiver.bodies("/v1/traces")))
        assert 0 < dropped()["traces"] <= answers
        assert arrived + dropped()["traces"] >= answers, "what did not arrive is counted"
