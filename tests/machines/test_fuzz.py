"""Whatever is in a signed request, there are words and a way on; nothing is ever answered with a fault of ours."""

import logging
import os
import random
import tempfile
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest

from ivr.flow.state import LONGEST
from ivr.phone.requests import LARGEST_BODY
from ivr.phone.signature import sign
from tests.phone.oracle import problems
from tests.phone.signed import SID, Line, action
from tests.phone.test_webhook import PATHS

FEW, MANY, PARTS = 1_500, 12_500, 8

TEXTS = (
    *(
        "",
        " ",
        "</Say><Dial>+1900123456</Dial>",
        "&",
        "]]>",
        "\x00",
        "\x0b",
        "\ufffe",
        "\ud800",
        "\u202eperson",
        "{{7*7}}",
    ),
    *("=HYPERLINK(1)", "<script>alert(1)</script>", "' OR 1=1--", "a\r\nSet-Cookie: x=1", "🙂" * 50, "x" * 60_000),
    *("{key}", "%s%n", "../../etc/passwd", "${jndi:ldap://x}", "mediation", "a person please", "nein", "０", "ß" * 300),
)
KEYS = (
    *("", "#", "*", "1#", "hangup", "²", "٣", "９", "1_0", "+1", " 1 ", "-1", "9" * 5_000, "0x1", "1e3", "A", "1\r\n"),
    *(
        "0",
        "1",
        "2",
        "3",
        "4",
        "**",
        "0#",
        "02079460018",
        "02079460018#",
        "999",
        "00000000000",
        "1234567890123456789012",
    ),
)
SIDS = ("", "CA", "XX" + "1" * 32, "CA" + "1" * 33, "CA" + "A" * 32, "../../etc", "%2e%2e", "CA" + "1" * 31 + "\n", SID)
NUMBERS = (
    *("", "anonymous", "unknown", "restricted", "+266696687", "+86282452253", "+8656696", "+2562533", "+7378742833"),
    *("sip:a@b.example", "client:x", "+" + "4" * 40, "+449098790000", "+44", "07700900123", "+447700900123", "+٤٤٧٧"),
)
WORDS = ("", "completed", "busy", "no-answer", "failed", "canceled", "in-progress", "teleported", "COMPLETED", "absent")
COUNTS = ("", "0", "1", "95", "-1", "1.5", "nan", "9" * 400, "²", "1_0", "0x10", " 7")
URLS = (
    "https://api.twilio.com@evil.example/",
    "file:///etc/passwd",
    "http://[::ffff:127.0.0.1]/",
    "//evil.example",
    "x",
)
FIELDS = {
    "Digits": KEYS + TEXTS,
    "SpeechResult": TEXTS,
    "TranscriptionText": TEXTS,
    "Confidence": (*COUNTS, "0.93", "1.0", "inf"),
    "CallSid": SIDS,
    "RecordingSid": (*SIDS, "RE" + "5" * 32),
    "RecordingUrl": URLS,
    "From": NUMBERS + TEXTS,
    "To": NUMBERS,
    "Caller": NUMBERS,
    "CallStatus": WORDS,
    "DialCallStatus": WORDS,
    "DialCallDuration": COUNTS,
    "DialBridged": ("", "true", "false", "TRUE", "0", "maybe"),
    "RecordingStatus": WORDS,
    "RecordingDuration": COUNTS,
    "CallDuration": COUNTS,
    "SequenceNumber": COUNTS,
    "ErrorCode": (*COUNTS, "11200"),
    "ErrorUrl": URLS,
    "Called": NUMBERS,
    "FromCity": TEXTS,
    "NewField": TEXTS,
}
NEWS = ("/voice/status", "/voice/recording", "/voice/whisper/answer", "/voice/staff")
"""Answered without a way on: news of a call, and a person of the staff who is rung and not expected."""
WAYS = {"Gather", "Record", "Dial", "Redirect"}


