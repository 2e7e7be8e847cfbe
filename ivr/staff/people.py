"""Who may sign in: for administrators, who invite people and change what they may do."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ivr.staff.access import may, person
from ivr.staff.desk import Desk, Link, Section
from ivr.staff.forms import ChangeRole, Invite
from ivr.staff.invites import link
from ivr.store import Account, AccountError, Deed
from ivr.store.notices import INVITATION

NO_EMAIL = "No email can be sent to this account. Make a link instead."


def _install(pages: Blueprint, desk: Desk) -> None:
    _list_and_invite(pages, desk)
    _one(pages, desk)
    _links(pages, desk)
    _changes(pages, desk)


def _list_and_invite(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/people")
    @may("administrator")
    def people() -> ResponseReturnValue:
        return render_template("staff/people.html", people=desk.accounts.everybody())

    @pages.route("/people/new", methods=["GET", "POST"])
    @may("administrator")
    def new_person() -> ResponseReturnValue:
        form = Invite()
        if not desk.config.notices.mail:
            del form.how
        else:
            form.submit.label.text = "Invite"
        if form.validate_on_submit():
            try:
                made, word = desk.accounts.invite(
                    form.name.data, form.email.data, form.role.data, person().account_id, desk.now()
                )
            except AccountError as error:
                form.email.errors = [str(error)]
            else:
                return _given(desk, made, word, by_email=bool(form.how) and form.how.data == "email")
        return render_template("staff/new_person.html", form=form)


def _one(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/people/<account_id>")
    @may("administrator")
    def one_person(account_id: str) -> ResponseReturnValue:
        account = _must(desk, account_id)
        return _shown(desk, account, ChangeRole(data={"role": account.role}))

    @pages.post("/people/<account_id>/role")
    @may("administrator")
    def change_role(account_id: str) -> ResponseReturnValue:
        account, form = _must(desk, account_id), ChangeRole()
        if form.validate_on_submit():
            try:
                desk.accounts.set_role(account.id, form.role.data, person().account_id, desk.now())
            except AccountError as error:
                form.role.errors = [str(error)]
            else:
                flash(f"{account.name} has another role now. They sign in again.")
                return redirect(url_for("staff.people"), 303)
        return _shown(desk, account, form)


def _links(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/people/<account_id>/link")
    @may("administrator")
    def new_link(account_id: str) -> ResponseReturnValue:
        account = _must(desk, account_id)
        try:
            word = desk.accounts.invite_again(account.id, person().account_id, desk.now())
        except AccountError as error:
            return _shown(desk, account, ChangeRole(data={"role": account.role}), str(error))
        return _given(desk, account, word, by_email=False)

    @pages.post("/people/<account_id>/send")
    @may("administrator")
    def send_link(account_id: str) -> ResponseReturnValue:
        account = _must(desk, account_id)
        if desk.config.notices.mail is None or account.status not in {"invited", "active"}:
            return _shown(desk, account, ChangeRole(data={"role": account.role}), NO_EMAIL)
        return _given(desk, account, "", by_email=True)


def _changes(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/people/<account_id>/disable")
    @may("administrator")
    def disable(account_id: str) -> ResponseReturnValue:
        account = _must(desk, account_id)
        try:
            desk.accounts.disable(account.id, person().account_id, desk.now())
        except AccountError as error:
            return _shown(desk, account, ChangeRole(data={"role": account.role}), str(error))
        flash(f"{account.name} cannot sign in any more.")
        return redirect(url_for("staff.people"), 303)

    @pages.post("/people/<account_id>/enable")
    @may("administrator")
    def enable(account_id: str) -> ResponseReturnValue:
        account = _must(desk, account_id)
        desk.accounts.enable(account.id, person().account_id, desk.now())
        flash(f"{account.name} can sign in again.")
        return redirect(url_for("staff.people"), 303)

    @pages.post("/people/<account_id>/second-step")
    @may("administrator")
    def take_second_step(account_id: str) -> ResponseReturnValue:
        account = _must(desk, account_id)
        desk.steps.take_away(account.id, person().account_id, desk.now())
        flash(f"{account.name} sets up the second step again at the next sign-in.")
        return redirect(url_for("staff.people"), 303)


def _given(desk: Desk, account: Account, word: str, *, by_email: bool) -> ResponseReturnValue:
    """The link, shown; or sent, once a minute at most, and made when it is sent, so that it is stored nowhere."""
    if not by_email:
        return render_template("staff/link.html", account=account, link=link(desk, word))
    now = desk.now()
    payload = {"account": account.id, "status": account.status}
    desk.store.enqueue(INVITATION, f"{INVITATION} {account.id} {now:%Y-%m-%dT%H:%M}", payload, now)
    desk.audit.add(Deed(person().account_id, "account-link-sent", f"account:{account.id}"), now)
    return render_template("staff/link_sent.html", account=account)


def _must(desk: Desk, account_id: str) -> Account:
    return desk.accounts.of(account_id) or abort(404)


def _shown(desk: Desk, account: Account, form: ChangeRole, trouble: str = "") -> ResponseReturnValue:
    left = desk.steps.left(account.id)
    sends = desk.config.notices.mail is not None
    return render_template("staff/one_person.html", account=account, form=form, trouble=trouble, left=left, sends=sends)


SECTION = Section(_install, (Link("People", "staff.people", "administrator"),))
