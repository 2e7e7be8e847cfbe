"""One's own account: another password, new recovery codes."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ivr.staff.access import may, person
from ivr.staff.codes import recovery_codes
from ivr.staff.desk import Desk, Section
from ivr.staff.forms import ChangePassword
from ivr.staff.invites import new_password
from ivr.staff.passwords import matches
from ivr.staff.sign_in import MOST, too_many
from ivr.store import Account


def _install(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/account")
    @may("staff")
    def account() -> ResponseReturnValue:
        mine = _mine(desk)
        return render_template("staff/account.html", account=mine, left=desk.steps.left(mine.id))

    @pages.route("/account/password", methods=["GET", "POST"])
    @may("staff")
    def change_password() -> ResponseReturnValue:
        mine, form = _mine(desk), ChangePassword()
        password = new_password(form, mine.name, mine.email)
        if password:
            return _changed(desk, mine, form, password)
        return render_template("staff/change_password.html", form=form, account=mine)

    @pages.post("/account/codes")
    @may("staff")
    def new_codes() -> ResponseReturnValue:
        codes = recovery_codes()
        desk.steps.renew(person().account_id, codes, desk.now())
        return render_template("staff/recovery_codes.html", codes=codes, onward=url_for("staff.account"))


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
