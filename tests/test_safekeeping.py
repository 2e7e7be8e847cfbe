"""The drill: a backup while calls are answered, everything lost, and back again."""

import os
import tarfile
import threading
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.config import Config
from ivr.safekeeping import read_backup, write_backup
from ivr.store import CallFacts, Store, migrate

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.fixture
def config(tmp_path):
    made = Config.from_env({"DATA_DIR": str(tmp_path / "data")})
    migrate(made.database_url)
    return made


def promise(config, number):
    """One more request; its reference."""
    store = Store.open(config.database_url)
    facts = CallFacts(f"CA{number:032x}", 5, f"+4477009{number:05}", "en-GB", "normal", "somewhere")
    kept = store.confirm(facts, facts.from_number, date(2026, 11, 26), NOW)
    store.close()
    return kept.reference


def references(config):
    store = Store.open(config.database_url)
    found = {request.reference for request in store.queue(limit=1000)}
    store.check()
    store.close()
    return found


def left(config, name, text=b"sealed"):
    path = config.data_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    return path


def test_the_drill(config, tmp_path):
    promised = {promise(config, number) for number in range(20)}
    left(config, "recordings/a1")
    left(config, "spool/b2/c3", b"a promise on disk")
    file = write_backup(config, tmp_path / "elsewhere", NOW)
    later = promise(config, 99)
    for path in config.data_dir.glob("line.db*"):
        path.unlink()
    (config.data_dir / "recordings/a1").unlink()

    aside = read_backup(config, file, NOW)

    assert references(config) == promised
    assert later not in promised
    assert (config.data_dir / "recordings/a1").read_bytes() == b"sealed"
    assert (config.data_dir / "spool/b2/c3").read_bytes() == b"a promise on disk"
    assert (aside / "spool").exists()


def test_it_is_whole_while_calls_are_answered(config, tmp_path):
    before = {promise(config, number) for number in range(5)}
    stop, made = threading.Event(), set()

    def ring():
        number = 100
        while not stop.is_set():
            made.add(promise(config, number))
            number += 1

    ringing = threading.Thread(target=ring)
    ringing.start()
    try:
        files = [write_backup(config, tmp_path / str(number), NOW) for number in range(3)]
    finally:
        stop.set()
        ringing.join()
    read_backup(config, files[-1], NOW)

    assert before <= references(config) <= before | made


def test_only_this_account_can_read_it_and_no_key_is_in_it(config, tmp_path):
    for key in ("secret.key", "encryption.key", "rehearsal.token"):
        left(config, key)
    file = write_backup(config, tmp_path / "elsewhere", NOW)

    assert file.stat().st_mode & 0o777 == 0o600
    with tarfile.open(file) as tar:
        assert [name for name in tar.getnames() if "key" in name or "token" in name] == []


def test_keys_stay_where_they_are_when_a_backup_is_put_back(config, tmp_path):
    key = left(config, "encryption.key")
    read_backup(config, write_backup(config, tmp_path / "elsewhere", NOW), NOW)

    assert key.read_bytes() == b"sealed"


def _spoil(file):
    data = bytearray(file.read_bytes())
    data[data.index(b"SQLite format 3") + 5000] ^= 1
    file.write_bytes(bytes(data))


def _cut(file):
    os.truncate(file, 3000)


@pytest.mark.parametrize("damage", [_spoil, _cut])
def test_a_damaged_backup_changes_nothing(config, tmp_path, monkeypatch, damage):
    promised = {promise(config, 1)}
    file = write_backup(config, tmp_path / "elsewhere", NOW)
    damage(file)
    monkeypatch.setenv("DATA_DIR", str(config.data_dir))
    done = CliRunner().invoke(main, ["restore", "--yes", str(file)])

    assert done.exit_code == 1
    assert "cannot be restored" in done.output
    assert done.output.rstrip().endswith("Nothing was changed.")
    assert references(config) == promised


def test_a_path_that_leads_elsewhere_is_refused(config, tmp_path):
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as tar:
        stranger = left(config, "stranger")
        tar.add(stranger, "../../outside")

    with pytest.raises(tarfile.TarError):
        read_backup(config, evil, NOW)


def test_the_commands_ask_first(config, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(config.data_dir))
    written = CliRunner().invoke(main, ["backup"]).output.removeprefix("Written: ").strip()
    done = CliRunner().invoke(main, ["restore", written], input="n\n")

    assert done.exit_code == 1
    assert "aside, and" in done.output
    assert (config.data_dir / "line.db").exists()
