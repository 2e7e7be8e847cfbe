"""`/voice` and all below it: signature first, then one event, then TwiML.

These are routes of Flask, as every other. But most of what Flask does for a request is done for pages, and costs a
caller as much as the signature and the decision together. So what Twilio asks in the usual way is answered before
Flask sees it, by the same desk with the same bytes; whatever is odd about a request, Flask has it whole.
"""

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from ivr.phone.admission import SIGNATURE, Twilio, refuse
from ivr.phone.desk import Desk, View
from ivr.phone.requests import LARGEST_BODY, Form

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX: Final = "/voice"
XML: Final = "text/xml; charset=utf-8"
_CONNECTION: Final = "gunicorn.socket"
_LENGTH: Final = re.compile(r"[0-9]{1,5}", re.ASCII)


def answer_twilio(app: Flask, desk: Desk, twilio: Twilio, begin: Callable[[], None]) -> None:
    """Answer the calls of a line. `begin` is called before each answer that Flask has no part in."""
    app.register_blueprint(voice_pages(desk, twilio))
    app.wsgi_app = Direct(app.wsgi_app, desk, twilio, begin)  # type: ignore[assignment, method-assign]


def voice_pages(desk: Desk, twilio: Twilio) -> Blueprint:
    """The routes that Twilio calls."""
    pages = Blueprint("voice", __name__, url_prefix=PREFIX)
    for path, view in desk.views().items():
        name, answer = f"voice{path}".replace("/", "_"), _signed(desk, path, view, twilio)
        pages.add_url_rule(path, name, answer, methods=["POST"], provide_automatic_options=False)
    return pages


def _signed(desk: Desk, path: str, view: View, twilio: Twilio) -> Callable[[], Response]:
    """A route: refuse what Twilio did not sign; answer everything else, whatever breaks."""

    def answer() -> Response:
        began = perf_counter()
        try:
            form = _admitted(twilio)
        except HTTPException as refusal:
            desk.watch.count("refused", str(refusal.code))
            raise
        spoken = desk.answer(path, view, form, request.environ.get(_CONNECTION), began)
        return Response(spoken, HTTPStatus.OK, content_type=XML)

    return answer


def _admitted(twilio: Twilio) -> Form:
    if not request.environ.get(SIGNATURE):
        refuse()
    request.max_content_length = LARGEST_BODY
    return twilio.admit(request.environ, request.get_data(cache=False))


class Direct:
    """A line as its server calls it: Twilio is answered here, everybody else by the application behind."""

    def __init__(self, behind: "WSGIApplication", desk: Desk, twilio: Twilio, begin: Callable[[], None]) -> None:
        self.behind: Final = behind
        self._desk = desk
        self._twilio = twilio
        self._begin = begin
        self._views = {f"{PREFIX}{path}": view for path, view in desk.views().items()}

    def __call__(self, asked: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """One request. What is refused here is asked of the application again, which answers with its own words."""
        began, path = perf_counter(), asked["PATH_INFO"]
        view = self._views.get(path)
        if view is None or not _is_usual(asked):
            return self.behind(asked, start_response)
        body = asked["wsgi.input"].read(int(asked["CONTENT_LENGTH"]))
        try:
            form = self._twilio.admit(asked, body)
        except HTTPException:
            return self.behind({**asked, "wsgi.input": BytesIO(body)}, start_response)
        self._begin()
        spoken = self._desk.answer(path[len(PREFIX) :], view, form, asked.get(_CONNECTION), began)
        start_response("200 OK", [("Content-Type", XML), ("Content-Length", str(len(spoken)))])
        return (spoken,)


def _is_usual(asked: "WSGIEnvironment") -> bool:
    """Whether a request has the outer form of Twilio's: a signature, and a body whose length is given and small."""
    length = asked.get("CONTENT_LENGTH", "")
    return (
        asked["REQUEST_METHOD"] == "POST"
        and bool(asked.get(SIGNATURE))
        and "HTTP_TRANSFER_ENCODING" not in asked
        and _LENGTH.fullmatch(length) is not None
        and int(length) <= LARGEST_BODY
    )
