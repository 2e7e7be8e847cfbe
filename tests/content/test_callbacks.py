"""A person or a callback: what is promised, what is asked, and the truth when something does not work."""

import pytest

from ivr.flow.nodes import Menu, NodeId
from ivr.flow.script import node_says
from ivr.flow.turn import CallersMessage, CallersNumber, NotStored, Ring, Stored, TakeMessage
from tests.content.calling import REFERENCE, Calling, at, line, menus, prompt_sentences
from tests.content.reading import words

OWN = ("4", "1", "1")
"""From the main menu: be called back on the number the call comes from."""
PROMISE = "Staff will ring you within 2 working days"


def text(prompt: str) -> str:
    return " ".join(one.text for one in prompt_sentences(prompt))


def test_the_privacy_notice_says_who_why_how_long_and_where_to_read_more():
    notice = text("callback.privacy")

    assert len(words(notice)) <= 30
    for part in ("Staff at the councils", "to ring you back", "90 days", "web page"):
        assert part in notice


@pytest.mark.parametrize("caller", ["mobile", "landline", "unknown"])
def test_the_notice_comes_before_any_number_is_asked_for(caller):
    call = Calling(caller).does("4", "1")

    assert text("callback.privacy") in call.said
    assert call.said.index("90 days") < call.said.index("number you are calling" if caller != "unknown" else "key in")


def test_only_the_end_of_the_callers_own_number_is_said():
    speech = Calling().does("4", "1").turn.speech

    assert [one.which for one in speech if isinstance(one, CallersNumber)] == ["ending"]


def test_a_withheld_number_is_never_offered():
    call = Calling("unknown").does("4", "1")

    assert call.node == "callback-number"
    assert not [one for one in call.turn.speech if isinstance(one, CallersNumber)]
    assert "I cannot see a number" in call.said


def test_a_keyed_number_is_read_back_before_it_is_kept():
    call = Calling().does("4", "1", "2", "a number")

    assert call.node == "callback-check"
    assert [one.which for one in call.turn.speech if isinstance(one, CallersNumber)] == ["request"]
    assert call.does("2").node == "callback-number"
    assert call.does("a number", "1").node == "ask-council"
    assert PROMISE in call.said


def test_the_promise_is_the_lines_own_and_is_said_only_once_the_request_is_stored():
    stored, lost = Calling().does(*OWN), Calling(outcome=NotStored()).does(*OWN)

    assert "I have your request." in stored.said
    assert PROMISE in stored.said
    assert "even if you hang up now" in stored.said
    assert "have your request" not in lost.said
    assert "within" not in lost.said


def test_a_request_that_cannot_be_stored_is_owned_up_to_and_leads_to_a_person():
    lost = Calling(outcome=NotStored()).does(*OWN)

    assert lost.said.startswith("I am sorry. I could not keep your request")
    assert isinstance(lost.turn.action, Ring)
    assert "0 1 6 0 4" in lost.does("nobody", "2").said


def test_a_number_that_cannot_be_kept_leads_to_a_person_too():
    assert Calling("unknown", NotStored()).does("4", "1", "a number").node == "transfer"


def test_every_answer_for_staff_is_kept_under_its_name():
    call = Calling().does(*OWN, "1", "1", "1", "1", "1", "2", "1", "2", "2", "2")

    assert call.node == "after-callback"
    assert dict(call.turn.state.answers) | {"needs": "all"} == {
        "number": "own",
        "council": "north",
        "best_time": "morning",
        "safe_message": "yes",
        "needs": "all",
    }
    assert {value for name, value in call.turn.state.answers if name == "needs"} == {"interpreter", "romanian", "relay"}


@pytest.mark.parametrize(
    ("node", "values"),
    [
        ("ask-council", ["north", "west", "unsure"]),
        ("ask-time", ["morning", "afternoon", "any"]),
        ("ask-safe", ["yes", "no"]),
        ("needs", ["interpreter", "relay", "slower", "large_print"]),
        ("needs-language", ["polish", "romanian", "other_language"]),
        ("callback-own", ["own", "keyed"]),
    ],
)
def test_the_values_that_staff_see(node, values):
    assert [option.value for option in menus()[NodeId(node)].options] == values


def test_whoever_is_asked_about_a_message_hears_that_it_says_nothing_of_the_call():
    call = at("ask-safe")

    assert "safe for us to leave a message" in call.said
    assert "It would not say what the call is about." in call.said


