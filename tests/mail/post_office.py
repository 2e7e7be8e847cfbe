"""A real mail server, aiosmtpd, that takes letters; or stalls, breaks off, refuses, as a test asks of it."""

# ruff: noqa: N802, ARG002 - aiosmtpd names the steps so, and what they are given
import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from ivr.mail import Mail
from ivr.settings.mail import MailSettings, Tls

NAME, PASSWORD = "line", "a-password-of-the-line"


class PostOffice:
    """What came, and how the next letters are answered."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []
        self.answers: list[str] = []  # to recipients, one each: then "250 OK"
        self.words: list[str] = []  # what came outside letters
        self.held = 0  # letters that came whole and are not answered for yet
        self.stall = 0.0  # seconds before a letter is answered for
        self.after = ""  # "drop": takes a letter, then breaks off without an answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.held += 1
        await asyncio.sleep(self.stall)
        self.held -= 1
        parsed = message_from_bytes(envelope.content, policy=default)
        assert isinstance(parsed, EmailMessage)
        self.letters += [(address, parsed) for address in envelope.rcpt_tos]
        if self.after == "drop":
            _break_off(server)
        return self.after if self.after.startswith(("4", "5")) else "250 taken"

    @property
    def to(self) -> list[str]:
        return [address for address, _ in self.letters]

    def text(self, number: int = -1) -> str:
        """The words of a letter."""
        return str(self.letters[number][1].get_content())


class _Broken(SMTP):
    """Breaks off at one of its steps."""

    at = ""

    async def smtp_EHLO(self, hostname: str) -> None:
        if self.at == "stall":
            await asyncio.sleep(30)
        await super().smtp_EHLO(hostname)  # type: ignore[no-untyped-call]

    async def smtp_MAIL(self, arg: str | None) -> None:
        if self.at == "MAIL":
            _break_off(self)
            return
        await super().smtp_MAIL(arg)  # type: ignore[no-untyped-call]

    async def smtp_DATA(self, arg: str) -> None:
        if self.at == "DATA":
            await self.push("354 go on")  # type: ignore[no-untyped-call]
            await asyncio.sleep(0.05)
            _break_off(self)
            return
        await super().smtp_DATA(arg)  # type: ignore[no-untyped-call]


def _break_off(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.abort()  # type: ignore[attr-defined]


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = (data.login.decode(), data.password.decode()) == (NAME, PASSWORD)
    return AuthResult(success=right, handled=False)


class _Controller(Controller):
    broken = ""

    def factory(self) -> SMTP:
        made = _Broken(self.handler, **self.SMTP_kwargs)
        made.at = self.broken
        return made


@contextmanager
def open_office(pem: Path | None, *, broken: str = "", smtps: bool = False, login: bool = False) -> Iterator[Any]:
    """A mail server with this certificate, or with none; gives it, its port and how to reach it."""
    office, sealed = PostOffice(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if pem:
        sealed.load_cert_chain(pem)
    given: dict[str, Any] = {"authenticator": _authenticate, "auth_required": True} if login else {}
    if smtps:
        given |= {"ssl_context": sealed, "auth_require_tls": False}
    elif pem:
        given |= {"tls_context": sealed, "require_starttls": True}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = _Controller(office, hostname="127.0.0.1", port=port, **given)
    controller.broken = broken
    controller.start()
    try:
        yield office, port
    finally:
        controller.stop()


def mail_to(port: int, tls: Tls = "starttls", trust: Path | None = None, **given: Any) -> Mail:
    """A door to it. `trust`: the certificate that counts."""
    login, total = given.get("login"), given.get("total", 5.0)
    settings = MailSettings(given.get("host", "localhost"), port, tls, "line@example.org", login)
    return Mail(settings, trusting(trust) if trust else None, total)


def trusting(pem: Path) -> ssl.SSLContext:
    """A context to which this certificate counts."""
    return ssl.create_default_context(cafile=str(pem))
