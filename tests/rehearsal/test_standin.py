"""The stand-in plays documents as Twilio does: keys, words, silence, recordings, transfers, the end of a call."""

from datetime import UTC, datetime

import pytest

from ivr.rehearsal.player import MOST_REDIRECTS
from ivr.rehearsal.standin import NOW, NotNow
from ivr.rehearsal.twiml import TwilioRefuses
from tests.rehearsal.toy import call, menu, say

NUMBER = "+441604367125"


def ring(action="/rang", inside=f"<Number>{NUMBER}</Number>", attributes='timeout="30"'):
    return f'<Dial action="{action}" {attributes}>{inside}</Dial>'


def record(attributes='finishOnKey="#" timeout="10" maxLength="120" recordingStatusCallback="/rec"'):
    return f'<Record action="/left" {attributes}/>'


# The first request


def test_the_first_request_has_the_fields_that_twilio_sends_the_empty_ones_too():
    toy, ringing = call({"/voice": menu()}, caller="+447700900123")
    ringing.dial()
    form = toy.forms("/voice")[0]
    assert form["CallStatus"] == "ringing"
    assert form["From"] == form["Caller"] == "+447700900123"
    assert form["CallerZip"] == form["ToCity"] == ""
    assert form["FromCountry"] == "GB"
    assert form["CallSid"].startswith("CA")
    assert len(form["CallSid"]) == 34


