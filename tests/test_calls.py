"""Every sample dialog, twice: through signed requests to the real line, and straight through the engine."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.prompts.load import load
from ivr.prompts.yaml_text import read
from ivr.rehearsal.dialog import read_dialog
from ivr.rehearsal.replay import missing_rows, play
from tests.rehearsal.bare import Bare, Memory
from tests.rehearsal.line import empty_database, real_line

STORIES = sorted((Path(__file__).parent / "calls").glob("*.yaml"))
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    return empty_database(tmp_path_factory.mktemp("database"))


@pytest.fixture
def line(tmp_path, database):
    line = real_line(tmp_path, database)
    yield line
    line.close()


@pytest.fixture(scope="session")
def flow():
    return load(Path(__file__).parents[1] / "prompts")


@pytest.mark.parametrize("file", STORIES, ids=[file.stem for file in STORIES])
def test_the_line_and_the_engine_say_what_the_story_says(file, line, flow):
    dialog = read_dialog(read(file), file.stem)
    now = dialog.now or NOW
    words = lambda prompt: " ".join(sentence.text for sentence in flow.words["en-GB"].prompts[prompt].says)  # noqa: E731
    by_phone = play(dialog, lambda: line.reach.call(dialog.caller, dialog.transfer, dialog.whisper, now), words)
    rows = line.rows()
    assert list(missing_rows(rows if dialog.queue is None else dialog.queue, rows)) == []
    memory = Memory({row["phone"]: row["reference"] for row in rows})
    bare = lambda: Bare(flow, memory, dialog.caller, now, list(dialog.transfer), dialog.whisper)  # noqa: E731
    by_engine = play(dialog, bare, words)
    for by_itself, by_request in zip(by_engine.said, by_phone.said, strict=True):
        assert by_itself == by_request
    assert by_engine == by_phone


def test_there_are_stories():
    assert len(STORIES) >= 15