def test_the_reference_is_said_twice_with_time_to_write():
    call = Calling().does(*OWN, "3", "3", "2", "2", "2")

    assert call.said.count(REFERENCE) == 2
    assert PROMISE in call.said
    assert call.does("1").said.count(REFERENCE) == 2


def test_a_spoken_message_is_a_choice_and_may_be_heard_left_or_done_again():
    asked = Calling().does(*OWN, "1", "1", "2", "2")
    assert asked.node == "ask-message"
    assert "You do not have to." in asked.said

    call = asked.does("1")
    assert isinstance(call.turn.action, TakeMessage)
    assert call.turn.action.seconds == 120
    assert "two minutes" in call.said
    assert "press hash" in call.said
    assert call.does("a message").node == "message-check"
    assert [one for one in call.does("2").turn.speech if isinstance(one, CallersMessage)]
    assert call.does("2").node == "record"
    assert call.does("silence").node == "message-empty"
    assert call.does("2").said.count(REFERENCE) == 2


def test_a_message_that_could_not_be_kept_is_not_said_to_be_kept():
    call = Calling().does(*OWN, "1", "1", "2", "2", "1")
    call.outcome = NotStored()
    call.does("a message")

    assert call.said.startswith("I am sorry, I could not keep that answer.")
    assert "have your message" not in call.said


def test_asking_twice_in_a_day_adds_to_the_request_and_asks_nothing_again():
    call = Calling(outcome=Stored(REFERENCE, merged=True)).does(*OWN)

    assert "You have asked us already. I have added this call to that request." in call.said
    assert call.said.count(REFERENCE) == 2
    assert call.node == "after-callback"


def test_asking_twice_in_one_call_tells_the_reference_and_asks_nothing():
    call = Calling().does(*OWN, "0", "nobody", "1")

    assert call.said.startswith("I have your request already.")
    assert call.said.count(REFERENCE) == 2
    assert call.node == "after-callback"


def test_before_a_transfer_the_caller_hears_who_is_rung_how_long_and_what_then():
    said = Calling().does("0").said

    assert "a person at the councils" in said
    assert "half a minute" in said
    assert "If nobody answers, stay on the line" in said
    assert "called back" in said
    assert line().line.ringing.number == "+441604367125"
    assert line().line.ringing.seconds == 30
    assert not line().line.ringing.whisper


def test_each_way_of_not_reaching_anybody_says_its_own_truth_and_offers_a_callback():
    said = {}
    for outcome in ("busy", "nobody", "failed"):
        call = Calling().does("0", outcome)
        assert call.node == "nobody"
        assert "To be called back, press 1." in call.said
        said[outcome] = call.said.split("You have four choices.")[0]
    for node in ("closed", "holiday"):
        call = at(node)
        assert call.node == "nobody"
        said[node] = call.said.split("You have four choices.")[0]

    assert len(set(said.values())) == 5
    assert "busy" in said["busy"]
    assert "Nobody took the call" in said["nobody"]
    assert "could not put the call through" in said["failed"]
    assert "at this time" in said["closed"]
    assert "today" in said["holiday"]


def test_patience_after_nobody_was_reached_names_the_keys_that_work_there():
    call = Calling().does("0", "nobody", "silence", "silence", "silence")

    assert "To be called back, press 1. For a person, press 0." in call.said
    assert Calling().does("0", "nobody", "silence", "silence", "silence", "1").node == "callback-own"
    assert call.does("0").node == "transfer"


def test_after_a_conversation_the_line_asks_what_next():
    call = Calling().does("0", "a conversation")

    assert isinstance(line().nodes[NodeId(call.node)], Menu)
    assert "What would you like next?" in call.said


def test_no_number_ever_means_keying_it_by_voice():
    asked = " ".join(
        one.text for say in node_says(line().nodes[NodeId("callback-number")]) for one in prompt_sentences(say.prompt)
    )

    assert "key in the phone number" in asked
    assert "Start with 0." in asked
    assert "press hash" in asked
    assert " say " not in asked


def test_a_number_staff_cannot_ring_is_told_without_blame():
    call = Calling("unknown").does("4", "1", "no number")

    assert "staff cannot ring that number" in call.said
    assert call.does("no number").said != ""
    assert call.does("no number").node == "transfer"


def test_a_dropped_leaflet_is_offered_again():
    resume = line().line.resume

    assert resume is not None
    assert menus()[resume].yes_no
    assert "go on from there" in at(resume).said
