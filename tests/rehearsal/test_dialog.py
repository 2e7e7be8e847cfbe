"""Sample dialogs: what the format takes, what it refuses, and how a story is checked."""

import pytest

from ivr.prompts.findings import PromptsError
from ivr.prompts.yaml_text import read
from ivr.rehearsal.dialog import read_dialog, saved_call
from ivr.rehearsal.notebook import Notebook
from ivr.rehearsal.replay import WentAnotherWay, missing_rows, play
from ivr.rehearsal.spot import DialogError
from ivr.rehearsal.steps import HangsUp, Hears, LeavesMessage, Presses, Says, Waits
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


STEPS = "story: x\nsteps:\n"
ONE = f"{STEPS}  - press: '1'\n"
WRONG = {
    "nothing but a list": ("- press: '1'\n", "1:1: here is a list; write `story: What happens, in one sentence`"),
    "nothing but text": ("# a call\nbadger\n", "2:1: here is 'badger'; write `story: What happens"),
    "a key that the format does not have": (f"{ONE}stepz: []\n", "4:1: unknown key 'stepz'; did you mean 'steps'?"),
    "a key that is like none": (f"{ONE}badger: x\n", "4:1: unknown key 'badger'; known: story, steps, caller,"),
    "no story": ("steps: []\n", "1:1: 'story' is missing; write `story: What happens, in one sentence`"),
    "no steps": ("story: x\n", "1:1: 'steps' is missing; write `steps:`, and below it each step"),
    "a list where text is wanted": (
        "story: []\nsteps: []\n",
        "1:8: here is a list; write words on one line, such as `st",
    ),
    "a list where a step's text is wanted": (
        f"{STEPS}  - hears: [a, b]\n",
        "3:12: here is a list; write words on one line, such as `hears: some words`",
    ),
    "text where a list is wanted": (
        "story: x\nsteps: dance\n",
        "2:8: here is 'dance'; write each thing on a line of its",
    ),
    "text where a step is wanted": (f"{ONE}  - dance\n", "4:5: here is 'dance'; write a step as its name and a colon"),
    "an empty step": (f"{ONE}  - {{}}\n", "4:5: here is an empty map; write a step as its name and a colon"),
    "a step of nothing": (f"{ONE}  -\n", "here is nothing; write a step as its name and a colon"),
    "a step that is not there": (f"{ONE}  - shouts: x\n", "4:5: unknown step 'shouts'; known: hears, hears_prompt,"),
    "a step that is misspelt": (f"{ONE}  - pres: '1'\n", "4:5: unknown step 'pres'; did you mean 'press'?"),
    "two things in a step": (
        f"{ONE}    says: x\n",
        "4:5: 'says' is a second thing in one step; write `- says:` on a line of its own",
    ),
    "a key that no step has": (f"{ONE}    badger: x\n", "4:5: 'badger' is a second thing in one step; remove it"),
    "a key that no telephone has": (
        f"{STEPS}  - press: A\n",
        """3:12: a telephone has no keys 'A'; write digits, * and # in quotes, such as "41#\"""",
    ),
    "no key at all": (f"{STEPS}  - press:\n", "no key is written; write digits, * and # in quotes"),
    "a confidence that is no number": (
        f"{STEPS}  - says: x\n    confidence: high\n",
        "4:17: 'high' is no confidence; write a number from 0 to 1, such as 0.4",
    ),
    "a confidence of more than all": (f"{STEPS}  - says: x\n    confidence: '5'\n", "4:17: '5' is no confidence"),
    "a confidence of nothing known": (f"{STEPS}  - says: x\n    confidence: nan\n", "4:17: 'nan' is no confidence"),
    "seconds that are no number": (
        f"{STEPS}  - leaves_message: long\n",
        "3:21: 'long' is not a whole number; write one such as 12",
    ),
    "a hang-up that is not true": (f"{STEPS}  - hangs_up: no\n", "3:15: here is 'no'; write `hangs_up: true`"),
    "an ending of a transfer that is not there": (
        f"{ONE}transfer: bussy\n",
        "4:11: a transfer ends as one of conversation,",
    ),
    "one of its endings that is not there": (f"{ONE}transfer: [busy, lost]\n", "4:18: a transfer ends as one of"),
    "no ending of a transfer": (f"{ONE}transfer: []\n", "4:11: the list is empty; write one or more of conversation,"),
    "a time that is none": (f"{ONE}now: soon\n", "4:6: 'soon' is no day and time; write one such as 2026-11-24T10:30"),
    "a time without a zone": (f"{ONE}now: 2026-12-25T10:30\n", "4:6: the time needs a zone; write +00:00 after it"),
    "an ending that is not there": (f"{ONE}ended: nobody\n", "4:8: a call is ended by one of caller, document, line,"),
    "a request that is text": (f"{ONE}queue:\n  - badger\n", "5:5: here is 'badger'; write what the request must hold"),
    "a list in a request": (f"{ONE}queue: [{{phone: []}}]\n", "4:17: here is a list; write words on one line"),
    "a list of lists that were rung": (
        f"{ONE}rang: [[]]\n",
        "4:8: here is a list; write words on one line, such as `rang",
    ),
    "what no YAML is": ("story: [\n", "not valid YAML"),
}


@pytest.mark.parametrize("case", WRONG)
def test_refused_with_its_place_and_what_to_write_instead(case):
    content, sentence = WRONG[case]
    with pytest.raises(PromptsError) as refused:
        saved_call(content.encode(), "call.yaml")
    [mistake] = refused.value.findings
    assert mistake.file == "call.yaml"
    assert sentence in str(mistake).removeprefix("call.yaml:")


def test_the_nearest_word_is_offered_for_one_that_is_not_known():
    with pytest.raises(PromptsError, match="here is 'bussy'; did you mean 'busy'"):
        saved_call(f"{ONE}transfer: bussy\n".encode(), "call.yaml")


def test_plain_data_is_refused_with_its_step():
    with pytest.raises(DialogError, match=r"^a story, step 2: unknown step 'shouts'"):
        read_dialog({**STORY, "steps": [{"press": "1"}, {"shouts": "x"}]}, "a story")
    with pytest.raises(DialogError, match=r"^dialog: 'story' is missing"):
        read_dialog({"steps": []})


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
