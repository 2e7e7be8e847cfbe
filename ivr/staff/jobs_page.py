"""Background work, for leads: what was given up, what each piece was to do, why it ended, and what can be done."""

import re
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.line import LONDON
from ivr.staff.access import holds, may, person
from ivr.staff.desk import Desk, Link, Section
from ivr.store import Backlog, Stuck

SHOWN: Final = 100
"""Jobs on the page, the latest first; `ivr jobs` shows up to 1,000."""
KINDS: Final[dict[str, tuple[str, str]]] = {
    "text": ("Send a text message that was asked for", "The text is not sent. Its number is deleted."),
    "recording": (
        "Bring a spoken message here from Twilio",
        "Staff cannot hear the message. The recording stays at Twilio until somebody deletes it in Twilio’s console.",
    ),
    "recording-copy": (
        "Delete a recording at Twilio",
        "The recording stays at Twilio until somebody deletes it in Twilio’s console. Callers were told that it goes.",
    ),
    "purge": (
        "Delete what was kept long enough",
        "What was due stays until the next night, when all of it is tried again.",
    ),
    "notices": ("Look whether staff are to be told of something", "It is looked again within a quarter of an hour."),
    "digest": ("Put together the summary of a day for staff", "Nobody gets the summary of that day."),
    "letter": (
        "Send a notice to a member of staff by email",
        "They are not told by email. The queue shows what waits.",
    ),
    "invitation": (
        "Send somebody a link to choose a password by email",
        "No email is sent. An administrator can make a link on the page People, and give it to them.",
    ),
    "sweep": ("Ask Twilio what it failed to tell us", "Twilio is asked again within half an hour."),
}
"""What a job is to do, and what it means that nobody tries it any more, in words of staff."""
_OTHER: Final = ("A piece of work that this version does not know", "It is not done.")
_ANSWERED: Final = re.compile(r"Twilio answered (\d{3})\b.*", re.ASCII)
_BROKE: Final = re.compile(r"[A-Z][A-Za-z]+(Error|Exception|Unavailable|Expired|Warning)", re.ASCII)
ANSWERS: Final = {
    "401": "Twilio did not take the line’s password. Someone has to set the right one, then this can be tried again.",
    "403": "Twilio did not allow it. Someone has to look at the account’s permissions, then this can be tried again.",
    "404": "Twilio does not know it, or does not have it any more.",
    "429": "Twilio had too much to do each time it was tried.",
}
GONE: Final = "It is done, was given up, or is being tried again already."


def _install(pages: Blueprint, desk: Desk) -> None:
    backlog = Backlog(desk.store.database, desk.audit.note)
    _look(pages, desk, backlog)
    _change(pages, desk, backlog)
    pages.context_processor(lambda: {"given_up": lambda role: backlog.count() if holds(role, "lead") else 0})


def _look(pages: Blueprint, desk: Desk, backlog: Backlog) -> None:
    @pages.get("/jobs")
    @may("lead")
    def jobs() -> ResponseReturnValue:
        counts, found = desk.store.job_counts(), backlog.dead(SHOWN)
        again = sum(not one.hopeless for one in found)
        seen = {"rows": [shown(one) for one in found], "counts": counts, "again": again, "late": _late(desk)}
        return render_template("staff/jobs.html", dead=counts.get("dead", 0), **seen)

    @pages.get("/jobs/<job_id>")
    @may("lead")
    def job(job_id: str) -> ResponseReturnValue:
        found = backlog.one(job_id)
        return _one(found) if found else (render_template("staff/job_gone.html"), HTTPStatus.NOT_FOUND)


def _change(pages: Blueprint, desk: Desk, backlog: Backlog) -> None:
    @pages.post("/jobs/again")
    @may("lead")
    def jobs_again() -> ResponseReturnValue:
        number = backlog.all_again(person().account_id, desk.now())
        return _back(f"{number} {'is' if number == 1 else 'are'} tried again. Look again in a few minutes.")

    @pages.post("/jobs/<job_id>/again")
    @may("lead")
    def job_again(job_id: str) -> ResponseReturnValue:
        did = backlog.again(job_id, person().account_id, desk.now())
        return _back("It is tried again. Look again in a few minutes." if did else GONE)

    @pages.post("/jobs/<job_id>/give-up")
    @may("lead")
    def job_given_up(job_id: str) -> ResponseReturnValue:
        found = backlog.one(job_id)
        if found and request.form.get("sure") != "yes":
            return _one(found, {"sure": "Say that nobody is to try it any more"})
        did = found is not None and backlog.let_go(job_id, person().account_id, desk.now())
        return _back("Nobody tries it any more." if did else GONE)


def _one(found: Stuck, wrong: dict[str, str] | None = None) -> ResponseReturnValue:
    page = render_template("staff/job.html", one=shown(found), wrong=wrong or {})
    return make_response(page, HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK)


def _back(told: str) -> ResponseReturnValue:
    flash(told)
    return redirect(url_for("staff.jobs"), 303)


def _late(desk: Desk) -> int:
    """Minutes for which the first of the waiting work has been due: many when nobody does any."""
    now = desk.now()
    waiting = [one.due for one in desk.store.figures(now.astimezone(LONDON).date(), now).jobs if one.due]
    return int((now - min(waiting)).total_seconds() // 60) if waiting else 0


def shown(one: Stuck) -> dict[str, Any]:
    """A job as the pages show it: no id of a call, no number, no name."""
    job = one.job
    was_to, left = KINDS.get(job.kind, _OTHER)
    return {"id": job.id, "was_to": was_to, "left": left, "why": why(job.trouble), "hopeless": one.hopeless} | {
        "tries": "Tried once" if job.attempts == 1 else f"Tried {job.attempts} times",
        "created": job.created,
        "ended": job.ended or job.created,
    }


def why(trouble: str) -> str:
    """Why it ended, in words of staff; what is not known stays as the log has it."""
    if answered := _ANSWERED.fullmatch(trouble):
        return ANSWERS.get(answered[1], f"{trouble}.")
    if _BROKE.fullmatch(trouble):
        return f"Something broke in the line itself ({trouble}). The log of the machine says where."
    return f"{trouble[:1].upper()}{trouble[1:]}." if trouble else "Nothing is known of why."


SECTION = Section(_install, (Link("Background work", "staff.jobs", "lead"),))
