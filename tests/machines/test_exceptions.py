"""Whatever breaks inside a step, and wherever, the caller hears words and a person is rung."""

import logging
import re

import pytest

from ivr.audio.library import Library
from ivr.phone import twiml
from ivr.phone.twiml import Writer
from ivr.promises import Promises
from ivr.store import Store
from tests.phone.signed import Line, action, words
from tests.phone.test_webhook import spoken


class BrokenError(Exception):
    """Nobody expects it."""


def breaks(*_given, **_named):
    raise BrokenError("+447700900123 must not be told")


POINTS = {
    "reading the files": ("ivr.prompts.load.Watched", "_look"),
    "deciding": ("ivr.flow.engine", "step"),
    "what follows a promise": ("ivr.flow.engine", "settle"),
    "reading the state": ("ivr.line", "decode"),
    "keeping a promise": (Promises, "keep"),
    "carrying out effects": (Promises, "carry_out"),
    "looking up a number": (Promises, "look_up"),
    "the store, wishing": (Store, "wish"),
    "the store, confirming": (Store, "confirm"),
    "the store, where the caller left off": (Store, "left"),
    "noting what was heard": ("ivr.listening.Listening", "note"),
    "finding audio": (Library, "find"),
    "writing TwiML": (Writer, "document"),
    "the builder of TwiML": (twiml, "add"),
}


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    running = Line(tmp_path_factory.mktemp("breaks"), VOICE="shipped")
    yield running
    running.app.extensions["switchboard"].close()


class Full(logging.Handler):
    """A log on a disk that is full, whose handler does not even say so politely."""

    def emit(self, _record):
        raise OSError(28, "No space left on device")


@pytest.fixture(params=[False, True], ids=["", "and the log is full"])
def log(request, caplog):
    if not request.param:
        yield
        return
    full = Full()
    logging.getLogger("ivr").addHandler(full)
    yield
    logging.getLogger("ivr").removeHandler(full)


@pytest.mark.parametrize("point", POINTS)
def test_wherever_it_breaks_there_are_words_and_a_person(point, line, log, monkeypatch, figures):
    """Every step of a call, from the first to the reference, with this one thing broken from then on."""
    owner, name = POINTS[point]
    calls = [line.call(*keys) for keys in ((), ("4",), ("4", "1"), ("4", "1", "1"), ("2", "1"), ("0",))]
    line.app.extensions["switchboard"]._flows._next = 0.0
    target = f"{owner}.{name}" if isinstance(owner, str) else None
    if target:
        monkeypatch.setattr(target, breaks)
    else:
        monkeypatch.setattr(owner, name, breaks)
    for answers in calls:
        for path in ("/voice", action(answers[-1]) if b"action=" in answers[-1].data else "/voice/again"):
            answer = line.post(path, Digits="1")
            document = spoken(answer)
            assert {verb.tag for verb in document} & {"Gather", "Dial", "Record", "Redirect"}
            assert "7700" not in words(answer)
            assert not re.search(rb"Traceback|BrokenError|File \"", answer.data)
    figures("places where a step was broken", places=1, answered_with_words=len(calls) * 2, answered_with_a_fault=0)
