"""Settings of the e-mail that the line sends to staff: absent by default. And when staff are told of what waits."""

import re
from dataclasses import dataclass, field
from datetime import time
from typing import Final, Literal, cast, get_args

from ivr.settings.given import Given, fits

Tls = Literal["starttls", "tls", "off"]
"""`starttls`: TLS begins once connected, and nothing is sent without it. `tls`: from the first byte."""
PORTS: Final[dict[str, str]] = {"starttls": "587", "tls": "465", "off": "25"}
_HERE: Final = frozenset({"127.0.0.1", "localhost"})
_HOST: Final = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9.-]{0,252}[a-zA-Z0-9])?", re.ASCII)
_ADDRESS: Final = re.compile(r"[\w.+%'-]{1,64}@[a-zA-Z0-9][a-zA-Z0-9.-]{1,180}", re.ASCII)
_LOGIN: Final = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_HELP: Final = "the name of your mail server, such as smtp.example.org"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """A mail server that takes what the line sends. `login`: name and password, where it asks for them."""

    host: str
    port: int
    tls: Tls
    sender: str
    login: tuple[str, str] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """How and when staff are told. Times are London's: of the digest, and of a promise that ends that day."""

    mail: MailSettings | None  # None: nothing is sent by e-mail
    digest_at: time
    near_at: time


def notice_settings(given: Given) -> NoticeSettings:
    """The settings about e-mail and notices to staff."""
    return NoticeSettings(_mail(given), _time(given, "DIGEST_AT", "08:00"), _time(given, "NEAR_AT", "12:00"))


def _mail(given: Given) -> MailSettings | None:
    host = given("SMTP_HOST")
    others = ("SMTP_PORT", "SMTP_TLS", "SMTP_FROM", "SMTP_USER", "SMTP_PASSWORD")
    if not host:
        given.check("SMTP_HOST", f"{_HELP}; or leave out all SMTP_ settings", right=not any(map(given, others)))
        return None
    given.check("SMTP_HOST", f"{_HELP}, without a port", right=fits(_HOST, host))
    tls = _tls(given, host)
    sender = given.check("SMTP_FROM", "an address such as line@example.org", right=fits(_ADDRESS, given("SMTP_FROM")))
    return MailSettings(host, given.whole("SMTP_PORT", PORTS[tls], 65535), tls, sender, _login(given))


def _tls(given: Given, host: str) -> Tls:
    tls = given("SMTP_TLS", "starttls")
    right = tls in get_args(Tls) and (tls != "off" or host in _HERE)
    given.check("SMTP_TLS", "starttls or tls; off only for a mail server on this machine itself", right=right)
    return cast("Tls", tls if tls in get_args(Tls) else "starttls")


def _login(given: Given) -> tuple[str, str] | None:
    name, password = given("SMTP_USER"), given("SMTP_PASSWORD")
    given.check("SMTP_USER", "the name for the mail server, without spaces", right=fits(_LOGIN, name) or not password)
    given.check("SMTP_PASSWORD", "the password of SMTP_USER", right=fits(_LOGIN, password) or not name)
    return (name, password) if name else None


def _time(given: Given, name: str, default: str) -> time:
    told = given(name, default)
    right = fits(_TIME, told)
    given.check(name, f"a time of day in London, such as {default}", right=right)
    return time.fromisoformat(told if right else default)
