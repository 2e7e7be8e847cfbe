"""Signing in and out. The same answer, in the same time, whether or not there is such an account."""

import re
import secrets
from typing import Final
from urllib.parse import unquote

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer

from ivr.staff.access import may
from ivr.staff.desk import Desk, Section
from ivr.staff.forms import SignIn
from ivr.staff.passwords import hashed, matches, outdated
from ivr.staff.problems import problem
from ivr.staff.rehearsal import offered
from ivr.store import Account, Deed

MOST: Final = 10
"""Tries within five minutes at one account from anywhere, from one address at any account, from one known device."""
MOST_HERE: Final = 5
"""Tries within five minutes at one account from one address: one's mistakes leave room for who sits beside."""
WRONG: Final = "The email address or the password is not right"
_LOCAL: Final = re.compile(r"/[A-Za-z0-9_~.-][A-Za-z0-9/_.~?&=%+:@,-]*", re.ASCII)
_A_YEAR: Final = 365 * 24 * 3600


def _install(pages: Blueprint, desk: Desk) -> None:
    @pages.route("/sign-in", methods=["GET", "POST"])
    @may("anyone")
    def sign_in() -> ResponseReturnValue:
        form = SignIn()
        if request.method == "GET" and local(request.args.get("next", "")):
            session["next"] = request.args["next"]
        if form.validate_on_submit():
            return _tried(desk, form)
        provider = "staff.provider" if desk.config.staff.provider else ""
        values = {"form": form, "provider": provider, "offered": offered(desk), "kept": "draft" in session}
        return render_template("staff/sign_in.html", **values)

    @pages.post("/rehearse")
    @may("anyone")
    def rehearse() -> ResponseReturnValue:
        if not offered(desk):
            abort(404)
        return arrived(desk, desk.accounts.rehearsal(desk.now()), "rehearsal")

    @pages.post("/sign-out")
    @may("anyone")
    def sign_out() -> ResponseReturnValue:
        found = desk.access.signed_in()
        if found and found.stage == "full":
            desk.audit.add(Deed(found.account_id, "signed-out"), desk.now())
        desk.access.leave()
        response = make_response(redirect(url_for("staff.sign_in"), 303))
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


def _tried(desk: Desk, form: SignIn) -> ResponseReturnValue:
    """One try at a password. It is counted before any work is done for it, and given back when it was right."""
    email, now = str(form.email.data).strip().lower(), desk.now()
    try_id = desk.throttle.take(_places(desk, email), now)
    if try_id is None:
        return too_many()
    account = desk.accounts.by_email(email)
    right = matches(account.password if account else "", str(form.password.data))
    if account is None or not right or account.status != "active":
        desk.audit.add(Deed("anyone", "sign-in-refused", f"account:{account.id}" if account else ""), now)
        form.password.errors = [WRONG]
        return Response(render_template("staff/sign_in.html", form=form, offered=False), 200)
    desk.throttle.give_back(try_id)
    if outdated(account.password):
        desk.accounts.rehash(account.id, hashed(str(form.password.data)))
    return go_on(desk, account)


def go_on(desk: Desk, account: Account) -> ResponseReturnValue:
    """The first step is done: on to the second, or to setting it up."""
    desk.access.begin(account.id, "password")
    return redirect(url_for("staff.second_step" if account.totp else "staff.set_up"), 303)


def arrived(desk: Desk, account: Account, how: str) -> Response:
    """Signed in: to what was typed before, or to the page that was asked for, or to the start."""
    desk.access.begin(account.id, "full")
    desk.audit.add(Deed(account.id, "signed-in", detail={"how": how}), desk.now())
    wanted = session.pop("next", "")
    session.pop("draft", None)
    kept = bool(desk.drafts.of(account.id, desk.now()))
    there = url_for("staff.kept") if kept else (wanted if local(wanted) else url_for("staff.home"))
    response = make_response(redirect(there, 303))
    _remember_device(desk, response, account.id)
    return response


def too_many() -> Response:
    """Slower, for everybody alike."""
    response = problem(429)
    response.headers["Retry-After"] = "300"
    return response


def local(path: str) -> bool:
    """Whether this leads to a page of ours, however a browser reads it."""
    plain = unquote(path)
    return bool(_LOCAL.fullmatch(path)) and not re.search(r"[\\\x00-\x20\x7f]|^//|/\.\.?(/|$)", plain)


def address(desk: Desk) -> str:
    """Where a request comes from, as the nearest server of ours noted it."""
    noted = [part.strip() for part in ",".join(request.headers.getlist("X-Forwarded-For")).split(",") if part.strip()]
    proxies = desk.config.staff.proxies
    return noted[-proxies] if 0 < proxies <= len(noted) else (request.remote_addr or "")


def _places(desk: Desk, email: str) -> dict[str, int]:
    """Where this try counts. On a device on which this person has signed in before, nobody else's tries count."""
    known = _device(desk, email)
    if known:
        return {f"device:{known}": MOST}
    here = address(desk)
    return {f"account:{email}": MOST, f"address:{here}": MOST, f"both:{email}:{here}": MOST_HERE}


def _device_cookie(desk: Desk) -> str:
    return "__Host-device" if desk.config.public_url.startswith("https://") else "device"


def _signer(desk: Desk) -> URLSafeSerializer:
    return URLSafeSerializer(desk.config.secret_key, "device of staff")


def _device(desk: Desk, email: str) -> str:
    """The mark of this device, if this person has signed in on it before."""
    try:
        known = _signer(desk).loads(request.cookies.get(_device_cookie(desk), ""))
    except BadData:
        return ""
    account = desk.accounts.by_email(email)
    fits = isinstance(known, dict) and account is not None and known.get("account") == account.id
    return str(known.get("mark", "")) if fits else ""


def _remember_device(desk: Desk, response: Response, account_id: str) -> None:
    """So that somebody who guesses at this account from elsewhere cannot keep its person out here."""
    mark = _signer(desk).dumps({"account": account_id, "mark": secrets.token_hex(8)})
    secure = desk.config.public_url.startswith("https://")
    response.set_cookie(
        _device_cookie(desk), str(mark), max_age=_A_YEAR, secure=secure, httponly=True, samesite="Lax", path="/"
    )


SECTION = Section(_install)
