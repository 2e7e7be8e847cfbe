"""Sample dialogs: what the format takes, what it refuses, and how a story is checked."""

import pytest

from ivr.prompts.yaml_text import read
from ivr.rehearsal.dialog import (
    DialogError,
    HangsUp,
    Hears,
    LeavesMessage,
    Presses,
    Says,
    Waits,
    read_dialog,
)
from ivr.rehearsal.notebook import Notebook
from ivr.rehearsal.replay import WentAnotherWay, missing_rows, play
from tests.rehearsal.toy import call, menu, say

STORY = {"story": "A story.", "steps": []}


def steps(*given):
    return read_dialog({**STORY, "steps": list(given)}).steps


def test_every_kind_of_step_is_read():
    read_steps = steps(
        {"hears": "press 1"},
        {"press": "1"},
        {"keys_number": "020 7946 0018"},
        {"says": "mediation", "confidence": "0.4"},
        {"says": "person"},
        {"waits": "true"},
        {"waits": "3"},
        {"leaves_message": "12"},
        {"hangs_up": "true"},
    )
    assert read_steps == (
        Hears("press 1"),
        Presses("1"),
        Presses("02079460018#"),
        Says("mediation", 0.4),
        Says("person", 0.9),
        Waits(1),
        Waits(3),
        LeavesMessage(12),
        HangsUp(),
    )


def test_a_whole_story_is_read():
    dialog = read_dialog(
        {
            **STORY,
            "caller": "withheld",
            "now": "2026-12-25T10:30+00:00",
            "transfer": ["busy", "no-answer"],
            "rang": ["+441604367125"],
            "queue": [{"phone": "+442079460018"}],
            "ended": "caller",
        }
    )
    assert dialog.caller == "+266696687"
    assert dialog.now is not None
    assert dialog.transfer == ("busy", "no-answer")
    assert dialog.queue == ({"phone": "+442079460018"},)


WRONG = {
    "a key that the format does not have": ({**STORY, "stepz": []}, "unknown key 'stepz'"),
    "no steps": ({"story": "x"}, "steps are needed"),
    "a step that is not there": ({**STORY, "steps": [{"shouts": "x"}]}, "step 1: unknown step 'shouts'"),
    "two things in a step": ({**STORY, "steps": [{"press": "1", "says": "x"}]}, "unknown key 'says'"),
    "a key that no telephone has": ({**STORY, "steps": [{"press": "A"}]}, "no keys 'A'"),
    "seconds that are no number": ({**STORY, "steps": [{"leaves_message": "long"}]}, "'long' is not a whole"),
    "a hang-up that is not true": ({**STORY, "steps": [{"hangs_up": "no"}]}, "write true"),
    "an ending of a transfer that is not there": ({**STORY, "transfer": "lost"}, "a transfer ends as one of"),
    "a time without a zone": ({**STORY, "now": "2026-12-25T10:30"}, "needs a zone"),
    "an ending that is not there": ({**STORY, "ended": "nobody"}, "ended by one of"),
    "a list where text is wanted": ({**STORY, "story": []}, "text is needed"),
    "text where a list is wanted": ({**STORY, "steps": "x"}, "a list is needed"),
    "text where a map is wanted": ({**STORY, "steps": ["x"]}, "a map is needed"),
}


@pytest.mark.parametrize("case", WRONG)
def test_refused(case):
    data, sentence = WRONG[case]
    with pytest.raises(DialogError, match=sentence.replace("'", ".")):
        read_dialog(data)


PAGES = {"/voice": menu("Press 1, or say mediation."), "/next": say("You   chose. Goodbye.") + "<Hangup/>"}


def played(story, **expected):
    return play(read_dialog({**STORY, "steps": story, **expected}), lambda: call(PAGES)[1])


def test_a_story_that_goes_as_written_gives_what_was_said_after_each_act():
    result = played([{"hears": "Press 1"}, {"press": "1"}, {"hears": "You chose."}], ended="line", rang=[])
    assert result.said == ("Press 1, or say mediation.", "You chose. Goodbye.")


