"""What comes in a signed request may be anybody's: where calls go, what is logged and what is said is ours."""

import json
import logging
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.phone.shifted import READ, is_shifted
from ivr.phone.signature import sign
from ivr.prompts.load import load
from ivr.watching.notes import Silent
from tests.phone.signed import SID, Line, action, words

CAPTURED = json.loads(Path(__file__).with_name("webhook_samples.json").read_text("utf-8"))["samples"]
SAMPLES = [sample for sample in CAPTURED if "form" in sample]
PREMIUM, EVIL = "+19005550123", "evil.example"
ROUTES = ("/voice", "/voice/turn", "/voice/again", "/voice/status", "/voice/recording", "/voice/whisper")
ROUTES += ("/voice/fallback", "/voice/fallback/rang", "/voice/fallback/key", "/voice/staff")
HOSTILE = (
    {"Digits": f"0</Gather><Dial>{PREMIUM}</Dial>"},
    {"SpeechResult": f"</Say><Dial>{PREMIUM}</Dial><Say>", "Confidence": "0.99"},
    {"SpeechResult": f"call {PREMIUM}", "Confidence": "0.99"},
    {"From": PREMIUM, "Caller": PREMIUM, "ForwardedFrom": PREMIUM},
    {"To": PREMIUM, "Called": PREMIUM, "Digits": "0"},
    {"RecordingUrl": f"https://{EVIL}/a.wav", "RecordingSid": "RE" + "1" * 32, "RecordingDuration": "4", "Digits": "1"},
    {"RecordingSid": f"../../{EVIL}", "RecordingDuration": "4", "Digits": "1"},
    {"DialCallStatus": "busy", "DialCallSid": f"CA@{EVIL}", "Digits": "1"},
    {"CallerName": f"<Redirect>https://{EVIL}</Redirect>", "Digits": "4"},
    {"Url": f"https://{EVIL}", "StatusCallback": f"https://{EVIL}", "FallbackUrl": f"https://{EVIL}", "Digits": "0"},
    {"ErrorUrl": f"https://{EVIL}", "ErrorCode": "11200", "Digits": "0"},
)
LEADING = ("action", "url", "statusCallback", "recordingStatusCallback", "referUrl", "partialResultCallback")
WAYS = ((), ("0",), ("4",), ("4", "1"), ("4", "2"), ("4", "1", "1"), ("4", "1", "1", "1", "1", "2", "2", "1"), ("1",))


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    made = Line(tmp_path_factory.mktemp("line"))
    yield made
    made.app.extensions["switchboard"].close()


def targets(answer):
    """Where a document sends the call: hosts of addresses, numbers that are rung, numbers that are shown."""
    document = ET.fromstring(answer.data)
    addresses = [value for verb in document.iter() for name, value in verb.attrib.items() if name in LEADING]
    addresses += [(verb.text or "").strip() for verb in document.iter() if verb.tag in {"Play", "Redirect"}]
    numbers = [(verb.text or "").strip() for verb in document.iter() if verb.tag in {"Number", "Dial", "Sip", "Client"}]
    shown = [verb.attrib["callerId"] for verb in document.iter("Dial") if "callerId" in verb.attrib]
    return {urlsplit(one).hostname for one in addresses} - {None}, {one for one in numbers if one}, set(shown)


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_s10_nothing_in_a_request_decides_where_a_call_goes(line, way):
    ours, number = urlsplit(line.config.public_url).hostname, load(Path("prompts")).line.ringing.number
    for count, hostile in enumerate(HOSTILE):
        call = {"CallSid": f"CA{len(way)}{count:x}{'9' * 30}"}
        reached = line.call(*way, **call)[-1]
        on = action(reached) if b"action=" in reached.data else "/voice"
        answers = [reached, *(line.post(path, **{**call, **hostile}) for path in (on, *ROUTES))]
        for answer in (one for one in answers if one.status_code == 200 and one.data.startswith(b"<")):
            hosts, rung, shown = targets(answer)
            assert hosts <= {ours, "api.twilio.com"}, answer.data
            assert EVIL not in answer.get_data(as_text=True)
            assert rung <= {number}, answer.data
            assert shown <= {line.config.caller_id}, answer.data


