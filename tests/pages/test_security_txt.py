"""security.txt (RFC 9116): whom to tell of a weakness, only where the operator has said whom, and never out of date."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from ivr.config import Config, ConfigError
from ivr.factory import create_app
from ivr.pages.reports import as_text
from tests.phone.signed import Line

MAIL, PAGE, PHONE = "mailto:security@example.org", "https://example.org/report", "tel:+44-1604-000000"
PAGES = "/.well-known/security.txt"
SERVED = {
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "2" * 32,
    "PUBLIC_URL": "https://line.example.org",
    "SECRET_KEY": "3" * 64,
}


def fields(text):
    return [tuple(line.split(": ", 1)) for line in text.splitlines()]


def test_nothing_is_served_unless_the_operator_says_whom(tmp_path):
    line = Line(tmp_path)
    assert line.client.get(PAGES).status_code == 404
    assert line.client.get("/security.txt").status_code == 404


def test_it_has_the_fields_of_the_standard(tmp_path):
    line = Line(tmp_path, SECURITY_CONTACT=f"{MAIL} {PAGE}  {PHONE}")
    response = line.client.get(PAGES)
    assert (response.status_code, response.content_type) == (200, "text/plain; charset=utf-8")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    told = fields(response.get_data(as_text=True))
    assert [value for name, value in told if name == "Contact"] == [MAIL, PAGE, PHONE]
    (expires,) = [datetime.fromisoformat(value) for name, value in told if name == "Expires"]
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)
    assert dict(told)["Preferred-Languages"] == "en"
    assert {name for name, _ in told} == {"Contact", "Expires", "Preferred-Languages"}, "a rehearsal has no address"


def test_it_names_its_own_address_where_that_is_known(tmp_path):
    given = {"DATA_DIR": str(tmp_path), "VOICE": "twilio", "SECURITY_CONTACT": MAIL, **SERVED}
    app = create_app(Config.from_env(given))
    told = dict(fields(app.test_client().get(PAGES, headers={"Host": "evil.example"}).get_data(as_text=True)))
    assert told["Canonical"] == "https://line.example.org/.well-known/security.txt"
    app.extensions["switchboard"].close()


@pytest.mark.parametrize("days", [0, 1, 96, 365, 400, 3650])
def test_it_never_runs_out_and_is_the_same_all_day(days):
    now = datetime(2026, 2, 28, 0, 0, 1, tzinfo=UTC) + timedelta(days=days)
    told = as_text([MAIL], "", now)
    assert now < datetime.fromisoformat(dict(fields(told))["Expires"]) < now + timedelta(days=365)
    assert as_text([MAIL], "", now + timedelta(hours=23)) == told
    assert re.search(r"^Expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", told, re.MULTILINE)


@pytest.mark.parametrize(
    "contact",
    [
        "security@example.org",
        "http://example.org/report",
        "mailto:",
        "mailto:a@b",
        "tel:01604 000000",
        "https://",
        "https://example.org/a?b=c",
        "javascript:alert(1)",
        "mailto:a@example.org\nContact: mailto:evil@example.org",
        f"{MAIL} nobody",
    ],
)
def test_what_is_no_contact_is_refused_in_one_line(tmp_path, contact):
    with pytest.raises(ConfigError) as refused:
        Config.from_env({"DATA_DIR": str(tmp_path), "SECURITY_CONTACT": contact})
    (said,) = str(refused.value).splitlines()
    assert said.startswith("SECURITY_CONTACT is not right: set it to mailto:name@example.org")
