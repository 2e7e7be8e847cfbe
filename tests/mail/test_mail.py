"""Letters to a real mail server, however it behaves: taken, refused, or not known; sealed; and never a header more."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ivr.mail import Letter, MailError, Posted, written
from tests.deploy.certificate import certificate
from tests.mail.post_office import NAME, PASSWORD, mail_to, open_office

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
LETTER = Letter("sam@example.org", "Plainline: 2 requests", "Two wait.\n\nGrüße\n.\nafter a dot\n", "notice-1", AT)


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return Path(certificate(tmp_path))


@pytest.fixture
def office(pem: Path) -> Iterator[tuple[Any, int]]:
    with open_office(pem) as found:
        yield found


def test_a_letter_arrives_whole_with_its_headers(office: Any, pem: Path) -> None:
    here, port = office
    assert mail_to(port, trust=pem).post(LETTER) == Posted("sent")
    ((to, letter),) = here.letters
    assert (to, letter["To"], letter["From"]) == ("sam@example.org", "sam@example.org", "line@example.org")
    assert letter["Subject"] == "Plainline: 2 requests"
    assert letter["Date"].datetime == AT
    assert letter["Message-ID"] == "<notice-1@example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    assert here.text().replace("\r\n", "\n") == LETTER.body


def test_twice_is_the_same_letter(office: Any, pem: Path) -> None:
    here, port = office
    for _ in range(2):
        mail_to(port, trust=pem).post(LETTER)
    first, second = (letter for _, letter in here.letters)
    assert first.as_bytes() == second.as_bytes()


@pytest.mark.parametrize(
    ("answer", "status"),
    [("451 4.7.1 greylisted", "later"), ("452 full", "later"), ("550 no such", "refused"), ("554 never", "refused")],
)
def test_what_the_server_says_of_the_recipient(office: Any, pem: Path, answer: str, status: str) -> None:
    here, port = office
    here.answers = [answer]
    mail = mail_to(port, trust=pem)
    posted = mail.post(LETTER)
    assert (posted.status, posted.trouble) == (status, f"the mail server answered {answer[:3]} to the recipient")
    assert here.letters == []
    assert mail.post(LETTER).status == "sent"


@pytest.mark.parametrize(("answer", "status"), [("452 later", "later"), ("554 it is spam", "refused")])
def test_what_the_server_says_of_the_letter(office: Any, pem: Path, answer: str, status: str) -> None:
    here, port = office
    here.after = answer
    assert mail_to(port, trust=pem).post(LETTER).status == status


def test_no_answer_after_the_letter_is_not_known(office: Any, pem: Path) -> None:
    here, port = office
    here.after = "drop"
    assert mail_to(port, trust=pem).post(LETTER).status == "unknown"
    assert here.to == ["sam@example.org"]


def test_a_stall_after_the_letter_ends_in_time_and_is_not_known(office: Any, pem: Path) -> None:
    here, port = office
    here.stall = 3
    begun = time.monotonic()
    assert mail_to(port, trust=pem, total=0.5).post(LETTER).status == "unknown"
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(("broken", "status"), [("MAIL", "later"), ("DATA", "unknown"), ("stall", "later")])
def test_a_server_that_breaks_off(pem: Path, broken: str, status: str) -> None:
    with open_office(pem, broken=broken) as (here, port):
        begun = time.monotonic()
        assert mail_to(port, trust=pem, total=0.5).post(LETTER).status == status
        assert time.monotonic() - begun < 2
        assert here.letters == []


def test_a_server_that_drips_ends_in_time() -> None:
    """One byte now and then keeps every single wait short; the limit is for all of it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            caller, _ = listener.accept()
            with caller, contextlib.suppress(OSError):
                while True:
                    caller.sendall(b"2")
                    time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()
        begun = time.monotonic()
        assert mail_to(listener.getsockname()[1], "off", total=0.5).post(LETTER).status == "later"
        assert time.monotonic() - begun < 2


