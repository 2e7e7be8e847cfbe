"""`ivr jobs` shows what was given up and has it tried again; `ivr reseal` changes the key of recordings."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.jobs import Dead, Runner
from ivr.sealing import Sealing
from ivr.sounds import Sounds
from ivr.store import Store

SID, CALL = "RE" + "1" * 32, "CA" + "1" * 32
OLD, NEW = "a" * 64, "b" * 64


@pytest.fixture
def ivr(sqlite_url, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return lambda *words: CliRunner().invoke(main, words)


def test_what_was_given_up_is_shown_and_tried_again(ivr, sqlite_url, opened):
    assert ivr("jobs").output == "No job is dead.\n"
    store = opened(sqlite_url)
    store.enqueue("wave", "one", {}, datetime.now(UTC))
    Runner(store, {"wave": lambda _: Dead("Twilio answered 401")}).once()
    (dead,) = json.loads(ivr("jobs", "--json").output)
    assert (dead["kind"], dead["trouble"]) == ("wave", "Twilio answered 401")
    assert dead["id"] in ivr("jobs").output
    assert ivr("jobs", "--again", dead["id"]).output == "It is tried again.\n"
    assert store.job_counts() == {"waiting": 1}
    again = ivr("jobs", "--again", dead["id"])
    assert (again.exit_code, again.output) == (2, "No job of that id was given up. See them: ivr jobs\n")


def test_what_was_given_up_is_let_go_of(ivr, sqlite_url, opened):
    store = opened(sqlite_url)
    store.enqueue("wave", "one", {}, datetime.now(UTC))
    Runner(store, {"wave": lambda _: Dead("Twilio answered 401")}).once()
    (dead,) = json.loads(ivr("jobs", "--json").output)
    assert ivr("jobs", "--give-up", dead["id"]).output == "Nobody tries it any more.\n"
    assert (ivr("jobs").output, ivr("jobs", "--give-up", dead["id"]).exit_code) == ("No job is dead.\n", 2)


def test_recordings_are_closed_with_a_new_key(ivr, sqlite_url, opened, tmp_path, monkeypatch):
    store: Store = opened(sqlite_url)
    store.recording_status(SID, CALL, "completed", 2, None, datetime.now(UTC))
    old, new = (Sounds(store, Sealing([key]), store.boxes(tmp_path / "recordings")) for key in (OLD, NEW))
    assert old.keep(store.sound_of(SID), b"words", 2, datetime.now(UTC))
    monkeypatch.setenv("ENCRYPTION_KEY", NEW)
    refused = ivr("reseal")
    assert (refused.exit_code, "ENCRYPTION_KEY_OLD" in refused.output) == (2, True)
    monkeypatch.setenv("ENCRYPTION_KEY_OLD", OLD)
    assert "Recordings: 1." in ivr("reseal").output
    assert ivr("reseal").output.endswith(": 0.\n")
    assert new.whole(store.sound_of(SID)) == b"words"
