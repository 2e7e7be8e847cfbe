"""POSTS E-MAIL: one letter at a time, over SMTP that is sealed and checked. Only background work comes here.

Nothing is sent without TLS, but to a mail server on this machine. A whole conversation has one time limit, however
slowly the other side speaks. No word of the mail server goes into a log: it may hold an address.
"""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final, Literal

from ivr.settings.mail import MailSettings

CONNECT: Final = 5.0
READ: Final = 10.0
TOTAL: Final = 25.0
"""Most seconds for all of it, from connecting to the last answer: mail servers may hold back their greeting."""
ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-zA-Z0-9][a-zA-Z0-9.-]{1,180}", re.ASCII)
_TAKEN: Final = (250, 251)
_READY: Final = 220
_WRONG: Final = 500


class MailError(Exception):
    """The mail server cannot be used. `lasting`: not before somebody has changed something."""

    def __init__(self, trouble: str, *, lasting: bool) -> None:
        super().__init__(trouble)
        self.trouble: Final = trouble
        self.lasting: Final = lasting


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail to one person. `id` is the same each time it is sent, so that who gets it twice may see it once."""

    to: str
    subject: str
    body: str
    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Posted:
    """What posting came to. `later`: certainly not taken. `unknown`: the answer was lost, so it may have been taken."""

    status: Literal["sent", "later", "refused", "unknown"]
    trouble: str = ""


class Mail:
    """Hands letters to the mail server of the settings. `trust`: whose certificates count; None: the system's."""

    def __init__(self, settings: MailSettings, trust: ssl.SSLContext | None = None, total: float = TOTAL) -> None:
        self._settings: Final = settings
        self._trust: Final = trust
        self._total: Final = total

    def post(self, letter: Letter) -> Posted:
        """Hand one letter over. Never raises."""
        try:
            data = written(letter, self._settings.sender)
        except ValueError:
            return Posted("refused", "an address, or words, that no e-mail can have")
        try:
            with self._open() as server:
                return _handed(server, self._settings.sender, letter.to, data)
        except MailError as error:
            return Posted("refused" if error.lasting else "later", error.trouble)

    def check(self) -> None:
        """Raises MailError unless the mail server answers, is who it says, and takes the name and password."""
        with self._open():
            return

    @contextmanager
    def _open(self) -> Iterator[smtplib.SMTP]:
        """A mail server that is ready for a letter. Raises MailError."""
        server = smtplib.SMTP(local_hostname=self._settings.sender.rpartition("@")[2], timeout=READ)
        try:
            with _named(), self._connected() as link:
                self._greet(server, link)
                yield server
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
        finally:
            server.close()

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        """A connection that is cut when the time is over, whatever is being waited for."""
        settings = self._settings
        link = socket.create_connection((settings.host, settings.port), CONNECT)
        link.settimeout(READ)
        with link.dup() as handle:  # TLS takes the socket itself; this one still ends the same connection
            end = threading.Timer(self._total, _cut, (handle,))
            end.daemon = True
            end.start()
            try:
                yield link
            finally:
                end.cancel()
                _cut(handle)
                link.close()

    def _greet(self, server: smtplib.SMTP, link: socket.socket) -> None:
        """Through the greeting, TLS and the password."""
        settings = self._settings
        server.sock = self._sealed(link) if settings.tls == "tls" else link
        _expect(server.getreply(), _READY, "did not greet")
        server.ehlo_or_helo_if_needed()
        if settings.tls == "starttls":
            self._start_tls(server, link)
        if settings.login:
            server.login(*settings.login)

    def _start_tls(self, server: smtplib.SMTP, link: socket.socket) -> None:
        if not server.has_extn("starttls"):
            raise MailError("the mail server offers no TLS, so nothing is sent to it", lasting=True)
        _expect(server.docmd("STARTTLS"), _READY, "did not begin TLS")
        server.sock = self._sealed(link)
        # What was said before TLS may be anybody's: it is forgotten, as RFC 3207 asks.
        server.file = server.helo_resp = server.ehlo_resp = None
        server.esmtp_features, server.does_esmtp = {}, False
        server.ehlo_or_helo_if_needed()

    def _sealed(self, link: socket.socket) -> ssl.SSLSocket:
        context = self._trust or ssl.create_default_context()
        return context.wrap_socket(link, server_hostname=self._settings.host)


def written(letter: Letter, sender: str) -> bytes:
    """A letter as it travels: plain text, which everybody can read. ValueError for what is no address, or no line."""
    if not ADDRESS.fullmatch(letter.to) or not letter.subject.isprintable():
        raise ValueError("no address, or a subject that is no line")
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # so that no absence note answers it
    message.set_content(letter.body, charset="utf-8", cte="quoted-printable")
    return message.as_bytes()


def _handed(server: smtplib.SMTP, sender: str, to: str, data: bytes) -> Posted:
    if (code := server.mail(sender)[0]) not in _TAKEN:
        return _refused(code, "sender")
    if (code := server.rcpt(to)[0]) not in _TAKEN:
        return _refused(code, "recipient")
    try:
        code = server.data(data)[0]
    except smtplib.SMTPDataError as error:
        code = error.smtp_code
    except (smtplib.SMTPServerDisconnected, OSError):
        return Posted("unknown", "the mail server did not say whether it took it")
    return Posted("sent") if code in _TAKEN else _refused(code, "message")


def _refused(code: int, what: str) -> Posted:
    """Codes of 400 are for now, as when it lists strangers as grey; those of 500 are for good."""
    return Posted("refused" if code >= _WRONG else "later", f"the mail server answered {code} to the {what}")


def _cut(link: socket.socket) -> None:
    with suppress(OSError):  # it was closed already
        link.shutdown(socket.SHUT_RDWR)


def _expect(reply: tuple[int, bytes], code: int, what: str) -> None:
    if reply[0] != code:
        raise MailError(f"the mail server {what}: it answered {reply[0]}", lasting=False)


@contextmanager
def _named() -> Iterator[None]:
    """What goes wrong, in words of ours."""
    try:
        yield
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _in_words(error) from error


def _in_words(error: Exception) -> MailError:
    match error:
        case ssl.SSLCertVerificationError():
            return MailError(f"the mail server's certificate is not trusted: {error.verify_message}", lasting=False)
        case ssl.SSLError():
            return MailError("TLS with the mail server failed", lasting=False)
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            lasting = code >= _WRONG
            return MailError(f"the mail server did not take the name and password ({code})", lasting=lasting)
        case smtplib.SMTPNotSupportedError():
            return MailError("the mail server offers no sign-in that the line knows", lasting=True)
        case smtplib.SMTPServerDisconnected() | ConnectionResetError() | BrokenPipeError():
            return MailError("the mail server broke off", lasting=False)
        case smtplib.SMTPResponseException(smtp_code=code):
            return MailError(f"the mail server answered {code}", lasting=code >= _WRONG)
        case socket.gaierror():
            return MailError("the mail server's name is not known", lasting=False)
        case ConnectionRefusedError():
            return MailError("the mail server refuses connections", lasting=False)
        case TimeoutError():
            return MailError("the mail server does not answer in time", lasting=False)
        case _:
            return MailError(f"the mail server cannot be used ({type(error).__name__})", lasting=False)
