"""WORK AFTER THE ANSWER: what takes long, or needs the network, is a job that a worker does later.

`Runner` does jobs in a thread; `works` says what each kind of job does.
"""

from collections.abc import Callable
from datetime import datetime

from ivr.jobs.runner import LEASE, MOST_ATTEMPTS, Again, Dead, Done, Result, Runner, Work
from ivr.jobs.texts import MOST_SENDS, Sender, Texts
from ivr.line import clock
from ivr.store import Store
from ivr.store.texts import JOB

__all__ = [
    "LEASE",
    "MOST_ATTEMPTS",
    "MOST_SENDS",
    "Again",
    "Dead",
    "Done",
    "Result",
    "Runner",
    "Sender",
    "Work",
    "works",
]


def works(store: Store, sender: Sender | None, now: Callable[[], datetime] = clock) -> dict[str, Work]:
    """What each kind of job does; without a sender, texts wait until there is one."""
    return {JOB: Texts(store, sender, now).work} if sender else {}
