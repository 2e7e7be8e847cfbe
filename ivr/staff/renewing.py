"""While somebody works on a request its page asks for the claim to go on; see `claim.js`."""

from datetime import datetime

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from ivr.line import LONDON
from ivr.staff.access import may, person
from ivr.staff.desk import Desk, Section
from ivr.staff.queue_pages import work_of


def _install(pages: Blueprint, desk: Desk) -> None:
    work = work_of(desk)

    @pages.post("/requests/<row>/renew")
    @may("staff")
    def renew_request(row: str) -> ResponseReturnValue:
        """Until when, by London's clocks; empty when the claim has ended. It is in no log: the claim itself is."""
        now = desk.now()
        until = work.renew(row, person().account_id, now)
        session = {"ends": g.ends.isoformat(), "now": now.isoformat(), "told": _clock(g.ends)}
        return {"until": _clock(until) if until else "", **session}


def _clock(moment: datetime) -> str:
    return moment.astimezone(LONDON).strftime("%H:%M")


SECTION = Section(_install)
