"""The drill: a backup while calls are answered, everything lost, and back again."""

import io
import json
import os
import sqlite3
import tarfile
import threading
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

import ivr.safekeeping
import ivr.store.backup
from ivr.cli import main
from ivr.config import Config
from ivr.safekeeping import read_backup, write_backup
from ivr.store import CallFacts, Store
from tests.fresh import prepare
from tests.store.conftest import SEALING

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.fixture
def config(tmp_path):
    made = Config.from_env({"DATA_DIR": str(tmp_path / "data")})
    prepare(made.database_url)
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
    assert not (aside / "spool").exists(), "what waits for a database is not put aside"


def spooled(config, number):
    """One more request, which the database cannot take; the reference that its caller hears."""
    store = Store.open(config.database_url, config.data_dir / "spool", SEALING)
    facts = CallFacts(f"CA{number:032x}", 5, f"+4477009{number:05}", "en-GB", "normal", "somewhere")
    kept = store.confirm(facts, facts.from_number, date(2026, 11, 26), NOW)
    assert store.spooled().promises == 1
    store.close()
    return kept.reference


def taken_in(config):
    """All requests, once those on disk were brought in."""
    store = Store.open(config.database_url, config.data_dir / "spool", SEALING)
    store.take_in(NOW)
    assert store.spooled().promises == 0
    store.close()
    return references(config)


def broken(config):
    database = config.data_dir / "line.db"
    database.write_bytes(b"x" * database.stat().st_size)
    for path in config.data_dir.glob("line.db-*"):
        path.unlink()


def test_what_waits_on_disk_goes_into_the_database_that_is_put_back(config, tmp_path):
    first = promise(config, 1)
    file = write_backup(config, tmp_path / "elsewhere", NOW)
    broken(config)
    later = spooled(config, 2)

    read_backup(config, file, NOW)

    assert taken_in(config) == {first, later}


def test_what_is_taken_in_during_a_backup_is_in_it(config, tmp_path, monkeypatch):
    whole = (config.data_dir / "line.db").read_bytes()
    broken(config)
    waiting = spooled(config, 2)
    (config.data_dir / "line.db").write_bytes(whole)
    copy = ivr.store.backup.copy

    def copied(source, target):
        copy(source, target)
        assert taken_in(config) == {waiting}, "a moment too late for the copy of the database"

    monkeypatch.setattr(ivr.store.backup, "copy", copied)
    file = write_backup(config, tmp_path / "elsewhere", NOW)
    for path in config.data_dir.glob("line.db*"):
        path.unlink()
    read_backup(config, file, NOW)

    assert taken_in(config) == {waiting}


def test_what_is_deleted_during_a_backup_does_not_end_it(config, tmp_path, monkeypatch):
    promised = promise(config, 1)
    left(config, "recordings/a1")
    listed = ivr.safekeeping._files
    monkeypatch.setattr(ivr.safekeeping, "_files", lambda folder: [folder / "gone", *listed(folder)])
    file = write_backup(config, tmp_path / "elsewhere", NOW)
    read_backup(config, file, NOW)

    assert references(config) == {promised}
    assert (config.data_dir / "recordings/a1").exists()


def test_a_promise_that_waits_here_and_in_the_backup_stays_as_it_is_here(config, tmp_path):
    left(config, "spool/b2/c3", b"as it was")
    file = write_backup(config, tmp_path / "elsewhere", NOW)
    left(config, "spool/b2/c3", b"as it is")
    read_backup(config, file, NOW)

    assert (config.data_dir / "spool/b2/c3").read_bytes() == b"as it is"


def test_a_copy_is_made_in_one_piece(config, tmp_path, monkeypatch):
    """In pieces it begins anew whenever somebody else has written between two of them: on a busy line it has no end."""
    pieces = []

    class Watched(sqlite3.Connection):
        def backup(self, target, **how):
            super().backup(target, progress=lambda _, left, whole: pieces.append((left, whole)), **how)

    promise(config, 1)
    connect = sqlite3.connect
    monkeypatch.setattr(
        ivr.store.backup.sqlite3, "connect", lambda *given, **how: connect(*given, factory=Watched, **how)
    )
    write_backup(config, tmp_path / "elsewhere", NOW)
    ((left, whole),) = pieces
    assert (left, whole > 60) == (0, True)


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


def remade(file, manifest, *more):
    """A backup with another list of files."""
    with tarfile.open(file, "w") as tar:
        for name, text in ((ivr.safekeeping.MANIFEST, manifest), *more):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))


@pytest.mark.parametrize("manifest", [b"[]", b"{}", b'{"sha256": []}', b'{"sha256": null}', b"[" * 100_000])
def test_a_list_of_files_that_is_none_changes_nothing(config, tmp_path, manifest):
    remade(tmp_path / "odd.tar", manifest)
    with pytest.raises(ValueError, match="list of files"):
        read_backup(config, tmp_path / "odd.tar", NOW)
    assert references(config) == set()


def test_a_list_that_names_a_file_outside_moves_nothing(config, tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    for name in ("../../outside.txt", str(outside)):
        listed = json.dumps({"sha256": {name: ivr.safekeeping.digest(outside)}})
        remade(tmp_path / "odd.tar", listed.encode())
        with pytest.raises(ValueError, match="is damaged"):
            read_backup(config, tmp_path / "odd.tar", NOW)
    assert outside.exists()
