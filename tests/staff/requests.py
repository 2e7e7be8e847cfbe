"""Requests of every kind, with data as awkward as people are."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from flask import Flask

from ivr.staff.desk import Desk
from ivr.staff.queue_pages import work_of
from ivr.store import CallFacts
from ivr.store.desk import Desk as Work
from ivr.store.listing import Standing
from ivr.store.working import Doing, Next

_NUMBERS = count(100_000)
AWKWARD = '<script>window.__x=1</script> =HYPERLINK("x") مرحبا 🙂 ' + "unbroken" * 30


@dataclass(slots=True)
class Requests:
    """Makes requests as callers do, and work on them as staff do."""

    app: Flask

    @property
    def desk(self) -> Desk:
        found: Desk = self.app.extensions["staff"]
        return found

    @property
    def work(self) -> Work:
        return work_of(self.desk)

    def confirmed(self, due: date | None = None, *, phone: str = "", said: str = "", **answers: str) -> str:
        """A request that was promised; its id. `said`: a spoken message in that state."""
        number, now = next(_NUMBERS), self.desk.now()
        sid, phone = f"CA{number:032}", phone or f"+447700{number}"
        facts = CallFacts(sid, 5, phone, "en-GB", "normal", "ask-safe", answers)
        self.desk.store.confirm(facts, phone, due or now.date() + timedelta(days=2), now)
        if said:
            recording = f"RE{number:032}"
            self.desk.store.message(CallFacts(sid, 6, phone, "en-GB", "normal", "record", {}), recording, 9, now)
            if said != "expected":
                self.desk.store.recording_status(recording, sid, said, 9, None, now)
        return self._id(sid)

    def alike(self, due: date, *days_ago: int) -> list[str]:
        """Requests of one number, promised so long ago, each by itself; their ids."""
        number = next(_NUMBERS)
        sids = [f"CA{next(_NUMBERS):032}" for _ in days_ago]
        for sid, ago in zip(sids, days_ago, strict=True):
            facts = CallFacts(sid, 5, f"+447700{number}", "en-GB", "normal", "ask-safe", {})
            self.desk.store.confirm(facts, f"+447700{number}", due, self.desk.now() - timedelta(days=ago))
        return [self._id(sid) for sid in sids]

    def incomplete(self, node: str = "callback-number") -> str:
        """A request of somebody who hung up there; its id."""
        number, now = next(_NUMBERS), self.desk.now()
        sid = f"CA{number:032}"
        self.desk.store.wish(CallFacts(sid, 2, f"+447700{number}", "en-GB", "normal", node, {}), now)
        self.desk.store.call_status(sid, "completed", 20, 1, now)
        return self._id(sid)

    def one(self, row: str) -> Standing:
        found = self.work.one(row, self.desk.now())
        assert found
        return found

    def claimed(self, row: str, staff: str) -> str:
        assert self.work.claim(self.doing(row, staff), self.desk.now()) == ""
        return row

    def noted(self, row: str, staff: str, words: str = AWKWARD) -> str:
        assert self.work.note(self.doing(row, staff), words, self.desk.now()) == ""
        return row

    def tried(self, row: str, staff: str, outcome: Any = "no_answer", words: str = "") -> str:
        now = self.desk.now()
        again = Next(now + timedelta(hours=3), now.date())
        assert self.work.attempt(self.doing(row, staff), (outcome, words), again, now) == ""
        return row

    def doing(self, row: str, staff: str) -> Doing:
        return Doing(row, self.one(row).version, f"{next(_NUMBERS):032x}", staff)

    def _id(self, sid: str) -> str:
        found = self.desk.store.request_of(sid)
        assert found
        return found.id
