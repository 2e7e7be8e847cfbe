"""`ivr call` from end to end: a line in this process, a database of its own, keys on standard input."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.config import Config
from ivr.rehearsal.commands import call
from ivr.store import migrate

CALLS = Path(__file__).parents[1] / "calls"


@pytest.fixture
def run(tmp_path, monkeypatch):
    for name in ("TWILIO_AUTH_TOKEN", "DATABASE_URL", "PROMPTS_DIR", "AUDIO_DIR", "VOICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    migrate(Config.from_env().database_url)

    def run(*arguments, keys=""):
        return CliRunner().invoke(call, arguments, input=keys)

    return run


def test_a_call_with_keys_and_words(run):
    result = run("--transfer", "busy", keys="2\nmediation\n0\n")
    assert result.exit_code == 0, result.output
    assert "press 1" in result.output
    assert "[rang +441604367125]" in result.output
    assert "ended by the caller" in result.output


def test_a_hidden_number_is_asked_for_another(run):
    last = json.loads(run("--json", "--from", "withheld", keys="41\n").output.splitlines()[1])
    seen = json.loads(run("--json", keys="41\n").output.splitlines()[1])
    assert last["heard"] != seen["heard"]


def test_a_call_written_down_can_be_played_and_checked(run, tmp_path):
    story = tmp_path / "story.yaml"
    run("--record", str(story), "--transfer", "no-answer", "--now", "2026-12-25T10:30", keys="2\n1\n\n0\n")
    assert "2026-12-25T10:30:00+00:00" in story.read_text("utf-8")
    result = run("--script", str(story))
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "[A call. As written.]"


def test_a_sample_dialog_that_goes_another_way_fails_with_its_step(run, tmp_path):
    story = tmp_path / "story.yaml"
    story.write_text('story: "x"\nsteps: [{hears: "nobody says this"}]\n', encoding="utf-8")
    result = run("--script", str(story))
    assert result.exit_code == 1
    assert "story.yaml: step 1: did not hear 'nobody says this'" in result.output


def test_a_sample_dialog_that_is_broken_is_told_with_its_place(run, tmp_path):
    story = tmp_path / "story.yaml"
    story.write_text("story: x\nsteps:\n  - pres: '1'\n", encoding="utf-8")
    result = run("--script", str(story))
    assert result.exit_code == 1
    assert f"{story}:3:5: unknown step 'pres'; did you mean 'press'?" in result.output


def test_the_example_in_the_help_is_a_file_that_is_there(run):
    named = re.findall(r"tests/calls/(\S+\.yaml)", call.help)
    assert named
    assert all((CALLS / name).is_file() for name in named)


def test_sounds_need_a_player_and_say_so(run, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run("--audio")
    assert result.exit_code == 1
    assert "aplay" in result.output


def test_a_time_that_is_none_is_refused_in_words(run):
    assert "2026-12-25T10:30" in run("--now", "noon").output
