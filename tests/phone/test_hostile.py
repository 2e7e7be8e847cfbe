"""What comes in a signed request may be anybody's: where calls go, what is logged and what is said is ours."""

import logging
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from ivr.phone.signature import sign
from ivr.prompts.load import load
from tests.phone.signed import SID, Line, action, words

PREMIUM, EVIL = "+19005550123", "evil.example"
ROUTES = ("/voice", "/voice/turn", "/voice/again", "/voice/status", "/voice/recording", "/voice/whisper")
ROUTES += ("/voice/fallback", "/voice/fallback/rang", "/voice/fallback/key", "/voice/staff")
HOSTILE = (
    {"Digits": f"0</Gather><Dial>{PREMIUM}</Dial>"},
    {"SpeechResult": f"</Say><Dial>{PREMIUM}</Dial><Say>", "Confidence": "0.99"},
    {"SpeechResult": f"call {PREMIUM}", "Confidence": "0.99"},
    {"From": PREMIUM, "Caller": PREMIUM, "ForwardedFrom": PREMIUM},
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
        call = {"CallSid": f"CA{len(way)}{count}{'9' * 30}"}
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
