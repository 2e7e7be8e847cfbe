"""The stand-in refuses what Twilio refuses, and says so in a plain sentence with Twilio's number."""

import pytest

from ivr.rehearsal.twiml import LARGEST, Answer, TwilioRefuses, read
from tests.rehearsal.toy import HEAD

XML = {"content-type": "text/xml; charset=utf-8"}
SAY = '<Say voice="Polly.Amy-Neural" language="en-GB">Hello.</Say>'


def document(inside, *, head=HEAD, status=200, headers=XML):
    return Answer(status, headers, f"{head}<Response>{inside}</Response>".encode())


def refusal(answer, **how):
    with pytest.raises(TwilioRefuses) as caught:
        read(answer, **how)
    return caught.value


GOOD = [
    SAY,
    "<Hangup/>",
    "<Reject reason='busy'/>",
    "",
    (
        f'<Gather input="dtmf speech" numDigits="1" finishOnKey="" timeout="10" action="/a?s=1" '
        f'actionOnEmptyResult="true" language="en-GB" speechTimeout="3" '
        f'hints="yes, no">{SAY}<Pause length="2"/><Play>/a.wav</Play></Gather>'
    ),
    (
        '<Record action="/m" maxLength="120" timeout="10" finishOnKey="#" recordingStatusCallback="/r" '
        'recordingStatusCallbackEvent="completed absent"/><Redirect method="POST">/again</Redirect>'
    ),
    '<Dial action="/rang" timeout="30" callerId="+442079460000"><Number url="/w">+441604367125</Number></Dial>',
    '<Say voice="Polly.Amy-Neural" language="en-GB"><prosody rate="75%">One<break time="500ms"/> two.</prosody></Say>',
    '<Say voice="Google.en-GB-Neural2-A" language="en-GB">Hello.</Say>',
    "<Say>Hello.</Say>",
]


@pytest.mark.parametrize("inside", GOOD)
def test_what_twilio_plays_is_taken(inside):
    assert read(document(inside)).tag == "Response"


BAD = {
    "an empty Say": ("<Say> </Say>", "says nothing", 13520),
    "a Say of 3001 characters": (SAY.replace("Hello.", "a" * 3001), "3001 characters", 13521),
    "a Say that is long once it stands in an address": (SAY.replace("Hello.", "é " * 600), "too many", 13521),
    "a voice that does not speak the language": (SAY.replace("en-GB", "en-US"), "no voice Amy for en-US", 13511),
    "a voice that is not there": (SAY.replace("Polly.Amy-Neural", "Polly.Nobody"), "no voice Nobody", 13511),
    "a maker that is not there": (SAY.replace("Polly.Amy-Neural", "Fast.Amy"), "no voice Fast.Amy", 13511),
    "a neural voice named as a plain one": (SAY.replace("Amy-Neural", "Arthur"), "neural voice", 13511),
    "a plain voice named as a neural one": (
        SAY.replace("Amy", "Gwyneth").replace("en-GB", "cy-GB"),
        "not a neural voice",
        13511,
    ),
    "a basic voice in Polish": ('<Say language="pl-PL">x</Say>', "does not speak pl-PL", 13511),
    "no language for a British voice": ('<Say voice="Polly.Amy">x</Say>', "no voice Amy for en-US", 13511),
    "SSML for a basic voice": ("<Say>a<break/></Say>", "reads no <break>", 13520),
    "emphasis for a neural voice": (SAY.replace("Hello.", "<emphasis>x</emphasis>"), "<emphasis>", 13520),
    "a pace of 400%": (SAY.replace("Hello.", '<prosody rate="400%">x</prosody>'), "pace", 13513),
    "a pause of a minute": (SAY.replace("Hello.", 'x<break time="60s"/>'), "10 seconds", 12200),
    "an endless loop": (SAY.replace("<Say", '<Say loop="0"'), "loop", 12200),
    "a verb that is not there": ("<Speak>x</Speak>", "no <Speak>", 12200),
    "a verb in the wrong case": ("<say>x</say>", "no <say>", 12200),
    "an attribute that is not there": ('<Gather bargeIn="true"/>', "no attribute bargeIn", 12200),
    "a fraction of a second": ('<Pause length="0.5"/>', "0.5", 12200),
    "a wait of no seconds": ('<Gather timeout="0"/>', "timeout", 12200),
    "a Record inside a Gather": ("<Gather><Record/></Gather>", "may not stand inside <Gather>", 12200),
    "a Gather inside a Say": (f"<Say><Gather>{SAY}</Gather></Say>", "may not stand inside <Say>", 12200),
    "text on its own": ("Hello.", "may not hold text", 12200),
    "text beside a Number": ("<Gather>1<Pause/></Gather>", "may not hold text", 12200),
    "keys played into a Gather": ('<Gather><Play digits="1"/></Gather>', "<Play digits>", 12200),
    "a finishing key with speech": ('<Gather input="dtmf speech" finishOnKey="#"/>', "finishOnKey", 13310),
    "a number of keys with speech only": ('<Gather input="speech" numDigits="1"/>', "mean nothing", 13310),
    "a model with automatic waiting": (
        '<Gather input="speech" speechModel="phone_call" speechTimeout="auto"/>',
        "speechTimeout",
        13327,
    ),
    "501 hints": (f'<Gather input="speech" hints="{",".join(["a"] * 501)}"/>', "hints", 13330),
    "a hint of 101 letters": (f'<Gather input="speech" hints="{"a" * 101}"/>', "hints", 13330),
    "an American transcript": ('<Record transcribe="true"/>', "American English", 0),
    "a verb after Dial": (f'<Dial action="/a"><Number>+441604367125</Number></Dial>{SAY}', "after <Dial>", 12200),
    "a verb after Hangup": (f"<Hangup/>{SAY}", "after <Hangup>", 12200),
    "a verb after Redirect": (f"<Redirect>/a</Redirect>{SAY}", "after <Redirect>", 12200),
    "a rejection after words": (f"{SAY}<Reject/>", "must come first", 12200),
    "a number as it is dialled at home": ("<Dial><Number>01604367125</Number></Dial>", "01604367125", 13223),
    "eleven numbers": (f"<Dial>{'<Number>+441604367125</Number>' * 11}</Dial>", "at most 10", 13223),
    "an empty Dial": ("<Dial/>", "rings ''", 13223),
    "a Redirect to nowhere": ("<Redirect/>", "nowhere", 12200),
    "an empty Play": ("<Play/>", "plays nothing", 12200),
    "an address with a space": ("<Play>/a b.wav</Play>", "with a space", 11100),
    "an action with a space": ('<Gather action="/a b"/>', "action", 12200),
    "a substitute without its alias": (SAY.replace("Hello.", "<sub>x</sub>"), "needs alias", 12200),
}


