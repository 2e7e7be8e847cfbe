"""The queue as a file for a spreadsheet: what the page shows with the same filters, all of it, a page at a time."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from ivr.flow.line import Flow
from ivr.line import LONDON
from ivr.staff import plain
from ivr.staff.access import may, person
from ivr.staff.desk import Desk, Section
from ivr.staff.queue_pages import asked_for, flow_now, row_of, wanted_of, work_of
from ivr.staff.sheets import phone, sheet
from ivr.store import Deed
from ivr.store.desk import Desk as Work
from ivr.store.listing import Spot, Standing, Wanted

PAGE: Final = 500
"""Requests that are read in one go, along the index of the queue."""
COLUMNS: Final = (
    "Reference", "Promised by", "Urgency", "Number", "Safe to leave a message", "Best time", "Needs", "Council",
    "Topic", "Language", "Tries", "Try again from", "State", "Incomplete", "Spoken messages", "Asked",
)  # fmt: skip
SAFE: Final = {"yes": "Yes", "no": "No"}


def _install(pages: Blueprint, desk: Desk) -> None:
    work = work_of(desk)

    @pages.get("/queue.csv")
    @may("lead")
    def queue_sheet() -> ResponseReturnValue:
        """Noted in the log before anything is given. Notes of staff and transcripts are not in it."""
        asked, now, me = asked_for(), desk.now(), person().account_id
        desk.audit.add(Deed(me, "queue-exported", detail=asked), now)
        return _sheet(work, wanted_of(asked, now, me), me, flow_now())


def _sheet(work: Work, wanted: Wanted, me: str, flow: Flow) -> Response:
    rows = (_row(one, names, me, flow, wanted.now) for page, names in _pages(work, wanted) for one in page)
    return sheet(f"queue-{wanted.today}", COLUMNS, rows)


def _pages(work: Work, wanted: Wanted) -> Iterator[tuple[tuple[Standing, ...], dict[str, str]]]:
    """Every page of the queue, each read when the one before was sent; and what those who claimed are called."""
    spot: Spot | None = None
    while True:
        found = work.page(wanted, spot, PAGE)
        yield found.rows, work.names({one.claimed_by for one in found.rows if one.claimed_by})
        spot = found.after or found.on
        if spot is None:
            return


def _row(standing: Standing, names: dict[str, str], me: str, flow: Flow, now: datetime) -> tuple[object, ...]:
    one, stands = standing.request, plain.stands(standing, names, me)
    shown = row_of(standing, flow, stands, now)
    return (
        one.reference,
        _day(one.due),
        {"overdue": "Overdue", "today": "Today"}.get(shown["urgency"], ""),
        _number(one.phone, mine=standing.claimed_by == me),
        SAFE.get(one.safe_message, "Not said: leave none"),
        shown["best"],
        ", ".join(shown["needs"]),
        shown["council"],
        shown["topic"],
        shown["language"],
        standing.attempts,
        _moment(standing.again),
        stands,
        shown["stopped"] or "Nothing was promised" if shown["incomplete"] else "",
        shown["spoken"],
        _moment(one.created),
    )


def _number(number: str, *, mine: bool) -> str:
    """As on the page of the request: whole for who has claimed it, else its end."""
    if not number:
        return "None that we can ring"
    return phone(number) if mine else f"ends in {number[-3:]}"


def _day(day: date | None) -> str:
    return str(day) if day else "No call was promised yet"


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M}" if moment else ""


SECTION = Section(_install)
