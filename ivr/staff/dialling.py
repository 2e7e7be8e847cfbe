"""Click to call: the line rings the member of staff, then the caller; it shows the line's number to both."""

from datetime import datetime
from typing import Final, Protocol

from flask import Blueprint, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ivr.numbers import grouped, ringable
from ivr.staff.access import may, person
from ivr.staff.account import OWN_WRONG
from ivr.staff.desk import Desk, Section
from ivr.staff.queue_pages import work_of
from ivr.staff.request_pages import answer, doing, page
from ivr.store.desk import Desk as Work
from ivr.store.working import DialCaps

UNSURE: Final = {
    "unknown": "It is not known whether your telephone will ring. Wait a minute. If it stays quiet, dial by hand.",
    "refused": "The call could not be made. Dial the number by hand.",
}


class Asked(Protocol):
    """What asking for a call came to."""

    @property
    def status(self) -> str:
        """ringing, refused or unknown."""

    @property
    def sid(self) -> str:
        """Twilio's id of the call, if it is known."""


class Dialler(Protocol):
    """Whoever makes calls. Never raises, never asks twice; the number to call is looked up by the form's token."""

    def ring(self, own: str, form: str, now: datetime) -> Asked:
        """Ring a member of staff about the request of a form."""


def _install(pages: Blueprint, desk: Desk) -> None:
    work = work_of(desk)
    pages.context_processor(lambda: {"can_dial": "dialler" in current_app.extensions, "own": lambda: _own(desk)})

    @pages.post("/requests/<row>/dial")
    @may("staff")
    def dial_request(row: str) -> ResponseReturnValue:
        own = ringable(request.form.get("own", ""))
        standing = work.one(row, desk.now())
        typed = {"own": request.form.get("own", "")[:40]}
        if standing is None or "dialler" not in current_app.extensions:
            return answer(desk, work, row, "gone", "dial", typed)
        if own is None:
            wrong = {"own": OWN_WRONG}
            return make_response(page(desk, work, standing, typed, wrong), 400)
        if own != _telephone(desk):
            desk.accounts.set_telephone(person().account_id, own, desk.now())
        return _dialled(desk, work, row, own)


def _telephone(desk: Desk) -> str:
    mine = desk.accounts.of(person().account_id)
    return mine.telephone if mine else ""


def _own(desk: Desk) -> str:
    """The number that this member of staff gave before, on whatever machine."""
    found = _telephone(desk)
    return grouped(found) if found else ""


def _dialled(desk: Desk, work: Work, row: str, own: str) -> ResponseReturnValue:
    form = doing(row)
    if work.was_sent(form.form):
        return redirect(url_for("staff.one_request", row=row, done="dial"), 303)
    caps = desk.config.staff
    refused = work.dial(form, DialCaps(caps.dials_each, caps.dials_all), desk.now())
    if refused:
        return answer(desk, work, row, refused, "dial", {"own": own})
    dialler: Dialler = current_app.extensions["dialler"]
    asked = dialler.ring(own, form.form, desk.now())
    work.dial_told(form.form, asked.status, asked.sid)
    standing = work.one(row, desk.now())
    if asked.status in UNSURE and standing is not None:
        return make_response(page(desk, work, standing, {"own": own}, {"": UNSURE[asked.status]}), 502)
    return answer(desk, work, row, "", "dial", {})


SECTION = Section(_install)
