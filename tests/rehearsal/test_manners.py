"""The line's own rules for its documents: each lapse is noticed, and good documents have none."""

import pytest

from ivr.rehearsal.manners import lapses
from ivr.rehearsal.twiml import parse

SAY = '<Say voice="Polly.Amy-Neural" language="en-GB">Hello.</Say>'
GATHER = (
    '<Gather input="dtmf speech" numDigits="1" finishOnKey="" timeout="10" action="/t" actionOnEmptyResult="true" '
    f'language="en-GB">{SAY}</Gather>'
)
ENTRY = '<Gather input="dtmf" finishOnKey="#" timeout="10" action="/t" actionOnEmptyResult="true">' + SAY + "</Gather>"
RECORD = '<Record action="/m" maxLength="120" timeout="10" finishOnKey="#" playBeep="true"/><Redirect>/t</Redirect>'
DIAL = SAY + '<Dial action="/r" timeout="30" callerId="+442079460000"><Number url="/w">+441604367125</Number></Dial>'


def found(inside):
    return list(lapses(parse(f"<Response>{inside}</Response>".encode())))


@pytest.mark.parametrize("inside", [GATHER, ENTRY, SAY + RECORD, DIAL, SAY + "<Hangup/>"])
def test_a_good_document_has_no_lapse(inside):
    assert found(inside) == []


LAPSES = {
    "hurried": (GATHER.replace('timeout="10"', 'timeout="9"'), "row 14"),
    "hurried by default": (GATHER.replace('timeout="10"', ""), "row 14"),
    "silence falls off": (GATHER.replace('actionOnEmptyResult="true"', ""), "row 54"),
    "no action": (GATHER.replace('action="/t"', ""), "row 54"),
    "a key needs another key": (GATHER.replace('numDigits="1"', ""), "rows 53"),
    "a number by voice": (ENTRY.replace('input="dtmf"', 'input="dtmf speech" language="en-GB"'), "rows 53"),
    "heard as American": (GATHER.replace('"true" language="en-GB"', '"true" language="en-US"'), "row 52"),
    "a question outside": (SAY + GATHER.replace(SAY, ""), "row 13"),
    "a long message": (RECORD.replace("120", "121"), "row 72"),
    "an impatient message": (RECORD.replace('timeout="10"', 'timeout="5"'), "row 72"),
    "any key ends a message": (RECORD.replace('finishOnKey="#"', ""), "row 72"),
    "no beep": (RECORD.replace('playBeep="true"', 'playBeep="false"'), "row 72"),
    "transcribed": (RECORD.replace("<Record", '<Record transcribe="false"'), "row 73"),
    "nothing after a transfer": (DIAL.replace('action="/r"', ""), "row 43"),
    "short ringing": (DIAL.replace('timeout="30"', 'timeout="19"'), "row 40"),
    "long ringing": (DIAL.replace('timeout="30"', 'timeout="61"'), "row 40"),
    "the caller's number shown": (DIAL.replace('callerId="+442079460000"', ""), "row 44"),
    "a recorded transfer": (DIAL.replace("<Dial", '<Dial record="true"'), "row 46"),
    "a transfer without a word": (DIAL.replace(SAY, ""), "row 39"),
    "a voice left to chance": (GATHER.replace('voice="Polly.Amy-Neural"', ""), "row 52"),
    "a sermon": (GATHER.replace("Hello.", "a" * 2501), "row 48"),
    "no goodbye": ("<Hangup/>", "row 18"),
    "nothing at all": ("", "no way on"),
    "words and no more": (SAY, "row 54"),
    "a message and no more": (RECORD.replace("<Redirect>/t</Redirect>", ""), "row 54"),
}


@pytest.mark.parametrize("case", LAPSES)
def test_a_lapse_is_noticed(case):
    inside, words = LAPSES[case]
    assert len(found(inside)) == 1
    assert words in found(inside)[0]
