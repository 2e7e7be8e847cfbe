"""A voice artist's files: the sheet, what is taken, and what has to be recorded again."""

import os
import sys
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from ivr.audio.build import build_utterances
from ivr.audio.commands import audio
from ivr.audio.folder import AudioFolder, read_manifest, read_takes
from ivr.audio.nanotts import Nanotts
from ivr.audio.sound import Sound
from ivr.audio.takes import Sheet, sheet, take_in
from tests.audio.sample import utterance

HELLO = utterance("Hello there, this is the line about settling disagreements.")
YES = utterance("For yes, press 1.", "option.yes", "1")
THREE = utterance("3", "digit.3")
PROMPTS = Path(__file__).parents[2] / "prompts"


def artist(seconds_around: float = 0.5, rate: int = 48000) -> Sound:
    """A good take: speech in a quiet room."""
    spoken = Nanotts().speak(HELLO.text, "en-GB", "normal")
    at = np.arange(int(spoken.seconds * rate)) * spoken.rate / rate
    loud = 0.5 * np.interp(at, np.arange(len(spoken.samples)), spoken.samples) / np.max(np.abs(spoken.samples))
    silence = np.zeros(int(seconds_around * rate))
    whole = np.concatenate([silence, loud, silence])
    return Sound(whole + np.random.default_rng(4).standard_normal(len(whole)) * 1e-5, rate)


def offer(folder: Path, sound: Sound, name: str = "welcome.wav") -> Path:
    path = folder / "offered" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sound.samples, sound.rate)
    return folder / "offered"


def complaints(folder: Path, offered: Path) -> str:
    [take] = take_in(offered, wanted(folder), folder / "audio")
    return "; ".join(take.complaints)


def wanted(folder: Path) -> list[Sheet]:
    return sheet([HELLO, YES, THREE], folder / "audio")


def test_the_sheet_names_a_file_for_every_prompt_and_pace(tmp_path: Path) -> None:
    assert [row.file for row in wanted(tmp_path)] == [
        "en-GB/welcome.wav",
        "en-GB/option.yes-1.wav",
        "en-GB/digit.3.wav",
        "en-GB/welcome-slow.wav",
        "en-GB/option.yes-1-slow.wav",
        "en-GB/digit.3-slow.wav",
    ]


@pytest.mark.parametrize("name", ["welcome.wav", "welcome.flac", "en-GB/welcome.aiff", "welcome.mp3"])
def test_a_good_take_is_kept_in_any_format_and_then_played(tmp_path: Path, name: str) -> None:
    assert complaints(tmp_path, offer(tmp_path, artist(), name)) == ""
    assert read_takes(AudioFolder(tmp_path / "audio")) == {"en-GB/welcome.wav": HELLO.text}
    build_utterances([HELLO], tmp_path / "audio", processes=1)
    voices = {entry.pace: entry.voice for entry in read_manifest(AudioFolder(tmp_path / "audio").manifest)}
    assert voices == {"normal": "recorded", "slow": "nanotts en-GB"}


def phone_recording(folder: Path, sound: Sound, codec: str, name: str) -> Path:
    """The same in a format that phones record in."""
    path = folder / "offered" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=sound.rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            sound.samples.astype(np.float32).reshape(1, -1), format="fltp", layout="mono"
        )
        frame.rate = sound.rate
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path.parent


@pytest.mark.parametrize(
    ("codec", "name"), [("aac", "welcome.m4a"), ("aac", "welcome.mp4"), ("libopus", "welcome.webm")]
)
def test_what_a_phone_records_is_taken_too(tmp_path: Path, codec: str, name: str) -> None:
    assert complaints(tmp_path, phone_recording(tmp_path, artist(), codec, name)) == ""
    kept = tmp_path / "audio" / "recorded" / "en-GB" / "welcome.wav"
    from_phone = soundfile.info(kept).duration
    kept.unlink()
    take_in(offer(tmp_path / "studio", artist()), wanted(tmp_path), tmp_path / "audio")
    assert from_phone == pytest.approx(soundfile.info(kept).duration, abs=0.1)


