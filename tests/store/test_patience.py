"""A connection that nobody waits for any more is cut, and one that was cut is never handed out."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa

from ivr.store import patience, postgres

WHO = sa.text("SELECT pg_backend_pid()")


@pytest.fixture
def engine(postgres_url: str) -> Iterator[sa.Engine]:
    made = postgres.reader(sa.make_url(postgres_url))
    yield made
    made.dispose()


def asked(engine: sa.Engine) -> object:
    with engine.connect() as connection:
        return connection.execute(WHO).scalar()


def test_one_that_is_well_is_handed_out_again(engine: sa.Engine) -> None:
    assert asked(engine) == asked(engine)


def test_one_that_answered_too_late_is_not_handed_out(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that stood still finds the answer there, and its own watch has cut the connection just before."""
    first = asked(engine)
    real = engine.dialect.do_ping

    def late(opened: psycopg.Connection[object]) -> bool:
        answered = real(opened)
        end = time.monotonic() + 30
        while not cut and time.monotonic() < end:
            time.sleep(0.01)
        return answered

    cut: list[object] = []
    shut = patience._cut

    def told(opened: psycopg.Connection[object]) -> None:
        shut(opened)
        cut.append(opened)

    monkeypatch.setattr(patience, "_cut", told)
    monkeypatch.setattr(patience, "PING", 0.0)
    monkeypatch.setattr(engine.dialect, "do_ping", late)
    assert asked(engine) != first
    assert len(cut) == 1


@pytest.mark.parametrize(("stood", "left"), [(5.0, 1), (0.2, 0)])
def test_only_a_process_that_stood_still_is_forgiven(engine: sa.Engine, stood: float, left: int) -> None:
    """Not one whose threads are busy: then it would wait ever longer for a server that is gone."""
    watch = patience.Patience(engine)
    now = time.monotonic()
    begun_before, begun_since = object(), object()
    watch._due = {1: (begun_before, now - 6, now - 0.1), 2: (begun_since, now - 1, now - 0.5)}  # type: ignore[dict-item]
    watch._forgive(stood, looked=now - 5)
    assert len(watch._late()) == 2 - left
    assert [*watch._due] == [1][:left]


STOPPED = """
import sqlalchemy as sa
from ivr.store import patience, postgres

engine = postgres.reader(sa.make_url({url!r}))
with engine.connect() as connection:
    print(connection.execute(sa.text("SELECT 1")).scalar(), flush=True)
    input()
    print(connection.execute(sa.text("SELECT 2")).scalar(), flush=True)
"""


def test_time_in_which_this_process_stood_still_does_not_count(postgres_url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED.format(url=postgres_url)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as stopped:
        assert stopped.stdin is not None
        assert stopped.stdout is not None
        assert stopped.stdout.readline() == "1\n"
        stopped.send_signal(signal.SIGSTOP)
        time.sleep(patience.LONGEST + 0.5)
        stopped.send_signal(signal.SIGCONT)
        time.sleep(0.5)  # its watch looks several times before the next question
        stopped.stdin.write("\n")
        stopped.stdin.flush()
        assert stopped.stdout.readline() == "2\n"
    assert stopped.returncode == 0
