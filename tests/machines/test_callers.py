"""Random callers against real gunicorn, every promise spoken held against every row; then under SIGKILL."""

import os
import random
import signal
import socket
import sqlite3
import time
from contextlib import ExitStack, closing
from itertools import islice

import pytest

from ivr.store import Store
from tests.bench.calls import SETTINGS, calls, typical
from tests.bench.load import load
from tests.machines.audit import audited, nothing_on_disk
from tests.machines.crowd import Crowd, crowd
from tests.machines.share import shared

FEW, MANY = 60, 10_000
PATIENCE = 120.0
FLOOD = 2.0
"""Seconds within which each is answered who rings together with everybody else."""


def integrity(server):
    with closing(sqlite3.connect(server.folder / "line.db")) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall()


def check(server, at, tally, allowed=()):
    """Nothing promised is lost or doubled, nobody met an error, and nothing was written to the log but what may be."""
    nothing_on_disk(at.store)
    verdict = audited(tally.heard, at.store)
    assert verdict.wrong + tally.wrong == []
    assert integrity(server) == [("ok",)]
    assert "Traceback" not in server.log()
    return verdict


def somebody_is_promised(tally):
    """Callers go on until there is a promise to be audited: where the machine is busy, few calls come through."""
    deadline = time.monotonic() + PATIENCE
    while not any(one.saved for one in tally.heard) and time.monotonic() < deadline:
        time.sleep(0.5)


@pytest.mark.parametrize("callers", [FEW, pytest.param(MANY, marks=pytest.mark.prove)])
def test_every_promise_that_random_callers_hear_is_kept(place, flow, figures, callers):
    server, at, tally = place()
    crowd(at, flow, iter(range(callers)), tally)
    verdict = check(server, at, tally)
    assert verdict.promises > callers / 10
    figures(
        "random callers, real gunicorn",
        callers=verdict.calls,
        requests=tally.requests,
        promises=verdict.promises,
        broken_promises=len(verdict.wrong),
        slowest_s=round(tally.slowest, 2),
    )


@pytest.mark.parametrize("callers", [24, pytest.param(200, marks=pytest.mark.prove)])
def test_a_flood_of_calls_at_the_same_moment_is_answered(place, flow, figures, callers):
    """All ring at once: nobody waits for long, and what was promised is kept."""
    server, at, tally = place()
    with shared(server) as share:
        crowd(at, flow, iter(range(2_000_000, 2_000_000 + callers)), tally, threads=callers)
    verdict = check(server, at, tally)
    figures(
        f"{callers} calls at the same moment",
        callers=verdict.calls,
        requests=tally.requests,
        promises=verdict.promises,
        broken_promises=len(verdict.wrong),
        slowest_s=round(tally.slowest, 2),
        processors_left_percent=round(100 * share.left),
    )


@pytest.mark.parametrize("callers", [24, pytest.param(200, marks=pytest.mark.prove)])
def test_whole_calls_at_the_same_moment_are_each_answered_within_two_seconds(serve, tmp_path, figures, callers):
    """From a generator that costs next to nothing: what it waits for is the line, not the threads of a crowd.

    Where other work has most of the processors, as much more time passes as that takes away.
    """
    steps, server = typical(tmp_path / "before"), serve(**SETTINGS)
    with closing(Store.open(server.config.database_url)) as store, ExitStack() as lines:
        at = ("127.0.0.1", server.port)
        connections = [lines.enter_context(socket.create_connection(at)) for _ in range(callers)]
        with shared(server) as share:
            taken = load(connections, islice(calls(steps), callers), 0.0, strict=True)
        kept = [request for request in store.queue(limit=1_000_000) if request.status == "new" and request.phone]
    assert (taken.calls, taken.wrong, len(kept)) == (callers, 0, callers), taken.sample
    assert max(taken.times) * share.left <= FLOOD
    figures(
        f"{callers} calls at the same moment, one light generator",
        callers=callers,
        requests=len(taken.times),
        promises=len(kept),
        broken_promises=0,
        slowest_s=round(max(taken.times), 2),
        processors_left_percent=round(100 * share.left),
    )


@pytest.mark.parametrize("kills", [4, pytest.param(200, marks=pytest.mark.prove)])
def test_workers_are_killed_and_nothing_promised_is_lost(place, flow, figures, kills):
    server, at, tally = place()
    chance = random.Random(kills)
    with Crowd(at, flow, tally):
        time.sleep(1)
        killed = 0
        while killed < kills:
            workers = server.busy_workers()  # one that is only starting has nothing to lose
            if workers:
                os.kill(chance.choice(workers), signal.SIGKILL)
                killed += 1
            time.sleep(chance.uniform(0.2, 0.8))
        somebody_is_promised(tally)
    verdict = check(server, at, tally)
    assert verdict.promises
    figures(
        "workers killed under load",
        kills=killed,
        callers=verdict.calls,
        promises=verdict.promises,
        connections_broken=tally.broken,
        broken_promises=len(verdict.wrong),
    )


@pytest.mark.parametrize("kills", [2, pytest.param(50, marks=pytest.mark.prove)])
def test_the_whole_server_is_killed_and_nothing_promised_is_lost(place, flow, figures, kills):
    server, at, tally = place()
    chance = random.Random(kills)
    with Crowd(at, flow, tally):
        for _ in range(kills):
            time.sleep(chance.uniform(0.5, 1.5))
            server.kill()
            server.start()
        somebody_is_promised(tally)
    verdict = check(server, at, tally)
    assert verdict.promises
    figures(
        "whole servers killed under load",
        kills=kills,
        callers=verdict.calls,
        promises=verdict.promises,
        broken_promises=len(verdict.wrong),
    )
