"""The second step: a code of an app, set up at the first sign-in; or one of the codes on paper."""

from typing import Final

from flask import Blueprint, Response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from ivr.sealing import SealError
from ivr.staff.access import may
from ivr.staff.codes import as_written, new_secret, picture, recovery_codes, spaced, step_of
from ivr.staff.desk import Desk, Section
from ivr.staff.forms import Code, RecoveryCode
from ivr.staff.sign_in import MOST, arrived, too_many
from ivr.store import Account, Deed

WRONG: Final = "This code is not right, or was used already. Wait for the next one"
WRONG_PAPER: Final = "This code is not right, or was used already"


def _install(pages: Blueprint, desk: Desk) -> None:
    for install in (_install_code, _install_recovery, _install_set_up):
        install(pages, desk)


def _install_code(pages: Blueprint, desk: Desk) -> None:
    @pages.route("/second-step", methods=["GET", "POST"])
    @may("second-step")
    def second_step() -> ResponseReturnValue:
        account, form = _somebody(desk), Code()
        if not account.totp:
            return redirect(url_for("staff.set_up"), 303)
        if not form.validate_on_submit():
            return render_template("staff/second_step.html", form=form)
        return _tried(desk, account, form, "code")


def _install_recovery(pages: Blueprint, desk: Desk) -> None:
    @pages.route("/recovery", methods=["GET", "POST"])
    @may("second-step")
    def recovery() -> ResponseReturnValue:
        account, form = _somebody(desk), RecoveryCode()
        if not account.totp:
            return redirect(url_for("staff.set_up"), 303)
        if not form.validate_on_submit():
            return render_template("staff/recovery.html", form=form)
        return _tried(desk, account, form, "paper")


def _install_set_up(pages: Blueprint, desk: Desk) -> None:
    @pages.route("/set-up", methods=["GET", "POST"])
    @may("second-step")
    def set_up() -> ResponseReturnValue:
        account, form = _somebody(desk), Code()
        if account.totp:
            return redirect(url_for("staff.second_step"), 303)
        secret = _pending(desk, account)
        step = step_of(secret, str(form.code.data), desk.now()) if form.validate_on_submit() else None
        if step is not None:
            return _begun(desk, account, secret, step)
        if form.code.data and not form.code.errors:
            form.code.errors = ["This code is not right. Check that the clock of your phone is, then type the next one"]
        values = {"picture": picture(secret, account.email, "Plainline"), "secret": spaced(secret)}
        return render_template("staff/set_up.html", form=form, **values)


def _tried(desk: Desk, account: Account, form: Code | RecoveryCode, kind: str) -> ResponseReturnValue:
    """One try at a code, counted before it is looked at: five for each password, ten in five minutes."""
    found = desk.access.signed_in()
    try_id = desk.throttle.take({f"code:{account.id}": MOST}, desk.now())
    if try_id is None or found is None:
        return too_many()
    given = str(form.code.data)
    if (
        _right(desk, account, given)
        if kind == "code"
        else desk.steps.recover(account.id, as_written(given), desk.now())
    ):
        desk.throttle.give_back(try_id)
        return arrived(desk, account, kind)
    desk.audit.add(Deed(account.id, "second-step-refused", detail={"kind": kind}), desk.now())
    if desk.access.sessions.wrong_code(found, desk.now()) == 0:
        desk.access.leave()
        return Response(render_template("staff/start_again.html"), 429, headers={"Retry-After": "1"})
    form.code.errors = [WRONG if kind == "code" else WRONG_PAPER]
    return render_template("staff/second_step.html" if kind == "code" else "staff/recovery.html", form=form)


def _right(desk: Desk, account: Account, code: str) -> bool:
    secret = desk.sealing.open_words(account.totp, _context(account.id))
    step = step_of(secret, code, desk.now())
    return step is not None and desk.steps.use(account.id, step)


def _pending(desk: Desk, account: Account) -> str:
    """The secret being set up: the same while this person tries, sealed in their own cookie until it is theirs."""
    try:
        return desk.sealing.open_words(session.get("pending", ""), _context(account.id))
    except SealError:
        secret = new_secret()
        session["pending"] = desk.sealing.close_words(secret, _context(account.id))
        return secret


def _begun(desk: Desk, account: Account, secret: str, step: int) -> ResponseReturnValue:
    """Set up; the codes on paper are shown now and never again."""
    codes = recovery_codes()
    desk.steps.begin(account.id, desk.sealing.close_words(secret, _context(account.id)), step, codes, desk.now())
    response = arrived(desk, account, "set-up")
    page = render_template("staff/recovery_codes.html", codes=codes, onward=response.headers["Location"])
    shown = Response(page, 200, content_type="text/html; charset=utf-8")
    for cookie in response.headers.getlist("Set-Cookie"):
        shown.headers.add("Set-Cookie", cookie)
    return shown


def _context(account_id: str) -> str:
    return f"totp:{account_id}"


def _somebody(desk: Desk) -> Account:
    """Whose second step this is; the door has seen to it that there is somebody."""
    found = desk.access.signed_in()
    account = desk.accounts.of(found.account_id) if found else None
    if account is None:
        raise LookupError("nobody is signing in")
    return account


SECTION = Section(_install)
