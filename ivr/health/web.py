"""The three addresses that machines ask: is it alive, can it keep promises, how is it doing."""

import hmac
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, request

from ivr.health.readiness import Keeps, Readiness
from ivr.health.standing import Standing
from ivr.watching import NOTES
from ivr.watching.start import WATCH

TEXT: Final = "text/plain; charset=utf-8"
FIGURES: Final = "text/plain; version=0.0.4; charset=utf-8"
READY: Final[dict[Keeps, tuple[str, HTTPStatus]]] = {
    "database": ("ready\n", HTTPStatus.OK),
    "disk": ("ready in part\n", HTTPStatus.OK),
    "nowhere": ("not ready\n", HTTPStatus.SERVICE_UNAVAILABLE),
}
"""A database that is away takes no host out of service: all would go at once, while each still answers and keeps
promises on its disk. A host that could keep no promise is to be asked only when there is no better one."""


def health_pages(ready: Readiness, standing: Standing, is_near: Callable[[], bool], token: str) -> Blueprint:
    """The addresses. Figures are for whoever has the token, or `is_near`; for others there is no such page."""
    pages = Blueprint("health", __name__)

    def healthz() -> Response:
        return Response("alive\n", content_type=TEXT)

    def readyz() -> Response:
        told, status = READY[ready()]
        return Response(told, status, content_type=TEXT)

    def metrics() -> Response:
        if WATCH.metrics is None or not (_has(token) or (is_near() and "Authorization" not in request.headers)):
            abort(HTTPStatus.NOT_FOUND)
        NOTES.now()
        return Response(WATCH.metrics.text([standing]), content_type=FIGURES)

    for name, view in {"healthz": healthz, "readyz": readyz, "metrics": metrics}.items():
        pages.add_url_rule(f"/{name}", name, view, methods=["GET"])
    pages.after_request(_fresh)
    return pages


def _has(token: str) -> bool:
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    return bool(token) and hmac.compare_digest(given, f"Bearer {token}".encode())


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