@pytest.mark.parametrize("path", ROUTES)
def test_s7_what_was_refused_is_logged_without_a_word_of_it(line, caplog, path):
    caplog.set_level(logging.DEBUG)
    form = line.form(SpeechResult="zebra assembly", Digits="4711")
    good = sign(line.config.public_url + path, list(form.items()), line.config.auth_token)
    wrong = sign(line.config.public_url + path, list(form.items()), "another token")
    assert line.client.post(path, data=form, headers={"X-Twilio-Signature": wrong}).status_code == 403
    assert line.post(path, SpeechResult="zebra assembly", Digits="4711").status_code == 200
    for secret in (good, wrong, line.config.auth_token, "zebra", "4711", "7700900123"):
        assert secret not in caplog.text


def shifted(fields):
    """Other fields that Twilio's signature takes for these: names and values are joined without anything between."""
    keyed, caller = fields["Digits"], fields["From"]
    rest = {name: value for name, value in fields.items() if name not in {"Digits", "From"}}
    yield {**rest, f"Digits{keyed[0]}": keyed[1:], "From": caller}
    yield {**rest, "Digits": f"{keyed}From{caller}"}
    yield {**rest, "Digits": keyed, "F": f"rom{caller}"}
    yield {**rest, "D": f"igits{keyed}", "From": caller}


def test_s5_fields_that_can_be_seen_to_be_shifted_are_refused(tmp_path):
    """The set of our list of requirements, and the same with keys of every kind and callers who hide."""
    line, seen = Line(tmp_path), 0
    for keys in ("1", "12", "*", "02079460018#"):
        for caller in ("+447700900123", "anonymous", "sip:family@example.org", ""):
            form = dict(sorted(line.form(Digits=keys, From=caller).items()))
            signature = sign(line.config.public_url + "/voice/turn", list(form.items()), line.config.auth_token)
            for fields in shifted(form):
                pairs = sorted(fields.items())
                if sign(line.config.public_url + "/voice/turn", pairs, line.config.auth_token) != signature:
                    continue
                seen += 1
                answer = line.client.post("/voice/turn", data=fields, headers={"X-Twilio-Signature": signature})
                assert answer.status_code == 403, fields
    assert seen >= 30
    line.app.extensions["switchboard"].close()


def test_s5_keys_that_another_field_has_swallowed_are_refused():
    rest = dict.fromkeys(("AccountSid", "CallSid", "CallStatus", "From", "To"), "x")
    assert is_shifted({**rest, "CallerZip": "Digits12"})
    assert is_shifted({**rest, "CallerZip": "Digits1Directioninbound"})
    assert not is_shifted({**rest, "CallerZip": "Digits12", "Digits": "1"})
    assert not is_shifted({**rest, "SpeechResult": "Digits1and2"})
    assert is_shifted({**rest, "RecordingDuration": "12RecordingSidRE1"})
    assert not is_shifted({**rest, "RecordingDuration": "12", "RecordingUrl": "https://example.org/Recordings/RE1"})
    assert not is_shifted({**rest, "SpeechResult": "Digits please. From here to there."})
    assert is_shifted({**{name: "x" for name in rest if name != "To"}, "SpeechResult": "yesTo+44"})


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["kind"] for sample in SAMPLES])
def test_s5_no_request_that_twilio_has_sent_is_taken_for_a_shifted_one(sample):
    assert not is_shifted(sample["form"])


@given(
    st.dictionaries(
        st.from_regex(r"([A-Z][a-z]+){1,3}", fullmatch=True).filter(lambda name: name not in READ)
        | st.sampled_from(
            ["MediaUrl0", "SipHeader_X-Caller-9", "StirVerstat", "ToRegion", "DigitsEntered", "Call", "Recording"]
        ),
        st.sampled_from(["", "US", "true", "LOS ANGELES", "+447700900123", "2026-11-29", "https://example.org/?a=b"]),
        max_size=6,
    )
)
def test_s5_whatever_twilio_may_add_is_taken(added):
    assert not is_shifted({**SAMPLES[0]["form"], **added})


