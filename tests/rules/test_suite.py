"""The suite itself: no test leaves this machine, and what is left out is counted."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.source import TOP, copy_of

SAMPLE = """
import os
import pytest

def test_quick():
    assert "TWILIO_AUTH_TOKEN" not in os.environ

@pytest.mark.prove
@pytest.mark.parametrize("number", range(3))
def test_long(number):
    pass
"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A suite of one quick and three long tests, with the settings of ours."""
    top = copy_of(TOP, tmp_path_factory.mktemp("suite"), "pyproject.toml", "ivr")
    (top / "tests").mkdir()
    (top / "tests" / "conftest.py").write_text((TOP / "tests" / "conftest.py").read_text("utf-8"))
    (top / "tests" / "test_sample.py").write_text(SAMPLE)
    return top


@pytest.mark.parametrize(
    ("arguments", "closing"),
    [
        ((), "1 passed, 3 deselected in "),
        (("-n", "2"), "1 passed, 3 deselected in "),
        (("--prove",), "4 passed in "),
    ],
)
def test_long_tests_are_left_out_and_counted(sample: Path, arguments: tuple[str, ...], closing: str) -> None:
    run = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    own = {**os.environ, "TWILIO_AUTH_TOKEN": "of-a-developer"}
    own.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(run, cwd=sample, env=own, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].startswith(closing)


@pytest.mark.parametrize("address", ["192.0.2.1", "203.0.113.7", "2001:db8::1"])
def test_no_test_leaves_this_machine(address: str) -> None:
    with pytest.raises((RuntimeError, UserWarning), match="A test tried to use"):
        socket.create_connection((address, 80), timeout=0.1)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5):
        pass
