"""Which wording of the privacy notice a caller was told is kept with their request, whatever is deployed meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ivr.flow.line import Flow
from ivr.flow.nodes import PromptId
from ivr.flow.notice import told_in
from ivr.flow.state import State
from ivr.flow.turn import End, Say, Turn
from ivr.listening import Listening
from ivr.prompts.load import load
from ivr.store import Store, StoreUnavailable, Wording
from tests.phone.signed import Line, action
from tests.prompts.files import SHIPPED, copied, edit

ENGLISH = "words/en-GB.yaml"
NOW = "only to ring you back."
LATER = "only so that we can ring you."
OTHER = "CA" + "2" * 32
NOTICE = Say(PromptId("callback.privacy"))


class Edited(Line):
    """A line whose words may be changed."""

    def __init__(self, folder: Path, **given: str) -> None:
        self.prompts = copied(folder, SHIPPED)
        super().__init__(folder, PROMPTS_DIR=str(self.prompts), **given)
        self.switchboard = self.app.extensions["switchboard"]

    def deploy(self, old: str, new: str) -> None:
        edit(self.prompts, ENGLISH, old, new)
        self.switchboard._flows._next = 0.0

    def told(self, sid: str) -> str:
        """The version that the request of a call names."""
        request = self.switchboard.store.request_of(sid)
        assert request
        return str(request.notice)

    def words_of(self, version: str) -> str:
        """The words of a version, once what callers listened to is written."""
        self.switchboard.listening.close()
        return next((words for found, _, words, _ in self.rows("privacy_words") if found == version), "")


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Edited]:
    made = Edited(tmp_path)
    yield made
    made.switchboard.close()


@pytest.fixture(scope="module")
def flow() -> Flow:
    return load(SHIPPED)


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("4", "1"), id="hung up as the notice was said"),
        pytest.param(("4", "1", "1"), id="their own number"),
        pytest.param(("4", "1", "2", "02079460018"), id="a number that is not confirmed"),
        pytest.param(("4", "1", "2", "02079460018", "1", "1", "1"), id="a number that was keyed"),
    ],
)
def test_a_request_names_the_wording_and_its_words_are_kept(line: Edited, keys: tuple[str, ...]) -> None:
    line.call(*keys)
    version = line.told("CA" + "1" * 32)
    assert len(version) == 8
    assert NOW in line.words_of(version)


def test_who_keys_a_number_after_the_notice_without_one_of_their_own_was_told_it_too(line: Edited) -> None:
    line.call("4", "1", "02079460018", From="anonymous")
    assert NOW in line.words_of(line.told("CA" + "1" * 32))


def test_the_wording_is_the_one_that_was_said_though_another_is_deployed_before_the_request(line: Edited) -> None:
    heard = line.call("4", "1")
    line.deploy(NOW, LATER)
    for key in ("1", "1"):
        heard.append(line.post(action(heard[-1]), Digits=key))
    line.call("4", "1", "1", CallSid=OTHER, From="+447700900456")
    first, second = line.told("CA" + "1" * 32), line.told(OTHER)
    assert first != second
    assert NOW in line.words_of(first)
    assert LATER in line.words_of(second)


def test_who_hears_it_again_after_a_deploy_was_told_the_new_one(line: Edited) -> None:
    heard = line.call("4", "1")
    line.deploy(NOW, LATER)
    line.post(action(line.post(action(heard[-1]), Digits="*")), Digits="1")
    assert LATER in line.words_of(line.told("CA" + "1" * 32))


def test_another_change_of_the_words_is_no_other_notice(line: Edited) -> None:
    line.call("4", "1", "1")
    line.deploy("Thank you for ringing.", "Thank you very much for ringing.")
    line.call("4", "1", "1", CallSid=OTHER, From="+447700900456")
    assert line.told("CA" + "1" * 32) == line.told(OTHER) != ""


def test_a_call_whose_place_was_lost_is_not_said_to_have_been_told(line: Edited) -> None:
    line.call("4", "1", "2", "02079460018")
    before = line.told("CA" + "1" * 32)
    line.deploy(NOW, LATER)
    answer = line.post("/voice/turn?s=forgotten")
    for key in ("4", "1", "1"):
        answer = line.post(action(answer), Digits=key)
    assert "" != before != line.told("CA" + "1" * 32), "it was told again, and that is what counts"


def test_it_is_kept_on_disk_while_the_database_is_away(line: Edited) -> None:
    away = line.database.rename(line.database.with_suffix(".away"))
    line.call("4", "1", "1")
    line.deploy(NOW, LATER)
    away.rename(line.database)
    line.take_in()
    line.call("4", "1", "1", CallSid=OTHER, From="+447700900456")
    assert "" != line.told("CA" + "1" * 32) != line.told(OTHER)


def test_a_line_without_a_notice_claims_none(tmp_path: Path) -> None:
    bare = Edited(tmp_path)
    edit(bare.prompts, "line.yaml", "privacy: callback.privacy\n", "")
    bare.switchboard._flows._next = 0.0
    bare.call("4", "1", "1")
    assert bare.told("CA" + "1" * 32) == ""
    bare.switchboard.close()


def test_each_language_has_a_version_of_its_own(flow: Flow) -> None:
    told = [told_in(flow, Turn((NOTICE,), End(), State(flow.line.main, language=one))) for one in sorted(flow.words)]
    versions = {one.version for one in told if one}
    assert len(versions) == len(flow.words)
    assert [one.language for one in told if one] == sorted(flow.words)


def test_other_words_are_no_notice(flow: Flow) -> None:
    assert told_in(flow, Turn((Say(PromptId("goodbye")),), End(), State(flow.line.main))) is None


class Refusing:
    """A database that takes words at the second time of asking."""

    def __init__(self) -> None:
        self.asked: list[Wording] = []

    def listened(self, _rows: object, _left: object, told: list[Wording]) -> None:
        self.asked += told
        if len(self.asked) < 2:
            raise StoreUnavailable("away")


def test_words_are_written_once_in_a_process_and_again_where_the_database_did_not_take_them() -> None:
    store: Any = Refusing()
    listening, told = Listening(store), Wording("1" * 8, "en-GB", "words", datetime(2026, 11, 29, tzinfo=UTC))
    for _ in range(3):
        for _ in range(2):
            listening.told(told)
        listening.close()
    assert len(store.asked) == 2


def test_words_that_are_kept_stay_as_they_are(line: Edited) -> None:
    first = Wording("1" * 8, "en-GB", "words", datetime(2026, 11, 29, tzinfo=UTC))
    store: Store = line.switchboard.store
    store.listened([], [], [first])
    store.listened([], [], [Wording("1" * 8, "en-GB", "words", datetime(2026, 11, 30, tzinfo=UTC))])
    ((_, _, _, since),) = line.rows("privacy_words")
    assert since.startswith("2026-11-29")