def test_every_request_has_twilios_headers_and_a_fresh_token():
    toy, ringing = call({"/voice": menu(), "/next": menu()})
    ringing.dial().press("1")
    first, second = toy.headers
    assert first["User-Agent"] == "TwilioProxy/1.1"
    assert first["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"
    assert first["I-Twilio-Idempotency-Token"] != second["I-Twilio-Idempotency-Token"]


def test_the_line_is_told_the_time_of_the_story_moved_on_by_what_was_said():
    start = datetime(2026, 12, 25, 10, 0, tzinfo=UTC)
    toy, ringing = call({"/voice": menu("one " * 150), "/next": menu()}, now=start)
    ringing.dial().press("1")
    told = [datetime.fromisoformat(headers[NOW]) for headers in toy.headers]
    assert told[0] == start
    assert (told[1] - start).total_seconds() == pytest.approx(60)


def test_a_call_begins_once_and_before_anything_else():
    _, ringing = call({"/voice": menu()})
    with pytest.raises(NotNow, match="dial first"):
        ringing.press("1")
    ringing.dial()
    with pytest.raises(NotNow, match="begun already"):
        ringing.dial()


# Keys and words


def test_one_key_goes_to_the_action():
    toy, ringing = call({"/voice": menu(), "/next": say("You chose.") + "<Hangup/>"})
    ringing.dial().press("2")
    assert toy.forms("/next")[0]["Digits"] == "2"
    assert ringing.heard == ["Hello.", "You chose."]
    assert ringing.ended_by == "line"


def test_star_and_hash_reach_a_menu_without_a_finishing_key():
    toy, ringing = call({"/voice": menu(), "/next": menu()})
    ringing.dial().press("*").press("#")
    assert [form["Digits"] for form in toy.forms("/next")] == ["*", "#"]


def test_keys_typed_ahead_answer_the_next_question_before_it_is_heard():
    toy, ringing = call({"/voice": menu("First."), "/next": menu("Second.", "/third"), "/third": menu("Third.")})
    ringing.dial().press("12")
    assert toy.forms("/third")[0]["Digits"] == "2"
    assert ringing.heard == ["First.", "Third."]


def test_a_number_ends_with_the_finishing_key_which_is_not_sent():
    toy, ringing = call({"/voice": menu(attributes='finishOnKey="#"'), "/next": menu()})
    ringing.dial().press("02079460018#")
    assert toy.forms("/next")[0]["Digits"] == "02079460018"


def test_a_number_without_the_finishing_key_is_sent_after_the_wait():
    toy, ringing = call({"/voice": menu("", attributes='finishOnKey="#"'), "/next": menu("")})
    ringing.dial().press("0207")
    assert toy.forms("/next")[0]["Digits"] == "0207"
    assert ringing.seconds == 10


def test_a_finishing_key_first_is_no_input_and_falls_to_the_next_verb():
    toy, ringing = call({"/voice": menu(attributes='finishOnKey="#"') + say("Still here.") + "<Hangup/>"})
    ringing.dial().press("#")
    assert ringing.heard[-1] == "Still here."
    assert not toy.forms("/next")


def test_silence_without_action_on_empty_result_falls_to_the_next_verb():
    _, ringing = call({"/voice": menu() + say("Still here.") + "<Hangup/>"})
    ringing.dial().wait()
    assert ringing.heard[-1] == "Still here."


def test_silence_with_action_on_empty_result_reaches_the_action():
    toy, ringing = call({"/voice": menu(attributes='actionOnEmptyResult="true"'), "/next": menu()})
    ringing.dial().wait()
    assert toy.forms("/next")[0]["Digits"] == ""


def test_words_reach_the_action_with_their_confidence():
    toy, ringing = call({"/voice": menu(attributes='input="dtmf speech" finishOnKey=""'), "/next": menu()})
    ringing.dial().say("mediation", 0.42)
    form = toy.forms("/next")[0]
    assert (form["SpeechResult"], form["Confidence"]) == ("mediation", "0.42")
    assert "Digits" not in form


def test_words_may_come_without_a_confidence():
    toy, ringing = call({"/voice": menu(attributes='input="speech"'), "/next": menu()})
    ringing.dial().say("mediation", None)
    assert "Confidence" not in toy.forms("/next")[0]


def test_words_are_silence_to_a_menu_that_hears_only_keys():
    _, ringing = call({"/voice": menu() + say("Nothing heard.") + "<Hangup/>"})
    ringing.dial().say("mediation")
    assert ringing.heard[-1] == "Nothing heard."


def test_keys_are_silence_to_a_question_that_hears_only_words():
    _, ringing = call({"/voice": menu(attributes='input="speech"') + say("Nothing heard.") + "<Hangup/>"})
    ringing.dial().press("1")
    assert ringing.heard[-1] == "Nothing heard."


def test_a_key_stops_the_words_being_said():
    nested = menu().replace("</Gather>", say("word " * 25) + say("Never said.") + "</Gather>")
    _, ringing = call({"/voice": nested, "/next": menu("Next.")})
    ringing.dial().press("1", after=3.0)
    assert "Never said." not in ringing.heard
    assert ringing.heard[-1] == "Next."
    assert ringing.turns[0].seconds == pytest.approx(3.0)


def test_words_spoken_stop_the_words_being_said_too():
    attributes = 'input="dtmf speech" finishOnKey=""'
    nested = menu(attributes=attributes).replace("</Gather>", say("Never said.") + "</Gather>")
    _, ringing = call({"/voice": nested, "/next": menu("Next.")})
    assert ringing.dial().say("mediation", after=0.1).heard == ["Hello.", "Next."]


def test_a_finishing_key_first_reaches_the_action_where_that_is_asked_for():
    attributes = 'finishOnKey="#" actionOnEmptyResult="true"'
    toy, ringing = call({"/voice": menu(attributes=attributes), "/next": menu()})
    ringing.dial().press("#")
    assert toy.forms("/next")[0]["Digits"] == ""


def test_a_telephone_has_twelve_keys():
    _, ringing = call({"/voice": menu()})
    with pytest.raises(NotNow, match="no keys"):
        ringing.dial().press("x")


# Time


def test_time_is_words_at_150_a_minute_pauses_and_waits():
    words = say('<prosody rate="50%">one two</prosody><break time="500ms"/>')
    _, ringing = call({"/voice": words + '<Pause length="3"/>' + menu("") + "<Hangup/>"})
    ringing.dial()
    assert ringing.seconds == pytest.approx(2 * 0.4 / 0.5 + 0.5 + 3)
    ringing.wait()
    assert ringing.seconds == pytest.approx(2 * 0.4 / 0.5 + 0.5 + 3 + 10)


# Redirects and the end


def test_a_redirect_is_followed_and_its_fragment_kept_back():
    toy, ringing = call({"/voice": "<Redirect>/b?s=1#rp=ct</Redirect>", "/b": menu("There.")})
    ringing.dial()
    assert ringing.heard == ["There."]
    assert toy.asked[1][0] == "/b"


def test_redirects_without_end_are_refused():
    toy, ringing = call({"/voice": "<Redirect>/voice</Redirect>"})
    with pytest.raises(TwilioRefuses, match="redirects in a row") as refused:
        ringing.dial()
    assert refused.value.code == 11215
    assert len(toy.asked) == MOST_REDIRECTS + 1


def test_waiting_is_not_an_input_so_a_loop_of_silence_is_refused():
    _, ringing = call({"/voice": menu() + "<Redirect>/voice</Redirect>"})
    ringing.dial()
    for _ in range(MOST_REDIRECTS):
        ringing.wait()
    with pytest.raises(TwilioRefuses, match="redirects in a row"):
        ringing.wait()


def test_an_address_elsewhere_is_refused():
    _, ringing = call({"/voice": "<Redirect>https://elsewhere.example/</Redirect>"})
    with pytest.raises(TwilioRefuses, match=r"away to https://elsewhere\.example"):
        ringing.dial()


def test_an_own_address_may_be_absolute():
    _, ringing = call({"/voice": "<Redirect>https://line.example/b</Redirect>", "/b": menu("There.")})
    assert ringing.dial().heard == ["There."]


def test_asking_by_get_is_refused():
    _, ringing = call({"/voice": '<Redirect method="GET">/b</Redirect>'})
    with pytest.raises(TwilioRefuses, match="by GET"):
        ringing.dial()


def test_a_document_that_ends_ends_the_call_and_the_stand_in_says_so():
    _, ringing = call({"/voice": say("Goodbye?")})
    assert ringing.dial().ended_by == "document"
    with pytest.raises(NotNow, match="over"):
        ringing.press("1")


def test_a_rejected_call_is_rejected():
    _, ringing = call({"/voice": "<Reject/>"})
    assert ringing.dial().ended_by == "rejected"


def test_the_last_status_event_follows_every_call():
    toy, ringing = call({"/voice": menu()})
    ringing.dial().hang_up()
    form = toy.forms("/voice/status")[0]
    assert form["CallStatus"] == "completed"
    assert form["CallbackSource"] == "call-progress-events"
    assert ringing.ended_by == "caller"


def test_hanging_up_in_a_menu_asks_nothing_more():
    toy, ringing = call({"/voice": menu()})
    ringing.dial().hang_up()
    assert [path for path, _ in toy.asked] == ["/voice", "/voice/status"]


# Recordings


def test_a_message_reaches_the_action_and_then_its_news():
    toy, ringing = call({"/voice": record(), "/left": say("Thank you.") + "<Hangup/>"})
    ringing.dial().leave_message(12)
    form = toy.forms("/left")[0]
    assert (form["RecordingDuration"], form["Digits"]) == ("12", "#")
    assert [path for path, _ in toy.asked] == ["/voice", "/left", "/rec", "/voice/status"]
    assert toy.forms("/rec")[0]["RecordingSid"] == form["RecordingSid"]


def test_a_beep_comes_before_a_message_unless_the_line_says_otherwise():
    assert call({"/voice": record()})[1].dial().heard == ["(beep)"]
    assert call({"/voice": record('playBeep="false"')})[1].dial().heard == []


def test_a_message_is_cut_at_its_greatest_length():
    toy, ringing = call({"/voice": record('maxLength="20" finishOnKey="#"'), "/left": menu()})
    ringing.dial().leave_message(300)
    assert toy.forms("/left")[0]["RecordingDuration"] == "20"


def test_a_message_ended_by_quiet_has_no_key():
    toy, ringing = call({"/voice": record(), "/left": menu()})
    ringing.dial().leave_message(5, "")
    assert "Digits" not in toy.forms("/left")[0]


@pytest.mark.parametrize("act", [lambda ringing: ringing.wait(), lambda ringing: ringing.press("#")])
def test_an_empty_message_asks_nothing_and_falls_to_the_next_verb(act):
    toy, ringing = call({"/voice": record() + say("We heard nothing.") + "<Hangup/>"})
    act(ringing.dial())
    assert ringing.heard[-1] == "We heard nothing."
    assert not toy.forms("/left")
    assert not toy.forms("/rec")


def test_news_of_an_empty_message_is_brought_where_it_is_wanted():
    attributes = 'recordingStatusCallback="/rec" recordingStatusCallbackEvent="completed absent"'
    toy, ringing = call({"/voice": record(attributes) + "<Hangup/>"})
    ringing.dial().wait()
    assert toy.forms("/rec")[0]["RecordingStatus"] == "absent"


def test_hanging_up_in_a_message_reaches_the_action_with_hangup():
    toy, ringing = call({"/voice": record(), "/left": say("Nobody hears this.")})
    ringing.dial().hang_up(spoken=4)
    form = toy.forms("/left")[0]
    assert (form["Digits"], form["RecordingDuration"], form["CallStatus"]) == ("hangup", "4", "completed")
    assert "Nobody hears this." not in ringing.heard
    assert [path for path, _ in toy.asked][-2:] == ["/rec", "/voice/status"]


def test_a_message_can_be_left_only_where_the_line_records():
    _, ringing = call({"/voice": menu()})
    with pytest.raises(NotNow, match="does not record"):
        ringing.dial().leave_message(3)


# Transfers

ENDINGS = {
    "conversation": ("completed", "true"),
    "busy": ("busy", "false"),
    "no-answer": ("no-answer", "false"),
    "failed": ("failed", "false"),
    "canceled": ("canceled", "false"),
    "not-bridged": ("completed", "false"),
    "answered": ("answered", "true"),
    "unknown": ("xyz", "false"),
    "missing": (None, None),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_each_end_of_a_transfer_is_reported_as_twilio_reports_it(name):
    toy, ringing = call({"/voice": ring(), "/rang": menu("And now?")}, transfer=(name,))
    ringing.dial()
    form = toy.forms("/rang")[0]
    assert (form.get("DialCallStatus"), form.get("DialBridged")) == ENDINGS[name]
    assert ringing.rang == [NUMBER]
    assert ringing.heard == ["And now?"]


def test_nobody_answering_takes_as_long_as_the_line_lets_it_ring():
    _, ringing = call({"/voice": ring(), "/rang": menu("")}, transfer=("no-answer",))
    assert ringing.dial().seconds == 30


def test_the_last_ending_holds_for_every_further_transfer():
    pages = {"/voice": ring(), "/rang": menu("", "/again"), "/again": ring()}
    toy, ringing = call(pages, transfer=("busy", "no-answer"))
    ringing.dial().press("1").press("1")
    assert [form["DialCallStatus"] for form in toy.forms("/rang")] == ["busy", "no-answer", "no-answer"]


def test_a_caller_who_leaves_while_it_rings_ends_the_call():
    toy, ringing = call({"/voice": ring(), "/rang": say("Nobody hears this.")}, transfer=("caller-leaves",))
    ringing.dial()
    assert ringing.ended_by == "caller"
    assert toy.forms("/rang")[0]["CallStatus"] == "completed"
    assert ringing.heard == []


def test_showing_a_number_that_is_not_ours_is_refused():
    pages = {"/voice": ring(attributes='callerId="+442079460999"'), "/rang": menu()}
    _, ringing = call(pages)
    with pytest.raises(TwilioRefuses, match="may not show"):
        ringing.dial()
    _, ringing = call(pages, owned=frozenset({"+442079460999"}))
    assert ringing.dial().rang == [NUMBER]


WHISPER = {
    "/voice": ring(inside=f'<Number url="/w">{NUMBER}</Number>'),
    "/w": menu("A caller. Press 1.", "/w2") + "<Hangup/>",
    "/w2": lambda form: "" if form["Digits"] == "1" else "<Hangup/>",
    "/rang": menu("And now?"),
}


@pytest.mark.parametrize(("keys", "bridged"), [("1", "true"), ("2", "false"), ("", "false")])
def test_a_whispered_call_is_connected_only_when_it_is_taken(keys, bridged):
    toy, ringing = call(WHISPER, whisper=keys)
    ringing.dial()
    assert toy.forms("/rang")[0]["DialBridged"] == bridged
    leg = toy.forms("/w")[0]
    assert leg["Direction"] == "outbound-dial"
    assert leg["ParentCallSid"] == ringing.sid
    assert (leg["To"], leg["CallSid"] != ringing.sid) == (NUMBER, True)
    assert ringing.heard == ["And now?"]


def test_a_whisper_without_end_is_refused():
    _, ringing = call({**WHISPER, "/w": menu("Again.", "/w"), "/w2": ""}, whisper="1")
    ringing.dial()
    endless = {**WHISPER, "/w": menu("Again.", "/w", 'actionOnEmptyResult="true"')}
    _, ringing = call(endless, whisper="")
    with pytest.raises(TwilioRefuses, match="never comes to an end"):
        ringing.dial()


# Trouble


def test_a_refused_answer_leads_to_the_fallback_with_its_reason():
    pages = {"/voice": (500, "text/html", "oops"), "/voice/fallback": say("Sorry.") + "<Hangup/>"}
    toy, ringing = call(pages, fallback="/voice/fallback")
    ringing.dial()
    form = toy.forms("/voice/fallback")[0]
    assert (form["ErrorCode"], form["ErrorUrl"]) == ("11200", "https://line.example/voice")
    assert ringing.heard == ["Sorry."]
    assert len(ringing.refusals) == 1


def test_a_refused_fallback_is_the_end():
    pages = {"/voice": (500, "text/html", "oops"), "/voice/fallback": (500, "text/html", "oops")}
    _, ringing = call(pages, fallback="/voice/fallback")
    with pytest.raises(TwilioRefuses):
        ringing.dial()


def test_news_that_the_line_does_not_take_is_refused():
    _, ringing = call({"/voice": "<Hangup/>", "/voice/status": (500, "text/plain", "")})
    with pytest.raises(TwilioRefuses, match="news"):
        ringing.dial()
