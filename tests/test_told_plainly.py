"""What an operator is told when a command cannot do its work: one line, and what mends it."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.cli import MISTAKE
from ivr.config import TOP
from ivr.settings.unusable import unusable
from tests.test_cli import ivr

PREPARE, UPGRADE = "run `ivr prepare`", "run `ivr db upgrade`"
RESTORE, OWN, AGAIN = "`ivr restore FILE`", "DATA_DIR or DATABASE_URL", "try again"
FOREIGN = b"this is no database, but a letter to somebody about something else\n" * 20


def told(*arguments: str, folder: Path, **given: str) -> str:
    """The one line that a command that failed said."""
    code, _, said = ivr(*arguments, folder=folder, **given)
    assert (code, said.count("\n")) == (MISTAKE, 1), said
    return said.strip()


def test_what_is_wrong_with_a_database_is_said_with_what_mends_it(tmp_path: Path) -> None:
    (tmp_path / "foreign.db").write_bytes(FOREIGN)
    (tmp_path / "empty.db").touch()
    here = f"sqlite:///{tmp_path}"

    assert told("queue", folder=tmp_path) == (
        f"There is no database at {tmp_path / 'line.db'}: {PREPARE} (builtins.FileNotFoundError)"
    )
    for name, mend, kind in (
        ("foreign.db", RESTORE, "sqlite3.DatabaseError"),
        ("empty.db", UPGRADE, "sqlite3.OperationalError"),
        ("empty.db/line.db", "set DATA_DIR to a folder", "builtins.NotADirectoryError"),
    ):
        said = told("queue", folder=tmp_path, DATABASE_URL=f"{here}/{name}")
        assert mend in said
        assert str(tmp_path / "empty.db") in said or name == "foreign.db"
        assert said.endswith(f"({kind})")


def test_a_server_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    said = told("queue", folder=tmp_path, DATABASE_URL="postgresql://line:hush@127.0.0.1:1/line")

    assert said.startswith("PostgreSQL does not answer")
    assert said.endswith("(psycopg.OperationalError)")
    assert "hush" not in said


@pytest.mark.parametrize(
    ("cause", "mend"),
    [
        (PermissionError(13, "Permission denied", "/srv/line.db"), OWN),
        (sqlite3.OperationalError("unable to open database file"), OWN),
        (sqlite3.OperationalError("attempt to write a readonly database"), OWN),
        (sqlite3.OperationalError("database is locked"), AGAIN),
        (sqlite3.OperationalError("database or disk is full"), "make room"),
        (sqlite3.DatabaseError("database disk image is malformed"), RESTORE),
        (sqlite3.OperationalError("something else"), "`ivr doctor`"),
        (TimeoutError(), AGAIN),
    ],
    ids=str,
)
def test_each_trouble_has_what_mends_it(cause: Exception, mend: str) -> None:
    trouble = RuntimeError("a.Name")
    trouble.__cause__ = cause
    what, how = unusable(trouble, "sqlite:////srv/line.db")

    assert mend in how
    assert what
    assert "upgrade" not in how


def test_a_trouble_that_was_said_in_words_keeps_them() -> None:
    assert unusable(RuntimeError("the schema is old: run it"), "sqlite:////srv/line.db") == (
        "the schema is old",
        "run it",
    )


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    ivr("db", "upgrade", folder=tmp_path)
    file = sqlite3.connect(tmp_path / "line.db")
    file.execute("UPDATE alembic_version SET version_num = 'zzzz'")
    file.commit()
    file.close()

    for command in (("db", "upgrade"), ("prepare",)):
        assert "put the newer version back" in told(*command, folder=tmp_path)


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (("backup", "/proc/x"), {}, "/proc/x: No such file or directory"),
        (("export", "07700900123", "/proc/x"), {}, "/proc/x: No such file or directory"),
        (("call", "--record", "/proc/x"), {}, "/proc/x: No such file or directory"),
        (("fallback",), {"PROMPTS_DIR": "/srv/" + "x" * 300}, "this folder cannot be read: File name too long"),
        (("staff", "add", "\udcff", "sam@example.org"), {}, "'\\udcff' is no text in UTF-8: write it again"),
        (("hold", "1234", "--why", "\udcff"), {}, "'\\udcff' is no text in UTF-8: write it again"),
        (("queue",), {"DATA_DIR": "/srv/\udcff"}, "DATA_DIR is not right: set it to text in UTF-8, or leave it out"),
        (
            ("queue",),
            {"SECRET_KEY": "\udcff" * 40},
            "SECRET_KEY is not right: set it to text in UTF-8, or leave it out",
        ),
    ],
    ids=lambda value: "" if isinstance(value, dict) else ascii(value)[:40],
)
def test_what_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], given: dict[str, str], said: str
) -> None:
    ivr("db", "upgrade", folder=tmp_path)

    assert told(*arguments, folder=tmp_path, **given).endswith(said)


@pytest.mark.parametrize("url", ["http://[", "http://127.0.0.1:abc", "127.0.0.1"])
def test_an_address_to_call_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    code, _, said = ivr("call", "--url", url, folder=tmp_path)

    assert code == MISTAKE
    assert said.endswith("such as http://127.0.0.1:8000\n")


def piped(*arguments: str, folder: Path, stdout: int, typed: bytes = b"", **given: str) -> tuple[int, str]:
    """The exit code of a command in a process of its own, and what it said of mistakes."""
    done = subprocess.run(
        [sys.executable, "-c", "from ivr.cli import main; main()", *arguments],
        cwd=TOP,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **given},
        stdout=stdout,
        stderr=subprocess.PIPE,
        input=typed,
        check=False,
    )
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_bytes_that_are_no_text_end_a_call(tmp_path: Path, errors: str) -> None:
    ivr("db", "upgrade", folder=tmp_path)
    code, said = piped(
        "call", folder=tmp_path, stdout=subprocess.DEVNULL, typed=b"\xff\n", PYTHONIOENCODING=f"utf-8:{errors}"
    )

    assert code == MISTAKE
    assert said == "What was typed is no text in UTF-8: call again, and write it in UTF-8\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is full")
@pytest.mark.parametrize("arguments", [("map",), ("--help",), ("map", "--help")], ids=" ".join)
def test_a_full_disk_is_told_in_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        code, said = piped(*arguments, folder=tmp_path, stdout=full.fileno())

    assert (code, said) == (MISTAKE, "The system says: No space left on device\n")


def test_a_pipe_that_nobody_reads_is_left_quietly(tmp_path: Path) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    _, said = piped("map", folder=tmp_path, stdout=writes)
    os.close(writes)

    assert said == ""
