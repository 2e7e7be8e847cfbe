"""The line as it is shipped: nobody is stranded, and everything can be followed by ear."""

from time import process_time

import pytest
from click.testing import CliRunner

from ivr.flow.check import check
from ivr.prompts.commands import check as command
from ivr.prompts.load import load
from tests.check.files import SHIPPED, TODAY

MOVES_A_NODE = 900
"""Turns of the engine for each node; how long one takes depends on the machine."""
SECONDS = 5.0


def test_nothing_must_be_mended_and_the_work_is_in_bounds() -> None:
    flow = load(SHIPPED)
    report = check(flow, TODAY)

    assert [finding for finding in report.findings if finding.severity == "error"] == []
    assert max(row.keys for row in report.rows) <= 2
    assert max(row.person.slow for row in report.rows) <= 30
    assert report.moves < MOVES_A_NODE * len(flow.nodes)


@pytest.mark.prove
def test_the_check_takes_less_than_five_seconds() -> None:
    flow = load(SHIPPED)
    before = process_time()
    check(flow, TODAY)

    assert process_time() - before < SECONDS


@pytest.mark.prove
def test_the_command_says_so() -> None:
    result = CliRunner().invoke(command, ["--prompts", str(SHIPPED)])

    assert (result.exit_code, result.output.splitlines()[-1].endswith("no mistakes")) == (0, True)
