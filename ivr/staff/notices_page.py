"""Which notices a member of staff gets, and in which way: their own choice, on a page of their account."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.numbers import caller_kind, grouped, ringable
from ivr.staff.access import may, person
from ivr.staff.desk import Desk, Section
from ivr.staff.queue_pages import flow_now
from ivr.store import Choice, Choices, Deed
from ivr.store.choices import DIGEST, mobile_of

REASONS: Final = {
    "arrived": "A request comes while nobody answers the telephone",
    "near": "A promise ends today",
    "overdue": "A promise is overdue",
}
EMAILS: Final = REASONS | {DIGEST: "A summary of the queue, each day"}
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class _Typed:
    """What is in the form: ticks of each way, and a number as it was typed."""

    email: frozenset[str]
    text: frozenset[str]
    mobile: str

    @property
    def wrong(self) -> str:
        """What is wrong with the number, where one is needed."""
        if not self.text or caller_kind(self.mobile) == "mobile":
            return ""
        return "Enter a UK mobile number, such as 07700 900123" if self.mobile else "Enter your mobile number"


def _install(pages: Blueprint, desk: Desk) -> None:
    choices = Choices(desk.store.database)

    @pages.get("/account/notices")
    @may("staff")
    def notices() -> ResponseReturnValue:
        chosen = choices.choice(person().account_id, person().role)
        return _page(desk, _Typed(chosen.email, chosen.text, _mobile(desk, chosen)))

    @pages.post("/account/notices")
    @may("staff")
    def choose_notices() -> ResponseReturnValue:
        typed, mine = _typed(desk, choices.choice(person().account_id, person().role)), person().account_id
        if typed.wrong:
            return make_response(_page(desk, typed), HTTPStatus.BAD_REQUEST)
        choices.choose(mine, _sealed(desk, typed), desk.now())
        told = {"email": ",".join(sorted(typed.email)), "text": ",".join(sorted(typed.text))}
        desk.audit.add(Deed(mine, "notices-chosen", f"account:{mine}", told), desk.now())
        flash("Your notices are as you chose.")
        return redirect(url_for("staff.account"), 303)


def _ways(desk: Desk) -> tuple[bool, bool]:
    """Whether this line sends e-mail, and texts; a rehearsal writes texts down."""
    config = desk.config
    return config.notices.mail is not None, bool(config.text_from) or config.rehearsal


def _typed(desk: Desk, before: Choice) -> _Typed:
    """What was sent; a way that the page does not show stays as it was."""
    by_email, by_text = _ways(desk)
    email = frozenset(request.form.getlist("email")) & EMAILS.keys() if by_email else before.email
    if not by_text:
        return _Typed(email, before.text, _mobile(desk, before))
    return _Typed(
        email,
        frozenset(request.form.getlist("text")) & REASONS.keys(),
        request.form.get("mobile", "").strip()[:_LONGEST],
    )


def _mobile(desk: Desk, choice: Choice) -> str:
    """The number as it is shown; empty where there is none, or the key that closed it is gone."""
    try:
        return grouped(desk.sealing.open_words(choice.mobile, mobile_of(person().account_id))) if choice.mobile else ""
    except ValueError:
        return ""


def _sealed(desk: Desk, typed: _Typed) -> Choice:
    """With no text wanted the number is forgotten."""
    number = ringable(typed.mobile) or "" if typed.text else ""
    sealed = desk.sealing.close_words(number, mobile_of(person().account_id)) if number else ""
    return Choice(typed.email, typed.text, sealed)


def _page(desk: Desk, typed: _Typed) -> str:
    by_email, by_text = _ways(desk)
    settings = desk.config.notices
    hints = {
        "arrived": "" if flow_now().line.hours else "This line states no hours, so this does not happen.",
        "near": f"From {settings.near_at:%H:%M} on that day.",
        "overdue": f"From {settings.digest_at:%H:%M} on the next day.",
        DIGEST: f"At {settings.digest_at:%H:%M}.",
    }
    account = desk.accounts.of(person().account_id)
    given = {"by_email": by_email, "by_text": by_text, "emails": EMAILS, "reasons": REASONS, "hints": hints}
    return render_template("staff/notices.html", typed=typed, address=account.email if account else "", **given)


SECTION = Section(_install)
