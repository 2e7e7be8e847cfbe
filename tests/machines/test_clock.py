"""Clocks that jump: opening hours and promised days are right in every minute around the changes of five years."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ivr.flow.line import Opening
from ivr.flow.workdays import is_working_day, open_state, promised_by
from ivr.prompts.bank_holidays import ENGLAND
from tests.flow.toy import toy
from tests.phone.signed import Line, action, words

LONDON = ZoneInfo("Europe/London")
YEARS = range(2026, 2031)
NIGHT = Opening(days=("sunday",), opens=time(0, 45), closes=time(2, 15))
"""Hours that nobody keeps, across the minute at which the clocks change."""
DAY = Opening(days=("monday", "tuesday", "wednesday", "thursday", "friday"), opens=time(9), closes=time(17))


def last_sunday(year, month):
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def offset(moment):
    """Hours that London is ahead of UTC, by the rule and not by the system's table: 01:00 UTC on two Sundays."""
    starts, ends = (datetime.combine(last_sunday(moment.year, m), time(1), UTC) for m in (3, 10))
    return timedelta(hours=1 if starts <= moment < ends else 0)


def expected(moment):
    """Whether the line is open, worked out by hand."""
    wall = (moment + offset(moment)).replace(tzinfo=None)
    sunday, working = wall.weekday() == 6, wall.weekday() < 5
    if wall.date() in ENGLAND:
        return "holiday"
    open_now = (sunday and time(0, 45) <= wall.time() < time(2, 15)) or (working and time(9) <= wall.time() < time(17))
    return "open" if open_now else "closed"


def test_every_minute_around_every_change_of_the_clocks_for_five_years(figures):
    flow, minutes = toy(hours=(NIGHT, DAY), holidays=ENGLAND), 0
    for year in YEARS:
        for month in (3, 10):
            change = datetime.combine(last_sunday(year, month), time(1), UTC)
            for minute in range(-180, 181):
                moment = change + timedelta(minutes=minute)
                assert open_state(flow, moment.astimezone(LONDON)) == expected(moment), moment
                minutes += 1
    figures("opening hours around changes of the clock", minutes=minutes, wrong_answers=0)


def test_every_quarter_of_an_hour_of_five_years():
    flow, moment = toy(hours=(DAY,), holidays=ENGLAND), datetime(2026, 1, 1, tzinfo=UTC)
    while moment.year in YEARS:
        night = moment.astimezone(LONDON).weekday() == 6
        assert night or open_state(flow, moment.astimezone(LONDON)) == expected(moment), moment
        moment += timedelta(minutes=15)


def test_every_day_of_five_years_promises_a_working_day_to_come():
    flow, day = toy(holidays=ENGLAND), datetime(2026, 1, 1, 12, tzinfo=LONDON)
    while day.year in YEARS:
        by = promised_by(flow, day)
        between = [day.date() + timedelta(days=n) for n in range(1, (by - day.date()).days + 1)]
        assert is_working_day(flow, by)
        assert sum(is_working_day(flow, one) for one in between) == flow.line.callback_days
        day += timedelta(days=1)


def test_a_clock_that_jumps_in_mid_call_loses_nothing(tmp_path):
    """An hour back between two answers, a year forward, a leap day: the call goes on and its request is one."""
    line = Line(tmp_path)
    try:
        now = iter(
            datetime.fromisoformat(moment)
            for moment in (
                "2026-10-25T00:30:00+00:00",
                "2026-10-25T01:30:00+00:00",
                "2026-10-24T23:30:00+00:00",
                "2028-02-29T12:00:00+00:00",
                "2020-01-01T00:00:00+00:00",
                *["2026-10-25T01:30:00+00:00"] * 9,
            )
        )
        line.app.extensions["switchboard"]._now = lambda: next(now)
        answers = line.call("4", "1", "1")
        assert "I have your request" in words(answers[-1])
        again = line.post(action(answers[-2]), Digits="1")
        assert again.data == answers[-1].data
        (request,) = line.app.extensions["switchboard"].store.queue()
        assert request.due
    finally:
        line.app.extensions["switchboard"].intake.close()
        line.app.extensions["switchboard"]._now = lambda: datetime(2026, 10, 25, tzinfo=UTC)
        line.app.extensions["switchboard"].close()
