"""Documents that are used again are, byte for byte, what the builder writes anew, and never out of date."""

import shutil
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ivr.audio.library import Library
from ivr.flow.nodes import PromptId
from ivr.flow.spoken import text_of
from ivr.flow.state import State, encode
from ivr.flow.turn import (
    CallersMessage,
    CallersNumber,
    End,
    Keep,
    Listen,
    Quiet,
    Recorded,
    Ring,
    Say,
    Spell,
    TakeMessage,
    Turn,
)
from ivr.flow.walk import walk
from ivr.flow.wording import Sentence, Wording
from ivr.line import Answer
from ivr.phone import ready
from ivr.phone.twiml import Place, Voice, Writer
from ivr.prompts.load import load

from ..flow.toy import toy

TOP = Path(__file__).resolve().parents[2]
PLACE = Place("https://line.example", "+442079460000")
ENGLISH = toy().words["en-GB"]
FLOW = replace(toy(), words={"en-GB": ENGLISH, "pl-PL": replace(ENGLISH, voice="Polly.Ola-Neural")})
STATE = State("main", turn=3)


@pytest.fixture
def writer():
    return Writer(PLACE, Voice(None))


def answer(*speech, state=STATE, flow=FLOW):
    return Answer(flow, Turn(speech, End(), state))


def said(document):
    return " ".join("".join(say.itertext()) for say in ET.fromstring(document).iter("Say"))


def heard(word):
    """What the line puts in the place of a number and a recording before it answers."""
    match word:
        case CallersNumber():
            return Spell("07700 900 123")
        case CallersMessage():
            return Recorded("https://line.example/message/1/2.wav")
        case _:
            return word


@pytest.fixture(scope="module")
def shipped():
    """Every answer of the line as it is shipped, each in the first and the last state that brings it."""
    walked = walk(load(TOP / "prompts"))
    turns = {}
    for move in walked.moves:
        if move.turn is not None and not isinstance(move.turn.action, Keep):
            turn = replace(move.turn, speech=tuple(map(heard, move.turn.speech)))
            key = (turn.speech, turn.action, turn.state.pace, turn.state.language)
            first = turns.get(key, (turn,))[0]
            turns[key] = (first, turn)
    return [Answer(walked.flow, turn) for pair in turns.values() for turn in pair]


@pytest.mark.parametrize("audio", [None, TOP / "audio"], ids=["Twilio's voice", "audio files"])
@pytest.mark.parametrize("shown", ["+442079460000", ""], ids=["our number", "no number"])
def test_every_answer_of_the_line_is_what_the_builder_writes(shipped, audio, shown):
    library = Library.open(audio, "https://line.example") if audio else None
    writer = Writer(replace(PLACE, caller_id=shown), Voice(library))
    again = [writer.document(each) for each in shipped + shipped]
    anew = [writer.written(each, encode(each.turn.state)) for each in shipped]
    assert again == anew + anew
    assert len(shipped) > 400


def test_a_document_is_written_once_for_every_state(writer, monkeypatch):
    written = []
    build = Writer.written
    monkeypatch.setattr(Writer, "written", lambda *given: written.append(given) or build(*given))
    for turn in range(50):
        writer.document(answer(Say("bye"), state=State("main", turn=turn)))
    assert len(written) == 1


@pytest.mark.parametrize(
    "word", [Spell("07700 900 123"), Spell("427"), Recorded("https://line.example/message/1/2.wav")]
)
def test_what_is_said_to_one_caller_is_kept_for_nobody(writer, word):
    """The document is kept without it, so the next caller's is the same but for their own."""
    others = [Spell("07700 900 999"), Spell("1111"), Recorded("https://line.example/message/3/4.wav")]
    turns = [
        (Say("bye"), one, Say("main"), one, other, Quiet(1))
        for one, other in zip([word, *others], [*others, word], strict=True)
    ]
    counts = set()
    for spoken in (answer(*words) for words in turns):
        assert writer.document(spoken) == writer.written(spoken, encode(STATE))
        counts.add(writer.ready.count)
    kept = repr((writer.ready._shelf.documents, writer.ready._shelf.known))
    assert len(counts) == 1
    assert not [one for one in ("Spell(", "9 0 0", "4 2 7", "1 1", "b" * 32, "c" * 32) if one in kept]


@pytest.mark.parametrize(
    "other",
    [
        answer(Spell("123")),
        answer(Say("main")),
        answer(Say("bye", key="2")),
        answer(Say("bye"), state=STATE._replace(pace="slow")),
        answer(Say("bye"), state=STATE._replace(language="pl-PL")),
        answer(Say("bye"), state=STATE._replace(turn=4)),
        Answer(FLOW, Turn((Say("bye"),), Listen(10), STATE)),
        Answer(FLOW, Turn((Say("bye"),), Listen(10, hints=("mediation",)), STATE)),
        Answer(FLOW, Turn((Say("bye"),), TakeMessage(120), STATE)),
    ],
)
def test_another_answer_is_another_document(writer, other):
    first = writer.document(answer(Say("bye")))
    assert writer.document(other) == writer.written(other, encode(other.turn.state))
    assert writer.document(answer(Say("bye"))) == first


