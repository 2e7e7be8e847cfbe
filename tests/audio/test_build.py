"""Building: which voice says what, only what changed, the same bytes again, and old audio when it fails."""

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ivr.audio.build import NOTED, USUAL, Report, build_utterances, utterances
from ivr.audio.clip import Entry, Utterance
from ivr.audio.folder import AudioFolder, read_manifest, sha256, write_manifest, write_takes, write_whole
from ivr.audio.kokoro import FOLDER, SPEAKERS, checked
from ivr.audio.library import Library
from ivr.audio.nanotts import Nanotts
from ivr.audio.pauses import Pauses
from ivr.audio.sound import Sound, encode_master
from ivr.audio.telephone import telephone
from ivr.audio.voice import VOICES, Voice, VoiceError, open_voice
from ivr.flow.state import Pace
from ivr.prompts.load import load
from tests.audio.sample import LINE, utterance

HELLO = utterance("Hello there.")
BYE = utterance("Goodbye.", "goodbye")


def build(folder: Path, *wanted: Utterance, voice: str = "nanotts", everything: bool = False) -> Report:
    return build_utterances(wanted, folder, voice, everything=everything, processes=1)


def entries(folder: Path) -> dict[tuple[str, str], Entry]:
    return {(entry.text, entry.pace): entry for entry in read_manifest(AudioFolder(folder).manifest)}


def put_shipped(folder: Path, one: Utterance, pace: Pace = "normal") -> Entry:
    place = AudioFolder(folder)
    file = f"{one.language}/{one.name}-{pace}-{'a' * 16}.wav"
    content = telephone([(0, tone())], Pauses())
    write_whole(place.spoken / file, content)
    made = sha256(place.spoken / file)
    shipped = Entry(f"/audio/{file}", one.prompt, one.language, pace, one.text, 1.0, "kokoro bm_fable", made)
    write_manifest(place.shipped, [*read_manifest(place.shipped), shipped])
    return shipped


def tone() -> Sound:
    beat = np.sin(np.arange(24000) / 8) * np.clip(np.sin(np.arange(24000) / 1500), 0, 1)
    return Sound(0.3 * beat, 24000)


def test_every_text_is_built_at_both_paces_and_listed(tmp_path: Path) -> None:
    report = build(tmp_path, HELLO, BYE)
    assert (report.made, report.kept) == (4, 0)
    listed = json.loads((tmp_path / "built" / "manifest.json").read_text())
    assert {tuple(sorted(row)) for row in listed} == {
        ("language", "pace", "path", "prompt", "seconds", "sha256", "text", "voice")
    }
    for row in listed:
        file = tmp_path / "built" / row["path"].removeprefix("/audio/")
        assert sha256(file) == row["sha256"]
        assert row["seconds"] == pytest.approx((file.stat().st_size - 58) / 8000, abs=0.01)
    slow, normal = (entries(tmp_path)["Hello there.", pace].seconds for pace in ("slow", "normal"))
    assert slow > 1.1 * normal


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    build(tmp_path / "a", HELLO)
    build(tmp_path / "b", HELLO)
    assert entries(tmp_path / "a") == entries(tmp_path / "b")


def test_what_a_process_did_before_is_not_heard() -> None:
    """The engine leaves its working memory as it comes; here it comes full of other things."""
    voice, sizes = open_voice("nanotts"), random.Random(7)
    said = set()
    for _ in range(40):
        full = [os.urandom(sizes.choice((24, 100, 500, 1500, 9000, 30000))) for _ in range(3000)]
        del full
        said.add(voice.speak("Hello there.", "en-GB", "normal").samples.tobytes())
    assert len(said) == 1


def test_side_by_side_gives_the_same_bytes(tmp_path: Path) -> None:
    build_utterances(LINE[:5], tmp_path / "a", processes=1)
    build_utterances(LINE[:5], tmp_path / "b", processes=2)
    assert entries(tmp_path / "a") == entries(tmp_path / "b")


