"""Opening hours and working days, from a local time that the caller of these functions supplies."""

from datetime import date, datetime, timedelta
from typing import Final, Literal, get_args

from ivr.flow.line import Flow, Weekday

OpenState = Literal["open", "closed", "holiday"]
_DAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
_SATURDAY: Final = 5


def open_state(flow: Flow, now: datetime) -> OpenState:
    """Whether staff answer at `now`, a local time. Without stated hours the line always tries."""
    if not flow.line.hours:
        return "holiday" if now.date() in flow.line.closures else "open"
    if _is_holiday(flow, now.date()):
        return "holiday"
    today = _DAYS[now.weekday()]
    clock = now.time()
    opened = any(today in hours.days and hours.opens <= clock < hours.closes for hours in flow.line.hours)
    return "open" if opened else "closed"


def promised_by(flow: Flow, now: datetime) -> date:
    """The last day on which staff ring back as promised: working days after today, England's bank holidays skipped."""
    day, left = now.date(), flow.line.callback_days
    while left:
        day += timedelta(days=1)
        left -= is_working_day(flow, day)
    return day


def is_working_day(flow: Flow, day: date) -> bool:
    """Monday to Friday, no bank holiday, no stated closure."""
    return day.weekday() < _SATURDAY and not _is_holiday(flow, day)


def holidays_until(flow: Flow) -> date | None:
    """The last day of the years whose bank holidays are known; none where the flow knows no bank holidays."""
    return date(max(flow.bank_holidays).year, 12, 31) if flow.bank_holidays else None


def _is_holiday(flow: Flow, day: date) -> bool:
    return day in flow.bank_holidays or day in flow.line.closures
