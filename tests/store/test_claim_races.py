"""Fifty members of staff reach for the same requests at the same moment: each request has exactly one."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import pytest

from ivr.store import Store, StoreUnavailable
from ivr.store.desk import Desk, Doing
from ivr.store.listing import Wanted
from tests.store.conftest import DUE, facts
from tests.store.test_desk import Turned
from tests.store.test_races import PROCESS

PROCESSES = 5
WHOLE = (10, 20)
"""Threads of each of five processes, and requests."""


def reach(place, rows: list[str], threads: int, now: datetime, ready, told) -> None:  # type: ignore[no-untyped-def]
    """One process: each of its staff claims every request, all at the moment when everybody does."""
    url, number = place
    store = Store.open(url)
    store.check()
    desk = Desk(store.database, Turned())
    gate = threading.Barrier(threads)
    answers: list[tuple[str, str, str]] = []

    def one(name: str) -> None:
        for row in rows:
            if gate.wait() == 0:
                ready.wait(60)
            gate.wait()
            try:
                answers.append((row, name, desk.claim(Doing(row, 0, f"{row} {name}", name), now)))
            except StoreUnavailable as trouble:
                answers.append((row, name, f"error {trouble}"))

    staff = [threading.Thread(target=one, args=(f"staff {number} {thread}",)) for thread in range(threads)]
    for thread in staff:
        thread.start()
    for thread in staff:
        thread.join()
    store.close()
    told.send(answers)


@pytest.mark.parametrize(("threads", "many"), [(4, 4), pytest.param(*WHOLE, marks=pytest.mark.prove)])
def test_each_request_has_exactly_one(
    url: str, store: Store, opened: Callable[[str], Store], now: datetime, threads: int, many: int
) -> None:
    for number in range(many):
        store.confirm(facts(5, f"CA{number}"), f"+4477009000{number:02}", DUE, now)
    desk = Desk(store.database, Turned())
    wanted = Wanted(now=now, today=now.date())
    rows = [one.request.id for one in desk.page(wanted, None, 50).rows]
    ready = PROCESS.Barrier(PROCESSES)
    running = []
    for number in range(PROCESSES):
        mine, theirs = PROCESS.Pipe(duplex=False)
        process = PROCESS.Process(target=reach, args=((url, number), rows, threads, now, ready, theirs))
        process.start()
        theirs.close()
        running.append((process, mine))
    answers = [answer for _, pipe in running for answer in pipe.recv()]
    for process, _ in running:
        process.join(30)
    assert Counter(word for _, _, word in answers) == {"": many, "taken": (PROCESSES * threads - 1) * many}
    won = {row: name for row, name, word in answers if not word}
    assert {one.request.id: one.claimed_by for one in desk.page(wanted, None, 50).rows} == won