def test_only_changed_words_are_spoken_again(tmp_path: Path) -> None:
    build(tmp_path, HELLO, BYE)
    report = build(tmp_path, utterance("Good morning."), BYE)
    assert (report.made, report.kept) == (2, 2)
    assert ("Hello there.", "normal") not in entries(tmp_path)


def test_an_unchanged_line_is_checked_in_a_moment(tmp_path: Path) -> None:
    build(tmp_path, *LINE)
    before = AudioFolder(tmp_path).manifest.stat().st_ino
    began = time.monotonic()
    assert build(tmp_path, *LINE).made == 0
    assert time.monotonic() - began < 0.5
    # A manifest written anew would have every worker read it again.
    assert AudioFolder(tmp_path).manifest.stat().st_ino == before


def test_a_missing_cut_short_or_changed_file_is_made_again(tmp_path: Path) -> None:
    build(tmp_path, HELLO)
    before = entries(tmp_path)
    files = [tmp_path / "built" / entry.file for entry in before.values()]
    files[0].unlink()
    files[1].write_bytes(files[1].read_bytes()[:100])
    assert build(tmp_path, HELLO).made == 2
    assert entries(tmp_path) == before


def test_a_change_in_the_lexicon_makes_only_its_words_again(tmp_path: Path) -> None:
    build(tmp_path, HELLO, BYE)
    (tmp_path / "lexicon.toml").write_text('[[word]]\nwrite = "Goodbye"\nsay = "Good buy"\n')
    assert build(tmp_path, HELLO, BYE).made == 2


def test_the_reserve_voice_says_only_what_shipped_audio_does_not(tmp_path: Path) -> None:
    put_shipped(tmp_path, HELLO)
    report = build(tmp_path, HELLO, BYE, voice=USUAL)
    assert report.made == 3
    assert entries(tmp_path)["Hello there.", "normal"].voice == "kokoro bm_fable"
    assert {one.text for one in report.waiting} == {"Hello there.", "Goodbye."}


def test_the_reserve_voice_can_say_everything(tmp_path: Path) -> None:
    put_shipped(tmp_path, HELLO)
    build(tmp_path, HELLO, everything=True)
    assert {entry.voice for entry in entries(tmp_path).values()} == {"nanotts en-GB"}


def test_damaged_shipped_audio_is_not_listed(tmp_path: Path) -> None:
    shipped = put_shipped(tmp_path, HELLO)
    (tmp_path / "spoken" / shipped.file).write_bytes(b"RIFF")
    build(tmp_path, HELLO)
    assert entries(tmp_path)["Hello there.", "normal"].voice == "nanotts en-GB"


def put_recording(folder: Path, one: Utterance) -> None:
    write_whole(AudioFolder(folder).recording(one, "normal"), encode_master(tone()))


def test_a_human_recording_wins_over_every_voice(tmp_path: Path) -> None:
    put_shipped(tmp_path, HELLO)
    put_recording(tmp_path, HELLO)
    build(tmp_path, HELLO, everything=True)
    assert entries(tmp_path)["Hello there.", "normal"].voice == "recorded"
    assert entries(tmp_path)["Hello there.", "slow"].voice == "nanotts en-GB"


def test_a_recording_of_older_words_is_not_played(tmp_path: Path) -> None:
    put_recording(tmp_path, HELLO)
    write_takes(AudioFolder(tmp_path), {"en-GB/welcome.wav": "Hello."})
    report = build(tmp_path, HELLO)
    assert report.outdated == ("en-GB/welcome.wav",)
    assert entries(tmp_path)["Hello there.", "normal"].voice == "nanotts en-GB"


def test_a_recording_that_was_taken_away_is_not_asked_for_again(tmp_path: Path) -> None:
    write_takes(AudioFolder(tmp_path), {"en-GB/welcome.wav": "Hello."})
    assert build(tmp_path, HELLO).outdated == ()


@pytest.mark.parametrize("damage", ["[{", '[{"path": 1}]', '[{"text": "x"}]'])
def test_a_damaged_manifest_is_made_anew(tmp_path: Path, damage: str) -> None:
    build(tmp_path, HELLO)
    before = entries(tmp_path)
    for file in (AudioFolder(tmp_path).manifest, AudioFolder(tmp_path).unfinished, AudioFolder(tmp_path).shipped):
        write_whole(file, damage.encode())
    assert build(tmp_path, HELLO).made == 2
    assert entries(tmp_path) == before


