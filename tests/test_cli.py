"""The command line: quick, teaching, and plain about mistakes."""

import json
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ivr.cli import MISTAKE, main
from ivr.store import CallFacts, Store, migrate

TOLD = main.list_commands(click.Context(main))


def ivr(*arguments: str, folder: Path, **given: str) -> tuple[int, str, str]:
    """Run one command with settings of its own."""
    ours = ("TWILIO_", "PUBLIC_URL", "SECRET_KEY", "DATABASE_URL", "DATA_DIR", "VOICE", "PORT", "ENV")
    clean: dict[str, str | None] = {name: None for name in os.environ if name.startswith(ours)}
    done = CliRunner(mix_stderr=False).invoke(main, arguments, env={**clean, "DATA_DIR": str(folder), **given})
    return done.exit_code, done.stdout, done.stderr


def commands(command: click.Command, *names: str) -> list[tuple[str, ...]]:
    """Every command below this one, by the words one types."""
    found = [names]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found += commands(inner, *names, name)
    return found


def test_help_loads_no_part_of_the_line() -> None:
    ask = "import sys; from ivr.cli import main; main(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout

    assert "queue" in shown
    parts = ("flask", "sqlalchemy", "yaml", "numpy", "ivr.store", "ivr.phone.rest")
    assert not any(f"'{part}'" in shown for part in parts)


@pytest.mark.parametrize("names", commands(main), ids=" ".join)
def test_every_command_teaches_by_example(names: tuple[str, ...], tmp_path: Path) -> None:
    code, shown, _ = ivr(*names, "--help", folder=tmp_path)

    assert code == 0
    assert " ".join(("ivr", *names)) in shown.partition("\n")[2], "no example"


def test_a_command_of_a_part_that_is_not_there_is_not_listed() -> None:
    context = click.Context(main)

    assert main.get_command(context, "knit") is None
    assert {"prepare", "queue", "db"} <= set(TOLD)


def test_a_mistake_in_the_settings_is_told_plainly(tmp_path: Path) -> None:
    code, shown, said = ivr("queue", folder=tmp_path, PORT="x")

    assert (code, shown) == (MISTAKE, "")
    assert said == "PORT is not right: set it to a number from 1 to 65535\n"


def test_a_database_that_is_not_there_is_told_plainly(tmp_path: Path) -> None:
    code, shown, said = ivr("queue", folder=tmp_path)

    assert (code, shown) == (MISTAKE, "")
    assert "Traceback" not in said
    assert said.strip()


def test_a_fault_of_ours_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @main.command(name="stumble")
    def stumble() -> None:
        raise KeyError("a fault")

    monkeypatch.setattr(main, "get_command", lambda _context, _name: stumble)
    done = CliRunner().invoke(main, ["stumble"])

    assert isinstance(done.exception, KeyError)


def test_an_empty_queue_is_said(tmp_path: Path) -> None:
    assert ivr("db", "upgrade", folder=tmp_path) == (0, "The database is ready.\n", "")
    assert ivr("queue", folder=tmp_path) == (0, "No callback request.\n", "")
    assert ivr("queue", "--json", folder=tmp_path) == (0, "[]\n", "")


def asked(folder: Path, now: datetime, callers: int) -> str:
    """A store in which some callers asked to be called back; its address."""
    url = f"sqlite:///{folder / 'line.db'}"
    migrate(url)
    store = Store.open(url)
    answers = {"council": "north", "topic": "mediation", "best_time": "morning", "safe_message": "yes"}
    for caller in range(callers):
        facts = CallFacts(f"CA{caller:032}", 9, f"+4477009{caller:05}", "en-GB", "normal", "callback", answers)
        store.confirm(facts, f"+4477009{caller:05}", date(2026, 11, 26), now)
    store.close()
    return url


def test_a_machine_reads_each_request(tmp_path: Path, now: datetime) -> None:
    url = asked(tmp_path, now, 1)
    code, shown, _ = ivr("queue", "--json", folder=tmp_path, DATABASE_URL=url)

    (row,) = json.loads(shown)
    assert code == 0
    assert row.pop("reference").isdigit()
    assert row == {
        "phone": "+447700900000",
        "status": "new",
        "council": "north",
        "topic": "mediation",
        "best_time": "morning",
        "safe_message": "yes",
        "needs": [],
        "language": "en-GB",
        "created": "2026-11-24T10:30:00+00:00",
        "due": "2026-11-26",
    }


def test_a_person_reads_a_table(tmp_path: Path, now: datetime) -> None:
    url = asked(tmp_path, now, 2)
    _, shown, _ = ivr("queue", folder=tmp_path, DATABASE_URL=url)

    lines = shown.splitlines()
    assert lines[0].split() == ["reference", "phone", "status", "council", "topic", "best_time", "safe_message", "due"]
    assert sorted(line.split()[1] for line in lines[1:]) == ["+447700900000", "+447700900001"]
    assert len({line.index("mediation") for line in lines[1:]}) == 1


def test_a_long_queue_is_listed_whole(tmp_path: Path, now: datetime) -> None:
    url = asked(tmp_path, now, 203)
    _, shown, _ = ivr("queue", "--json", folder=tmp_path, DATABASE_URL=url)

    assert len({row["phone"] for row in json.loads(shown)}) == 203


def test_what_is_kept_on_disk_is_told_beside_the_list(tmp_path: Path, now: datetime) -> None:
    away = Store.open(f"sqlite:///{tmp_path / 'away.db'}", tmp_path / "spool")
    facts = CallFacts("CA1", 9, "+447700900123", "en-GB", "normal", "callback")
    away.confirm(facts, "+447700900123", date(2026, 11, 26), now)
    told = "1 call gave answers that are kept on disk until the database takes them.\n"

    code, shown, said = ivr("queue", "--json", folder=tmp_path)
    assert (code, shown) == (MISTAKE, "")
    assert said.startswith(told)
    ivr("db", "upgrade", folder=tmp_path)
    assert ivr("queue", "--json", folder=tmp_path) == (0, "[]\n", told)


def test_only_the_status_asked_for_is_listed(tmp_path: Path, now: datetime) -> None:
    url = asked(tmp_path, now, 1)

    assert ivr("queue", "--status", "done", folder=tmp_path, DATABASE_URL=url)[1] == "No callback request.\n"
    assert "+447700900000" in ivr("queue", "--status", "new", folder=tmp_path, DATABASE_URL=url)[1]
    assert ivr("queue", "--status", "nwe", folder=tmp_path, DATABASE_URL=url)[0] == MISTAKE
