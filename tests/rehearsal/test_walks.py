"""Random callers on the real line, with requests arriving twice, late and out of order: nobody is ever stuck."""

import os
import tempfile
from pathlib import Path
from random import Random

import pytest

from ivr.prompts.load import load
from ivr.rehearsal.faults import Faults
from tests.rehearsal.line import empty_database, real_line
from tests.rehearsal.walker import walks

FEW = 25
MANY = 250
TROUBLES = {
    "resend": 0.3,
    "late": 0.05,
    "recording_first": 0.3,
    "recording_late": 0.3,
    "recording_lost": 0.2,
    "status_early": 0.2,
    "status_twice": 0.3,
}


@pytest.fixture(scope="session")
def flow():
    return load(Path(__file__).parents[2] / "prompts")


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    return empty_database(tmp_path_factory.mktemp("database"))


@pytest.fixture
def folder(tmp_path):
    """In memory where this machine has that: these calls are about words, and others test the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as quick:
        yield Path(quick)


def wrong(folder, database, flow, seeds):
    line = real_line(folder, database)
    faults = Faults(Random(seeds.start), **TROUBLES)
    try:
        return [sentence for walk in walks(line, flow, seeds, faults) for sentence in walk.wrong]
    finally:
        line.close()


@pytest.mark.parametrize("part", range(8))
def test_random_callers_always_have_a_way_on(part, folder, database, flow):
    assert wrong(folder, database, flow, range(part * FEW, (part + 1) * FEW)) == []


@pytest.mark.prove
@pytest.mark.parametrize("part", range(40))
def test_ten_thousand_random_callers_always_have_a_way_on(part, folder, database, flow):
    assert wrong(folder, database, flow, range(10_000 + part * MANY, 10_000 + (part + 1) * MANY)) == []