@pytest.mark.parametrize("name", ["welcome.m4a", "welcome.docx"])
def test_a_prompts_file_that_cannot_be_read_is_never_passed_over_in_silence(tmp_path: Path, name: str) -> None:
    offered = offer(tmp_path, artist(), "welcome.wav")
    (offered / "welcome.wav").unlink()
    (offered / name).write_bytes(b"no sound at all")
    (offered / ".DS_Store").write_bytes(b"x")
    assert "no sound file" in complaints(tmp_path, offered)


def test_without_the_reader_for_phones_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = phone_recording(tmp_path, artist(), "aac", "welcome.m4a")
    monkeypatch.setitem(sys.modules, "av", None)
    assert "python3 dev.py voice" in complaints(tmp_path, offered)


def changed(sound: Sound, fault: str) -> Sound:
    room = np.random.default_rng(5).standard_normal(len(sound.samples))
    match fault:
        case "too quiet":
            return Sound(sound.samples * 0.005, sound.rate)
        case "clipped":
            return Sound(np.clip(sound.samples * 8, -1, 1), sound.rate)
        case "highest peaks are cut off":
            return Sound(0.6 * np.clip(sound.samples * 8, -1, 1), sound.rate)
        case "too loud":
            return Sound(0.9 * np.tanh(sound.samples * 200), sound.rate)
        case "noisy":
            return Sound(sound.samples + room * 0.02, sound.rate)
        case "too fast":
            return Sound(sound.samples, int(sound.rate * 2.2))
        case "too slow":
            return Sound(sound.samples, int(sound.rate / 2.2))
        case "at least 16000":
            return Sound(sound.samples[::6], 8000)
        case "nothing is heard":
            return Sound(np.zeros(48000), 48000)
        case _:
            return Sound(room * 1e-5, sound.rate)


@pytest.mark.parametrize(
    "fault",
    [
        "too quiet", "too loud", "clipped", "highest peaks are cut off", "noisy", "too fast", "too slow",
        "at least 16000", "nothing is heard", "nothing",
    ],
)  # fmt: skip
def test_a_bad_take_is_refused_with_its_reason(tmp_path: Path, fault: str) -> None:
    assert fault in complaints(tmp_path, offer(tmp_path, changed(artist(), fault)))
    assert not (tmp_path / "audio" / "recorded").exists()


def test_a_file_that_is_no_sound_is_refused(tmp_path: Path) -> None:
    offered = offer(tmp_path, artist())
    (offered / "welcome.wav").write_bytes(b"<html>")
    assert "no sound file" in complaints(tmp_path, offered)


def test_a_name_that_two_languages_have_needs_its_folder(tmp_path: Path) -> None:
    both = sheet([HELLO, utterance("Dzień dobry.", language="pl")], tmp_path / "audio")
    [take] = take_in(offer(tmp_path, artist()), both, tmp_path / "audio")
    assert "no prompt has this name" in take.complaints[0]
    [take] = take_in(offer(tmp_path / "again", artist(), "en-GB/welcome.wav"), both, tmp_path / "audio")
    assert take.complaints == ()


def test_a_damaged_wav_needs_no_reader_for_phones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = offer(tmp_path, artist())
    (offered / "welcome.wav").write_bytes(b"<html>")
    monkeypatch.setitem(sys.modules, "av", None)
    assert "no sound file" in complaints(tmp_path, offered)


def test_a_name_that_no_prompt_has_is_refused(tmp_path: Path) -> None:
    assert "no prompt has this name" in complaints(tmp_path, offer(tmp_path, artist(), "welcom.wav"))


def test_a_take_may_be_loud_and_off_the_middle_without_harm(tmp_path: Path) -> None:
    sound = artist()
    full = Sound(sound.samples / np.max(np.abs(sound.samples)) * 0.998, sound.rate)
    assert complaints(tmp_path, offer(tmp_path, full)) == ""
    assert complaints(tmp_path, offer(tmp_path, Sound(sound.samples * 0.5 + 0.2, sound.rate))) == ""


