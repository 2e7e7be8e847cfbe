"""The address at which Prometheus asks for figures. Imported only where there are some."""

import hmac
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, request
from prometheus_client.registry import Collector

from ivr.health.web import fresh
from ivr.watching import NOTES
from ivr.watching.start import WATCH

FIGURES: Final = "text/plain; version=0.0.4; charset=utf-8"


def figure_pages(more: Collector, is_near: Callable[[], bool], token: str) -> Blueprint:
    """The address. Figures are for whoever has the token, or `is_near`; for others there is no such page."""
    pages = Blueprint("figures", __name__)

    def metrics() -> Response:
        if WATCH.metrics is None or not (_has(token) or (is_near() and "Authorization" not in request.headers)):
            abort(HTTPStatus.NOT_FOUND)
        NOTES.now()
        return Response(WATCH.metrics.text([more]), content_type=FIGURES)

    pages.add_url_rule("/metrics", "metrics", metrics, methods=["GET"])
    pages.after_request(fresh)
    return pages


def _has(token: str) -> bool:
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    return bool(token) and hmac.compare_digest(given, f"Bearer {token}".encode())