def test_shipped_audio_stays_where_the_voice_does_not_speak_the_language(tmp_path: Path) -> None:
    polish = utterance("Dzień dobry.", language="pl")
    put_shipped(tmp_path, polish)
    build(tmp_path, polish, everything=True)
    assert entries(tmp_path)["Dzień dobry.", "normal"].voice == "kokoro bm_fable"


def test_words_said_in_two_places_are_spoken_once(tmp_path: Path) -> None:
    assert build(tmp_path, HELLO, utterance("Hello there.", "again")).made == 2


def test_a_language_that_is_not_approved_is_not_built() -> None:
    flow = load(Path(__file__).parents[2] / "prompts")
    draft = {language: replace(words, status="draft") for language, words in flow.words.items()}
    assert utterances(flow)
    assert not utterances(replace(flow, words=draft))


def test_a_recording_that_is_no_sound_is_named(tmp_path: Path) -> None:
    write_whole(AudioFolder(tmp_path).recording(HELLO, "normal"), b"<html>")
    with pytest.raises(VoiceError, match=r"welcome\.wav.*record it again"):
        build(tmp_path, HELLO)


def test_a_language_that_no_voice_speaks_is_left_to_twilio(tmp_path: Path) -> None:
    polish = utterance("Dzień dobry.", language="pl")
    report = build(tmp_path, polish)
    assert report.silent == (polish,)
    assert not entries(tmp_path)


def test_a_failed_build_keeps_the_old_audio_and_goes_on_from_there(tmp_path: Path) -> None:
    build(tmp_path, HELLO)
    before = entries(tmp_path)
    broken = utterance("Broken.", "broken")
    write_whole(AudioFolder(tmp_path).recording(broken, "normal"), b"")
    with pytest.raises(VoiceError):
        build(tmp_path, BYE, broken)
    assert entries(tmp_path) == before
    assert Library.open(tmp_path).find("en-GB", "normal", "Hello there.")
    AudioFolder(tmp_path).recording(broken, "normal").unlink()
    assert build(tmp_path, BYE, broken).made == 2
    assert not AudioFolder(tmp_path).unfinished.exists()


def limited(bytes_a_file: int, code: str) -> subprocess.CompletedProcess[str]:
    """Run code where no file may be larger: what a full disk is like."""
    head = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes_a_file}, {bytes_a_file}))\n"
    return subprocess.run([sys.executable, "-c", head + code], capture_output=True, text=True, check=False)


BUILD_BYE = """
import sys
from pathlib import Path
from ivr.audio.build import build_utterances
from ivr.audio.clip import Utterance
from ivr.audio.voice import VoiceError
try:
    build_utterances([Utterance("en-GB", "goodbye", "Goodbye.")], Path({!r}), processes=1)
except VoiceError as problem:
    print(problem)
"""


def test_a_full_disk_is_said_plainly_and_leaves_the_old_audio(tmp_path: Path) -> None:
    build(tmp_path, HELLO)
    before = entries(tmp_path)
    done = limited(2000, BUILD_BYE.format(str(tmp_path)))
    assert "Make room there" in done.stdout, done.stderr
    assert entries(tmp_path) == before
    assert Library.open(tmp_path).find("en-GB", "normal", "Hello there.")
    assert not list(tmp_path.rglob("*.part"))


def test_a_build_that_is_killed_leaves_the_old_audio_and_is_gone_on_with(tmp_path: Path) -> None:
    build(tmp_path, HELLO)
    before = entries(tmp_path)
    line = [utterance(f"Sentence {count}.", f"many.{count}") for count in range(NOTED)]

    def killed(done: int, _of: int) -> None:
        if done == NOTED + 1:
            os.kill(os.getpid(), signal.SIGKILL)

    child = multiprocessing.get_context("fork").Process(
        target=build_utterances, args=(line, tmp_path), kwargs={"processes": 1, "progress": killed}
    )
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert entries(tmp_path) == before
    assert build_utterances(line, tmp_path, processes=1).made == len(line) * 2 - NOTED


