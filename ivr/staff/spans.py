"""Days of a report, and its weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a report, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Each day."""
        return [self.first + timedelta(days=passed) for passed in range((self.last - self.first).days + 1)]

    @property
    def weeks(self) -> list[list[date]]:
        """The days of each week, from Monday on; the first and the last week may have fewer."""
        weeks: dict[tuple[int, int], list[date]] = {}
        for day in self.days:
            weeks.setdefault(day.isocalendar()[:2], []).append(day)
        return list(weeks.values())


def week(days: Sequence[date]) -> str:
    """`28 December 2026 to 3 January 2027`."""
    first, last = days[0], days[-1]
    year = f" {first.year}" if first.year != last.year else ""
    month = f" {first:%B}" if (first.year, first.month) != (last.year, last.month) else ""
    start = f"{first.day}{month}{year} to " if first != last else ""
    return f"{start}{last.day} {last:%B} {last.year}"
