"""The fields that the stand-in sends, against requests of Twilio's that were published."""

import json
from pathlib import Path

import pytest

from tests.rehearsal.toy import call, menu

SAMPLES = {
    sample["kind"].partition(" (")[0]: sample["form"]
    for sample in json.loads((Path(__file__).parents[1] / "phone" / "webhook_samples.json").read_text("utf-8"))[
        "samples"
    ]
    if "form" in sample
}
RECORD = '<Record action="/left" finishOnKey="#" recordingStatusCallback="/rec"/>'
DIAL = '<Dial action="/rang"><Number>+441604367125</Number></Dial>'
PAGES = {"/voice": menu(), "/next": DIAL, "/rang": RECORD, "/left": menu()}


@pytest.fixture(scope="module")
def asked():
    toy, ringing = call(PAGES, transfer=("no-answer",))
    ringing.dial().press("1").leave_message(5).hang_up()
    return dict(toy.asked)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("inbound call", "/voice"),
        ("Gather action", "/next"),
        ("Dial action no-answer", "/rang"),
        ("call status callback completed", "/voice/status"),
        ("recordingStatusCallback from <Record>", "/rec"),
    ],
)
def test_every_field_of_a_published_request_is_sent(kind, path, asked):
    assert set(SAMPLES[kind]) - set(asked[path]) == set()


@pytest.mark.parametrize("name", ["CallStatus", "Direction", "ApiVersion"])
def test_fixed_fields_have_the_published_values(name, asked):
    assert asked["/voice"][name] == SAMPLES["inbound call"][name]


def test_a_call_that_did_not_bridge_says_so_as_published(asked):
    for name in ("DialCallStatus", "DialBridged", "CallStatus"):
        assert asked["/rang"][name] == SAMPLES["Dial action no-answer"][name]


def test_times_are_written_as_published(asked):
    form = asked["/voice/status"]
    assert form["Timestamp"].endswith(" +0000")
    assert form["SequenceNumber"] == SAMPLES["call status callback completed"]["SequenceNumber"]
