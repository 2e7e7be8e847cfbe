"""The command line for staff: the first person, and whoever cannot come in any more."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main
from ivr.config import Config
from ivr.store import migrate
from tests.staff.people import REAL

ODD = (
    "@",
    "sam@",
    "@example.org",
    "sam@@example.org",
    "sa m@example.org",
    "sam\x1b@example.org",
    "sam\x00@example.org",
)


def run(folder: Path, *arguments: str, **given: str) -> Result:
    return CliRunner(env={"DATA_DIR": str(folder), "VOICE": "twilio", **given}).invoke(main, list(arguments))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    migrate(Config.from_env({"DATA_DIR": str(tmp_path)}).database_url)
    return tmp_path


def test_the_first_person_gets_a_link(folder: Path) -> None:
    added = run(folder, "staff", "add", "Sam Person", "Sam@Example.org")
    listed = json.loads(run(folder, "staff", "list", "--json").stdout)

    assert added.exit_code == 0
    assert added.stdout.splitlines()[1].startswith("http://127.0.0.1:8000/staff/invite/")
    assert [(row["email"], row["role"], row["status"]) for row in listed] == [
        ("sam@example.org", "administrator", "invited")
    ]
    again = run(folder, "staff", "invite", "sam@example.org").stdout.splitlines()[1]
    assert again != added.stdout.splitlines()[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "Sam Person", "sam@example.org"), "There is an account with this email address already"),
        (("add", "Sam Person", "nothing"), "give a name and an e-mail address"),
        *(
            (("add", "Sam Person", odd), "Enter an email address such as name@example.org; give a name and")
            for odd in ODD
        ),
        (("add", "Sam Person", "x" * 243 + "@example.org"), "The email address must be 254 characters or fewer"),
        (("add", "Sam\nPerson", "a@example.org"), "Enter the name on one line, without control characters; give"),
        (("add", "Sam \x1b[2J", "a@example.org"), "Enter the name on one line, without control characters; give"),
        (("add", "Sam\u2028Person", "a@example.org"), "Enter the name on one line, without control characters; give"),
        (("add", "\x1f", "a@example.org"), "Enter the name; give a name and"),
        (("add", "x" * 81, "a@example.org"), "The name must be 80 characters or fewer"),
        (("invite", "nobody@example.org"), "nobody has an account with nobody@example.org"),
        (("disable", "nobody@example.org"), "see: ivr staff list"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    run(folder, "staff", "add", "Sam Person", "sam@example.org")
    done = run(folder, "staff", *arguments)

    assert done.exit_code == 2
    assert told in done.output
    assert "Traceback" not in done.output
    assert "\x1b" not in done.output
    assert len(json.loads(run(folder, "staff", "list", "--json").stdout)) == 1


def test_who_is_disabled_gets_no_link(folder: Path) -> None:
    run(folder, "staff", "add", "Sam Person", "sam@example.org", "--role", "staff")

    assert run(folder, "staff", "disable", "sam@example.org").stdout == "Sam Person cannot sign in any more.\n"
    assert "disabled" in run(folder, "staff", "invite", "sam@example.org").output


def test_nobody_yet(folder: Path) -> None:
    assert "The first: ivr staff add" in run(folder, "staff", "list").stdout


def test_before_it_is_served_it_says_how_staff_sign_in(folder: Path) -> None:
    assert "one button signs you in" in run(folder, "prepare").stdout
    real = run(folder, "prepare", **REAL).stdout
    assert (
        "Nobody can sign in yet at https://line.example.org/staff. For the first administrator:  ivr staff add" in real
    )
