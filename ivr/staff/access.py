"""Who may see what. Every route of staff declares it; one that does not is refused to everybody."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal, TypeVar

from flask import Blueprint, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from ivr.staff.browsers import browser_of
from ivr.staff.handover import Handover
from ivr.staff.problems import Told, problem
from ivr.store import ROLES, Session, Sessions, Stage, StoreUnavailable

Who = Literal["anyone", "second-step", "staff", "lead", "administrator"]
"""Anyone at all; who gave the right password and no code yet; or who is signed in and has this role or a higher one."""
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
WORD: Final = "word"
NUL: Final = "\0"
NOT_TYPED: Final = Told(
    "That cannot be read",
    "There is a character in it that nobody can type, so nothing was looked up and nothing was saved.",
    "If you followed a link or pasted something, type it yourself and try again.",
)
_log: Final = logging.getLogger(__name__)


def may(who: Who) -> Callable[[View], View]:
    """Declare who may use a route; stands between `@pages.get(…)` and the function."""

    def declare(view: View) -> View:
        view.may = who  # type: ignore[attr-defined]
        return view

    return declare


def declared(view: Callable[..., object]) -> Who | None:
    """What a route declares; None when it declares nothing."""
    return getattr(view, "may", None)


def holds(role: str, who: Who) -> bool:
    """Whether this role is enough."""
    return who in ROLES and role in ROLES and ROLES.index(role) >= ROLES.index(who)


def person() -> Session:
    """Who is signed in, in a route of staff or above. Raises 403 in any other."""
    found: Session | None = g.get("person")
    return found or abort(403)


class Access:
    """The door of the pages of staff. Safe to share between threads; it holds nothing of any person."""

    def __init__(self, sessions: Sessions, handover: Handover, now: Callable[[], datetime], *, rehearsal: bool) -> None:
        self.sessions: Final = sessions
        self._handover: Final = handover
        self._now: Final = now
        self._rehearsal: Final = rehearsal

    def guard(self, pages: Blueprint, csrf: CSRFProtect) -> None:
        """Ask of every request to these pages: is it declared, is it meant, and may this person?"""
        pages.before_request(_refuse_undeclared)
        pages.before_request(_refuse_other_places)
        pages.before_request(_refuse_what_cannot_be_typed)
        pages.before_request(csrf.protect)
        pages.before_request(self._let_in)

    def is_staff(self) -> bool:
        """Whether this request, to whatever page, comes from somebody who is signed in. False when nobody can tell."""
        try:
            found = self.signed_in()
        except StoreUnavailable:
            _log.exception("nobody can tell who is signed in")
            return False
        return found is not None and found.stage == "full"

    def signed_in(self) -> Session | None:
        """The session of this request while it lives, at either stage."""
        if "signed" not in g:
            found = self.sessions.of(word) if (word := _word()) else None
            g.signed = found if found and self._lives(found) else None
        signed: Session | None = g.signed
        return signed

    def begin(self, account_id: str, stage: Stage) -> None:
        """Sign in, or go on to the next stage: a new session, and a new cookie without anything of the one before."""
        browser = browser_of(request.user_agent.string)
        word = self.sessions.begin(account_id, stage, self._now(), _word(), browser)
        kept = {name: session[name] for name in ("next", "draft") if name in session}
        session.clear()
        session.update(kept)
        session[WORD] = word

    def leave(self) -> None:
        """Sign out."""
        if word := _word():
            self.sessions.end(word, self._now())
        session.clear()

    def _lives(self, found: Session) -> bool:
        return found.lives(self._now()) and (self._rehearsal or found.status != "rehearsal")

    def _let_in(self) -> ResponseReturnValue | None:
        who = declared(current_app.view_functions[request.endpoint or ""])
        if who == "anyone":
            self._greet()
            return None
        found = self.signed_in()
        if who == "second-step":
            return None if found and found.stage == "password" else redirect(url_for("staff.sign_in"), 303)
        if found is None or found.stage != "full":
            return self._ask_to_sign_in()
        if who is None or not holds(found.role, who):
            abort(403)
        g.person, g.ends = found, self.sessions.seen(found, self._now())
        return None

    def _greet(self) -> None:
        """A page for anyone shows whoever is signed in their way round, and does without when nobody can tell."""
        if request.endpoint != "staff.static" and self.is_staff():
            g.person = found = g.signed
            g.ends = found.ends()

    def _ask_to_sign_in(self) -> ResponseReturnValue:
        """What was typed when the session had ended is kept for its person."""
        session.pop("draft", None)
        if request.method == "POST":
            draft = self._handover.keep(self.sessions.of(_word()), self._now())
            if draft:
                session["draft"] = draft
        else:
            session["next"] = request.full_path.rstrip("?")
        return redirect(url_for("staff.sign_in"), 303)


def _word() -> str:
    word = session.get(WORD, "") if session else ""
    return word if isinstance(word, str) else ""


def _refuse_undeclared() -> None:
    if declared(current_app.view_functions[request.endpoint or ""]) is None:
        _log.error("%s declares nobody who may use it", request.endpoint)
        abort(403)


def _refuse_other_places() -> None:
    """A form of ours is sent from a page of ours: browsers say where a request comes from."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(400)


def _refuse_what_cannot_be_typed() -> ResponseReturnValue | None:
    """No key and no page of ours makes a NUL, and a database may refuse it as if it did not answer at all."""
    given = (*request.args.items(multi=True), *request.form.items(multi=True))
    if NUL in request.path or any(NUL in name or NUL in value for name, value in given):
        return problem(400, NOT_TYPED)
    return None
