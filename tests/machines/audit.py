"""Every promise spoken in a call, held against every row: what was said must be stored, once, as it was said."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from ivr.rehearsal.standin import Call
from ivr.store import Request, Store

SAVED = "I have your request."
MERGED = "I have added this call to that request."
KNOWN = "I have your request already."
DAY = "Staff will ring you within"
KEYED = "The number that I have is"
SPELT = re.compile(r"reference number is(.*?)Once more, it is", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


@dataclass
class Heard:
    """What the line has promised in one call, as its documents say it."""

    sid: str
    saved: bool = False
    numbered: bool = False
    references: set[str] = field(default_factory=set)


def heard(call: Call) -> Heard:
    """Read the documents of a call; they must be said in Twilio's voice, so that their words are in them."""
    found = Heard(call.sid)
    for turn in call.turns:
        words = TAG.sub(" ", turn.body)
        found.saved |= any(sentence in words for sentence in (SAVED, MERGED, KNOWN, DAY))
        found.numbered |= KEYED in words
        found.references |= {re.sub(r"\D", "", spelt) for spelt in SPELT.findall(words)} - {""}
    return found


def broken(found: Heard, request: Request | None, store: Store) -> list[str]:
    """Which of these promises are not kept by the request that the call has, if any."""
    wrong = []
    if request is None:
        return [f"{found.sid} was promised a call and has no request"] if found.saved or found.numbered else []
    if found.saved and not (request.confirmed and request.due and request.phone and request.status == "new"):
        wrong.append(f"{found.sid} was promised a call, and its request is {request}")
    if found.numbered and not request.phone:
        wrong.append(f"{found.sid} had a number read back that its request has not")
    for reference in found.references:
        told = store.by_reference(reference)
        kept = told is not None and bool(told.confirmed and told.phone)
        if not kept or (told.id != request.id and not given(store, found.sid, reference)):
            wrong.append(f"{found.sid} was told {reference}, which leads to {told}")
    return wrong


def given(store: Store, call_sid: str, reference: str) -> bool:
    """Whether a promise of this call came to that reference: a caller may ask for two numbers, one after the other."""
    with store._reading() as connection:
        asked = sa.text("SELECT 1 FROM promises WHERE call_sid = :call AND reference = :told LIMIT 1")
        return connection.execute(asked, {"call": call_sid, "told": reference}).first() is not None


@dataclass(frozen=True)
class Verdict:
    """What came of an audit."""

    calls: int
    promises: int
    wrong: list[str]


def audited(calls: Iterable[Heard], store: Store) -> Verdict:
    """Hold calls against a store in which everything kept on disk has been brought in."""
    found = list(calls)
    wrong = [sentence for one in found for sentence in broken(one, store.request_of(one.sid), store)]
    rows = [request.reference for request in store.queue(limit=1_000_000)]
    if len(set(rows)) != len(rows):
        wrong.append("two requests have one reference")
    return Verdict(len(found), sum(one.saved for one in found), wrong)


def nothing_on_disk(store: Store, seconds: float = 30.0) -> None:
    """Wait until what was kept on disk is in the database."""
    deadline = time.monotonic() + seconds
    while store.spooled().promises:
        assert time.monotonic() < deadline, str(store.spooled())
        time.sleep(0.1)
