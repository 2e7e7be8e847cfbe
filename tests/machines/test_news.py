"""What Twilio tells of a call and its recording: in every order, repeated or never, it comes to one end."""

import itertools
import logging
import os
import random
import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from ivr.store import CallFacts
from tests.phone.signed import Line

DUE = date(2026, 11, 26)
SOME = 150
EVERY = [order for length in range(1, 6) for order in itertools.product(range(5), repeat=length)]
"""Every way in which up to five of five kinds of news arrive, repeats and all: 3,905."""


@pytest.fixture
def line(tmp_path, caplog):
    caplog.set_level(logging.CRITICAL)
    where = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tmp_path  # noqa: S108 - a folder of our own is made in it
    with tempfile.TemporaryDirectory(dir=where) as folder:
        running = Line(Path(folder))
        yield running
        running.app.extensions["switchboard"].close()


def news(line, call, recording):
    """Five kinds of news of one call, as Twilio posts them."""
    state = "/voice/message?s=1.record.12.0.0.nmk00.en-GB..4271...main"
    told = {"CallSid": call, "RecordingSid": recording}
    return [
        lambda: line.post("/voice/status", CallSid=call, CallStatus="in-progress", SequenceNumber="1"),
        lambda: line.post("/voice/status", CallSid=call, CallStatus="completed", CallDuration="34", SequenceNumber="2"),
        lambda: line.post("/voice/recording", **told, RecordingStatus="failed", RecordingDuration="0"),
        lambda: line.post("/voice/recording", **told, RecordingStatus="completed", RecordingDuration="4"),
        lambda: line.post(state, **told, RecordingDuration="5", Digits="hangup"),
    ]


def end_of(line, call):
    """What staff see of it."""
    request = line.app.extensions["switchboard"].store.request_of(call)
    messages = [(message.seconds, message.status) for message in request.messages]
    (row,) = [row for row in line.calls if row[0] == call]
    return request.stopped_at, messages, request.calls, request.status, row[1:]


def played(line, orders, now):
    """The ends that the same news came to, for each set of news."""
    store, ends = line.app.extensions["switchboard"].store, defaultdict(set)
    sids = {order: f"CA{number:032x}" for number, order in enumerate(orders)}
    for number, (order, sid) in enumerate(sids.items()):
        facts = CallFacts(sid, 5, f"+44740{number:07}", "en-GB", "normal", "number")
        store.confirm(facts, f"+44740{number:07}", DUE, now)
        told = news(line, sid, f"RE{number:032x}")
        for event in order:
            assert told[event]().status_code == 200
    line.calls = [(row[0], row[5], row[8]) for row in line.rows("calls")]
    for order, sid in sids.items():
        ends[frozenset(order)].add(repr(end_of(line, sid)))
    return ends


@pytest.mark.parametrize("how_many", [SOME, pytest.param(len(EVERY), marks=pytest.mark.prove)])
def test_the_same_news_comes_to_the_same_end_in_whatever_order(line, now, figures, how_many):
    orders = random.Random(7).sample(EVERY, how_many) if how_many < len(EVERY) else EVERY
    ends = played(line, orders, now)
    assert {news: found for news, found in ends.items() if len(found) > 1} == {}
    figures("orders of news from Twilio", orders=how_many, sets_of_news=len(ends), ends_of_one_set_at_most=1)
