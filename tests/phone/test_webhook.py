"""Every signed request gets a spoken way on, every other one gets nothing; promises are kept once."""

import json
import logging
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import ClassVar
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.phone.signature import sign

from .oracle import problems
from .signed import SID, Line, action, words

SAMPLES = json.loads((Path(__file__).parent / "webhook_samples.json").read_text("utf-8"))["samples"]
DIGITS = re.compile(r"\D")
PATHS = [
    *("/voice", "/voice/again", "/voice/turn", "/voice/message", "/voice/rang", "/voice/whisper"),
    *("/voice/whisper/answer", "/voice/staff", "/voice/status", "/voice/recording"),
    *("/voice/fallback", "/voice/fallback/rang", "/voice/fallback/key"),
]


def spoken(answer):
    """The document of an answer that Twilio would take."""
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert len(answer.data) < 64_000
    response = ET.fromstring(answer.data)
    assert not list(problems(response))
    return response


def test_these_are_all_the_routes_that_twilio_calls(shared):
    rules = {rule.rule: rule.methods for rule in shared.app.url_map.iter_rules() if rule.rule.startswith("/voice")}
    assert set(rules) == set(PATHS)
    assert all(methods == {"POST"} for methods in rules.values())


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One line for the tests that leave nothing behind."""
    running = Line(tmp_path_factory.mktemp("shared"))
    yield running
    assert not running.rows("requests")
    running.app.extensions["switchboard"].close()


@pytest.mark.parametrize("path", PATHS)
class TestEveryRoute:
    def test_answers_twilio(self, shared, path):
        spoken(shared.post(path))

    def test_refuses_what_twilio_did_not_sign(self, shared, path):
        form = shared.form()
        good = sign(shared.config.public_url + path, list(form.items()), shared.config.auth_token)
        other = sign(shared.config.public_url + path, list(form.items()), "another token")
        for signature in (None, "", "x", other, ("B" if good[0] == "A" else "A") + good[1:], "é"):
            headers = {} if signature is None else {"X-Twilio-Signature": signature}
            answer = shared.client.post(path, data=form, headers=headers)
            assert answer.status_code == 403
        altered = {**form, "From": "+447700900999"}
        assert shared.client.post(path, data=altered, headers={"X-Twilio-Signature": good}).status_code == 403
        assert shared.client.post(path + "?x=1", data=form, headers={"X-Twilio-Signature": good}).status_code == 403

    def test_no_host_that_a_request_claims_helps(self, shared, path):
        form = shared.form()
        signature = sign("https://evil.example" + path, list(form.items()), shared.config.auth_token)
        headers = {"X-Twilio-Signature": signature, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
        for host in ("evil.example", "x:abc", ""):
            assert shared.client.post(path, data=form, headers={**headers, "Host": host}).status_code in {400, 403}

    def test_takes_post_and_forms_only(self, shared, path):
        assert shared.client.get(path).status_code == 405
        assert shared.client.options(path).status_code == 405
        bare = sign(shared.config.public_url + path, [], shared.config.auth_token)
        for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain", ""):
            answer = shared.client.post(path, data=b"{}", content_type=kind, headers={"X-Twilio-Signature": bare})
            assert answer.status_code == 415

    def test_refuses_another_account(self, shared, path):
        assert shared.post(path, AccountSid="AC" + "0" * 32).status_code == 403

    def test_refuses_a_body_that_is_too_large(self, shared, path):
        assert shared.post(path, Digits="9" * 70_000).status_code == 413

    def test_refuses_fields_by_the_thousand(self, shared, path):
        assert shared.post(path, form={f"f{number}": "" for number in range(5_000)}).status_code == 403

    def test_a_request_without_a_call_id_still_hears_words_or_is_noted(self, shared, path):
        for sid in ("", "CA", "XX" + "1" * 32, "CA" + "1" * 33, "CA" + "A" * 32, "../../etc", "CA" + "1" * 31 + "\n"):
            spoken(shared.post(path, CallSid=sid))


ODD_KEYS = [
    "#",
    "*",
    "1#",
    "hangup",
    "²",
    "٣",
    "９",
    "1_0",
    "+1",
    " 1 ",
    "-1",
    "9" * 5_000,
    "A",
    "0x1",
    "\x00",
    "1\r\n",
]
ODD_WORDS = [
    *("</Say><Dial>+1900</Dial>", "&", "]]>", "\x00", "\x0b", "\ufffe", "\u202e", "x" * 60_000, "{{7*7}}", "{key}"),
    *("=HYPERLINK(1)", "<script>", "' OR 1=1--", "a\r\nb", "🙂" * 50, "yes " * 5_000),
]


@pytest.mark.parametrize("digits", ODD_KEYS)
def test_odd_keys_get_words(shared, digits):
    start = shared.call()[0]
    spoken(shared.post(action(start), Digits=digits))
    number = shared.call("4", "1", From="anonymous")[-1]
    spoken(shared.post(action(number), From="anonymous", Digits=digits))


@pytest.mark.parametrize("said", ODD_WORDS)
def test_odd_words_get_words_and_are_never_said_back(shared, said):
    answer = shared.post(action(shared.call()[0]), SpeechResult=said, Confidence="0.9")
    response = spoken(answer)
    assert said[:30] not in words(answer) or len(said) == 1
    assert response.find("Dial") is None


@pytest.mark.parametrize("confidence", ["", "0.0", "1", "0.93", "nan", "inf", "-1", "1e9", "²", "0" * 500])
def test_any_confidence_is_taken(shared, confidence):
    spoken(shared.post(action(shared.call()[0]), SpeechResult="mediation", Confidence=confidence))


@pytest.mark.parametrize(
    "query", ["", "s=", "s=x", "s=1.gone.1.0.0.nmn00.en-GB.....", "s=a&s=b", "s=%ff", "s=" + "a" * 5_000]
)
def test_a_lost_place_starts_again_and_says_so(shared, query):
    answer = shared.post("/voice/turn" + (f"?{query}" if query else ""), Digits="1")
    spoken(answer)
    assert "lost our place" in words(answer)


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["kind"] for sample in SAMPLES])
@pytest.mark.parametrize("path", ["/voice", "/voice/turn", "/voice/rang", "/voice/status", "/voice/recording"])
def test_real_requests_of_twilio(shared, path, sample):
    fields = {**sample.get("form", {}), "AccountSid": shared.config.account_sid}
    spoken(shared.post(path, form=fields))


text = st.text(st.characters(codec="utf-8"), max_size=40)
fields = st.dictionaries(
    st.sampled_from(
        [
            "Digits",
            "SpeechResult",
            "Confidence",
            "From",
            "To",
            "CallSid",
            "RecordingSid",
            "RecordingDuration",
            "DialCallStatus",
            "DialCallDuration",
            "DialBridged",
            "CallStatus",
            "SequenceNumber",
            "CallDuration",
            "ErrorCode",
        ]
    ),
    text | st.sampled_from([SID, "1", "2", "0", "completed", "busy", "+447700900123", "020 7946 0018", "hangup"]),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    fields,
    st.sampled_from(PATHS),
    st.sampled_from(["", "?s=1.main.1.0.0.nmn00.en-GB....."]) | text.map(lambda s: "?s=" + s.encode().hex()),
)
def test_whatever_twilio_sends_there_are_words(line, form, path, query):
    spoken(line.post(path + query, form=line.form(**form)))


class TestPromises:
    def test_a_request_is_there_before_it_is_spoken_of(self, line):
        answers = line.call("4", "1", "1")
        assert "I have your request" in words(answers[-1])
        (request,) = line.app.extensions["switchboard"].store.queue()
        assert (request.phone, request.status, request.safe_message) == ("+447700900123", "new", "no")

    def test_every_step_six_times_over_is_as_once(self, line):
        steps = ["4", "1", "2", "02079460018", "1", "1", "2", "1", "2", "2"]
        answer = line.post("/voice")
        for step in steps:
            again = [line.post(action(answer), Digits=step) for _ in range(6)]
            assert len({copy.data for copy in again}) == 1
            answer = again[0]
        (request,) = line.app.extensions["switchboard"].store.queue()
        assert (request.phone, request.council, request.best_time) == ("+442079460018", "north", "afternoon")

    def test_a_call_played_again_from_the_start_changes_nothing(self, line):
        first = [answer.data for answer in line.call("4", "1", "1", "2", "3", "1", "2", "2")]
        before = line.rows("requests"), line.rows("promises")
        assert [answer.data for answer in line.call("4", "1", "1", "2", "3", "1", "2", "2")] == first
        assert (line.rows("requests"), line.rows("promises")) == before

    def test_hanging_up_once_a_number_is_known_leaves_a_request(self, line):
        line.call("4", "1", CallSid="CA" + "2" * 32)
        line.call("4", "1", "07700900456", CallSid="CA" + "3" * 32, From="anonymous")
        phones = {(request.phone, request.status) for request in line.app.extensions["switchboard"].store.queue()}
        assert phones == {("+447700900123", "incomplete"), ("+447700900456", "incomplete")}

    def test_hanging_up_while_recording_keeps_the_message(self, line):
        beep = line.call("4", "1", "1", "1", "1", "2", "2", "1")[-1]
        assert spoken(beep).find("Record") is not None
        sid = "RE" + "5" * 32
        line.post("/voice/recording", RecordingSid=sid, RecordingStatus="completed", RecordingDuration="7")
        spoken(line.post(action(beep), Digits="hangup", RecordingSid=sid, RecordingDuration="7"))
        (request,) = line.app.extensions["switchboard"].store.queue()
        assert [(message.sid, message.seconds) for message in request.messages] == [(sid, 7)]

    def test_without_a_database_a_request_is_kept_on_disk_and_comes_in_later(self, line, caplog):
        asked = line.call("4", "1")[-1]
        line.database.rename(line.database.with_suffix(".gone"))
        with caplog.at_level(logging.CRITICAL):
            answers = [line.post(action(asked), Digits="1") for _ in range(3)]
            assert "I have your request" in words(answers[0])
            assert len({answer.data for answer in answers}) == 1
            for key in ("2", "3", "1", "2", "2"):
                answers.append(line.post(action(answers[-1]), Digits=key))
            assert not line.database.exists()
            line.database.with_suffix(".gone").rename(line.database)
            line.take_in()
        (request,) = line.app.extensions["switchboard"].store.queue()
        spelt = words(answers[-1]).partition("Your reference number is")[2].partition("Once more")[0]
        assert DIGITS.sub("", spelt) == request.reference
        assert (request.phone, request.council, request.best_time) == ("+447700900123", "west", "any")
        assert request.finished

    def test_a_number_keyed_while_the_database_is_away_is_read_back_and_kept(self, line, caplog):
        asked = line.call("4", "1", From="anonymous")[-1]
        line.database.rename(line.database.with_suffix(".gone"))
        with caplog.at_level(logging.CRITICAL):
            keyed = line.post(action(asked), From="anonymous", Digits="02079460018")
            again = line.post(action(keyed), From="anonymous", Digits="*")
            assert "The number that I have is" in words(again)
            assert "I have your request" in words(line.post(action(again), From="anonymous", Digits="1"))
            line.database.with_suffix(".gone").rename(line.database)
            line.take_in()
        (request,) = line.app.extensions["switchboard"].store.queue()
        assert (request.phone, request.status) == ("+442079460018", "new")

    def test_a_folder_of_promises_that_cannot_be_read_sends_nobody_in_circles(self, line, caplog):
        folder = line.config.data_dir / "spool"
        folder.rmdir()
        folder.write_text("no folder")
        with caplog.at_level(logging.CRITICAL):
            assert "There are two ways" in words(line.post("/voice/again", Digits="1")) or "press" in words(
                line.post("/voice/turn?s=zzz")
            )

    @pytest.mark.parametrize("caller", ["07700900123", "+44 7700 900123", "+4407700900123"])
    def test_a_number_in_another_spelling_is_kept_as_it_is_rung(self, line, caller):
        line.call("2", "1", "1", "1", "2", From=caller)
        (request,) = line.app.extensions["switchboard"].store.queue()
        assert (request.phone, request.status) == ("+447700900123", "incomplete")

    def test_where_neither_the_database_nor_the_disk_takes_it_nothing_is_promised_and_a_person_is_rung(
        self, line, caplog
    ):
        asked = line.call("4", "1")[-1]
        line.database.rename(line.database.with_suffix(".gone"))
        (line.config.data_dir / "spool").rmdir()
        with caplog.at_level(logging.CRITICAL):
            answer = line.post(action(asked), Digits="1")
        assert spoken(answer).find("Dial") is not None
        assert "could not keep your request" in words(answer)
        assert "I have your request" not in words(answer)
        assert not line.database.exists()

    def test_guidance_needs_no_database(self, line, caplog):
        line.database.unlink()
        line.app.extensions["switchboard"].store.close()
        with caplog.at_level(logging.CRITICAL):
            assert "press" in words(line.call("2", "1", "1", "1")[-1])

    def test_a_locked_database_is_answered_in_time(self, line, caplog):
        asked = line.call("4", "1")[-1]
        with closing(sqlite3.connect(line.database)) as holder:
            holder.execute("begin immediate")
            begun = time.monotonic()
            with caplog.at_level(logging.CRITICAL):
                answer = line.post(action(asked), Digits="1")
            assert time.monotonic() - begun < 5
        assert "I have your request" in words(answer)
        line.take_in()
        assert len(line.app.extensions["switchboard"].store.queue()) == 1


class TestTransfer:
    OUTCOMES: ClassVar = {
        "busy": "busy just now",
        "no-answer": "Nobody took the call",
        "failed": "could not put the call through",
        "canceled": "Nobody took the call",
        "": "could not put the call through",
        "xyz": "could not put the call through",
    }

    def rang(self, shared, **fields):
        return shared.post(action(shared.call("0")[-1]), **fields)

    @pytest.mark.parametrize(("status", "told"), OUTCOMES.items())
    def test_every_outcome_is_told_and_leads_to_the_offer_of_a_callback(self, shared, status, told):
        answer = self.rang(shared, DialCallStatus=status)
        assert told in words(answer)
        assert "To be called back, press 1" in words(answer)

    @pytest.mark.parametrize(
        "fields",
        [{"DialBridged": "false"}, {"DialCallDuration": "0"}, {"DialCallDuration": "2", "DialBridged": "true"}],
    )
    def test_completed_without_a_conversation_is_no_success(self, shared, fields):
        assert "Nobody took the call" in words(self.rang(shared, DialCallStatus="completed", **fields))

    @pytest.mark.parametrize("fields", [{}, {"DialBridged": "true", "DialCallDuration": "95"}])
    def test_a_conversation_is_followed_by_what_next(self, shared, fields):
        answer = self.rang(shared, DialCallStatus="completed", **fields)
        assert "Nobody" not in words(answer)
        assert spoken(answer).find("Gather") is not None

    def test_the_number_that_was_rung_is_shown_where_none_is_configured(self, shared):
        dial = spoken(shared.call("0")[-1]).find("Dial")
        assert dial.get("callerId") == shared.config.caller_id
        assert dial.find("Number").text == "+441604367125"

    def test_the_person_rung_takes_the_call_with_1_only(self, shared):
        assert spoken(shared.post("/voice/whisper/answer", Digits="1")).find("Hangup") is None
        for digits in ("2", "", "11"):
            assert spoken(shared.post("/voice/whisper/answer", Digits=digits)).find("Hangup") is not None


WITHHELD = (
    *("anonymous", "", "unknown", "restricted", "+266696687", "+86282452253", "+8656696", "+2562533", "+7378742833"),
    *("sip:a@b.example", "client:x", "+15557120851", "+" + "4" * 40, "+449098790000", "+447012345678"),
)


@pytest.mark.parametrize("caller", WITHHELD)
def test_a_number_that_cannot_be_rung_is_never_offered(shared, caller):
    answer = shared.call("4", "1", From=caller)[-1]
    assert ".callback-number." in action(answer)


def test_after_a_fault_the_call_can_go_on(shared):
    answer = shared.post("/voice/fallback", ErrorCode="11200", ErrorUrl="https://x")
    assert spoken(answer).find("Dial") is not None
    nobody = shared.post(action(answer), DialCallStatus="no-answer")
    assert spoken(nobody).find("Gather") is not None
    assert spoken(shared.post(action(nobody), Digits="0")).find("Dial") is not None
    assert "main menu" in words(shared.post(action(nobody), Digits="1"))
    assert shared.post(action(nobody)).data == nobody.data
    assert spoken(shared.post(action(nobody), Digits="2")).find("Hangup") is not None
    talked = shared.post(action(answer), DialCallStatus="completed", DialBridged="true", DialCallDuration="60")
    assert "number is" not in words(talked)
    assert spoken(talked).find("Gather") is not None


def test_a_claim_to_a_number_that_the_call_does_not_have_leads_to_a_person(shared, caplog):
    place = "/voice/turn?s=1.callback-own.2.0.0.nmw00.en-GB.....main"
    with caplog.at_level(logging.CRITICAL):
        assert spoken(shared.post(place, From="restricted", Digits="*")).find("Dial") is not None


def test_news_of_a_call_that_cannot_be_stored_is_still_answered(line, caplog):
    line.database.unlink()
    with caplog.at_level(logging.CRITICAL):
        for path in ("/voice/status", "/voice/recording"):
            spoken(line.post(path, CallStatus="completed", RecordingSid="RE" + "1" * 32))


def test_a_rehearsal_may_set_the_clock_and_a_real_line_may_not(line):
    form = line.form()
    headers = {
        "X-Twilio-Signature": sign(line.config.public_url + "/voice", list(form.items()), line.config.auth_token),
        "X-Plainline-Now": "2020-01-01T10:00:00+00:00",
    }
    line.client.post("/voice", data=form, headers=headers)
    line.app.extensions["switchboard"].listening.close()
    assert "2020-01-01" in str(line.rows("listened"))


def test_no_number_and_no_words_are_in_what_is_noted_of_listening(line):
    line.call("2", "1", "*", "-")
    line.post(action(line.call()[0]), SpeechResult="my son Rowan Ashdown", Confidence="0.9")
    line.app.extensions["switchboard"].listening.close()
    noted = str(line.rows("listened"))
    assert "mediation" in noted
    assert "7700" not in noted
    assert "Rowan" not in noted
