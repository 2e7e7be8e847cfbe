"""Each outside thing has one door."""

import ast
import sys
from pathlib import Path

import pytest

from tests.rules.source import TOP, dotted, imports, modules, plant

DOORS = {
    "yaml": ("ivr/prompts/",),
    "gtts": ("ivr/audio/",),
    "pydub": ("ivr/audio/",),
    "py_nanotts": ("ivr/audio/",),
    "numpy": ("ivr/audio/",),
    "soundfile": ("ivr/audio/",),
    "soxr": ("ivr/audio/",),
    "twilio": ("ivr/phone/",),
    "sqlalchemy": ("ivr/store/",),
    "alembic": ("ivr/store/",),
    "sqlite3": ("ivr/store/",),
    "psycopg": ("ivr/store/",),
    "cryptography": ("ivr/sealing.py",),
    "smtplib": ("ivr/mail.py",),
    **dict.fromkeys(
        ("argon2", "pyotp", "segno", "authlib", "joserfc", "wtforms", "flask_wtf", "zxcvbn"), ("ivr/staff/",)
    ),
    "prometheus_client": ("ivr/watching/", "ivr/health/"),
    **dict.fromkeys(("gunicorn", "sentry_sdk", "opentelemetry"), ("ivr/watching/",)),
    "flask": (
        "ivr/factory.py",
        "ivr/phone/",
        "ivr/staff/",
        "ivr/rehearsal/",
        "ivr/pages/",
        "ivr/audio/serve.py",
        "ivr/health/",
    ),
    "werkzeug": (
        "ivr/factory.py",
        "ivr/phone/",
        "ivr/staff/",
        "ivr/rehearsal/",
        "ivr/pages/",
        "ivr/audio/serve.py",
        "ivr/health/",
    ),
}
ENVIRONMENT = frozenset({"os.environ", "os.getenv", "os.environb", "os.putenv", "environ", "getenv"})
CLOCKS = frozenset(
    {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "date.today",
        "datetime.date.today",
        "time.time",
        "time.time_ns",
        "time.localtime",
        "time.gmtime",
    }
)
READS_CLOCK = (
    "ivr/line.py",
    "ivr/jobs/",
    "ivr/commands.py",
    "ivr/rehearsal/fields.py",  # plays Twilio, which has a clock of its own
    "ivr/watching/lines.py",  # puts the time to a line of the log
    "ivr/prompts/commands.py",  # tells which waivers of the check hold today
    "ivr/audio/build.py",  # compares with the age of files
)
IMPURE = frozenset(
    {"asyncio", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "socket"}
    | {"sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid", "zoneinfo"}
)
"""Parts of the standard library through which a clock, a file, chance or the network could reach the flow."""


def wrong_doors(top: Path) -> list[str]:
    """Imports of an outside thing elsewhere than in its one place."""
    return [
        f"{path}:{line}: {name.split('.')[0]} belongs in {' or '.join(DOORS[name.split('.')[0]])}"
        for path, tree in modules(top)
        for line, name in imports(tree)
        if name.split(".")[0] in DOORS and not path.startswith(DOORS[name.split(".")[0]])
    ]


def reads(top: Path, things: frozenset[str], *allowed: str) -> list[str]:
    """Uses of some attributes, by the name they are written with, outside the allowed files."""
    return [
        f"{path}:{node.lineno}: {dotted(node)}"
        for path, tree in modules(top)
        if not path.startswith(allowed)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node) in things
    ]


def impurities(top: Path) -> list[str]:
    """Imports in the flow of anything but the pure part of the standard library and the flow itself."""
    return [
        f"{path}:{line}: {name}"
        for path, tree in modules(top, "ivr/flow")
        for line, name in imports(tree)
        if not name.startswith("ivr.flow") and not _pure(name.split(".")[0])
    ]


def _pure(module: str) -> bool:
    return module in sys.stdlib_module_names and module not in IMPURE


def test_each_outside_thing_is_imported_behind_its_one_door() -> None:
    assert wrong_doors(TOP) == []


@pytest.mark.parametrize("thing", sorted(DOORS))
def test_a_second_door_is_seen(tmp_path: Path, thing: str) -> None:
    plant(tmp_path, "ivr/line.py", f"def late():\n    from {thing} import anything\n")

    assert wrong_doors(tmp_path) == [f"ivr/line.py:2: {thing} belongs in {' or '.join(DOORS[thing])}"]


def test_a_door_opened_by_name_is_seen(tmp_path: Path) -> None:
    plant(tmp_path, "ivr/line.py", 'importlib.import_module("yaml")\n')

    assert wrong_doors(tmp_path) == ["ivr/line.py:1: yaml belongs in ivr/prompts/"]


def test_only_the_settings_read_environment_variables() -> None:
    assert reads(TOP, ENVIRONMENT, "ivr/config.py") == []


def test_the_clock_is_read_in_one_place_and_passed_on() -> None:
    assert reads(TOP, CLOCKS, *READS_CLOCK) == []


@pytest.mark.parametrize("written", ["os.environ", "os.getenv", "datetime.now", "date.today", "time.time"])
def test_another_reader_is_seen(tmp_path: Path, written: str) -> None:
    plant(tmp_path, "ivr/flow/new.py", f"value = {written}()\n")

    assert reads(tmp_path, ENVIRONMENT | CLOCKS, "ivr/config.py", *READS_CLOCK) == [f"ivr/flow/new.py:1: {written}"]


def test_the_flow_is_pure() -> None:
    assert impurities(TOP) == []


@pytest.mark.parametrize("module", ["flask", "os", "socket", "ivr.store", "rapidfuzz", "random"])
def test_an_impure_flow_is_seen(tmp_path: Path, module: str) -> None:
    plant(tmp_path, "ivr/flow/new.py", f"import re\nimport {module}\n")

    assert impurities(tmp_path) == [f"ivr/flow/new.py:2: {module}"]


def test_the_flow_names_what_it_imports_in_full(tmp_path: Path) -> None:
    plant(tmp_path, "ivr/flow/new.py", "from .. import store\n")

    assert impurities(tmp_path) == ["ivr/flow/new.py:1: ."]