def test_the_number_that_was_rung_is_shown_even_when_another_was_rung_before(writer):
    there = replace(writer, place=replace(PLACE, caller_id="+441604367125"))
    turn = answer(Say("bye"))
    assert writer.ready is there.ready
    assert writer.document(turn) == there.document(turn)
    ringing = Answer(FLOW, Turn((Say("ringing"),), Ring("+441604367000", 30), STATE))
    assert b"+442079460000" in writer.document(ringing)
    assert b"+441604367125" in there.document(ringing)


def test_new_words_are_said_with_the_next_answer(writer):
    assert said(writer.document(answer(Say("bye")))) == "Words of bye."
    prompts = {**ENGLISH.prompts, "bye": Wording(says=(Sentence(text="New words."),))}
    edited = replace(FLOW, words={"en-GB": replace(ENGLISH, prompts=prompts)})
    assert said(writer.document(answer(Say("bye"), flow=edited))) == "New words."
    assert said(writer.document(answer(Say("bye")))) == "Words of bye."


def test_the_same_turn_of_other_words_is_said_in_those(writer):
    turn = answer(Say("bye")).turn
    prompts = {**ENGLISH.prompts, "bye": Wording(says=(Sentence(text="New words."),))}
    edited = replace(FLOW, words={"en-GB": replace(ENGLISH, prompts=prompts)})
    for _ in range(2):
        assert said(writer.document(Answer(FLOW, turn))) == "Words of bye."
        assert said(writer.document(Answer(edited, turn))) == "New words."


def test_a_turn_is_known_by_itself_and_not_by_its_like(writer):
    turn = answer(Say("bye")).turn
    writer.document(Answer(FLOW, turn))
    assert writer.ready.again(FLOW, writer.voice.audio, turn, PLACE)
    assert writer.ready.again(FLOW, writer.voice.audio, replace(turn), PLACE) is None


def test_the_number_of_turns_is_bounded(writer, monkeypatch):
    monkeypatch.setattr(ready, "MOST_KNOWN", 5)
    for number in range(9):
        writer.document(answer(Say("bye"), state=STATE._replace(turn=number)))
        assert 1 <= len(writer.ready._shelf.known) <= 5


@pytest.mark.parametrize("digits", ["427", "1234 567", "07700 900 123", "0", "1"])
@pytest.mark.parametrize("missing", ["", "7"])
def test_digits_are_said_as_they_would_be_written_anew(digits, missing, monkeypatch):
    """From the files of each; where one of them has no file, each group is of one voice."""
    flow = load(TOP / "prompts")
    library = Library.open(TOP / "audio")
    find, gone = Library.find, text_of(flow, Say(PromptId(f"digit.{missing}")), "en-GB") if missing else ""
    monkeypatch.setattr(Library, "find", lambda self, *asked: None if asked[2] == gone else find(self, *asked))
    writer = Writer(PLACE, Voice(library))
    for _ in range(2):
        spoken = Answer(flow, Turn((Say("welcome"), Spell(digits), Spell("30")), End(), State("main")))
        assert writer.document(spoken) == writer.written(spoken, encode(spoken.turn.state))


def test_the_number_of_documents_is_bounded(writer, monkeypatch):
    monkeypatch.setattr(ready, "MOST", 5)
    for key in range(1, 9):
        writer.document(answer(Say("bye", key=str(key))))
        assert writer.ready.count <= 5


def test_everything_is_written_anew_after_a_minute(writer, monkeypatch):
    for key in "12345":
        writer.document(answer(Say("bye", key=key)))
    later = ready.time.monotonic() + ready.LASTS + 1
    monkeypatch.setattr(ready.time, "monotonic", lambda: later)
    writer.document(answer(Say("bye")))
    assert writer.ready.count == 1


@pytest.fixture
def audio(tmp_path):
    """The shipped audio of one prompt, to be changed, and an answer that plays it."""
    flow = load(TOP / "prompts")
    plays = Answer(flow, Turn((Say("welcome"),), End(), State("main")))
    library = Library.open(TOP / "audio")
    [play] = ET.fromstring(Writer(PLACE, Voice(library)).document(plays)).iter("Play")
    file = Path(play.text).relative_to("/audio")
    (tmp_path / "spoken" / file).parent.mkdir(parents=True)
    shutil.copy(TOP / "audio" / "spoken" / file, tmp_path / "spoken" / file)
    shutil.copy(TOP / "audio" / "spoken" / "manifest.json", tmp_path / "spoken")
    return tmp_path, tmp_path / "spoken" / file, plays


def test_audio_that_was_deleted_is_said_instead(audio):
    folder, file, plays = audio
    writer = Writer(PLACE, Voice(Library.open(folder, patience=0)))
    assert b"<Play>" in writer.document(plays)
    file.unlink()
    assert b"<Play>" not in writer.document(plays)


def test_audio_that_is_new_is_played(audio):
    folder, _, plays = audio
    manifest = folder / "spoken" / "manifest.json"
    listed = manifest.read_text("utf-8")
    manifest.write_text("[]", "utf-8")
    writer = Writer(PLACE, Voice(Library.open(folder, patience=0)))
    assert b"<Play>" not in writer.document(plays)
    manifest.write_text(listed, "utf-8")
    assert b"<Play>" in writer.document(plays)
