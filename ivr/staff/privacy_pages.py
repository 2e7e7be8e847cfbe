"""What is kept about one number: see it, give it to its caller, delete it with a proof, or keep what must stay.

The number is always sent in a form: it is in no address, no log and no cookie.
"""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from ivr.numbers import grouped
from ivr.personal import Personal, PrivacyError, number_of
from ivr.sealing import SealError
from ivr.sounds import NotHereError
from ivr.staff.access import may, person
from ivr.staff.desk import Desk, Link, Section
from ivr.store import Deed, Filters, Found

NUMBER: Final = "caller_number"
"""The field of the number; see `handover`, which never keeps it."""
SHOWN: Final = 100
"""Rows of one kind on the page; the file has all."""
LONGEST: Final = 200
"""Characters of why something must stay."""
KINDS: Final = {
    "requests": "Callback requests",
    "calls": "Calls",
    "promises": "What was promised in a call",
    "messages": "Spoken messages, as noted",
    "recordings": "Recordings, as Twilio told of them",
    "sounds": "Recordings kept here",
    "texts": "Text messages",
    "places": "Place in a leaflet, for ten minutes",
    "listened": "What was listened to",
    "work": "What staff did and wrote",
    "drafts": "Forms that staff had not sent yet",
    "holds": "Why a request must stay",
    "noticed": "Staff who were told that it waits",
}
NOTHING: Final = "Nothing is left to delete."
AGAIN: Final = "Something has changed since you looked. See what there is now, then say yes again."
Wrong = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Counter:
    """Where one number is dealt with."""

    desk: Desk
    personal: Personal

    def look(self, number: str, wrong: Wrong | None = None, done: str = "") -> ResponseReturnValue:
        """The page of a number; each look is noted, without it."""
        found = self.personal.about(number, self.desk.now())
        self._note("number-looked-up", found)
        held = {one.id: one.why for one in found.held}
        given = {"number": number, "grouped": grouped(number), "counts": named(found.counts), "held": held}
        opened = self.personal.opened(found)
        rows = {KINDS.get(name, name): opened[name] for name in (*KINDS, *(opened.keys() - KINDS)) if name in opened}
        shown = render_template(
            "staff/privacy_one.html",
            **given,
            rows=rows,
            requests=opened.get("requests", []),
            wrong=wrong or {},
            done=done,
            most=SHOWN,
        )
        return make_response(shown, HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK)

    def ask(self, number: str, wrong: Wrong | None = None) -> ResponseReturnValue:
        """What goes, and what stays, before it goes."""
        goes = self.personal.about(number, self.desk.now(), held=False)
        if not goes.counts:
            return self.look(number, done=NOTHING)
        held = self.personal.about(number, self.desk.now()).held
        given: dict[str, Any] = {"number": number, "grouped": grouped(number), "held": held}
        given["counts"] = named(goes.counts)
        given["requests"] = goes.rows.get("requests", [])
        page = render_template("staff/privacy_erase.html", **given, seen=_seen(goes), wrong=wrong or {})
        return make_response(page, HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK)

    def erase(self, number: str) -> ResponseReturnValue:
        """Delete it and show the proof; what is not as it was shown is asked about again."""
        now = self.desk.now()
        goes = self.personal.about(number, now, held=False)
        if not goes.counts:
            return self.look(number, done=NOTHING)
        if request.form.get("sure") != "yes":
            return self.ask(number, {"sure": "Say that all of it is to be deleted"})
        if request.form.get("seen") != _seen(goes):
            return self.ask(number, {"": AGAIN})
        erased = self.personal.erase(number, person().account_id, now)
        (entry,) = self.desk.audit.page(Filters(who=person().account_id, what="number-erased"), limit=1)
        new = bool(self.personal.about(number, now, held=False).counts)
        held = self.personal.about(number, now).held
        told = {"entry": entry, "held": held, "new": new, "in_log": erased.in_log}
        return render_template("staff/privacy_proof.html", counts=named(erased.counts), **told)

    def export(self, number: str) -> ResponseReturnValue:
        """One file with all of it."""
        found, file = self.personal.about(number, self.desk.now()), io.BytesIO()
        try:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
                for name, data in self.personal.files(number, found):
                    packed.writestr(name, data)
                names = packed.namelist()
        except (SealError, NotHereError):
            return self.look(number, {"": "A recording cannot be opened. Tell whoever looks after the line."})
        self.personal.exported(names, person().account_id, self.desk.now())
        answer = Response(file.getvalue(), content_type="application/zip")
        answer.headers["Content-Disposition"] = 'attachment; filename="kept.zip"'
        return answer

    def hold(self, number: str) -> ResponseReturnValue:
        """Keep one request of the number."""
        reference, why = request.form.get("reference", "")[:LONGEST], request.form.get("why", "").strip()
        if not why or len(why) > LONGEST:
            return self.look(number, {f"why-{reference}": f"Say why it must stay, in at most {LONGEST} characters"})
        return self._changed(number, lambda: self.personal.hold(reference, why, person().account_id, self.desk.now()))

    def release(self, number: str) -> ResponseReturnValue:
        """Keep it no longer."""
        reference = request.form.get("reference", "")[:LONGEST]
        return self._changed(number, lambda: self.personal.release(reference, person().account_id, self.desk.now()))

    def _changed(self, number: str, change: Callable[[], None]) -> ResponseReturnValue:
        try:
            change()
        except PrivacyError as error:
            return self.look(number, {"": str(error)})
        return self.look(number, done="That is noted.")

    def _note(self, what: str, found: Found) -> None:
        detail = {name: str(count) for name, count in found.counts.items()}
        self.desk.audit.add(Deed(person().account_id, what, detail=detail), self.desk.now())


def _install(pages: Blueprint, desk: Desk) -> None:
    config = desk.config
    counter = _Counter(desk, Personal.of(desk.store, config.data_dir, config.encryption_keys, config.secret_key))

    @pages.get("/privacy")
    @may("administrator")
    def privacy() -> ResponseReturnValue:
        return render_template("staff/privacy.html", typed="", wrong={})

    for name, work in (
        ("look", counter.look),
        ("ask", counter.ask),
        ("erase", counter.erase),
        ("export", counter.export),
        ("hold", counter.hold),
        ("release", counter.release),
    ):

        def act(work: Callable[[str], ResponseReturnValue] = work) -> ResponseReturnValue:
            return _with_number(work)

        pages.post(f"/privacy/{name}", endpoint=f"privacy_{name}")(may("administrator")(act))


def _with_number(work: Callable[[str], ResponseReturnValue]) -> ResponseReturnValue:
    """Do it with the number of the form, or say what is wrong with that, and with what was typed."""
    typed = request.form.get(NUMBER, "")[:40]
    try:
        return work(number_of(typed))
    except PrivacyError as error:
        page = render_template("staff/privacy.html", typed=typed, wrong={NUMBER: str(error)})
        return make_response(page, HTTPStatus.BAD_REQUEST)


def named(counts: dict[str, int]) -> dict[str, int]:
    """Counts by what staff call each kind, the weightiest first."""
    return {KINDS.get(name, name): counts[name] for name in (*KINDS, *(counts.keys() - KINDS)) if name in counts}


def _seen(found: Found) -> str:
    """What was shown, to be held against what there is when yes is said."""
    return json.dumps(found.counts, sort_keys=True)


SECTION = Section(_install, (Link("One caller", "staff.privacy", "administrator"),))
