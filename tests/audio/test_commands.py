"""`ivr audio …` as an author and a voice artist meet it."""

import json
import os
import shutil
from pathlib import Path

import pytest
import soundfile
from click.testing import CliRunner, Result

from ivr.audio.commands import audio
from ivr.audio.folder import AudioFolder, read_manifest
from ivr.audio.library import Library
from ivr.commands import prepare
from tests.audio.test_takes import artist

ROOT = Path(__file__).parents[2]
BEFORE, AFTER = "I will speak more slowly.", "I will now speak more slowly."


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The line's own words and shipped audio, to be changed."""
    shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    shutil.copytree(ROOT / "audio" / "spoken", tmp_path / "audio" / "spoken", copy_function=os.link)
    shutil.copy(ROOT / "audio" / "lexicon.toml", tmp_path / "audio")
    return tmp_path


def run(copy: Path, *arguments: str) -> Result:
    folders = ("--prompts", str(copy / "prompts"), "--audio", str(copy / "audio"))
    return CliRunner().invoke(audio, [*arguments, *folders])


def change(copy: Path) -> None:
    words = copy / "prompts" / "words" / "en-GB.yaml"
    words.write_text(words.read_text(encoding="utf-8").replace(BEFORE, AFTER), encoding="utf-8")


def voice(copy: Path, text: str) -> str:
    clip = Library.open(copy / "audio").find("en-GB", "normal", text)
    return clip.voice if clip else ""


def test_a_changed_sentence_is_heard_at_once_and_its_author_is_told_what_to_do(copy: Path) -> None:
    change(copy)
    ran = run(copy, "build")
    shipped = len(read_manifest(AudioFolder(ROOT / "audio").shipped))
    assert ran.exit_code == 0
    assert f"2 files made, {shipped - 2} unchanged" in ran.output
    assert f"Heard in the reserve voice until the shipped voice says them (1):\n  phrase.slower: {AFTER}" in ran.output
    assert "To have it say them: python3 dev.py voice\nListen to what it made, and commit audio/spoken." in ran.output
    assert voice(copy, AFTER) == "nanotts en-GB"
    assert voice(copy, "You have two choices.") == "kokoro bm_fable"
    assert "0 files made" in run(copy, "build").output


def test_a_build_that_fails_says_that_nothing_changed(copy: Path) -> None:
    (copy / "audio" / "lexicon.toml").write_text("[[")
    ran = run(copy, "build")
    assert ran.exit_code == 1
    assert "Error: lexicon.toml" in ran.output
    assert "Nothing changed: the line still plays the audio it had." in ran.output


def test_the_sheet_names_every_prompt_once_at_each_pace(copy: Path) -> None:
    rows = json.loads(run(copy, "sheet", "--json").stdout)
    shipped = {(entry.pace, entry.text) for entry in read_manifest(AudioFolder(ROOT / "audio").shipped)}
    assert {(row["pace"], row["text"]) for row in rows} == shipped
    assert len({row["file"] for row in rows}) == len(rows)
    printed = run(copy, "sheet").stdout
    assert "WAV, 48 kHz" in printed
    assert all(f"{row['file']}\n    {row['text']}\n" in printed for row in rows)


def test_a_recording_is_taken_played_and_named_when_its_words_change(copy: Path) -> None:
    sound = artist()
    (copy / "takes").mkdir()
    soundfile.write(copy / "takes" / "phrase.slower.wav", sound.samples[: int(2.7 * sound.rate)], sound.rate)
    taken = run(copy, "import", str(copy / "takes")).output
    assert "1 recordings taken, 0 to record again. Now run: ivr audio build" in taken
    run(copy, "build")
    assert voice(copy, BEFORE) == "recorded"
    change(copy)
    told = run(copy, "build").output
    assert "audio/recorded/en-GB/phrase.slower.wav says words that have changed: record it again" in told
    assert voice(copy, AFTER) == "nanotts en-GB"


def test_starting_the_line_tells_its_author_too(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(copy)
    for name in ("audio", "prompts", "data"):
        monkeypatch.setenv(f"{name.upper()}_DIR", str(copy / name))
    told = CliRunner().invoke(prepare).output
    assert f"  phrase.slower: {AFTER}\nTo have it say them: python3 dev.py voice" in told
    assert voice(copy, AFTER) == "nanotts en-GB"


def test_a_folder_that_takes_nothing_is_named_in_one_line(copy: Path) -> None:
    sound = artist()
    (copy / "takes").mkdir()
    soundfile.write(copy / "takes" / "phrase.slower.wav", sound.samples[: int(2.7 * sound.rate)], sound.rate)
    (copy / "audio" / "recorded").write_bytes(b"a file where a folder belongs")
    ran = run(copy, "import", str(copy / "takes"))
    assert ran.exit_code == 1
    assert "Error: " in ran.output.splitlines()[-1]
    assert "recorded" in ran.output
