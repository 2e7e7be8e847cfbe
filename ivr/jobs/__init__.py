"""WORK AFTER THE ANSWER: what takes long, or needs the network, is a job that a worker does later.

`Runner` does jobs in a thread; `works` says what each kind of job does.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from ivr.jobs import recordings
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
    "Again",
    "Dead",
    "Done",
    "Fetching",
    "Patience",
    "Result",
    "Runner",
    "Sender",
    "Source",
    "Work",
    "works",
]


PATIENCE: Final = {FETCH: recordings.PATIENCE, DELETE: recordings.PATIENCE}
"""How often jobs are tried that are not tried as often as others."""


def works(
    store: Store, sender: Sender | None, now: Callable[[], datetime] = clock, fetching: Fetching | None = None
) -> dict[str, Work]:
    """What each kind of job does. Without a sender, texts wait until there is one; so do recordings to be fetched."""
    sending: dict[str, Work] = {JOB: Texts(store, sender, now).work} if sender else {}
    return sending | ({FETCH: fetching.fetch, DELETE: fetching.delete} if fetching else {})
