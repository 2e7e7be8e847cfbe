"""The log of what staff did: to read, and to see that nobody has changed it."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ivr.line import LONDON
from ivr.staff.access import may, person
from ivr.staff.desk import Desk, Link, Section
from ivr.store import Deed, Filters

PAGE: Final = 50
_NUMBER: Final = re.compile(r"[0-9]{1,15}", re.ASCII)


def _install(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/audit")
    @may("lead")
    def audit() -> ResponseReturnValue:
        asked = {name: request.args.get(name, "").strip()[:200] for name in ("who", "what", "about", "from", "to")}
        wrong = {name: "Enter a date such as 2026-11-24" for name in ("from", "to") if not _is_date(asked[name])}
        below = request.args.get("below", "")
        found = (
            [] if wrong else desk.audit.page(_filters(asked), int(below) if _NUMBER.fullmatch(below) else None, PAGE)
        )
        names = {account.id: account.name for account in desk.accounts.everybody()}
        values = {"entries": found, "names": names, "deeds": desk.audit.deeds(), "asked": asked, "wrong": wrong}
        return render_template("staff/audit.html", more=len(found) == PAGE, first=not below, **values)

    @pages.post("/audit/verify")
    @may("lead")
    def verify_audit() -> ResponseReturnValue:
        found = desk.audit.verify()
        desk.audit.add(Deed(person().account_id, "log-verified", detail={"whole": str(found.whole)}), desk.now())
        return render_template("staff/verified.html", found=found)


def _filters(asked: dict[str, str]) -> Filters:
    since, until = _day(asked["from"]), _day(asked["to"])
    before = until + timedelta(days=1) if until and until < date.max else None
    return Filters(asked["who"], asked["what"], asked["about"], _midnight(since), _midnight(before))


def _is_date(text: str) -> bool:
    try:
        return _day(text) is not None or not text
    except ValueError:
        return False


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, LONDON) if day else None


SECTION = Section(_install, (Link("Log", "staff.audit", "lead"),))
