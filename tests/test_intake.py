"""Whoever brings in promises from the disk goes on, whatever happens."""

import time
from datetime import UTC, datetime

import pytest

from ivr.intake import Intake

NOW = datetime(2026, 11, 24, tzinfo=UTC)


class Store:
    """Takes promises in; the first looks meet a fault."""

    def __init__(self, *faults):
        self.faults, self.looks = list(faults), 0

    def bring_back(self):
        if self.faults and self.faults[0] is OSError:
            raise self.faults.pop(0)

    def take_in(self, _now):
        self.looks += 1
        if self.faults:
            raise self.faults.pop(0)
        return 0


def until(true):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.parametrize("faults", [[MemoryError], [TypeError, ValueError], [OSError], [OSError, KeyError]])
def test_what_nobody_thought_of_does_not_end_it(faults, caplog):
    store = Store(*faults)
    intake = Intake(store, lambda: NOW, pause=0.001)
    intake.start()
    until(lambda: store.looks > len(faults) + 1)
    intake.close()
    assert [record.exc_info[0] for record in caplog.records] == faults


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_it_begins_again_when_its_thread_is_gone():
    store = Store(SystemExit)
    intake = Intake(store, lambda: NOW, pause=0.001)
    intake.start()
    until(lambda: store.looks == 1 and not intake._thread.is_alive())
    intake.start()
    until(lambda: store.looks > 2)
    intake.close()
