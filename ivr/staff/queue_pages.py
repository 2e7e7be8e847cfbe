"""The queue: who is to be called, in the order in which it was promised; filters and a search, all without a script."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.flow.line import Flow
from ivr.line import LONDON
from ivr.staff import plain
from ivr.staff.access import holds, may, person
from ivr.staff.desk import Desk, Link, Section
from ivr.store.alike import Alike
from ivr.store.desk import Desk as Work
from ivr.store.listing import COUNTED, Counts, Spot, Standing, Wanted

PAGE: Final = 25
_LONGEST: Final = 100
STATUSES: Final = {"free": "Free to claim", "claimed": "Claimed", "new": "New", "attempted": "Tried before"}
CHOICES: Final = {
    "council": ("Council", plain.COUNCILS),
    "topic": ("Topic", plain.TOPICS),
    "language": ("Language of the call", plain.LANGUAGES),
    "need": ("Needs", plain.NEEDS),
    "status": ("State", STATUSES),
}
TICKS: Final = {
    "overdue": "Overdue",
    "incomplete": "Incomplete",
    "mine": "Claimed by me",
    "now": "This is a good time",
    "shut": "Closed ones",
}


def work_of(desk: Desk) -> Work:
    """Staff's side of the store, with the log and the seal of these pages."""
    return Work(desk.store.database, desk.sealing, desk.audit.note, desk.config.claim_minutes)


def flow_now() -> Flow:
    """The flow in use."""
    found: Flow = current_app.extensions["switchboard"].flow
    return found


def _install(pages: Blueprint, desk: Desk) -> None:
    work, alike = work_of(desk), Alike(desk.store.database)

    @pages.get("/queue")
    @may("staff")
    def queue() -> ResponseReturnValue:
        asked, now = asked_for(), desk.now()
        wanted = wanted_of(asked, now, person().account_id)
        spot, back = _spot()
        found = work.page(wanted, spot, PAGE, back=back)
        links = {"before": _to(asked, before=found.before), "after": _to(asked, after=found.after)}
        links["sheet"] = _sheet(asked)
        seen = {
            "rows": _beside(alike, found.rows, _rows(work, found.rows, now)),
            "on": _to(asked, after=found.on),
            "links": links,
        }
        counts = work.counts(wanted, person().account_id)
        return render_template("staff/queue.html", asked=asked, counts=counts, **seen, **_shown(counts, asked))

    @pages.get("/queue/search")
    @may("staff")
    def search() -> ResponseReturnValue:
        text, now = _looked_for(desk), desk.now()
        found = work.search(text, now) if text else ()
        return render_template("staff/search.html", q=text, rows=_rows(work, found, now))

    @pages.post("/queue/search")
    @may("staff")
    def look_for() -> ResponseReturnValue:
        """A caller's number is sent in a form. What stands in the address after it is sealed, for this person alone."""
        text = request.form.get("q", "").strip()[:_LONGEST]
        sealed = desk.sealing.close_words(text, _search_of(person().account_id)) if text else None
        return redirect(url_for("staff.search", s=sealed), 303)

    @pages.get("/queue/news")
    @may("staff")
    def news() -> ResponseReturnValue:
        """What the small script of the queue asks for: never a row, so nothing moves under who reads."""
        now = desk.now()
        counts = work.counts(Wanted(now=now, today=now.astimezone(LONDON).date()), person().account_id)
        return {"open": counts.open, "overdue": counts.overdue, "top": counts.newest}


