"""A long day in a few minutes: memory stays flat, the database's log small, no work lies about; promises are kept.

`SOAK_MINUTES=1440 SOAK_PACE=1 python3 dev.py prove -k soak` is a day with a call a second.
"""

import os
import threading
import time
from contextlib import ExitStack

import pytest

from ivr.sealing import Sealing
from ivr.store import Store
from tests.machines.audit import nothing_on_disk
from tests.machines.crowd import Place, Tally, crowd, patient
from tests.machines.soak import LOCKED, Busy, Paced, grown, lock, watched, worker
from tests.machines.test_callers import check

MINUTES = float(os.environ.get("SOAK_MINUTES", "5"))
PACE = float(os.environ.get("SOAK_PACE", "0.5"))
"""Seconds from the beginning of a call to that of the next."""
FLAT = 10.0
"""Per cent that memory may grow by, once it is warm."""
MOST_WAL = 64 * 2**20
STUCK = min(900.0, MINUTES * 60 / 4)
"""Seconds that work may be overdue."""
GIVEN = {
    "TWILIO_ACCOUNT_SID": "AC" + "6c" * 16,
    "TWILIO_AUTH_TOKEN": "9f" * 16,
    "SECRET_KEY": "8e" * 32,
    "ENCRYPTION_KEY": "7d" * 32,
    "PUBLIC_URL": "http://127.0.0.1:{port}",
    "WORKER": "off",
}


@pytest.fixture
def long_day(serve, tmp_path, flow):
    """A line, its worker and its callers, until told that the day is over: what was seen, heard, and its store."""
    with ExitStack() as ends:
        twilio = Busy()
        ends.callback(twilio.listener.close)
        server = serve(TWILIO_API_URL=twilio.url, **GIVEN)
        store = Store.open(server.config.database_url, server.folder / "spool", Sealing(server.config.encryption_keys))
        ends.callback(store.close)
        twilio.sounds = store.sound_of
        working = ends.enter_context(worker(server))
        names = {f"worker {number}": pid for number, pid in enumerate(server.workers())}
        processes = names | {"gunicorn": server.process.pid, "background work": working.pid}
        tally, seeds = Tally(), Paced(3_000_000, PACE)
        at = Place(patient(server.reach, tally), store)
        with watched(server, store, processes) as seen:
            thread = threading.Thread(target=crowd, args=(at, flow, seeds, tally, 16))
            thread.start()
            troubled(server, MINUTES * 60)
            seeds.stopped.set()
            thread.join()
        yield server, at, tally, seen, processes


def troubled(server, seconds):
    """So many seconds, in each minute of which somebody else has the database for a while."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 20.0))
        lock(server.folder, LOCKED)


@pytest.mark.prove
def test_a_long_day_leaves_memory_flat_the_log_small_and_no_work_lying_about(long_day, figures):
    server, at, tally, seen, processes = long_day
    verdict = check(server, at, tally)
    assert verdict.promises
    assert seen.spooled, "the disk was never needed"
    assert set(server.workers()) <= set(processes.values()), "a worker was replaced"
    growth = {name: round(grown(values), 1) for name, values in seen.memory.items()}
    assert max(growth.values()) <= FLAT, growth
    handles = {name: round(grown(values), 1) for name, values in seen.handles.items()}
    assert max(handles.values()) <= FLAT, handles
    assert max(seen.wal) <= MOST_WAL
    assert max(seen.late) <= STUCK
    assert seen.dead == 0
    nothing_on_disk(at.store)
    done = at.store.job_counts()
    assert done["done"]
    figures(
        "a long day, compressed",
        minutes=MINUTES,
        calls=verdict.calls,
        requests=tally.requests,
        promises=verdict.promises,
        broken_promises=len(verdict.wrong),
        on_disk_at_most=seen.spooled,
        jobs_done=done["done"],
        slowest_s=round(tally.slowest, 2),
        slowest_job_s=round(max(seen.late), 1),
        memory_grown_percent=max(growth.values()),
        memory_of_a_worker_MB=round(max(seen.memory["worker 0"]) / 1024),
        log_of_the_database_MB=round(max(seen.wal) / 2**20, 1),
    )


def test_a_leak_would_be_seen_and_a_warm_up_is_none():
    assert grown([50] * 20 + [100] * 60) == 0
    assert grown([100] * 40 + [101, 99] * 20) == pytest.approx(0, abs=1)
    assert grown(list(range(100, 180))) > FLAT
