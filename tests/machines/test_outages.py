"""Whatever is wrong with the database, every caller hears words in time, and every promise is kept or not made."""

import logging
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from ivr.flow.state import decode
from ivr.store import migrate
from tests.phone.signed import Line, action, words
from tests.phone.test_webhook import spoken

BUDGET = 5.0
"""Seconds within which a caller hears something, with any one fault."""
USUAL = 1.0
SAVED, TRUTH = "I have your request.", "could not keep your request"


class Caller:
    """One call, each answer of which is checked and timed."""

    def __init__(self, line, number, caller="+447700900123"):
        self.line, self.sid, self.caller = line, f"CA{number:032x}", caller
        self.slowest, self.answer = 0.0, None

    def post(self, path, **fields):
        begun = time.monotonic()
        answer = self.line.post(path, CallSid=self.sid, From=self.caller, **fields)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        spoken(answer)
        return answer

    def dial(self):
        self.answer = self.post("/voice")
        return self

    def press(self, *keys):
        for key in keys:
            self.answer = self.post(action(self.answer), Digits=key)
        return self

    @property
    def words(self):
        return words(self.answer)

    @property
    def reference(self):
        return decode(action(self.answer).partition("s=")[2]).reference


@contextmanager
def locked(line):
    with closing(sqlite3.connect(line.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(line):
    """No page more for any connection, and none of those there are free."""
    store = line.app.extensions["switchboard"].store
    write(store, "CREATE TABLE stuffing (word TEXT)")
    store.close()
    sa.event.listen(store._database._writer, "connect", limit)
    for size in (100_000, 10_000, 1000, 100, 10):
        with pytest.raises(sa.exc.OperationalError, match="full"):
            stuff(store, size)
    yield
    sa.event.remove(store._database._writer, "connect", limit)
    store.close()
    write(store, "DROP TABLE stuffing")


def limit(connection, _record):
    connection.execute("PRAGMA max_page_count = 1")  # SQLite takes that for as many pages as there are


def stuff(store, size):
    """Until nothing of that size fits."""
    for _ in range(1000):
        with store._database.writing() as connection:
            connection.execute(sa.text("INSERT INTO stuffing VALUES (zeroblob(:size))"), {"size": size})


def write(store, statement):
    with store._database.writing() as connection:
        connection.exec_driver_sql(statement)


@contextmanager
def no_room_for_files(line):
    """A limit of the system on the size of files: the log of the database cannot grow, a small file can be written."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = max(path.stat().st_size for path in line.database.parent.glob("line.db-wal"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def missing(line):
    away = line.database.with_name("away.db")
    line.database.rename(away)
    yield
    assert not line.database.exists(), "an empty one was made in its place"
    away.rename(line.database)


@contextmanager
def corrupt(line):
    line.app.extensions["switchboard"].store.close()
    copies = {path: path.read_bytes() for path in line.database.parent.glob("line.db*")}
    for path in copies:
        path.unlink()
    line.database.write_bytes(b"\xff" * 65536)
    yield
    line.app.extensions["switchboard"].store.close()
    for path in line.database.parent.glob("line.db*"):
        path.unlink()
    for path, content in copies.items():
        path.write_bytes(content)


@contextmanager
def read_only(line):
    """Not even root may write a file that is immutable."""
    line.app.extensions["switchboard"].store.close()
    if subprocess.run(["chattr", "+i", line.database], capture_output=True, check=False).returncode:
        pytest.skip("this machine has no files that root may not write: chattr +i was refused")
    yield
    subprocess.run(["chattr", "-i", line.database], check=True)


FAULTS = {
    "locked": locked,
    "full": full,
    "no room for files": no_room_for_files,
    "missing": missing,
    "corrupt": corrupt,
    "read-only": read_only,
}


@pytest.fixture
def line(tmp_path, caplog):
    caplog.set_level(logging.CRITICAL)
    running = Line(tmp_path)
    yield running
    running.app.extensions["switchboard"].close()


def whole(line, fault, figures, name):
    """Calls before, during and after a fault."""
    own, keyed = Caller(line, 1).dial().press("4", "1"), Caller(line, 2, "anonymous").dial().press("4", "1")
    early = Caller(line, 3, "+447700900125").dial().press("4", "1", "1")
    callers = [own, keyed, early]
    with fault(line):
        assert SAVED in own.press("1").words
        assert own.press("1", "2", "1", "2", "2").reference
        assert "The number that I have is" in keyed.press("02079460018").press("*").words
        assert SAVED in keyed.press("1").words
        early.press("2", "1")
        callers += [Caller(line, number, f"+44770090020{number}") for number in (4, 5, 6)]
        guided, person, asking = callers[-3:]
        assert "press" in guided.dial().press("2", "1", "1", "*", "#").words
        assert spoken(person.dial().press("0").answer).find("Dial") is not None
        assert SAVED in asking.dial().press("4", "1", "1").words
        for path in ("/voice/status", "/voice/recording"):
            asking.post(path, CallStatus="completed", RecordingSid="RE" + "1" * 32, RecordingStatus="completed")
    slowest = max(caller.slowest for caller in callers)
    assert slowest < BUDGET
    line.take_in()
    store = line.app.extensions["switchboard"].store
    for caller, phone in ((own, "+447700900123"), (keyed, "+442079460018"), (asking, "+447700900206")):
        request = store.request_of(caller.sid)
        assert (request.phone, request.status, request.reference) == (phone, "new", caller.reference)
    assert store.request_of(own.sid).council == "north"
    assert (store.request_of(early.sid).council, store.request_of(early.sid).best_time) == ("west", "morning")
    after = Caller(line, 9, "+447700900129").dial().press("4", "1", "1")
    assert (store.spooled().promises, store.request_of(after.sid).reference) == (0, after.reference)
    figures(f"database {name}", calls=len(callers) + 1, promises=5, lost=0, slowest_s=round(slowest, 2))


@pytest.mark.parametrize("name", FAULTS)
def test_whatever_is_wrong_with_the_file(name, line, figures):
    whole(line, FAULTS[name], figures, name)
    with closing(sqlite3.connect(line.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.fixture
def tiny(tmp_path, caplog):
    """A line on a file system of its own, of two megabytes."""
    caplog.set_level(logging.CRITICAL)
    folder = tmp_path / "tiny"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"this machine lets nobody mount a small disk: {done.stderr.decode().strip()}")
    try:
        running = Line(folder)
        yield running
        running.app.extensions["switchboard"].close()
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def no_room(line):
    filler = line.database.with_name("filler")
    with pytest.raises(OSError, match="No space"):
        fill(filler)
    yield
    filler.unlink()


def fill(path):
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


@contextmanager
def not_writable(line):
    """As when the system itself has found its disk at fault. It waits until nobody has a file open for writing."""
    switchboard = line.app.extensions["switchboard"]
    switchboard.listening.close()
    switchboard.store.close()
    subprocess.run(["mount", "-o", "remount,ro", line.database.parent], check=True)
    yield
    subprocess.run(["mount", "-o", "remount,rw", line.database.parent], check=True)


@pytest.mark.parametrize("fault", [no_room, not_writable])
def test_where_the_disk_takes_nothing_at_all_callers_hear_the_truth_and_a_person_is_rung(tiny, fault, figures):
    own, keyed = Caller(tiny, 1).dial().press("4", "1"), Caller(tiny, 2, "anonymous").dial().press("4", "1")
    callers = [own, keyed]
    with fault(tiny):
        for caller, keys in ((own, "1"), (keyed, "02079460018")):
            caller.press(keys)
            assert TRUTH in caller.words
            assert SAVED not in caller.words
            assert spoken(caller.answer).find("Dial") is not None
        callers.append(Caller(tiny, 3, "+447700900127"))
        assert "press" in callers[-1].dial().press("2", "1", "1").words
    store = tiny.app.extensions["switchboard"].store
    after = Caller(tiny, 4, "+447700900128").dial().press("4", "1", "1")
    assert SAVED in after.words
    assert store.request_of(after.sid).reference == after.reference
    assert store.spooled().promises == 0
    assert {request.status for request in store.queue()} == {"incomplete", "new"}
    slowest = max(caller.slowest for caller in callers)
    assert slowest < BUDGET
    figures(f"disk {fault.__name__.replace('_', ' ')}", calls=4, told_the_truth=2, slowest_s=round(slowest, 2))


@pytest.fixture
def on_postgres(own_postgres_server, tmp_path, caplog):
    """A line on a server that may be stopped, and the server."""
    caplog.set_level(logging.CRITICAL)
    url = own_postgres_server.new_database()
    migrate(url)
    running = Line(tmp_path, DATABASE_URL=url)
    yield running, own_postgres_server, url
    running.app.extensions["switchboard"].close()


def stopped(server, _url):
    @contextmanager
    def fault(_line):
        server.stop()
        yield
        server.start()

    return fault


def frozen(server, _url):
    """It takes connections and says nothing more, as a server whose own disk has stopped."""

    @contextmanager
    def fault(_line):
        everyone(server, signal.SIGSTOP)
        try:
            yield
        finally:
            everyone(server, signal.SIGCONT)

    return fault


def everyone(server, told):
    """Each connection has a process of its own, in a group of its own."""
    pid = server.process.pid
    os.kill(pid, told)
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(ProcessLookupError):  # a connection that ended meanwhile
            os.kill(int(child), told)


def held_up(_server, url):
    """Another holds what all writers need."""

    @contextmanager
    def fault(_line):
        with psycopg.connect(url) as other:
            other.execute("LOCK TABLE requests, calls, promises IN EXCLUSIVE MODE")
            yield

    return fault


@pytest.mark.parametrize("kind", [stopped, frozen, held_up])
def test_whatever_is_wrong_with_the_server(kind, on_postgres, figures):
    line, server, url = on_postgres
    whole(line, kind(server, url), figures, f"server {kind.__name__.replace('_', ' ')}")


def test_a_call_is_answered_within_a_second_when_nothing_is_wrong(line):
    caller = Caller(line, 1).dial().press("4", "1", "1", "2", "3", "1", "2", "2")
    assert caller.slowest < USUAL


def test_no_step_of_a_call_reaches_for_the_network(line):
    """Whatever opens a connection or looks up a name is noted by Python itself."""
    reached = []
    watching = [True]

    def noted(event, arguments):
        if watching and event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
            reached.append((event, arguments))

    sys.addaudithook(noted)
    try:
        Caller(line, 1).dial().press("4", "1", "1", "2", "3", "1", "2", "1")
        Caller(line, 2).dial().press("2", "1", "1", "0")
        Caller(line, 3, "anonymous").dial().press("4", "1", "02079460018", "1")
        assert reached == []
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", 1), timeout=1)
        assert reached, "the watch is blind"
    finally:
        watching.clear()
