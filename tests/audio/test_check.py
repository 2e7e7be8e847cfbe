"""The check: bad lines, what is over a limit, and the commands."""

import json
import shutil
import tomllib
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from ivr.audio.badline import LINES, companded, heard_over, lossy, noisy
from ivr.audio.build import build_utterances
from ivr.audio.check import Limits, check, faults, lexicon_heard, means, read_limits
from ivr.audio.commands import audio
from ivr.audio.folder import AudioFolder, read_manifest
from ivr.audio.lexicon import Word
from ivr.audio.measure import active_level
from ivr.audio.recogniser import Remembering, Size, Whisper
from ivr.audio.sound import Sound
from tests.audio.sample import LINE

ROOT = Path(__file__).parents[2]
TEXTS = LINE[:5]


class Listener:
    """Hears what it was told to hear, in turn."""

    def __init__(self, *heard: str) -> None:
        self.heard = list(heard)

    def hear(self, sound: Sound) -> str:  # noqa: ARG002
        return self.heard.pop(0) if len(self.heard) > 1 else self.heard[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("audio")
    build_utterances(TEXTS, place, processes=1)
    return place


def speech(seconds: float = 2.0) -> Sound:
    beat = np.clip(np.sin(np.arange(int(seconds * 8000)) / 300), 0, 1)
    return Sound(np.random.default_rng(2).standard_normal(len(beat)) * 0.05 * beat, 8000)


@pytest.mark.parametrize("line", LINES)
def test_a_line_changes_the_sound_in_the_same_way_each_time(line: str) -> None:
    once, again = (heard_over(line, speech()).samples for _ in range(2))  # type: ignore[arg-type]
    assert np.array_equal(once, again)
    assert not np.array_equal(once, speech().samples)


def test_companding_is_close_to_what_was_said() -> None:
    for law in ("ULAW", "ALAW"):
        after = companded(speech(), law)  # type: ignore[arg-type]
        assert np.max(np.abs(after.samples - speech().samples)) < 0.01


def test_noise_is_20_decibels_below_the_speech() -> None:
    added = noisy(speech()).samples - speech().samples
    assert 20 * np.log10(np.sqrt(np.mean(added**2))) == pytest.approx(active_level(speech()) - 20, abs=0.1)


def test_about_one_packet_in_twenty_is_lost() -> None:
    sound = Sound(np.random.default_rng(3).standard_normal(8000 * 40) * 0.1, 8000)
    changed = (lossy(sound).samples != sound.samples).reshape(-1, 160).any(axis=1)
    assert changed.mean() == pytest.approx(0.05, abs=0.015)


def checked(folder: Path, *heard: str) -> list[str]:
    entries = [one for one in read_manifest(AudioFolder(folder).manifest) if one.pace == "normal"][-1:]
    return faults(check(entries, folder, Listener(*heard), (), ()), Limits())


def test_what_is_understood_has_no_faults(folder: Path) -> None:
    text = [one for one in read_manifest(AudioFolder(folder).manifest) if one.pace == "normal"][-1].text
    assert not [fault for fault in checked(folder, text) if "words a minute" not in fault]


def test_what_is_not_understood_is_named_with_what_was_heard(folder: Path) -> None:
    found = checked(folder, "something else entirely")
    assert any("% of words wrong" in fault and "something else entirely" in fault for fault in found)
    assert any(fault.startswith("nanotts en-GB over mulaw") for fault in found)


def test_a_wrong_digit_is_always_a_fault(folder: Path) -> None:
    entries = [one for one in read_manifest(AudioFolder(folder).manifest) if "press 1" in one.text]
    [*found] = faults(check(entries, folder, Listener("For mediation press nine"), (), ()), Limits(one_prompt=100))
    assert any("a digit is heard wrong" in fault for fault in found)


@pytest.mark.parametrize(
    ("limits", "fault"),
    [
        (Limits(level_low=-10), "level"),
        (Limits(peak=-30), "peak"),
        (Limits(silence_before=0.01), "silence before"),
        (Limits(silence_after=0.01), "silence before"),
        (Limits(normal_pace_low=400, normal_pace_high=500), "normal pace is"),
    ],
)
def test_every_measure_has_a_limit(folder: Path, limits: Limits, fault: str) -> None:
    rows = check(read_manifest(AudioFolder(folder).manifest), folder, None, (), ())
    assert any(fault in one for one in faults(rows, limits))


def test_a_prompt_that_is_hurried_is_named(folder: Path) -> None:
    rows = list(check(read_manifest(AudioFolder(folder).manifest), folder, None, (), ()))
    named = [fault for fault in faults(rows, Limits(one_slow_high=100)) if "at the slow pace" in fault]
    assert named
    assert all(".ask" not in fault and "at most 100" in fault for fault in named)
    assert not [fault for fault in faults(rows, Limits(one_slow_high=400)) if "at the slow pace" in fault]


def test_each_lexicon_word_is_listened_for(folder: Path) -> None:
    entries = [one for one in read_manifest(AudioFolder(folder).manifest) if "EHC" in one.text]
    words = (Word("EHC", "E H C", heard=("e h c", "each c")), Word("SEN"))
    rows = list(check(entries, folder, Listener("An each C plan", "An easy plan"), words, (), ("mulaw", "noise")))
    assert lexicon_heard(rows[:1], words) == {"EHC": (1, 1), "SEN": (0, 0)}
    assert lexicon_heard(rows[1:], words) == {"EHC": (1, 0), "SEN": (0, 0)}


class Counting(Whisper):
    """Counts what it is asked to hear."""

    __slots__ = ("asked",)

    def __init__(self, size: Size = "tiny") -> None:
        super().__init__(size)
        self.asked = 0

    def hear(self, sound: Sound) -> str:  # noqa: ARG002
        self.asked += 1
        return f"heard {self.asked}"


def test_nothing_is_heard_twice_but_by_another_listener(tmp_path: Path) -> None:
    memory = tmp_path / "built" / "heard.jsonl"
    ears = Counting()
    assert [Remembering(ears, memory).hear(speech()) for _ in range(2)] == ["heard 1", "heard 1"]
    assert Remembering(ears, memory).hear(speech(1.0)) == "heard 2"
    assert Remembering(Counting("base"), memory).hear(speech()) == "heard 1"
    assert len(memory.read_text().splitlines()) == 3


def test_a_memory_that_was_cut_off_is_heard_again(tmp_path: Path) -> None:
    memory = tmp_path / "heard.jsonl"
    Remembering(Counting(), memory).hear(speech())
    memory.write_text(memory.read_text()[:20] + "\n")
    ears = Counting()
    assert Remembering(ears, memory).hear(speech()) == "heard 1"
    assert Remembering(ears, memory).hear(speech()) == "heard 1"
    assert ears.asked == 1


def test_every_limit_of_this_line_stands_in_its_pyproject() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["plainline"]["audio"]
    assert set(table) == {one.name for one in fields(Limits)}
    limits = read_limits(ROOT / "pyproject.toml")
    assert (limits.mean, limits.mean_reserve, limits.one_prompt, limits.mean_in_noise) == (2, 6, 15, 5)


def test_means_are_by_voice_line_and_pace(folder: Path) -> None:
    entries = read_manifest(AudioFolder(folder).manifest)
    whole = means(check(entries, folder, Listener("x"), (), (), ("mulaw",)))
    assert set(whole.rates) == {("nanotts en-GB", "mulaw")}
    assert whole.paces["slow"] < whole.paces["normal"]


def test_limits_stand_in_pyproject(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    assert read_limits(file) == Limits()
    file.write_text('[tool.plainline.audio]\nmean = 3\nterms = ["ehc"]\n')
    assert (read_limits(file).mean, read_limits(file).terms) == (3, ("ehc",))
    for text, why in [
        ("meen = 3\n", "does not know meen"),
        ('mean = "3"\n', "mean must be a number"),
        ("[", "at end of document"),
    ]:
        file.write_text(f"[tool.plainline.audio]\n{text}")
        with pytest.raises(ValueError, match=rf"pyproject\.toml.*{why}"):
            read_limits(file)


def test_the_command_measures_and_prints_json(folder: Path) -> None:
    ran = CliRunner().invoke(audio, ["check", "--measure-only", "--json", "--audio", str(folder)])
    document = json.loads(ran.stdout)
    assert len(document["files"]) == 2 * len(TEXTS)
    assert set(document["words_a_minute"]) == {"normal", "slow"}
    assert {"level", "peak", "leading", "trailing"} <= set(document["files"][0]["measures"])


def test_the_command_says_what_to_do_without_audio(tmp_path: Path) -> None:
    ran = CliRunner().invoke(audio, ["check", "--measure-only", "--audio", str(tmp_path)])
    assert ran.exit_code == 1
    assert "ivr audio build" in ran.output


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("spoken/manifest.json", "[{", "the manifest of the audio is damaged"),
        ("spoken/manifest.json", '[{"path": 1}]', "the manifest of the audio is damaged"),
        ("lexicon.toml", "[[", "lexicon.toml: "),
        ("limits.toml", "[tool", "limits.toml: "),
    ],
)
def test_a_damaged_file_is_named_in_one_line(tmp_path: Path, file: str, text: str, why: str) -> None:
    (tmp_path / "spoken").mkdir()
    (tmp_path / file).write_text(text)
    limits = str(tmp_path / "limits.toml")
    ran = CliRunner().invoke(audio, ["check", "--measure-only", "--limits", limits, "--audio", str(tmp_path)])
    assert ran.exit_code == 1
    assert ran.output.splitlines()[-1].startswith("Error: ")
    assert why in ran.output