@pytest.mark.parametrize(
    ("spoken", "fault"),
    [(artist(), "too long"), (Sound(np.pad(np.full(480, 0.5), 24000), 48000), "too short"), (None, "")],
)
def test_a_word_alone_is_neither_a_click_nor_a_speech(tmp_path: Path, spoken: Sound | None, fault: str) -> None:
    three = Nanotts().speak("three", "en-GB", "normal")
    good = Sound(np.pad(0.5 * three.samples / np.max(np.abs(three.samples)), three.rate // 2), three.rate)
    found = complaints(tmp_path, offer(tmp_path, spoken or good, "digit.3.wav"))
    assert fault in found if fault else found == ""


def test_eight_bits_are_too_few(tmp_path: Path) -> None:
    offered = offer(tmp_path, artist())
    for subtype in ("PCM_U8", "ULAW"):
        soundfile.write(offered / "welcome.wav", artist().samples, artist().rate, subtype=subtype)
        assert "at least 16 are needed" in complaints(tmp_path, offered)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_damaged_take_does_not_stop_the_others(tmp_path: Path, number: float) -> None:
    samples = artist().samples
    samples[100] = number
    offered = offer(tmp_path, artist(), "en-GB/welcome.wav")
    soundfile.write(offered / "en-GB" / "option.yes-1.wav", samples, 48000, subtype="FLOAT")
    takes = {take.target.name: take.complaints for take in take_in(offered, wanted(tmp_path), tmp_path / "audio")}
    assert takes == {"welcome.wav": (), "option.yes-1.wav": ("the file is damaged: parts of it are no sound",)}


@pytest.mark.parametrize("other", ["again/welcome.wav", "welcome.flac", "Welcome.wav"])
def test_of_two_files_for_one_prompt_none_is_chosen_in_silence(tmp_path: Path, other: str) -> None:
    offer(tmp_path, artist(), other)
    takes = take_in(offer(tmp_path, artist()), wanted(tmp_path), tmp_path / "audio")
    assert [take.complaints for take in takes] == [
        ("there is another file for en-GB/welcome.wav: offer the better one only",)
    ] * 2
    assert not (tmp_path / "audio" / "recorded").exists()


def test_capitals_in_a_name_are_no_other_name(tmp_path: Path) -> None:
    assert complaints(tmp_path, offer(tmp_path, artist(), "en-gb/Welcome.WAV")) == ""


@pytest.mark.parametrize("beside", ["._welcome.wav", "__MACOSX/welcome.wav", ".trash/welcome.wav"])
def test_what_a_system_puts_beside_is_passed_over(tmp_path: Path, beside: str) -> None:
    offered = offer(tmp_path, artist())
    (offered / beside).parent.mkdir(exist_ok=True)
    (offered / beside).write_bytes(b"\0\5\x16\7")
    assert complaints(tmp_path, offered) == ""


def test_the_command_names_what_to_record_again_and_where_it_lies(tmp_path: Path) -> None:
    offered = offer(tmp_path, artist(), "first try/welcom.wav")
    (offered / os.fsdecode(b"wel\xffcome.wav")).write_bytes(b"x")
    ran = CliRunner().invoke(audio, ["import", str(offered), "--prompts", str(PROMPTS), "--audio", str(tmp_path)])
    assert ran.exit_code == 1
    assert "RECORD AGAIN first try/welcom.wav: no prompt has this name" in ran.output
    assert "0 recordings taken, 2 to record again" in ran.output


def test_long_silence_around_the_words_is_not_kept(tmp_path: Path) -> None:
    take_in(offer(tmp_path, artist(3.0)), wanted(tmp_path), tmp_path / "audio")
    kept = soundfile.info(tmp_path / "audio" / "recorded" / "en-GB" / "welcome.wav")
    assert kept.duration < artist(0.5).seconds
