"""What every test has: no network beyond this machine, the same random examples, long tests only with --prove."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings

pytest_plugins = [
    f"tests.{name}" for name in ("postgres", "figures", "browsing") if (Path(__file__).parent / f"{name}.py").exists()
]

settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.register_profile("prove", deadline=None, database=None, max_examples=1000)

IVR = Path(__file__).parents[1] / "ivr"
SETTINGS = frozenset(
    name
    for file in (IVR / "config.py", *(IVR / "settings").glob("*.py"))
    for name in re.findall(r'"([A-Z]+(?:_[A-Z]+)*)"', file.read_text("utf-8"))
)
"""Settings of the line: those of whoever runs the tests reach no test."""

LEFT_OUT = pytest.StashKey[list[str]]()
"""The long tests that were left out of this run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--prove", action="store_true", help="run the long tests too: those marked `prove`")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "prove: takes long; runs with --prove only, and is counted as deselected")
    for name in SETTINGS & os.environ.keys():
        del os.environ[name]
    settings.load_profile("prove" if config.getoption("--prove") else "ci")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--prove"):
        return
    long = [item for item in items if item.get_closest_marker("prove")]
    items[:] = [item for item in items if not item.get_closest_marker("prove")]
    config.stash[LEFT_OUT] = [item.nodeid for item in long]
    config.hook.pytest_deselected(items=long)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells what it left out; each deselects for itself, and nobody else would count it."""
    told: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["left_out"] = session.config.stash.get(LEFT_OUT, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Count what the workers left out once, in the closing line."""
    left_out = getattr(node, "workeroutput", {}).get("left_out", [])
    if left_out and LEFT_OUT not in node.config.stash:
        node.config.stash[LEFT_OUT] = left_out
        node.config.hook.pytest_deselected(items=[SimpleNamespace(nodeid=name) for name in left_out])


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning in November, when staff are there and London keeps UTC."""
    return datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
