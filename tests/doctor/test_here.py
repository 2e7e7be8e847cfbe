"""What the doctor sees on this machine."""

from datetime import date
from pathlib import Path

import pytest

from ivr.config import Config
from ivr.doctor.here import words
from tests.check.files import SAMPLE


@pytest.mark.parametrize(("today", "state"), [("2050-11-30", "good"), ("2050-12-01", "think")])
def test_bank_holidays_are_told_of_before_they_end(tmp_path: Path, today: str, state: str) -> None:
    config = Config.from_env({"DATA_DIR": str(tmp_path), "VOICE": "twilio", "PROMPTS_DIR": str(SAMPLE)})
    told = {one.name: one for one in words(config, date.fromisoformat(today))}

    assert told["bank holidays"].state == state
    assert "known until the end of 2050" in told["bank holidays"].told
