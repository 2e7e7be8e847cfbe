"""The doctor says whether staff can be told by e-mail, by a real mail server."""

from pathlib import Path
from typing import Any

import pytest

from ivr.config import Config
from ivr.doctor.finding import Finding
from ivr.doctor.mail import NAME, mail
from tests.deploy.certificate import certificate
from tests.doctor.test_outside import settings
from tests.mail.post_office import NAME as LOGIN
from tests.mail.post_office import PASSWORD, open_office, trusting


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return Path(certificate(tmp_path))


def real(port: int, **given: str) -> Config:
    sent = {"SMTP_HOST": "localhost", "SMTP_PORT": str(port), "SMTP_FROM": "line@example.org"}
    found: Config = settings("https://line.example.org", **sent, **given)
    return found


def seen(config: Config, trust: Any = None) -> list[tuple[str, str]]:
    found: list[Finding] = list(mail(config, trust))
    assert {one.name for one in found} <= {NAME}
    return [(one.state, str(one)) for one in found]


def test_a_mail_server_that_answers(pem: Path) -> None:
    with open_office(pem, login=True) as (office, port):
        ((state, told),) = seen(real(port, SMTP_USER=LOGIN, SMTP_PASSWORD=PASSWORD), trusting(pem))
        assert (state, "localhost answers, with TLS, and takes the password" in told) == ("good", True)
        ((state, told),) = seen(real(port, SMTP_USER=LOGIN, SMTP_PASSWORD="no"), trusting(pem))
        assert (state, "did not take the name and password (535)" in told) == ("mend", True)
        assert PASSWORD not in told
        ((state, told),) = seen(real(port))
        assert (state, "certificate is not trusted" in told) == ("mend", True)
        assert office.letters == []


def test_a_mail_server_on_this_machine_without_tls() -> None:
    with open_office(None) as (_, port):
        assert seen(real(port, SMTP_TLS="off"))[0][0] == "good"
        ((state, told),) = seen(real(port))
        assert (state, "offers no TLS" in told) == ("mend", True)
    assert "refuses connections" in seen(real(port))[0][1]


def test_none_is_something_to_think_about_and_a_rehearsal_needs_none(tmp_path: Path) -> None:
    ((state, told),) = seen(settings("https://line.example.org"))
    assert (state, "SMTP_HOST" in told) == ("think", True)
    assert seen(Config.from_env({"DATA_DIR": str(tmp_path)})) == []
