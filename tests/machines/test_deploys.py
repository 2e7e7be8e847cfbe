"""Files that change while calls are going on: what is wrong is refused, what is served can be walked to its end."""

import logging
import os
import random
import re
import shutil
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.machines.test_fuzz import Listener, wrong
from tests.phone.signed import Line, action, words
from tests.prompts.files import SHIPPED, copied, edit
from tests.prompts.test_mutations import MISTAKE, mutate

FEW, MANY, PARTS = 15, 125, 8
KEYS = ("1", "1", "1", "2", "3", "4", "*", "#", "0", "-", "02079460018", "9")


class Watched(Line):
    """A line whose files may be changed; it looks at them when it is told to."""

    def __init__(self, folder, **given):
        self.prompts = copied(folder, SHIPPED)
        super().__init__(folder, PROMPTS_DIR=str(self.prompts), **given)
        self.flows = self.app.extensions["switchboard"]._flows

    def look(self):
        """The version that is served now."""
        self.flows._next = 0.0
        return self.flows.flow.version

    def restore(self):
        shutil.rmtree(self.prompts)
        shutil.copytree(SHIPPED, self.prompts)


@pytest.fixture
def line(caplog, tmp_path):
    caplog.set_level(logging.CRITICAL, "ivr")
    where = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tmp_path  # noqa: S108 - a folder of our own is made in it
    with tempfile.TemporaryDirectory(dir=where) as folder:
        running = Watched(Path(folder))
        yield running
        running.app.extensions["switchboard"].close()


@pytest.fixture
def listener():
    listening, root = Listener(), logging.getLogger()
    root.addHandler(listening)
    yield listening
    root.removeHandler(listening)


class Caller:
    """A call that goes on through every change of the files."""

    def __init__(self, line, number):
        self.line, self.sid = line, f"CA{number:032x}"
        self.answer = None

    def move(self, chance):
        """One more answer; a call that is over is rung anew. What is wrong with the answer, or nothing."""
        asked = self.answer is not None and re.search(rb'(action="|<Redirect)', self.answer.data)
        if not asked:
            path, fields = "/voice", {}
        elif b"<Dial" in self.answer.data:
            path, fields = action(self.answer), {"DialCallStatus": chance.choice(["busy", "completed"])}
        else:
            key = chance.choice(KEYS)
            path, fields = action(self.answer), {} if key == "-" else {"Digits": key}
        self.answer = self.line.post(path, CallSid=self.sid, **fields)
        said = "".join(ET.fromstring(self.answer.data).itertext()) if self.answer.status_code == 200 else ""
        trouble = wrong(path, self.answer)
        # A goodbye in a file just changed may have other words: it was chosen all the same.
        if trouble.startswith("no way on") and b"<Hangup" in self.answer.data and said.strip():
            return ""
        return trouble and f"{path} {fields}: {trouble}"


def spoilt(line, seed, callers):
    """Damage the files as an author might, then let everybody go on. Whether they were refused, and what went wrong."""
    chance = random.Random(seed)
    line.restore()
    before = line.look()
    what = [mutate(chance, line.prompts) for _ in range(chance.choice([1, 1, 2]))]
    after = line.look()
    refused = bool(line.flows.mistakes)
    found = [f"{what}: no line number: {one}" for one in line.flows.mistakes if not MISTAKE.fullmatch(str(one))]
    if refused and after != before:
        found.append(f"{what}: refused, and not what was served before")
    for caller in callers:
        found += [f"{what}: {trouble}" for trouble in (caller.move(chance) for _ in range(8)) if trouble]
    return refused, found


@pytest.mark.parametrize(
    ("part", "count"), [(0, FEW), *(pytest.param(part, MANY, marks=pytest.mark.prove) for part in range(1, PARTS + 1))]
)
def test_damaged_files_deployed_in_mid_call_are_refused_or_can_be_walked(line, listener, figures, part, count):
    callers = [Caller(line, number) for number in range(3)]
    outcomes = [spoilt(line, part * 10_000 + seed, callers) for seed in range(count)]
    assert [trouble for _, found in outcomes for trouble in found] == []
    assert listener.tracebacks == []
    refused = sum(refused for refused, _ in outcomes)
    assert 0 < refused < count
    figures("damaged flows deployed in mid-call", flows=count, refused=refused, walked=count - refused, failures=0)


def test_a_call_at_a_node_that_is_gone_is_told_and_goes_on_at_the_main_menu(line):
    at_council = line.call("4", "1", "1")[-1]
    at_time = line.post(action(at_council), Digits="1")
    assert ".ask-time." in action(at_time)
    (line.prompts / "menus/ask-time.yaml").rename(line.prompts / "menus/ask-when.yaml")
    for path in line.prompts.glob("menus/*.yaml"):
        path.write_text(path.read_text("utf-8").replace("goto: ask-time", "goto: ask-when"), "utf-8")
    line.look()
    answer = line.post(action(at_time), Digits="1")
    assert not line.flows.mistakes
    assert "lost our place" in words(answer)
    assert ".main." in action(answer)
    again = line.post(action(line.post(action(answer), Digits="4")), Digits="1")
    assert "I have your request already" in words(again), "what was promised is still known"


def test_a_mistake_in_the_files_is_refused_and_the_old_words_are_served(line, caplog):
    caplog.set_level(logging.ERROR, "ivr")
    before, version = words(line.call()[0]), line.look()
    edit(line.prompts, "menus/main.yaml", "kind: menu", "kind: menue")
    assert line.look() == version
    assert words(line.call()[0]) == before
    assert re.search(r"prompts/menus/main\.yaml:\d+:\d+: ", caplog.text)


def test_audio_that_is_gone_is_said_in_another_voice(tmp_path):
    """Every file of a running line vanishes; a moment later whoever rings hears the same words."""
    folder = tmp_path / "audio"
    shutil.copytree(SHIPPED.parent / "audio", folder, ignore=shutil.ignore_patterns("built"))
    line = Line(tmp_path, VOICE="shipped", AUDIO_DIR=str(folder))
    try:
        before = line.call("2", "1")
        assert all(b"<Play>" in answer.data for answer in before)
        address = re.search(rb"<Play>https?://[^/]+([^<]+)</Play>", before[0].data)[1].decode()
        assert fetched(line, address) == 200
        shutil.rmtree(folder)
        assert fetched(line, address) == 404, "Twilio goes on to the next verb"
        time.sleep(1.2)
        after = line.call("2", "1")
        assert all(b"<Play>" not in answer.data and words(answer) for answer in after)
    finally:
        line.app.extensions["switchboard"].close()


def fetched(line, address):
    with line.client.get(address, buffered=True) as answer:
        return answer.status_code
