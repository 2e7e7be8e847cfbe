"""Calls and requests for the tests of reports: as many as wanted, of every kind, on the days that are wanted."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from flask import Flask

from ivr.staff.desk import Desk
from ivr.store import Counting, Listened

_NUMBERS = count(1)
LONDON = ZoneInfo("Europe/London")
MAIN = "main started main"


@dataclass(slots=True)
class Calls:
    """Makes calls as the line notes them."""

    app: Flask

    @property
    def desk(self) -> Desk:
        found: Desk = self.app.extensions["staff"]
        return found

    def on(self, day: date, number: int, *steps: str, at: time = time(11)) -> None:
        """So many calls on a day in London; each step is `node kind went`."""
        start = datetime.combine(day, at, LONDON)
        for _ in range(number):
            sid = f"CC{next(_NUMBERS):032}"
            self.desk.store.listened(
                [
                    Listened(sid, turn, start + timedelta(seconds=turn), node, 0, kind, "normal", "en-GB", went)
                    for turn, step in enumerate((MAIN, *steps))
                    for node, kind, went in [step.split()]
                ]
            )

    def count_up(self) -> None:
        """What is done in the night."""
        flow = self.app.extensions["switchboard"].flow
        Counting(self.desk.store.database, lambda: flow.topics).count_up(self.desk.now())
