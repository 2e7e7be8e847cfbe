"""WORK AFTER THE ANSWER: what takes long, or needs the network, is a job that a worker does later.

`Runner` does jobs in a thread; `works` says what each kind of job does.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from ivr.jobs import letters, recordings
from ivr.jobs.letters import Letters, Post
from ivr.jobs.notices import NOTICES, Telling
from ivr.jobs.purge import PURGE, Days, Purge, day_of
from ivr.jobs.recordings import Fetching, Source
from ivr.jobs.runner import LEASE, MOST_ATTEMPTS, Again, Dead, Done, Patience, Result, Runner, Work
from ivr.jobs.sweep import SWEEP, Register, Sweep, key_of
from ivr.jobs.texts import MOST_SENDS, Sender, Texts
from ivr.line import clock
from ivr.store import Store
from ivr.store.choices import DIGEST
from ivr.store.notices import INVITATION, LETTER
from ivr.store.sounds import DELETE, FETCH
from ivr.store.texts import JOB

__all__ = [
    "DIGEST",
    "INVITATION",
    "LEASE",
    "LETTER",
    "MOST_ATTEMPTS",
    "MOST_SENDS",
    "NOTICES",
    "PATIENCE",
    "PURGE",
    "SWEEP",
    "Again",
    "Days",
    "Dead",
    "Done",
    "Fetching",
    "Letters",
    "Patience",
    "Post",
    "Purge",
    "Register",
    "Result",
    "Runner",
    "Sender",
    "Source",
    "Sweep",
    "Telling",
    "Work",
    "planned",
    "works",
]


PATIENCE: Final = {
    FETCH: recordings.PATIENCE,
    DELETE: recordings.PATIENCE,
    LETTER: letters.PATIENCE,
    INVITATION: letters.PATIENCE,
}
"""How often jobs are tried that are not tried as often as others."""


def planned(now: datetime) -> dict[str, str]:
    """The jobs of this night and of this half hour: kinds by key."""
    return {f"{PURGE}-{day_of(now)}": PURGE, key_of(now): SWEEP}


def works(
    store: Store,
    sender: Sender | None,
    now: Callable[[], datetime] = clock,
    fetching: Fetching | None = None,
    own: Mapping[str, Work] = MappingProxyType({}),
) -> dict[str, Work]:
    """What each kind of job does. Without a sender, texts wait until there is one; so do recordings to be fetched.

    `own`: what the line does of itself, see `planned`.
    """
    sending: dict[str, Work] = {JOB: Texts(store, sender, now).work} if sender else {}
    there: dict[str, Work] = {FETCH: fetching.fetch, DELETE: fetching.delete} if fetching else {}
    return sending | there | dict(own)