def test_without_tls_nothing_is_sent() -> None:
    with open_office(None) as (here, port):
        posted = mail_to(port).post(LETTER)
        assert (posted.status, "offers no TLS" in posted.trouble) == ("refused", True)
        assert here.letters == []


def test_a_certificate_that_nobody_trusts(office: Any) -> None:
    here, port = office
    posted = mail_to(port).post(LETTER)
    assert (posted.status, "certificate is not trusted" in posted.trouble) == ("later", True)
    assert here.letters == []


def test_a_certificate_of_another_name(office: Any, pem: Path) -> None:
    here, port = office
    posted = mail_to(port, trust=pem, host="127.0.0.1").post(LETTER)
    assert (posted.status, "certificate is not trusted" in posted.trouble) == ("later", True)
    assert here.letters == []


def test_tls_from_the_first_byte(pem: Path) -> None:
    with open_office(pem, smtps=True) as (here, port):
        assert mail_to(port, "tls", trust=pem).post(LETTER) == Posted("sent")
        assert mail_to(port, "tls").post(LETTER).status == "later"
        assert len(here.letters) == 1


def test_the_password(pem: Path) -> None:
    with open_office(pem, login=True) as (here, port):
        assert mail_to(port, trust=pem, login=(NAME, PASSWORD)).post(LETTER) == Posted("sent")
        wrong = mail_to(port, trust=pem, login=(NAME, "another")).post(LETTER)
        assert (wrong.status, "did not take the name and password (535)" in wrong.trouble) == ("refused", True)
        assert len(here.letters) == 1


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert mail_to(port).post(LETTER) == Posted("later", "the mail server refuses connections")
    assert mail_to(port, host="no.such.name.invalid").post(LETTER).status == "later"


def test_the_check_sends_nothing(office: Any, pem: Path) -> None:
    here, port = office
    mail_to(port, trust=pem).check()
    with pytest.raises(MailError, match="not trusted"):
        mail_to(port).check()
    assert here.letters == []


@pytest.mark.parametrize(
    "to",
    [
        "sam@example.org\r\nBcc: all@example.org",
        "sam@example.org, all@example.org",
        "<sam@example.org>",
        "sam",
        "",
        "sam@exa mple.org",
        "sam@example.org\n",
        "säm@example.org",
    ],
)
def test_what_is_no_address_gets_no_letter(to: str) -> None:
    with pytest.raises(ValueError, match="address"):
        written(replace(LETTER, to=to), "line@example.org")
    assert mail_to(1).post(replace(LETTER, to=to)).status == "refused"


@pytest.mark.parametrize("line", ["\r\nBcc: all@example.org", "\nX: y", "\r", "a\x00b", "\x85"])
def test_no_header_is_added_by_a_subject(line: str) -> None:
    with pytest.raises(ValueError, match="subject"):
        written(replace(LETTER, subject=f"Two{line}"), "line@example.org")


def test_a_dot_does_not_end_a_letter_early(office: Any, pem: Path) -> None:
    here, port = office
    body = "before\n.\nRCPT TO:<all@example.org>\n..\n"
    assert mail_to(port, trust=pem).post(replace(LETTER, body=body)).status == "sent"
    assert here.to == ["sam@example.org"]
    assert here.text().replace("\r\n", "\n") == body


def test_nothing_said_before_tls_is_believed(pem: Path) -> None:
    """Whoever sits between may add an answer before TLS begins; a letter is not to be sent on its word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        heard: list[bytes] = []

        def between() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.sendall(b"220 here\r\n")
                heard.append(caller.recv(1000))
                caller.sendall(b"250-here\r\n250 STARTTLS\r\n")
                heard.append(caller.recv(1000))
                caller.sendall(b"220 go on\r\n250 here\r\n250 taken\r\n")
                heard.append(caller.recv(1000))

        thread = threading.Thread(target=between, daemon=True)
        thread.start()
        assert mail_to(listener.getsockname()[1], trust=pem, total=1).post(LETTER).status == "later"
        thread.join(3)
        assert b"MAIL" not in b"".join(heard)
