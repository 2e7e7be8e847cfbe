"""Whom to tell of a weakness: /.well-known/security.txt (RFC 9116), where the operator has said whom."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, Response

from ivr.pages.headers import guarded

ADDRESS: Final = "/.well-known/security.txt"
LASTS: Final = timedelta(days=180)
"""RFC 9116 advises less than a year. It is counted from today: whoever reads it now may rely on it."""
LANGUAGE: Final = "en"
"""What those who read reports read."""


def security_pages(contacts: Sequence[str], origin: str, now: Callable[[], datetime]) -> Blueprint:
    """The page, or no page where nobody is named. `origin` is the line's own address, empty where it has none."""
    pages = Blueprint("security", __name__)
    pages.after_request(guarded)
    if contacts:

        @pages.get(ADDRESS)
        def security() -> Response:
            response = Response(as_text(contacts, origin, now()), content_type="text/plain; charset=utf-8")
            response.headers["Cache-Control"] = "public, max-age=3600"
            return response

    return pages


def as_text(contacts: Sequence[str], origin: str, now: datetime) -> str:
    """The fields of RFC 9116, contacts in the order in which they are to be tried. The same text all day, UTC."""
    expires = (now + LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    fields = [("Contact", contact) for contact in contacts]
    fields += [("Expires", f"{expires:%Y-%m-%dT%H:%M:%SZ}"), ("Preferred-Languages", LANGUAGE)]
    fields += [("Canonical", f"{origin}{ADDRESS}")] if origin else []
    return "".join(f"{name}: {value}\n" for name, value in fields)
