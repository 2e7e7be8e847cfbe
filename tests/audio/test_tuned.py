"""Sentences that have a speed of their own: read from audio/tuned.toml, part of the file's name, told when wrong."""

from pathlib import Path

import pytest

from ivr.audio import tuned as tuning
from ivr.audio.build import build_utterances
from ivr.audio.tuned import TunedError, all_tuned, read_tuned, tuned
from ivr.audio.voice import SHIPPED, VoiceError, open_voice
from tests.audio.sample import utterance

TWO = '[[sentence]]\nsay = "Hello there."\nslow = 0.6\n\n[[sentence]]\nsay = "Goodbye."\nnormal = 0.8\nslow = 0.7\n'


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "tuned.toml"
    monkeypatch.setattr(tuning, "TUNED", file)
    return file


def test_a_sentence_has_its_own_speed_at_its_own_pace(written: Path) -> None:
    written.write_text(TWO)
    assert (tuned("Hello there.", "slow"), tuned("Hello there.", "normal")) == (0.6, None)
    assert all_tuned("Hello there. How are you? Goodbye.", "slow") == "0:0.6 2:0.7"
    assert all_tuned("How are you?", "slow") == ""


def test_a_file_is_named_by_the_speed_of_its_sentences_only(written: Path) -> None:
    voice = open_voice(SHIPPED)
    usual = voice.settings("slow", "Hello there.")
    written.write_text(TWO)
    read_tuned.cache_clear()
    assert voice.settings("slow", "Hello there.") != usual
    assert voice.settings("slow", "Hello.") == usual
    assert voice.settings("normal", "Hello there.") == open_voice(SHIPPED).settings("normal", "Hello.")


@pytest.mark.parametrize(
    "row",
    [
        'say = "A."',
        "slow = 0.6",
        'say = "A."\nfast = 0.6',
        'say = "A."\nslow = 6.0',
        'say = "A."\nslow = "0.6"',
        "say =",
    ],
)
def test_a_slip_is_told_with_what_to_write(written: Path, tmp_path: Path, row: str) -> None:
    written.write_text(f"[[sentence]]\n{row}\n")
    with pytest.raises(TunedError, match=r"tuned\.toml"):
        tuned("A.", "slow")
    with pytest.raises(VoiceError, match=r"tuned\.toml"):
        build_utterances([utterance("A.")], tmp_path, SHIPPED, everything=True)
