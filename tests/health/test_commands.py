"""`ivr mark`: from a call's id to its lines in the log."""

import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.watching.safe import Marks

KEY, SID = "s" * 40, "CA" + "0123456789abcdef" * 2


@pytest.fixture
def ivr(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", KEY)
    return lambda *words: CliRunner().invoke(main, words)


def test_a_calls_mark_is_that_of_the_log(ivr):
    done = ivr("mark", SID)
    assert (done.exit_code, done.output) == (0, f"{Marks(KEY)(SID)}\n")


@pytest.mark.parametrize("given", ["", "CA", SID[:-1], SID.upper(), "07700900123", SID + "\n"])
def test_what_is_no_call_is_refused(ivr, given):
    done = ivr("mark", given)
    assert done.exit_code == 2
    assert "32 hexadecimal digits" in done.output