@pytest.mark.parametrize("case", BAD)
def test_refused(case):
    inside, sentence, code = BAD[case]
    refused = refusal(document(inside))
    assert sentence in str(refused)
    assert refused.code == code


ENVELOPES = {
    "a server error": (document("", status=500), "status 500", 11200),
    "not found": (document("", status=404), "status 404", 11217),
    "a redirect, which loses the keys": (document("", status=302), "get lost", 11200),
    "created": (document("", status=201), "status 201", 11200),
    "plain text, which would be read aloud": (
        document("", headers={"content-type": "text/plain"}),
        "text/plain",
        12300,
    ),
    "no type": (document("", headers={}), "nothing", 12300),
    "too large": (document(f"<!--{'x' * LARGEST}-->"), "bytes", 11750),
    "a leading space": (document("", head=" " + HEAD), "starts with a space", 12100),
    "a leading new line": (document("", head="\n" + HEAD), "starts with a space", 12100),
    "nothing": (Answer(200, XML, b""), "empty", 12100),
    "not well formed": (document("<Say>"), "not well formed", 12100),
    "a control character": (document("<Say>\x0b</Say>"), "not well formed", 12100),
    "an entity bomb": (document("", head='<!DOCTYPE x [<!ENTITY a "b">]>'), "entities", 12100),
    "another root": (Answer(200, XML, b"<Answer/>"), "<Answer>", 12100),
}


@pytest.mark.parametrize("case", ENVELOPES)
def test_refused_before_it_is_read(case):
    answer, sentence, code = ENVELOPES[case]
    refused = refusal(answer)
    assert sentence.split(", ")[0] in str(refused)
    assert refused.code == code


def test_a_whisper_may_not_record_or_ring():
    whisper = document('<Gather numDigits="1" action="/w"/><Hangup/>')
    assert read(whisper, whisper=True).tag == "Response"
    assert "whisper may not use <Record>" in str(refusal(document("<Record/>"), whisper=True))


def test_every_problem_of_a_document_is_named_at_once():
    assert str(refusal(document('<Pause length="x"/><Say/>'))).count(";") == 1
