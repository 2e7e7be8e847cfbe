"""Working days: weekends, England's bank holidays and stated closures are skipped."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.flow.workdays import is_working_day, promised_by

from .toy import toy

CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)}
FLOW = toy(holidays=CHRISTMAS, closures=(date(2026, 12, 29),))


@pytest.mark.parametrize(
    ("called", "by"),
    [
        ("2026-11-24T10:00", "2026-11-26"),
        ("2026-11-24T23:59", "2026-11-26"),
        ("2026-11-27T10:00", "2026-12-01"),
        ("2026-11-28T10:00", "2026-12-01"),
        ("2026-12-24T10:00", "2026-12-31"),
        ("2026-12-31T10:00", "2027-01-05"),
        ("2028-02-28T10:00", "2028-03-01"),
    ],
)
def test_two_working_days(called, by):
    now = datetime.fromisoformat(called).replace(tzinfo=ZoneInfo("Europe/London"))
    assert promised_by(FLOW, now) == date.fromisoformat(by)


def test_the_number_of_days_is_the_lines_own():
    now = datetime.fromisoformat("2026-11-24T10:00:00+00:00")
    assert promised_by(toy(callback_days=5), now) == date(2026, 12, 1)


def test_working_days():
    assert not any(is_working_day(FLOW, day) for day in CHRISTMAS | {date(2026, 12, 26), date(2026, 12, 29)})
    assert is_working_day(FLOW, date(2026, 12, 30))
