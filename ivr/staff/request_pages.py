"""One request: everything in the order in which it is needed when dialling, and what staff do about it.

What was typed is never lost: a form that cannot be taken comes back with all its words, and says why.
"""

import re
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.numbers import grouped
from ivr.staff import hearing, plain
from ivr.staff.access import may, person
from ivr.staff.desk import Desk, Section
from ivr.staff.queue_pages import flow_now, row_of, work_of
from ivr.store import Deed, Recording
from ivr.store.desk import Desk as Work
from ivr.store.desk import Did
from ivr.store.listing import Standing
from ivr.store.outcomes import ATTEMPTS, DAYS, DISPOSITIONS, OUTCOMES
from ivr.store.working import Doing, Refused

WHY: Final[dict[Refused, str]] = {
    "stale": "This request has changed since you opened the page. What you typed is still here. "
    "Read what is new, then send it again.",
    "taken": "Somebody else has this request now. What you typed is still here, but it is not saved.",
    "shut": "This request is closed. What you typed is not saved. It stands below, where you can leave it as a note.",
    "open": "This request is open already.",
    "too_soon": f"To close it as not reached, try at least {ATTEMPTS} times, on {DAYS} different days. "
    "What you typed is still here.",
    "cap": "No more calls can be made from this page today. Dial the number by hand.",
}
WORDS: Final = ("note", "attempt_words", "close_words")
"""Fields of words about a request, of which only the first is there once it is closed."""
_TOKEN: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
Typed = dict[str, str]


def _install(pages: Blueprint, desk: Desk) -> None:
    work = work_of(desk)
    _serve(pages, desk, work)
    _act(pages, desk, work)


def _serve(pages: Blueprint, desk: Desk, work: Work) -> None:
    @pages.get("/requests/<row>")
    @may("staff")
    def one_request(row: str) -> ResponseReturnValue:
        standing = work.one(row, desk.now())
        if standing is None:
            return _gone()
        desk.audit.add(Deed(person().account_id, "request-seen", f"request:{row}"), desk.now())
        return page(desk, work, standing)


def _act(pages: Blueprint, desk: Desk, work: Work) -> None:
    for name, method in (("claim", work.claim), ("release", work.release), ("reopen", work.reopen)):

        def act(
            row: str, method: Callable[[Doing, datetime], Refused] = method, name: str = name
        ) -> ResponseReturnValue:
            refused = method(doing(row), desk.now())
            return answer(desk, work, row, refused, name, {})

        pages.post(f"/requests/<row>/{name}", endpoint=f"{name}_request")(may("staff")(act))


def doing(row: str) -> Doing:
    """The form that was sent, by whom and about which state of the request; a form without a token gets one."""
    version, form = request.form.get("version", ""), request.form.get("form", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1  # noqa: PLR2004
    return Doing(row, seen, form if _TOKEN.fullmatch(form) else _token(), person().account_id)


def answer(desk: Desk, work: Work, row: str, refused: Refused, what: str, typed: Typed) -> ResponseReturnValue:
    """The page again, by a redirect once it is done; where it is not, with what was typed, and 409."""
    if not refused:
        return redirect(url_for("staff.one_request", row=row, done=what), 303)
    standing = work.one(row, desk.now())
    if refused == "gone" or standing is None:
        return _gone(typed)
    if refused == "shut":
        typed = {**typed, "note": next((typed[name] for name in WORDS if typed.get(name)), "")}
    return make_response(page(desk, work, standing, typed, {"": WHY[refused]}), 409)


def page(desk: Desk, work: Work, standing: Standing, typed: Typed | None = None, wrong: Typed | None = None) -> str:
    """A request as its page."""
    one, now, me = standing.request, desk.now(), person().account_id
    history, flow = work.history(one.id), flow_now()
    names = work.names({did.staff for did in history} | {standing.claimed_by})
    mine = standing.claimed_by == me
    row = row_of(standing, flow, plain.stands(standing, names, me), now)
    shown = {
        "row": row,
        "standing": standing,
        "mine": mine,
        "shut": one.status in {"done", "closed"},
        "safe": one.safe_message == "yes",
        "relay": "relay" in one.needs,
        "number": grouped(one.phone) if one.phone and mine else "",
        "phone": one.phone if mine else "",
        "ending": one.phone[-3:],
        "messages": _messages(desk, one.messages, history),
        "history": [_did(did, names) for did in history],
        "earlier": [row_of(other, flow, plain.stands(other, names, me), now) for other in work.earlier(one, now)],
        "heard": plain.heard(flow, work.heard(one.id)),
        "notice": plain.notice(one.notice, work.told(one)),
        "enough": work.tried_enough(standing),
        "minutes": desk.config.claim_minutes,
        "outcomes": OUTCOMES.values(),
        "dispositions": DISPOSITIONS,
        "done": DONE.get(request.args.get("done", ""), ""),
    }
    return render_template("staff/request.html", typed=typed or {}, wrong=wrong or {}, token=_token, **shown)


DONE: Final = {
    "claim": "It is yours. Nobody else can call them meanwhile.",
    "release": "You have given it back.",
    "attempt": "Your try is noted.",
    "note": "Your note is saved.",
    "transcript": "What the message says is saved.",
    "close": "The request is closed.",
    "reopen": "The request is open again.",
    "dial": "Your telephone will ring. Pick up, and press 1 when you are ready.",
}


def refuse(desk: Desk, work: Work, row: str, typed: Typed, wrong: Typed) -> ResponseReturnValue:
    """The page again, with what was typed and what is wrong with it."""
    standing = work.one(row, desk.now())
    if standing is None:
        return _gone(typed)
    return make_response(page(desk, work, standing, typed, wrong), 400)


def _gone(typed: Typed | None = None) -> Response:
    return make_response(render_template("staff/request_gone.html", typed=typed or {}), 404)


def _messages(desk: Desk, messages: tuple[Recording, ...], history: tuple[Did, ...]) -> list[dict[str, Any]]:
    sounds = desk.store.sounds_of([message.sid for message in messages])
    return [_message(message, history) | hearing.shown(sounds.get(message.sid)) for message in messages]


def _message(message: Any, history: tuple[Did, ...]) -> dict[str, Any]:
    typed = next((did for did in history if did.kind == "transcript" and did.about == message.sid), None)
    return {
        "sid": message.sid,
        "state": plain.spoken_state(message),
        "text": typed.words if typed else "",
        "status": message.status,
    }


def _did(did: Did, names: dict[str, str]) -> dict[str, Any]:
    return {
        "what": plain.KINDS.get(did.kind, did.kind),
        "outcome": plain.outcome(did.kind, did.outcome),
        "words": did.words,
        "who": names.get(did.staff, "Somebody whose account is gone"),
        "at": did.at,
        "when": plain.when(did.at),
    }


def _token() -> str:
    return secrets.token_hex(16)


SECTION = Section(_install)