class Listener(logging.Handler):
    """Counts what was logged as an exception."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.tracebacks = []

    def emit(self, record):
        if record.exc_info:
            self.tracebacks.append(record.getMessage())


@pytest.fixture
def listener():
    listening, root = Listener(), logging.getLogger()
    before, _ = root.level, root.addHandler(listening)
    yield listening
    root.removeHandler(listening)
    root.setLevel(before)


@pytest.fixture
def line(tmp_path, caplog):
    """In memory where this machine has that: these requests are about words, and others test the disk."""
    caplog.set_level(logging.CRITICAL, "ivr")
    where = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tmp_path  # noqa: S108 - a folder of our own is made in it
    with tempfile.TemporaryDirectory(dir=where) as folder:
        running = Line(Path(folder))
        yield running
        running.app.extensions["switchboard"].close()


def places(line):
    """Addresses at which calls wait, all over the line."""
    found = {action(line.post("/voice"))}
    for keys in ("21", "211", "22", "1", "3", "41", "411", "4112", "41121", "411222", "4112221", "42", "43", "44", "0"):
        for caller in ("+447700900123", "anonymous"):
            answers = [line.post("/voice", From=caller)]
            for key in keys:
                if b'action="' not in answers[-1].data:
                    break
                answers.append(line.post(action(answers[-1]), From=caller, Digits=key))
            found |= {action(answer) for answer in answers if b'action="' in answer.data}
    return sorted(found)


def damaged(chance, place):
    """A state as somebody might bend it."""
    path, _, state = place.partition("?s=")
    match chance.randrange(5):
        case 0:
            at = chance.randrange(len(state) + 1)
            state = state[:at] + chance.choice(".~-_az09AZ%²\x00") + state[at + chance.randrange(2) :]
        case 1:
            state = state[: chance.randrange(len(state) + 1)]
        case 2:
            state = chance.choice(TEXTS)[: LONGEST * 2]
        case 3:
            state += "&s=" + state
        case _:
            parts = state.split(".")
            parts[chance.randrange(len(parts))] = chance.choice(["", "0", "9999", "main", "person", "xx-XX", "nmk11"])
            state = ".".join(parts)
    return f"{path}?s={quote(state.encode('utf-8', 'replace'), safe='.~-_&=')}"


def a_request(chance, known):
    """A path and a form, both more or less spoilt."""
    place = chance.choice(known) if chance.random() < 0.7 else chance.choice(PATHS)
    if "?s=" in place and chance.random() < 0.4:
        place = damaged(chance, place)
    spoilt = {name: chance.choice(FIELDS[name]) for name in chance.sample(sorted(FIELDS), chance.randint(1, 4))}
    return place, {
        name: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for name, value in spoilt.items()
    }


def wrong(path, answer):
    """What is wrong with an answer; nothing for a good one."""
    if answer.status_code != 200:
        return f"status {answer.status_code}"
    if answer.headers["Content-Type"] != "text/xml; charset=utf-8" or len(answer.data) > 64_000:
        return "not a document that Twilio takes"
    try:
        response = ET.fromstring(answer.data)
    except ET.ParseError as error:
        return f"cannot be parsed: {error}"
    if found := list(problems(response)):
        return str(found)
    if WAYS.isdisjoint(verb.tag for verb in response):
        ends = response.find("Hangup") is not None
        said = "".join(response.itertext())
        if not (path.startswith(NEWS) or (ends and "oodbye" in said)):
            return f"no way on: {answer.get_data(as_text=True)}"
    return ""


def fuzzed(line, seed, count):
    chance, known = random.Random(seed), places(line)
    found = []
    for _ in range(count):
        path, spoilt = a_request(chance, known)
        form = line.form(**spoilt)
        answer = line.post(path, form=form)
        too_large = len(urlencode(form)) > LARGEST_BODY  # two long texts in one: Twilio never sends that much
        trouble = "" if too_large and answer.status_code == 413 else wrong(path, answer)
        if trouble:
            found.append((trouble, path, {name: value[:80] for name, value in spoilt.items()}))
    return found


@pytest.mark.parametrize(
    ("seed", "count"), [(0, FEW), *(pytest.param(part, MANY, marks=pytest.mark.prove) for part in range(1, PARTS + 1))]
)
def test_whatever_is_in_a_signed_request_there_is_a_way_on(line, listener, figures, seed, count):
    assert fuzzed(line, seed, count) == []
    assert listener.tracebacks == []
    figures("fuzzed requests", requests=count, answered_5xx=0, tracebacks=0, not_xml=0, no_way_on=0)


RAW = {
    "bytes that are no text": b"\xff\xfe\x00Digits=1",
    "70 kB": b"Digits=" + b"9" * 70_000,
    "400,000 keys": b"&".join(b"k%d=" % number for number in range(400_000)),
    "nothing": b"",
    "ampersands": b"&" * 1000,
    "half an escape": b"Digits=%&From=%2&To=%zz",
    "a key 4,000 times": b"Digits=1&" * 150,
}


@pytest.mark.parametrize("name", RAW)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", "multipart/form-data", ""])
def test_no_body_is_answered_with_a_fault_of_ours(line, listener, name, kind):
    """Twilio sends none of these; whoever does is refused, or hears words."""
    for fields in ([], [("Digits", "1")]):
        signature = sign(line.config.public_url + "/voice/turn", fields, line.config.auth_token)
        headers = {"X-Twilio-Signature": signature}
        answer = line.client.post("/voice/turn", data=RAW[name], content_type=kind, headers=headers)
        assert answer.status_code in {200, 403, 413, 415}
    assert listener.tracebacks == []


def test_a_key_given_many_times_counts_once(line):
    start = action(line.post("/voice"))
    form = [*line.form().items(), *[("Digits", "2")] * 5, ("Digits", "4")]
    signature = sign(line.config.public_url + start, form, line.config.auth_token)
    body = "&".join(f"{quote(name)}={quote(value)}" for name, value in form)
    kind = "application/x-www-form-urlencoded"
    answer = line.client.post(start, data=body, content_type=kind, headers={"X-Twilio-Signature": signature})
    assert wrong(start, answer) == ""


def test_a_fault_would_be_seen(line, listener):
    """The judge itself: a step that breaks, an answer that cannot be parsed, a call that ends by itself."""
    logging.getLogger("ivr").setLevel(logging.ERROR)
    line.app.extensions["switchboard"].answer = lambda *_: 1 / 0
    assert fuzzed(line, 1, 30) == []
    assert listener.tracebacks, "the caller heard words, and staff have a traceback to read"

    class Answer:
        status_code, headers = 200, {"Content-Type": "text/xml; charset=utf-8"}

        def __init__(self, data):
            self.data = data

        def get_data(self, **_):
            return self.data

    for body in (b"<Response><Say>x</Say></Response>", b"<Response><Hangup/></Response>", b"<Response>\x0b</Response>"):
        assert wrong("/voice/turn", Answer(body))
