"""What the machines measured: one table at the end of a run, and in docs/reliability.md when all of them ran."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: written by dev.py prove -->", "<!-- end of figures -->"
ROWS = pytest.StashKey[dict[str, dict[str, Any]]]()
Figures = Callable[..., None]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = {}


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Call it with what was tried and what came of it: counts add up; of `slowest…` and `…at_most` the most is kept."""
    rows = request.config.stash[ROWS]

    def note(what: str, **counted: float) -> None:
        add(rows, {what: counted})

    return note


def add(rows: dict[str, dict[str, Any]], more: dict[str, dict[str, Any]]) -> None:
    """Gather figures under their names."""
    for what, counted in more.items():
        row = rows.setdefault(what, {})
        for name, value in counted.items():
            most = name.startswith("slowest") or name.endswith("at_most")
            together = max(row.get(name, value), value) if most else row.get(name, 0) + value
            row[name] = round(together, 2)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells what it measured."""
    told: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["figures"] = session.config.stash[ROWS]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    add(node.config.stash[ROWS], getattr(node, "workeroutput", {}).get("figures", {}))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    rows = config.stash[ROWS]
    if not rows:
        return
    terminalreporter.section("what the machines measured")
    width = max(map(len, rows))
    for what, counted in sorted(rows.items()):
        terminalreporter.write_line(f"{what.ljust(width)}  {worded(counted)}")
    if config.getoption("--prove") and PAGE.exists():
        PAGE.write_text(written(PAGE.read_text("utf-8"), rows, datetime.datetime.now(datetime.UTC).date()), "utf-8")


def worded(counted: dict[str, Any]) -> str:
    """`calls=3, slowest_s=1.2` as a person reads it."""
    return ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in counted.items())


def written(page: str, rows: dict[str, dict[str, Any]], day: datetime.date) -> str:
    """The page with the figures of this run; those of machines that did not run stay."""
    before, rest = page.split(BEGIN)
    old, after = rest.split(END)
    lines = dict(
        line.strip("| ").split(" | ", 1) for line in old.splitlines() if line.startswith("| ") and " | " in line
    )
    lines.pop("what was tried", None)
    lines |= {what: f"{worded(counted)} | {day}" for what, counted in rows.items()}
    table = ["| what was tried | figures | day |", "|---|---|---|"]
    table += [f"| {what} | {line.removesuffix(' |')} |" for what, line in sorted(lines.items())]
    return before + BEGIN + "\n" + "\n".join(table) + "\n" + END + after