def test_a_process_that_dies_is_said_plainly_and_what_was_made_is_kept(tmp_path: Path) -> None:
    def dies(_done: int, _of: int) -> None:
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(VoiceError, match=r"ended a process.*Build again"):
        build_utterances(LINE, tmp_path, processes=2, progress=dies)
    assert read_manifest(AudioFolder(tmp_path).unfinished)


def test_builds_side_by_side_do_not_stop_each_other(tmp_path: Path) -> None:
    build(tmp_path, HELLO)
    for number in range(300):
        old = tmp_path / "built" / "en-GB" / f"old.{number}-normal-{'0' * 16}.wav"
        old.write_bytes(b"x")
        os.utime(old, (0, 0))
    with ThreadPoolExecutor(4) as side_by_side:
        done = [side_by_side.submit(build, tmp_path, HELLO) for _ in range(4)]
        assert [one.result().made for one in done] == [0] * 4
    assert len(list((tmp_path / "built" / "en-GB").iterdir())) == 2


def test_what_a_killed_build_left_half_written_goes_in_time(tmp_path: Path) -> None:
    build(tmp_path, HELLO)
    half, fresh = (tmp_path / "built" / "en-GB" / f".{name}.part" for name in ("half", "fresh"))
    for path in (half, fresh):
        path.write_bytes(b"x")
    os.utime(half, (0, 0))
    build(tmp_path, HELLO)
    assert (half.exists(), fresh.exists()) == (False, True)


class Mute(Nanotts):
    """A voice that says nothing."""

    def speak(self, sentence: str, language: str, pace: Pace) -> Sound:  # noqa: ARG002
        return Sound(np.zeros(16000), 16000)


def test_silence_is_never_put_in_the_place_of_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VOICES, "mute", "tests.audio.test_build:Mute")
    with pytest.raises(VoiceError, match=r"said nothing for 'Hello there\.'"):
        build(tmp_path, HELLO, voice="mute")
    write_whole(AudioFolder(tmp_path).recording(HELLO, "normal"), encode_master(Sound(np.zeros(16000), 16000)))
    with pytest.raises(VoiceError, match=r"welcome\.wav: nothing is heard; record it again"):
        build(tmp_path, HELLO)
    assert not list((tmp_path).rglob("*-normal-*.wav"))


def test_text_cannot_make_the_voice_write_a_file(tmp_path: Path) -> None:
    target = tmp_path / "owned.wav"
    build(tmp_path, utterance(f'Hello <genfile file="{target}">you</genfile> there.'))
    assert not target.exists()


def test_files_that_calls_may_still_ask_for_are_kept_for_a_while(tmp_path: Path) -> None:
    build(tmp_path, HELLO)
    old = tmp_path / "built" / entries(tmp_path)["Hello there.", "normal"].file
    build(tmp_path, BYE)
    assert old.exists()
    os.utime(old, (0, 0))
    build(tmp_path, BYE)
    assert not old.exists()


def test_an_unknown_voice_is_named(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match="VOICE is one of nanotts, kokoro, gtts"):
        build(tmp_path, HELLO, voice="siri")


@pytest.mark.parametrize("name", VOICES)
def test_every_voice_keeps_to_the_interface(name: str) -> None:
    voice: Voice = open_voice(name)
    assert voice.label
    assert voice.speaks("en-GB")
    assert not voice.speaks("xx")
    assert "<" not in voice.script("a <b> EHC", [])
    other = open_voice(next(one for one in VOICES if one != name))
    assert voice.settings("normal", "Hello.") != other.settings("normal", "Hello.")


def test_a_part_of_the_shipped_voice_that_was_changed_is_refused() -> None:
    content = (FOLDER / "bm_fable.bin").read_bytes()
    assert checked(content, SPEAKERS["bm_fable"], "bm_fable") == content
    with pytest.raises(VoiceError, match="not the file that was checked"):
        checked(content + b"x", SPEAKERS["bm_fable"], "bm_fable")
