"""What was typed when a session had ended, offered to its person after signing in again."""

from typing import Final

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.staff.access import may, person
from ivr.staff.desk import Desk, Section

BAD_REQUEST: Final = 400
HIDDEN: Final = frozenset({"version", "claim", "id", "form", "recording"})
"""Fields that no person typed: they go along, and are not shown."""


def _install(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/kept")
    @may("staff")
    def kept() -> ResponseReturnValue:
        drafts = desk.drafts.of(person().account_id, desk.now())
        return render_template("staff/kept.html", drafts=drafts, hidden=HIDDEN)

    @pages.post("/kept/drop")
    @may("staff")
    def drop_kept() -> ResponseReturnValue:
        desk.drafts.drop(request.form.get("draft", ""), person().account_id)
        return redirect(url_for("staff.kept" if desk.drafts.of(person().account_id, desk.now()) else "staff.home"), 303)

    @pages.after_request
    def drop_what_was_saved(response: Response) -> Response:
        """A form that was kept and is sent again has done its work once the page took it."""
        found = g.get("person") if request.method == "POST" and response.status_code < BAD_REQUEST else None
        if found and (draft := request.form.get("kept_draft", "")):
            desk.drafts.drop(draft, found.account_id)
        return response


SECTION = Section(_install)