def test_s5_fields_that_were_shifted_under_a_signature_do_nothing_that_the_caller_did_not(tmp_path):
    line = Line(tmp_path)
    waits = line.call("4", "1", "2")[-1]
    form = dict(sorted(line.form(Digits="02079460018").items()))
    signature = sign(line.config.public_url + action(waits), list(form.items()), line.config.auth_token)
    taken = 0
    for fields in shifted(form):
        pairs = sorted(fields.items())
        if sign(line.config.public_url + action(waits), pairs, line.config.auth_token) != signature:
            continue
        taken += 1
        before = line.rows("requests"), line.rows("promises")
        answer = line.client.post(action(waits), data=dict(pairs), headers={"X-Twilio-Signature": signature})
        if answer.status_code == 200:
            assert "The number that I have is" not in words(answer) or fields.get("Digits") == form["Digits"]
        else:
            assert answer.status_code == 403
        if fields.get("Digits") != form["Digits"]:
            assert (line.rows("requests"), line.rows("promises")) == before
    assert taken >= 2, "at least two of them carry the same signature"
    line.app.extensions["switchboard"].close()


def test_s59_nothing_that_is_kept_of_a_caller_is_said_when_the_number_rings_again(tmp_path):
    """Whoever shares the phone hears no number in full, no answer, and no word that was left."""
    line = Line(tmp_path)
    line.call("4", "1", "2", "02079460018", "1", "1", "2", "1", "2", "2")
    line.call("4", "1", "1", "1", "2", CallSid="CA" + "2" * 32, SpeechResult="tamsin and the zebra")
    heard = " ".join(
        words(answer).lower()
        for sid, keys in (("3", ("4", "1", "1")), ("4", ("1",)), ("5", ("0",)), ("6", ("4", "1", "2", "02079460018")))
        for answer in line.call(*keys, CallSid="CA" + sid * 32)[: len(keys)]
    )
    plain = "".join(heard.split())
    assert "tamsin" not in heard
    assert "2079460018" not in plain.replace(",", "")
    assert "7700900123" not in plain.replace(",", "")
    assert SID.lower() not in heard
    line.app.extensions["switchboard"].close()


REAL = {"TWILIO_ACCOUNT_SID": "AC" + "a" * 32, "TWILIO_AUTH_TOKEN": "a-token", "SECRET_KEY": "s" * 40, "WORKER": "off"}
REAL |= {"PUBLIC_URL": "https://line.example", "ENCRYPTION_KEY": "5" * 64}
NUMBERS = {"TWILIO_NUMBER": "+442079460000", "TWILIO_MORE_NUMBERS": "+442079460001, +442079460002"}


class Counting(Silent):
    """Counts by name what is counted while a request is answered."""

    def __init__(self):
        self.counts = []

    def count(self, what, *_labels, times=1):
        self.counts += [what] * times


@pytest.mark.parametrize(
    ("settings", "to", "told"),
    [
        (NUMBERS, "+442079460000", 0),
        (NUMBERS, "+442079460002", 0),
        (NUMBERS, "+442079460009", 1),
        (NUMBERS, "sip:line@example.org", 1),
        (NUMBERS, "", 1),
        ({}, "+442079460009", 0),
    ],
)
def test_s5_a_call_for_a_number_that_is_not_ours_is_answered_counted_and_told_of(tmp_path, caplog, settings, to, told):
    line, watch = Line(tmp_path, **REAL, **settings), Counting()
    line.app.wsgi_app._desk.watch = watch
    assert b"<Gather" in line.post("/voice", To=to).data
    assert watch.counts.count("other_numbers") == told
    assert [one.levelname for one in caplog.records if "TWILIO_MORE_NUMBERS" in one.message] == ["WARNING"] * told
    assert "9460009" not in caplog.text
    line.app.extensions["switchboard"].close()


@pytest.mark.parametrize(("path", "fields"), [("/voice/status", {"CallStatus": "completed"}), ("/voice/staff", {})])
def test_s5_news_and_calls_of_staff_name_other_numbers_and_are_not_told_of(tmp_path, caplog, path, fields):
    line = Line(tmp_path, **REAL, **NUMBERS)
    assert line.post(path, To="+447700900777", **fields).status_code == 200
    assert "TWILIO_MORE_NUMBERS" not in caplog.text
    line.app.extensions["switchboard"].close()
