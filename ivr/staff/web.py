"""The pages of staff as one blueprint: its door, its looks, its sections."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, cast
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, current_app, g, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_wtf.csrf import CSRFProtect
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from ivr.config import Config
from ivr.line import LONDON, clock
from ivr.sealing import Sealing
from ivr.staff.access import Access, holds
from ivr.staff.desk import Desk, Section
from ivr.staff.files import Files
from ivr.staff.handover import Handover
from ivr.staff.headers import guarded
from ivr.staff.problems import answer_problems
from ivr.staff.sections import SECTIONS
from ivr.store import Accounts, Audit, Drafts, SecondSteps, Sessions, Store, Throttle

TEMPLATES: Final = Path(__file__).parent / "templates"
PACKAGES: Final = ("govuk_frontend_jinja", "govuk_frontend_wtf")


def desk_of(config: Config, store: Store, now: Callable[[], datetime] = clock) -> Desk:
    """What the pages work with. `now` gives the time, UTC."""
    sealing = Sealing(config.encryption_keys)
    audit = Audit(store.database, config.encryption_keys)
    drafts = Drafts(store.database, sealing)
    access = Access(Sessions(store.database), Handover(drafts), now, rehearsal=config.rehearsal)
    return Desk(
        config=config,
        store=store,
        audit=audit,
        accounts=Accounts(store.database, audit),
        drafts=drafts,
        steps=SecondSteps(store.database, audit, config.secret_key),
        throttle=Throttle(store.database, config.secret_key),
        access=access,
        sealing=sealing,
        now=now,
    )


def staff_pages(desk: Desk, sections: Iterable[Section] = SECTIONS, files: Files | None = None) -> Blueprint:
    """The pages. The line's name in them is that of the flow, which the public pages hand to every template."""
    pages = Blueprint("staff", __name__, url_prefix="/staff")
    pages.jinja_loader = ChoiceLoader(
        [FileSystemLoader(TEMPLATES), PrefixLoader({name: PackageLoader(name) for name in PACKAGES})]
    )
    csrf, https, shown = CSRFProtect(), desk.config.public_url.startswith("https://"), files or Files()
    pages.record_once(lambda state: _prepare(state, csrf, https=https))
    desk.access.guard(pages, csrf)
    answer_problems(pages)
    installed = tuple(sections)
    shown.serve(pages)
    for section in installed:
        section.install(pages, desk)
    pages.after_request(lambda response: guarded(response, https=https))
    pages.context_processor(lambda: _known(desk, installed, shown))
    return pages


def _prepare(state: BlueprintSetupState, csrf: CSRFProtect, *, https: bool) -> None:
    """Cookies that no script reads and no other place sends. CSRF is asked for by these pages, not of Twilio."""
    app = cast("Flask", state.app)
    app.config.update(
        SESSION_COOKIE_NAME="__Host-staff" if https else "staff",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: whoever types for an hour may still save
        WTF_CSRF_SSL_STRICT=False,  # the door asks Sec-Fetch-Site instead, which no privacy setting leaves out
    )
    csrf.init_app(app)
    WTFormsHelpers(app)
    app.add_template_filter(_local_time, "local_time")


def _known(desk: Desk, sections: tuple[Section, ...], files: Files) -> dict[str, object]:
    """What every template knows."""
    found = g.get("person")
    return {
        "person": found,
        "ends": g.get("ends"),
        "now": desk.now(),
        "navigation": _navigation(sections, found.role if found else ""),
        "file": files.address,
        "styled": files.complete,
        "rehearsal": desk.config.rehearsal,
        "endpoints": current_app.view_functions,
    }


def _navigation(sections: tuple[Section, ...], role: str) -> list[dict[str, object]]:
    links = (link for section in sections for link in section.links if holds(role, link.who))
    return [
        {"text": link.text, "href": url_for(link.endpoint), "active": _is_here(link.endpoint)}
        for link in links
        if link.endpoint in current_app.view_functions
    ]


def _is_here(endpoint: str) -> bool:
    """Whether this page is that of the endpoint, or below it."""
    here, there = request.path, url_for(endpoint)
    return here == there or here.startswith(f"{there}/")


def _local_time(moment: datetime, shape: str = "%H:%M") -> str:
    """A time as the clocks of staff show it; `24 November 2026, 14:05` with `full`."""
    local = moment.astimezone(ZoneInfo(str(LONDON)))
    if shape == "full":
        return f"{local.day} {local:%B %Y, %H:%M}"
    return local.strftime(shape)
