"""Checks of `line.yaml` against the calendar: what is over, and what lasts longer than anyone will remember."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from ivr.flow.check_finding import Finding, error, line, warning
from ivr.flow.line import Flow
from ivr.flow.workdays import holidays_until

LONGEST_NOTICE: Final = timedelta(days=183)
"""A notice that stands for more than half a year is no notice, but a part of the line."""
AHEAD: Final = timedelta(days=30)
"""Before the known bank holidays end: a promise made then may reach into days of which nothing is known."""


def dates(flow: Flow, today: date) -> Iterator[Finding]:
    """What is wrong with the dates of the line, as things are today."""
    settings, known = flow.line, holidays_until(flow)
    if known and known - today <= AHEAD:
        text = f"no bank holiday after {known} is known; use a newer version of the line, or state them as 'closures'"
        yield warning("date", line("closures"), text)
    if settings.guidance_dated > today:
        text = f"the guidance is said to be of {settings.guidance_dated}, which is still to come"
        yield error("date", line("guidance_dated"), text)
    notice = settings.notice
    if notice and notice.ends < today:
        text = f"the notice ended on {notice.ends}; remove it, or give it new days"
        yield warning("date", line("notice", "ends"), text)
    elif notice and notice.ends - notice.starts > LONGEST_NOTICE:
        text = f"the notice stands from {notice.starts} to {notice.ends}; what lasts belongs into the welcome"
        yield warning("date", line("notice", "ends"), text)
    for number, closed in enumerate(settings.closures):
        if closed < today:
            yield warning("date", line("closures", number), f"{closed} is over; remove it")
        elif closed in settings.closures[:number]:
            yield error("date", line("closures", number), f"{closed} is given twice; keep one")