def _beside(alike: Alike, found: tuple[Standing, ...], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cards, each with the other open request of its number, where there is one."""
    others = alike.others(one.request for one in found)
    return [row | {"alike": others.get(row["id"])} for row in rows]


def _looked_for(desk: Desk) -> str:
    """What this person looks for; nothing where the address is somebody else's, or no box."""
    try:
        return desk.sealing.open_words(request.args.get("s", ""), _search_of(person().account_id))
    except ValueError:
        return ""


def _search_of(account: str) -> str:
    return f"search:{account}"


def asked_for() -> dict[str, str]:
    """The filters that were asked for, those that there are."""
    chosen = {name: request.args.get(name, "") for name in CHOICES}
    ticked = {name: "1" for name in TICKS if request.args.get(name)}
    return {name: value for name, value in chosen.items() if value in CHOICES[name][1]} | ticked


def wanted_of(asked: dict[str, str], now: datetime, me: str) -> Wanted:
    """The same, as the store is asked."""
    words = {name: asked.get(name, "") for name in CHOICES}
    return Wanted(
        now=now,
        today=now.astimezone(LONDON).date(),
        **words,
        claimed_by=me if "mine" in asked else "",
        overdue="overdue" in asked,
        incomplete="incomplete" in asked,
        shut="shut" in asked,
        best_times=plain.best_times(now) if "now" in asked else (),
    )


def _spot() -> tuple[Spot | None, bool]:
    """From where to read on, and whether backwards; what is no place is the beginning."""
    for name in ("before", "after"):
        try:
            if text := request.args.get(name, ""):
                return Spot.parse(text), name == "before"
        except ValueError:
            return None, False
    return None, False


def _to(asked: dict[str, str], **place: Spot | None) -> str:
    """The address of another page of the same list; empty when there is none."""
    name, spot = next(iter(place.items()))
    return f"{url_for('staff.queue')}?{urlencode(asked | {name: str(spot)})}" if spot else ""


def _sheet(asked: dict[str, str]) -> str:
    """The address of all of it as a file; empty for who may not have it."""
    may_have = holds(person().role, "lead") and "staff.queue_sheet" in current_app.view_functions
    return f"{url_for('staff.queue_sheet')}?{urlencode(asked)}" if may_have else ""


def _shown(counts: Counts, asked: dict[str, str]) -> dict[str, Any]:
    capped = {name: _number(getattr(counts, name)) for name in ("open", "overdue", "incomplete", "mine")}
    return {"choices": CHOICES, "ticks": TICKS, "numbers": capped, "filtered": bool(asked)}


def _number(count: int) -> str:
    return f"{COUNTED} or more" if count >= COUNTED else str(count)


def _rows(work: Work, found: tuple[Standing, ...], now: datetime) -> list[dict[str, Any]]:
    names = work.names({one.claimed_by for one in found if one.claimed_by})
    flow, me = flow_now(), person().account_id
    return [row_of(one, flow, plain.stands(one, names, me), now) for one in found]


def row_of(standing: Standing, flow: Flow, stands: str, now: datetime) -> dict[str, Any]:
    """A request as a row of the queue: its words, never its number."""
    one = standing.request
    said, urgency = plain.promise(one.due, now.astimezone(LONDON).date())
    again = f"Try again from {plain.when(standing.again)}" if standing.again and standing.again > now else ""
    return {
        "id": one.id,
        "reference": one.reference,
        "promise": said,
        "urgency": "" if one.status in {"done", "closed"} else urgency,
        "council": plain.word(plain.COUNCILS, one.council, "Council not said"),
        "topic": plain.listed(plain.TOPICS, one.topic, "No topic chosen"),
        "best": plain.word(plain.BEST_TIMES, one.best_time, "Best time not said"),
        "good_now": plain.is_best_time(one.best_time, now),
        "needs": [plain.word(plain.NEEDS, need) for need in one.needs],
        "language": plain.word(plain.LANGUAGES, one.language),
        "tries": plain.tries(standing.attempts),
        "since": plain.when(one.created),
        "spoken": sum(message.status != "absent" for message in one.messages),
        "stopped": plain.stopped(flow, one.stopped_at) if one.stopped_at else "",
        "incomplete": one.confirmed is None,
        "numberless": not one.phone,
        "stands": stands,
        "mine": stands.startswith("Claimed by you"),
        "again": again,
    }


SECTION = Section(_install, (Link("Queue", "staff.queue"),))
