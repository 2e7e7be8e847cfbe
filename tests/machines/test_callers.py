"""Random callers against real gunicorn, every promise spoken held against every row; then under SIGKILL."""

import os
import random
import signal
import sqlite3
import time

import pytest

from tests.machines.audit import audited, nothing_on_disk
from tests.machines.crowd import Crowd, crowd

FEW, MANY = 60, 500


def integrity(server):
    with sqlite3.connect(server.folder / "line.db") as connection:
        return connection.execute("PRAGMA integrity_check").fetchall()


def check(server, at, tally, allowed=()):
    """Nothing promised is lost or doubled, nobody met an error, and nothing was written to the log but what may be."""
    nothing_on_disk(at.store)
    verdict = audited(tally.heard, at.store)
    assert verdict.wrong + tally.wrong == []
    assert integrity(server) == [("ok",)]
    assert "Traceback" not in server.log()
    return verdict


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
    crowd(at, flow, iter(range(2_000_000, 2_000_000 + callers)), tally, threads=callers)
    verdict = check(server, at, tally)
    figures(
        f"{callers} calls at the same moment",
        callers=verdict.calls,
        requests=tally.requests,
        promises=verdict.promises,
        broken_promises=len(verdict.wrong),
        slowest_s=round(tally.slowest, 2),
    )


@pytest.mark.parametrize("kills", [4, pytest.param(200, marks=pytest.mark.prove)])
def test_workers_are_killed_and_nothing_promised_is_lost(place, flow, figures, kills):
    server, at, tally = place()
    chance = random.Random(kills)
    with Crowd(at, flow, tally):
        time.sleep(1)
        killed = 0
        while killed < kills:
            workers = server.workers()
            if len(workers) == 2:
                os.kill(chance.choice(workers), signal.SIGKILL)
                killed += 1
            time.sleep(chance.uniform(0.2, 0.8))
        time.sleep(1)
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
        time.sleep(1)
    verdict = check(server, at, tally)
    assert verdict.promises
    figures(
        "whole servers killed under load",
        kills=kills,
        callers=verdict.calls,
        promises=verdict.promises,
        broken_promises=len(verdict.wrong),
    )
