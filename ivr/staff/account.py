"""One's own account: another password, new recovery codes, one's own telephone, and where one is signed in."""

from typing import Final

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.numbers import grouped, ringable
from ivr.staff.access import may, person
from ivr.staff.codes import recovery_codes
from ivr.staff.desk import Desk, Section
from ivr.staff.forms import ChangePassword
from ivr.staff.invites import new_password
from ivr.staff.passwords import matches
from ivr.staff.sign_in import MOST, too_many
from ivr.store import Account, Deed

OWN_WRONG: Final = "Enter your own UK telephone number, such as 01604 367 125"


def _install(pages: Blueprint, desk: Desk) -> None:
    for install in (_install_account, _install_telephone, _install_sessions, _install_password, _install_codes):
        install(pages, desk)


def _install_account(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/account")
    @may("staff")
    def account() -> ResponseReturnValue:
        return _shown(desk, {})


def _install_telephone(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/account/telephone")
    @may("staff")
    def own_telephone() -> ResponseReturnValue:
        typed = request.form.get("telephone", "").strip()[:40]
        number = ringable(typed) if typed else ""
        if number is None:
            return make_response(_shown(desk, {"telephone": OWN_WRONG}, typed), 400)
        desk.accounts.set_telephone(person().account_id, number, desk.now())
        flash("Your telephone number is saved." if number else "Your telephone number is taken away.")
        return redirect(url_for("staff.account"), 303)


def _install_sessions(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/account/sign-out-others")
    @may("staff")
    def sign_out_others() -> ResponseReturnValue:
        desk.access.sessions.end_others(person(), desk.now())
        desk.audit.add(Deed(person().account_id, "signed-out-elsewhere", f"account:{person().account_id}"), desk.now())
        flash("Everywhere else you are signed out.")
        return redirect(url_for("staff.account"), 303)


def _install_password(pages: Blueprint, desk: Desk) -> None:
    @pages.route("/account/password", methods=["GET", "POST"])
    @may("staff")
    def change_password() -> ResponseReturnValue:
        mine, form = _mine(desk), ChangePassword()
        password = new_password(form, mine.name, mine.email)
        if password:
            return _changed(desk, mine, form, password)
        return render_template("staff/change_password.html", form=form, account=mine)


def _install_codes(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/account/codes")
    @may("staff")
    def new_codes() -> ResponseReturnValue:
        codes = recovery_codes()
        desk.steps.renew(person().account_id, codes, desk.now())
        return render_template("staff/recovery_codes.html", codes=codes, onward=url_for("staff.account"))


def _shown(desk: Desk, wrong: dict[str, str], typed: str = "") -> str:
    mine = _mine(desk)
    shown = {"account": mine, "left": desk.steps.left(mine.id), "here": person().id}
    there = desk.access.sessions.alive(mine.id, desk.now())
    number = typed or (grouped(mine.telephone) if mine.telephone else "")
    return render_template("staff/account.html", sessions=there, telephone=number, wrong=wrong, **shown)


def _changed(desk: Desk, mine: Account, form: ChangePassword, password: str) -> ResponseReturnValue | Response:
    try_id = desk.throttle.take({f"password:{mine.id}": MOST}, desk.now())
    if try_id is None:
        return too_many()
    if not matches(mine.password, str(form.current.data)):
        form.current.errors = ["This is not the password that you have now"]
        return render_template("staff/change_password.html", form=form, account=mine)
    desk.throttle.give_back(try_id)
    desk.accounts.set_password(mine.id, password, desk.now())
    desk.access.begin(mine.id, "full")
    flash("Your password is changed. Everywhere else you are signed out.")
    return redirect(url_for("staff.account"), 303)


def _mine(desk: Desk) -> Account:
    found = desk.accounts.of(person().account_id)
    if found is None:
        raise LookupError("an account that is signed in is not there")
    return found


SECTION = Section(_install)
