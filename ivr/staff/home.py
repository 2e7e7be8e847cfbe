"""The first page after signing in, and the help."""

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ivr.staff.access import may
from ivr.staff.desk import Desk, Section


def _install(pages: Blueprint, desk: Desk) -> None:
    @pages.get("")
    @may("staff")
    def home() -> ResponseReturnValue:
        """The queue, where there is one."""
        if "staff.queue" in current_app.view_functions:
            return redirect(url_for("staff.queue"), 303)
        return render_template("staff/home.html")

    @pages.get("/help")
    @may("anyone")
    def help_page() -> ResponseReturnValue:
        return render_template("staff/help.html", rehearsal=desk.config.rehearsal, contacts=_contacts(desk))

    @pages.get("/stay")
    @may("staff")
    def stay() -> ResponseReturnValue:
        """Opened in another tab, so that what is being typed stays where it is."""
        return render_template("staff/stay.html")

    @pages.route("/<path:rest>", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
    @may("anyone")
    def nowhere(rest: str) -> ResponseReturnValue:  # noqa: ARG001 - no page is there, whatever it is called

        abort(404)


def _contacts(desk: Desk) -> tuple[str, ...]:
    """Whom staff can turn to: for staff, as such numbers are not for everybody."""
    return desk.config.staff.contacts if desk.access.is_staff() else ()


SECTION = Section(_install)