@pytest.mark.parametrize(
    ("story", "expected", "sentence"),
    [
        ([{"hears": "Press 2"}], {}, "step 1: did not hear 'Press 2'"),
        ([{"never_hears": "Press 1"}], {}, "step 1: heard 'Press 1'"),
        ([{"press": "1"}, {"hears": "Press 1"}], {}, "step 2: did not hear"),
        ([{"press": "1"}], {"ended": "caller"}, "ended by line, not by the caller"),
        ([{"hangs_up": "true"}], {"rang": ["+441604367125"]}, "rang"),
    ],
)
def test_a_story_that_goes_another_way_says_where(story, expected, sentence):
    with pytest.raises(WentAnotherWay, match=sentence):
        played(story, **expected)


def test_a_prompt_is_heard_whatever_its_words_are_today():
    words = {"main.choose": "Press {key}, or say", "other": "Press {key} twice"}.get
    play(read_dialog({**STORY, "steps": [{"hears_prompt": "main.choose"}]}), lambda: call(PAGES)[1], words)
    with pytest.raises(WentAnotherWay, match="did not hear other"):
        play(read_dialog({**STORY, "steps": [{"hears_prompt": "other"}]}), lambda: call(PAGES)[1], words)
    with pytest.raises(WentAnotherWay, match=r"main.choose are not known here"):
        played([{"hears_prompt": "main.choose"}])


def test_a_caller_may_ring_again_in_the_same_story():
    result = played([{"press": "1"}, {"calls_again": "true"}, {"hears": "Press 1"}, {"hangs_up": "true"}])
    assert result.ended == "caller"


EVERYTHING = {
    "/voice": menu("First.", "/next?s=1", 'numDigits="1" finishOnKey="" actionOnEmptyResult="true"'),
    "/next": lambda form: '<Record action="/left" finishOnKey="#"/>' if form["Digits"] else menu("Silence.", "/voice"),
    "/left": lambda form: say(f"{form['RecordingDuration']} seconds.") + "<Hangup/>",
}


def test_silence_messages_and_lost_places_are_played():
    def story(*acts):
        toys = []

        def ring():
            _toy, ringing = call(EVERYTHING)
            toys.append(ringing)
            return ringing

        return play(read_dialog({**STORY, "steps": list(acts)}), ring), toys[0]

    assert story({"waits": "true"})[0].said[-1] == "Silence."
    assert story({"press": "1"}, {"leaves_message": "7"})[0].said[-1] == "7 seconds."
    assert story({"loses_place": "true"}, {"waits": "true"})[1].exchanges[1].path == "/next?s=forgotten"


def test_a_line_that_forgets_the_call_is_asked_with_a_state_it_cannot_know():
    _toy, ringing = call({"/voice": menu(action="/next?s=abc"), "/next": "<Hangup/>"})
    ringing.dial().lose_place().press("1")
    assert ringing.exchanges[1].path == "/next?s=forgotten"


def test_rows_are_compared_by_the_values_that_the_story_names():
    rows = [{"phone": "+442079460018", "council": "west", "reference": "4711"}]
    assert not list(missing_rows([{"phone": "+442079460018"}], rows))
    assert list(missing_rows([{"council": "north"}], rows)) == ["request 1: council is 'west', not 'north'"]
    assert list(missing_rows([], rows)) == ["1 callback requests, not 0"]


def test_a_call_written_down_is_a_story_that_plays(tmp_path):
    notebook = Notebook("+447700900123", ("busy",))
    notebook.heard("Press 1, or say mediation.")
    notebook.did("says", 'He said: "yes" # and no')
    notebook.did("hangs_up", "true")
    file = tmp_path / "story.yaml"
    file.write_text(notebook.text("A call.", ["+441604367125"], "caller"), encoding="utf-8")
    dialog = read_dialog(read(file))
    assert dialog.transfer == ("busy",)
    assert dialog.steps[1] == Says('He said: "yes" # and no', 0.9)
    assert dialog.rang == ("+441604367125",)
