"""Settings of the pages of staff."""

import re
from dataclasses import dataclass, field
from typing import Final

from ivr.settings.given import Given, is_here, parts

_MOST_PROXIES: Final = 5
_LONGEST: Final = 1000
_ID: Final = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of single sign-on (OpenID Connect), such as Microsoft Entra."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffSettings:
    """How staff reach their pages."""

    dials_each: int  # most calls by click within 24 hours: of one member of staff
    dials_all: int  # and of the whole line
    contacts: tuple[str, ...]  # whom staff can turn to, such as a safeguarding team: a line each
    proxies: int  # servers of our own in front of the line, each of which notes the address of whoever asked it
    provider: Provider | None  # None: staff sign in here


def staff_settings(given: Given) -> StaffSettings:
    """The settings of the pages of staff."""
    return StaffSettings(
        dials_each=given.whole("DIALS_PER_PERSON", "60", 1000),
        dials_all=given.whole("DIALS_PER_DAY", "300", 10_000),
        contacts=_contacts(given),
        proxies=_proxies(given),
        provider=_provider(given),
    )


def _contacts(given: Given) -> tuple[str, ...]:
    text = given("LOCAL_CONTACTS")
    what = "whom staff can turn to, and how, one after the other with ; between them"
    given.check("LOCAL_CONTACTS", what, right=len(text) <= _LONGEST and text.isprintable())
    return tuple(one.strip() for one in text.split(";") if one.strip())


def _proxies(given: Given) -> int:
    number = given("PROXIES", "0")
    right = number.isascii() and number.isdigit() and len(number) == 1 and int(number) <= _MOST_PROXIES
    given.check("PROXIES", f"how many servers of yours stand before the line, 0 to {_MOST_PROXIES}", right=right)
    return int(number) if right else 0


def _provider(given: Given) -> Provider | None:
    issuer, client, secret = (given(name) for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"))
    if not (issuer or client or secret):
        return None
    address = parts(issuer)
    safe = (address.scheme == "https" and bool(address.hostname)) or (is_here(_origin(issuer)) and not given.production)
    plain = not (address.query or address.fragment or address.username)
    given.check("OIDC_ISSUER", "the issuer, such as https://login.example.org/tenant/v2.0", right=safe and plain)
    given.check("OIDC_CLIENT_ID", "the id that the provider gave the line", right=bool(_ID.fullmatch(client)))
    given.check("OIDC_CLIENT_SECRET", "the secret that the provider gave the line", right=bool(secret))
    return Provider(issuer.rstrip("/"), client, secret)


def _origin(url: str) -> str:
    address = parts(url)
    return f"{address.scheme}://{address.netloc}"
