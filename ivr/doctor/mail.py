"""Whether staff can be told by e-mail: the mail server is set, answers, is who it says, and takes the password."""

import ssl
from collections.abc import Iterator

from ivr.config import Config
from ivr.doctor.finding import Finding, good, mend, think
from ivr.mail import Mail, MailError

NAME = "e-mail to staff"


def mail(config: Config, trust: ssl.SSLContext | None = None) -> Iterator[Finding]:
    """One look at the mail server; nothing is sent. `trust`: whose certificates count; None: the system's."""
    settings = config.notices.mail
    if settings is None:
        if not config.rehearsal:
            told = "not set: nobody is told by e-mail of what is overdue, and links to choose a password go by hand"
            yield think(NAME, told, "set SMTP_HOST and SMTP_FROM, and where it asks for them SMTP_USER, SMTP_PASSWORD")
        return
    try:
        Mail(settings, trust).check()
    except MailError as error:
        yield mend(NAME, error.trouble, f"check SMTP_HOST ({settings.host}:{settings.port}), SMTP_TLS and the password")
        return
    sealed = "without TLS, on this machine" if settings.tls == "off" else "with TLS"
    yield good(NAME, f"{settings.host} answers, {sealed}{', and takes the password' if settings.login else ''}")
