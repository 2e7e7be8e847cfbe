"""WORK AFTER THE ANSWER: what takes long, or needs the network, is a job that a worker does later.

`Runner` does jobs in a thread; `works` says what each kind of job does.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from ivr.jobs import recordings
from ivr.jobs.purge import PURGE, Purge, day_of
from ivr.jobs.recordings import Fetching, Source
from ivr.jobs.runner import LEASE, MOST_ATTEMPTS, Again, Dead, Done, Patience, Result, Runner, Work
from ivr.jobs.texts import MOST_SENDS, Sender, Texts
from ivr.line import clock
from ivr.store import Store
from ivr.store.sounds import DELETE, FETCH
from ivr.store.texts import JOB

__all__ = [
    "LEASE",
    "MOST_ATTEMPTS",
    "MOST_SENDS",
    "PATIENCE",
    "PURGE",
    "Again",
    "Dead",
    "Done",
    "Fetching",
    "Patience",
    "Purge",
    "Result",
    "Runner",
    "Sender",
    "Source",
    "Work",
    "nightly",
    "works",
]


PATIENCE: Final = {FETCH: recordings.PATIENCE, DELETE: recordings.PATIENCE}
"""How often jobs are tried that are not tried as often as others."""


def nightly(now: datetime) -> dict[str, str]:
    """The jobs of a day, by key."""
    return {f"{PURGE}-{day_of(now)}": PURGE}


def works(
    store: Store,
    sender: Sender | None,
    now: Callable[[], datetime] = clock,
    fetching: Fetching | None = None,
    purge: Purge | None = None,
) -> dict[str, Work]:
    """What each kind of job does. Without a sender, texts wait until there is one; so do recordings to be fetched."""
    sending: dict[str, Work] = {JOB: Texts(store, sender, now).work} if sender else {}
    there: dict[str, Work] = {FETCH: fetching.fetch, DELETE: fetching.delete} if fetching else {}
    return sending | there | ({PURGE: purge.work} if purge else {})
