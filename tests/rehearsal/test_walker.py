"""The random caller notices when the line breaks a promise: each of its checks, on a line that is spoilt."""

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.prompts.load import load
from ivr.rehearsal.transport import Transport
from ivr.rehearsal.twiml import Answer
from tests.rehearsal.line import empty_database, real_line
from tests.rehearsal.walker import Walk, walks

SEEDS = range(60)
OWN, OTHER = "+447700900456", "+447700900457"


@pytest.fixture(scope="module")
def flow():
    return load(Path(__file__).parents[2] / "prompts")


@pytest.fixture
def line(tmp_path):
    line = real_line(tmp_path, empty_database(tmp_path))
    yield line
    line.close()


def spoilt(line, spoil):
    """The same line, with every document changed on its way to the caller."""

    def post(path, form, headers):
        answer = line.reach.transport.post(path, form, headers)
        return Answer(answer.status, answer.headers, spoil(path, answer.body))

    return replace(line, reach=replace(line.reach, transport=Transport(post, line.reach.transport.fetch)))


def first_wrong(line, flow):
    return next((" ".join(walk.wrong) for walk in walks(line, flow, SEEDS) if walk.wrong), "")


SILENT = (
    b'<Response><Gather numDigits="1" finishOnKey="" timeout="10" action="/voice/turn" actionOnEmptyResult="true">'
    b'<Say voice="Polly.Amy-Neural" language="en-GB">Hm.</Say></Gather></Response>'
)
SPOILT = {
    "a caller is hurried": (lambda _, body: body.replace(b'timeout="10"', b'timeout="5"'), "row 14"),
    "a call ends by itself": (
        lambda path, body: b"<Response><Hangup/></Response>" if path.startswith("/voice/turn") else body,
        "ended by line",
    ),
    "nobody is rung": (
        lambda _, body: SILENT if b"<Dial" in body else body,
        "neither a person nor a callback",
    ),
    "a long speech before ringing": (
        lambda _, body: body.replace(b"<Dial", b'<Pause length="40"/><Dial'),
        "seconds",
    ),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_spoilt_line_is_noticed(case, line, flow):
    spoil, words = SPOILT[case]
    assert words in first_wrong(spoilt(line, spoil), flow)


ROUND = (
    b'<Response><Gather numDigits="1" finishOnKey="" timeout="10" action="/voice/turn" actionOnEmptyResult="true">'
    b'<Say voice="Polly.Amy-Neural" language="en-GB">Take your time. I will wait.</Say></Gather></Response>'
)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda *_: ROUND, "3 failures in a row and nobody"),
        (lambda _, body: body.replace(b'timeout="45"', b'timeout="10"'), "before a late caller could answer"),
    ],
)
def test_going_round_and_too_little_patience_are_noticed(line, flow, spoil, words):
    found = [sentence for walk in walks(spoilt(line, spoil), flow, SEEDS) for sentence in walk.wrong]
    assert any(words in sentence for sentence in found), found


class Forgetful:
    """A store that says it kept a number, and has none."""

    def __init__(self, store):
        self._store = store

    def number_of(self, _):
        return None

    def __getattr__(self, name):
        return getattr(self._store, name)


def test_a_promise_without_a_number_is_noticed(line, flow):
    forgetful = Forgetful(line.store)
    for caller, store, words in ((OWN, line.store, ""), (OTHER, forgetful, "no number is stored")):
        walk = Walk(replace(line, store=store), flow, seed=0)
        call = line.reach.call(caller, ("busy",)).dial()
        walk._turned(call, 1, lambda call=call: call.press("411"))
        assert words in " ".join(walk.wrong)
        assert bool(walk.wrong) == bool(words)


def test_a_number_that_was_keyed_and_lost_is_noticed(line, flow):
    walk = Walk(replace(line, store=Forgetful(line.store)), flow, seed=0)
    call = line.reach.call("anonymous", ("busy",))
    call.dial()
    walk.given.add("+442079460018")
    walk._check_number_kept(call)
    assert "no request holds a number" in walk.wrong[0]


def test_the_same_seed_makes_the_same_call(tmp_path, flow):
    made = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        line = real_line(folder, empty_database(folder))
        walk = Walk(line, flow, seed=7)
        walk.go()
        made.append(walk.moves)
        line.close()
    assert made[0] == made[1]
