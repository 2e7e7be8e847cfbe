"""The link with which somebody chooses a password: made by an administrator, good once, for an hour."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ivr.staff.access import may
from ivr.staff.desk import Desk, Section
from ivr.staff.forms import NewPassword
from ivr.staff.passwords import hashed, weakness
from ivr.staff.sign_in import go_on


def link(desk: Desk, word: str) -> str:
    """The address to hand over. Its host is the line's own, whatever a request says."""
    return f"{desk.config.public_url}/staff/invite/{word}"


def new_password(form: NewPassword, *about: str) -> str:
    """The hash of the password in a form; nothing when it will not do, and the form says why."""
    if not form.validate_on_submit():
        return ""
    password = str(form.password.data)
    weak = weakness(password, *about)
    if weak:
        form.password.errors = [weak]
        return ""
    return hashed(password)


def _install(pages: Blueprint, desk: Desk) -> None:
    @pages.route("/invite/<word>", methods=["GET", "POST"])
    @may("anyone")
    def invite(word: str) -> ResponseReturnValue:
        account, form = desk.accounts.invited(word, desk.now()), NewPassword()
        if account is None:
            return render_template("staff/invite_gone.html"), 404
        password = new_password(form, account.name, account.email)
        taken = desk.accounts.accept(word, password, desk.now()) if password else None
        if taken is None:
            return render_template("staff/invite.html", form=form, account=account)
        return go_on(desk, taken)


SECTION = Section(_install)
