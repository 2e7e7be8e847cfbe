"""What the world sees of the line: its name, certificate and answer, and that it refuses what Twilio did not sign."""

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from ivr.config import Config
from ivr.doctor.finding import Finding, good, mend, think

PATIENCE: Final = 5.0
"""Seconds for one connection; Twilio itself waits 5 to connect and 15 in all."""
SOON: Final = timedelta(days=14)
"""A certificate that ends sooner is spoken of."""


def outside(config: Config, now: datetime, trust: ssl.SSLContext | None = None) -> Iterator[Finding]:
    """Whether the public address answers as Twilio needs it. `trust`: whose certificates count; None: the system's."""
    if config.rehearsal:
        return
    try:
        yield from _certificate(config.public_url, now, trust)
        yield _alive(config.public_url, trust)
        yield _refuses(config.public_url, trust)
    except (OSError, http.client.HTTPException) as error:
        yield mend("public address", f"{config.public_url} {_why(error)}", "check the name, the firewall and the proxy")


def _certificate(url: str, now: datetime, trust: ssl.SSLContext | None) -> Iterator[Finding]:
    parts = urlsplit(url)
    if parts.scheme != "https":
        yield mend(
            "certificate", "none: the address is not https", "serve it by https, and set PUBLIC_URL to that address"
        )
        return
    context = trust or ssl.create_default_context()
    with (
        socket.create_connection((parts.hostname or "", parts.port or 443), PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=parts.hostname) as sealed,
    ):
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str((sealed.getpeercert() or {})["notAfter"])), UTC)
    told = f"good until {ends.day} {ends:%B %Y}"
    yield (
        good("certificate", told)
        if ends - now > SOON
        else think("certificate", told, "renew it, and see why nothing did")
    )


def _alive(url: str, trust: ssl.SSLContext | None) -> Finding:
    status = _asked(url, trust, lambda one: one.request("GET", "/readyz"))
    if status == http.HTTPStatus.OK:
        return good("public address", f"{url} answers and can keep promises")
    return mend("public address", f"{url}/readyz answers {status}", "look at the proxy, and at the line's own log")


def _refuses(url: str, trust: ssl.SSLContext | None) -> Finding:
    """A request that Twilio did not sign must be refused by us, and must reach us as a POST."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    status = _asked(url, trust, lambda one: one.request("POST", "/voice", "CallSid=CA", headers))
    if status == http.HTTPStatus.FORBIDDEN:
        return good("signatures", "what Twilio did not sign is refused")
    told = f"an unsigned request to {url}/voice is answered with {status}, not 403"
    return mend("signatures", told, "let the proxy hand every path below /voice to the line, unchanged")


def _asked(url: str, trust: ssl.SSLContext | None, ask: Callable[[http.client.HTTPConnection], None]) -> int:
    parts = urlsplit(url)
    connection = (
        http.client.HTTPSConnection(parts.netloc, timeout=PATIENCE, context=trust)
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    )
    with closing(connection):
        ask(connection)
        return connection.getresponse().status


def _why(error: Exception) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return f"has a certificate that is not trusted: {error.verify_message}"
        case socket.gaierror():
            return "has a name that is not known"
        case ConnectionRefusedError():
            return "refuses connections"
        case TimeoutError():
            return f"does not answer within {PATIENCE:.0f} seconds"
        case _:
            return f"cannot be reached ({type(error).__name__})"
