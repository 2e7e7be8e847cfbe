"""The public pages: the start page, the script, the map, the privacy notice, and what is said when a page fails."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, current_app, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, NotFound

from ivr.flow.line import Flow
from ivr.flow.nodes import CallbackWish, TextMessage
from ivr.flow.speech import spoken_languages
from ivr.line import LONDON, Flows, clock
from ivr.pages.book import Book, age, book, written
from ivr.pages.chart import chart_of
from ivr.pages.drawing import STYLE, as_svg
from ivr.pages.headers import guarded, with_style
from ivr.pages.newcomer import callback_keys
from ivr.pages.sentences import Told
from ivr.pages.shelf import Shelf
from ivr.pages.text import KEYS, LEAFLETS, SILENCE, WRONG, as_text, short, way_label

HERE: Final = Path(__file__).parent
FILES: Final = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}
A_YEAR: Final = 31_536_000
PICTURE: Final = with_style(STYLE.read_bytes())
MACHINES: Final = ("/voice", "/audio/", "/healthz", "/readyz", "/metrics")
"""Addresses at which no person reads a page."""


@dataclass(frozen=True, slots=True)
class About:
    """What the pages say besides the words of the line.

    `number` is what callers ring, empty while this is a rehearsal. `contact` says in one line whom to ask about
    privacy, empty until the councils state it. `kept_days` is how long answers and messages are kept.
    """

    number: str = ""
    contact: str = ""
    kept_days: int = 90


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the pages; its address changes with its content, so it is kept for ever."""

    address: str
    content: bytes
    kind: str


def public_pages(flows: Flows, about: About) -> Blueprint:
    """The pages for everybody. None of them has a script, a cookie or a form."""
    pages = Blueprint("pages", __name__, template_folder="templates")
    style, icon = _file("style.css", "map.css"), _file("icon.svg")
    shelf = Shelf()
    pages.app_context_processor(lambda: {"style": style.address, "icon": icon.address, "line": flows.flow.line})
    pages.after_request(guarded)
    _serve_files(pages, style, icon)
    _serve_start(pages, flows, about, shelf)
    _serve_script(pages, flows, shelf)
    _serve_map(pages, flows, shelf)
    pages.app_errorhandler(HTTPException)(_problem)
    return pages


def _file(*names: str) -> _File:
    content = b"".join((HERE / name).read_bytes() for name in names)
    stem, kind = names[0].split(".")
    return _File(f"/pages/{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{kind}", content, FILES[kind])


def _serve_files(pages: Blueprint, *files: _File) -> None:
    by_address = {file.address: file for file in files}

    @pages.get("/pages/<name>")
    def file(name: str) -> Response:
        found = by_address.get(f"/pages/{name}")
        if found is None:
            abort(HTTPStatus.NOT_FOUND)
        response = Response(found.content, content_type=found.kind)
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
        return response


def _serve_start(pages: Blueprint, flows: Flows, about: About, shelf: Shelf) -> None:
    @pages.get("/")
    def start() -> Response:
        flow = flows.flow
        return _html(shelf.page(flow, _today(), ("start",), lambda: _start(book(*_default(flow)), about)))

    @pages.get("/privacy")
    def privacy() -> Response:
        flow = flows.flow
        return _html(shelf.page(flow, _today(), ("privacy",), lambda: _privacy(book(*_default(flow)), about)))


def _start(told: Book, about: About) -> str:
    here = {rule.rule for rule in current_app.url_map.iter_rules()}
    keys = callback_keys(told.flow)
    return render_template("start.html", about=about, here=here, book=told, number=written(about.number), keys=keys)


def _privacy(told: Book, about: About) -> str:
    texts = any(isinstance(node, TextMessage) for node in told.flow.nodes.values())
    return render_template("privacy.html", about=about, book=told, notice=_notice(told), texts=texts)


def _notice(told: Book) -> tuple[Told, ...]:
    """What the line says first to a caller who wants to be called back."""
    asked = (node.own for node in told.flow.nodes.values() if isinstance(node, CallbackWish))
    spoken = (one for name in asked for block in told.stops[name].blocks for one in block.spoken)
    return next((one.sentences for one in spoken if one.say), ())


def _serve_script(pages: Blueprint, flows: Flows, shelf: Shelf) -> None:
    @pages.get("/script")
    def script() -> Response:
        flow, language, today = flows.flow, _language(flows.flow), _today()
        return _html(shelf.page(flow, today, ("script", language), lambda: _script(book(flow, language), today)))

    @pages.get("/script.txt")
    def script_text() -> Response:
        flow, language, today = flows.flow, _language(flows.flow), _today()
        text = shelf.page(flow, today, ("text", language), lambda: as_text(book(flow, language), today))
        return _fresh(Response(text, content_type="text/plain; charset=utf-8"))


def _script(told: Book, today: date) -> str:
    flow = told.flow
    others = [language for language in spoken_languages(flow) if language != told.language]
    days = age(flow.line.guidance_dated, today)
    rules = {"keys": KEYS, "silence": SILENCE, "wrong": WRONG, "leaflets": LEAFLETS}
    return render_template("script.html", book=told, age=days, others=others, words=flow.words, **rules)


def _serve_map(pages: Blueprint, flows: Flows, shelf: Shelf) -> None:
    @pages.get("/map")
    def flow_map() -> Response:
        flow = flows.flow
        return _html(shelf.page(flow, _today(), ("map",), lambda: _map(book(*_default(flow)))))

    @pages.get("/map.svg")
    def picture() -> Response:
        flow = flows.flow
        told = shelf.page(flow, _today(), ("svg",), lambda: as_svg(chart_of(book(*_default(flow))), alone=True))
        response = _fresh(Response(told, content_type="image/svg+xml"))
        response.headers["Content-Security-Policy"] = PICTURE
        return response


def _map(told: Book) -> str:
    shorts = {name: short(stop) for name, stop in told.stops.items()}
    labels = {name: [way_label(told, onward) for onward in stop.ways] for name, stop in told.stops.items()}
    picture = Markup(as_svg(chart_of(told)))  # noqa: S704 - written by us, every text in it escaped
    return render_template("map.html", book=told, picture=picture, keys=KEYS, shorts=shorts, labels=labels)


def _default(flow: Flow) -> tuple[Flow, str]:
    return flow, flow.line.languages[0]


def _language(flow: Flow) -> str:
    """The language asked for. A draft is shown to nobody: 404, like a language that is not there."""
    language = request.args.get("language", flow.line.languages[0])
    if language not in spoken_languages(flow):
        abort(HTTPStatus.NOT_FOUND)
    return language


def _today() -> date:
    now: datetime = clock()
    return now.astimezone(LONDON).date()


def _html(text: str) -> Response:
    return _fresh(Response(text, content_type="text/html; charset=utf-8"))


def _fresh(response: Response) -> Response:
    """To be asked for again each time, and sent again only when it has changed."""
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _problem(error: HTTPException) -> Response | HTTPException:
    """A page in our style for a person who came to nothing; machines get the plain answer."""
    if request.path.startswith(MACHINES) or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    text = render_template("problem.html", missing=isinstance(error, NotFound), code=error.code)
    response = Response(text, error.code, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return guarded(response)