def test_a_listed_file_that_is_gone_is_named_in_one_line(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "audio")
    gone = read_manifest(AudioFolder(folder).manifest)[0].file
    (tmp_path / "audio" / "built" / gone).unlink()
    ran = CliRunner().invoke(audio, ["check", "--measure-only", "--audio", str(tmp_path / "audio")])
    assert ran.exit_code == 1
    assert f"Error: /audio/{gone} is listed, but there is no such file: run `ivr audio build`" in ran.output


def test_each_lexicon_word_is_shown_in_use(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "audio")
    (tmp_path / "audio" / "lexicon.toml").write_text('[[word]]\nwrite = "EHC"\n[[word]]\nwrite = "IASS"\n')
    ran = CliRunner().invoke(audio, ["check", "--measure-only", "--audio", str(tmp_path / "audio")])
    assert "Lexicon: EHC in 1 text\n" in ran.output
    assert "Lexicon: IASS in no texts\n" in ran.output


def test_the_command_fails_when_something_is_over_a_limit(folder: Path, tmp_path: Path) -> None:
    limits = tmp_path / "limits.toml"
    any_pace = [f"{name} = 0" for name in ("normal_pace_low", "slow_pace_low")] + [
        f"{name} = 999" for name in ("normal_pace_high", "slow_pace_high", "one_normal_high", "one_slow_high")
    ]
    for level, code in ((-10, 1), (-24, 0)):
        limits.write_text("\n".join(["[tool.plainline.audio]", f"level_low = {level}", *any_pace]))
        ran = CliRunner().invoke(audio, ["check", "--measure-only", "--limits", str(limits), "--audio", str(folder)])
        assert ran.exit_code == code, ran.output
        assert ("OVER THE LIMIT" in ran.output) == bool(code)
