"""What was deleted for a caller stays deleted, though a backup from before is put back; nothing else goes with it."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.config import Config
from ivr.personal import Personal
from ivr.safekeeping import read_backup, write_backup
from ivr.store import Gone, Marks, Store
from tests.jobs.test_erasing import CALL, CANARY, KEY, SID, fill, ivr, rows, run_sql  # noqa: F401 - a fixture
from tests.store.conftest import MOBILE, OTHER, facts

SECRET, OLD_KEY = "s" * 32, "b" * 64
SECOND = timedelta(seconds=1)


@pytest.fixture
def personal(store, tmp_path):
    return Personal.of(store, tmp_path, [KEY], SECRET)


def again(personal, now):
    return personal.erase_again(now)


def test_all_of_it_goes_again_and_once(url, store, personal, now, tmp_path):
    fill(store, personal.sounds, now)
    before = rows(url)
    personal.erase(MOBILE, "ivr", now)
    assert rows(url) == {}
    fill(store, personal.sounds, now)
    assert rows(url) == before
    assert again(personal, now + SECOND)["requests"] == 1
    assert rows(url) == {}
    assert not list((tmp_path / "recordings").glob("*"))
    assert again(personal, now + SECOND) == {}
    deeds = [one.deed.what for one in personal.audit.page()]
    assert deeds == ["number-erased-again", "number-erased"]


def test_what_came_later_and_what_others_gave_stays(url, store, personal, now):
    fill(store, personal.sounds, now, OTHER, "RE" + "2" * 32, "+447700900456")
    before = rows(url)
    personal.erase(MOBILE, "ivr", now)
    fill(store, personal.sounds, now + SECOND)
    assert again(personal, now + timedelta(days=400)) == {}
    assert rows(url) == {name: count * 2 for name, count in before.items()}


def test_a_request_that_came_back_and_was_promised_anew_stays(store, personal, now):
    """A caller who rings again after the restore is added to the old request: that promise is young."""
    personal.erase(MOBILE, "ivr", now)
    store.confirm(facts(5, CALL), MOBILE, date(2026, 11, 26), now)
    store.confirm(facts(5, OTHER), MOBILE, date(2026, 11, 26), now + timedelta(hours=1))
    assert len(store.queue()) == 1, "both calls have one request"
    assert again(personal, now + timedelta(hours=2)) == {}
    assert len(store.queue()) == 1


def test_what_was_held_then_is_not_lost_with_its_hold(store, personal, now):
    """The backup is older than the hold."""
    fill(store, personal.sounds, now)
    (request,) = store.queue()
    personal.hold(request.reference, "a complaint", "ivr", now)
    personal.erase(MOBILE, "ivr", now)
    personal.release(request.reference, "ivr", now)
    assert again(personal, now + SECOND) == {}
    assert store.request(request.id)
    assert personal.sounds.whole(store.sound_of(SID)) == b"a spoken message"


def test_texts_and_places_without_a_number_go_by_their_mark(url, store, personal, now):
    personal.erase(MOBILE, "ivr", now)
    fill(store, personal.sounds, now)
    for table in ("messages", "promises", "sounds", "recordings", "listened"):
        run_sql(url, f"DELETE FROM {table}")  # noqa: S608 - ours
    run_sql(url, "UPDATE calls SET request_id = NULL")
    run_sql(url, "DELETE FROM requests")
    run_sql(url, "UPDATE texts SET number = ''")
    assert rows(url) == {"calls": 1, "places": 1, "texts": 1}
    assert again(personal, now + SECOND) == {"others": 2}
    assert rows(url) == {"calls": 1}


def test_another_key_finds_it_still_and_a_strange_one_finds_nothing(store, tmp_path, now):
    Gone(tmp_path, [OLD_KEY]).note(MOBILE, Marks(SECRET), (), now)
    strange = Personal.of(store, tmp_path, [KEY], "t" * 32)
    fill(store, strange.sounds, now)
    assert again(strange, now).get("requests") is None
    assert again(Personal.of(store, tmp_path, [KEY, OLD_KEY], SECRET), now)["requests"] == 1


def test_no_number_is_in_what_is_noted_and_only_this_account_reads_it(personal, tmp_path, now):
    personal.erase(MOBILE, "ivr", now)
    (path,) = (tmp_path / "erased").iterdir()
    assert CANARY.encode() not in path.read_bytes()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_one_that_is_damaged_does_not_stop_the_others(store, personal, tmp_path, now, caplog):
    personal.erase(MOBILE, "ivr", now)
    for name in ("19990101T000000000000-aa", "nonsense"):
        (tmp_path / "erased" / name).write_text("{")
    fill(store, personal.sounds, now)
    assert again(personal, now)["requests"] == 1
    assert caplog.text.count("cannot be read") == 2


def test_they_are_forgotten_when_no_backup_is_as_old(personal, now):
    for days in (0, 10):
        personal.gone.note(MOBILE, personal.marks, (), now - timedelta(days=days))
    assert personal.gone.prune(now - timedelta(days=5)) == 1
    assert [stone.at for stone in personal.gone.all()] == [now]


def test_it_is_noted_before_it_is_done(store, personal, now, monkeypatch):
    """Stopped in between, it is done by the night."""
    fill(store, personal.sounds, now)
    monkeypatch.setattr(type(personal.erasing), "erase", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        personal.erase(MOBILE, "ivr", now)
    assert again(personal, now)["requests"] == 1


def test_the_drill(ivr, sqlite_url, opened, tmp_path, now):  # noqa: F811
    """A backup, an erasure, the machine lost, the backup put back, the database made ready: the number is nowhere."""
    store: Store = opened(sqlite_url)
    config = Config.from_env()
    fill(store, Personal.of(store, tmp_path, [KEY], SECRET).sounds, now)
    file = write_backup(config, tmp_path / "backups", now)
    assert ivr("forget", MOBILE, "--yes").exit_code == 0
    store.close()
    shutil.rmtree(tmp_path / "recordings")
    aside = read_backup(config, file, now)
    assert any(CANARY.encode() in path.read_bytes() for path in Path(tmp_path).glob("*.db*"))
    done = ivr("db", "upgrade")
    assert "Deleted again" in done.output
    store = opened(sqlite_url)
    assert store.counts() == {}
    shutil.rmtree(aside)
    file.unlink()
    left = [path for path in Path(tmp_path).rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert left == []
    assert "Deleted again" not in CliRunner().invoke(main, ["db", "upgrade"]).output
