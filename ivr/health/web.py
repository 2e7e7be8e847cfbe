"""The two addresses that machines ask of every line: is it alive, can it keep promises."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response

from ivr.health.readiness import Keeps, Readiness

TEXT: Final = "text/plain; charset=utf-8"
READY: Final[dict[Keeps, tuple[str, HTTPStatus]]] = {
    "database": ("ready\n", HTTPStatus.OK),
    "disk": ("ready in part\n", HTTPStatus.OK),
    "nowhere": ("not ready\n", HTTPStatus.SERVICE_UNAVAILABLE),
}
"""A database that is away takes no host out of service: all would go at once, while each still answers and keeps
promises on its disk. A host that could keep no promise is to be asked only when there is no better one."""


def health_pages(ready: Readiness) -> Blueprint:
    """The addresses."""
    pages = Blueprint("health", __name__)

    def healthz() -> Response:
        return Response("alive\n", content_type=TEXT)

    def readyz() -> Response:
        told, status = READY[ready()]
        return Response(told, status, content_type=TEXT)

    for name, view in {"healthz": healthz, "readyz": readyz}.items():
        pages.add_url_rule(f"/{name}", name, view, methods=["GET"])
    pages.after_request(fresh)
    return pages


def fresh(response: Response) -> Response:
    """An answer to a machine, which nobody keeps or takes for anything else."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
