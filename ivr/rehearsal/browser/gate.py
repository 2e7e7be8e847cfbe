"""Who may use the phone in the browser, and that its own page drives it."""

from http import HTTPStatus
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from flask import request

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names of this machine as a browser on it writes them. A name that was made to lead here is not one of them."""
PASSED_ON: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
"""Headers by which a proxy says that somebody else asks."""


class Refused(Exception):  # noqa: N818 - read aloud: raise Refused
    """What was asked cannot be done; the message is for the person at the phone, `status` for the browser."""

    def __init__(self, sentence: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(sentence)
        self.status = status


def at_this_machine() -> bool:
    """Whether the request comes from a browser on this machine, straight and by one of this machine's own names."""
    return _is_loopback(request.remote_addr or "") and not _passed_on() and _host_name() in LOOPBACK


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _passed_on() -> bool:
    return any(name in request.headers for name in PASSED_ON)


def _host_name() -> str:
    try:
        return urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    except ValueError:
        return ""


def check_own_page() -> None:
    """Raises Refused unless a page of this very place sent the request: no other page can drive the phone."""
    origin, site = request.headers.get("Origin", ""), request.headers.get("Sec-Fetch-Site", "same-origin")
    own = origin.partition("://")[2].lower() == request.headers.get("Host", "").lower() != ""
    if not own or site != "same-origin" or request.mimetype != "application/json":
        raise Refused("Only the phone's own page can do this.", HTTPStatus.FORBIDDEN)
