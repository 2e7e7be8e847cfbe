"""A newcomer's first minute: in a rehearsal on this machine, one button signs in. Nowhere else, ever."""

from ipaddress import ip_address
from typing import Final

from flask import request

from ivr.staff.desk import Desk

_HERE: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_PASSED_ON: Final = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via")


def offered(desk: Desk) -> bool:
    """Whether this request may sign in without a password: a rehearsal, and a browser on this very machine.

    A name that leads here from elsewhere, or a proxy on this machine that serves others, is not this machine.
    """
    config = desk.config
    if not config.rehearsal or config.production:
        return False
    if any(name in request.headers for name in _PASSED_ON):
        return False
    return _is_loopback(request.remote_addr or "") and _name(request.host) in _HERE


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str:
    return host if host.endswith("]") else host.rpartition(":")[0] or host
