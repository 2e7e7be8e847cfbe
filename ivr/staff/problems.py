"""When a page of staff fails: plain words, a reference to tell whoever looks after the line, and what was typed."""

import logging
import secrets
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge, ServiceUnavailable

from ivr.staff.handover import typed
from ivr.store import StoreUnavailable

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one kind of failure: the heading, what happened, and what to do."""

    title: str
    happened: str
    do: str


PROBLEMS: Final = {
    400: Told(
        "That could not be saved",
        "The page was open too long, or was not opened from here.",
        "Go back to the page, load it again, and do the same once more.",
    ),
    403: Told(
        "You cannot see this page",
        "Your account is not allowed to do this.",
        "If you need it for your work, ask an administrator to change your role.",
    ),
    404: Told(
        "Page not found",
        "There is no page at this address, or what it showed has been deleted.",
        "If you typed the address, check that it is right. If you followed a link, what it led to may be gone.",
    ),
    409: Told(
        "Somebody else was quicker",
        "This was changed while you had the page open, so your change was not saved.",
        "Load the page again to see what is there now, then decide.",
    ),
    413: Told(
        "That is too long",
        "What you sent is more than can be saved at once.",
        "Make it shorter, and send it again.",
    ),
    429: Told(
        "Too many tries",
        "This was tried too often in a short time.",
        "Wait five minutes, then try again.",
    ),
    500: Told(
        "Something went wrong",
        "We are sorry: this is a fault of ours.",
        "Try again in a minute. If it happens again, tell whoever looks after the line, with the reference below.",
    ),
    503: Told(
        "This cannot be shown just now",
        "The database does not answer. Callers are still helped, and what they ask for is kept.",
        "Try again in a minute. If it goes on, tell whoever looks after the line, with the reference below.",
    ),
}
OTHER: Final = Told(
    "That did not work",
    "This page cannot be asked for in that way.",
    "Go to the start of the staff pages and try from there.",
)


def answer_problems(pages: Blueprint) -> None:
    """Have every failure of these pages answered in our words."""
    pages.register_error_handler(HTTPException, _problem)
    pages.register_error_handler(StoreUnavailable, _no_database)
    pages.register_error_handler(Exception, _fault)


def problem(code: int, told: Told | None = None) -> Response:
    """The page for a failure; `told` where a page knows better what happened."""
    reference = secrets.token_hex(4)
    _log.warning("%s %s answered %d, reference %s", request.method, request.endpoint, code, reference)
    values = {"told": told or PROBLEMS.get(code, OTHER), "code": code, "reference": reference, "typed": _typed()}
    return Response(render_template("staff/problem.html", **values), code, content_type="text/html; charset=utf-8")


def _problem(error: HTTPException) -> Response | HTTPException:
    code = error.code or InternalServerError.code
    if code < 400:  # noqa: PLR2004 - a redirect
        return error
    if isinstance(error, CSRFError):
        _log.info("a form was refused: %s", error.description)
    response = problem(code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _no_database(error: Exception) -> Response:
    _log.error("a page of staff without the database: %s", error)
    return problem(ServiceUnavailable.code)


def _fault(error: Exception) -> Response:
    _log.error("a page of staff failed", exc_info=error)
    return problem(InternalServerError.code)


def _typed() -> tuple[tuple[str, str], ...]:
    """What is to be seen again on the page of a failure, so that it can be copied."""
    if request.method != "POST":
        return ()
    try:
        return typed(request.form)
    except RequestEntityTooLarge:
        return ()
