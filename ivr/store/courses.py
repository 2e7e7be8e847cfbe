"""How calls and requests went, as numbers of a day: no number, no id and no time of anybody is in them.

Kinds of calls, by the day on which a call began: `calls`; `topic`, of what a caller heard something; `again`, `slower`
and `silent`, at least once in a call; `transfer`, how the last one ended; and of each call one of `left`, the node at
which the caller hung up, or `end`: `goodbye`, `person`.

Kinds of requests, by the day of the promise: `promise`: `kept`, `tried`, `broken`, `open`; `council`; `asked`, a topic;
`reach`, whole hours until staff spoke to the caller; `wish`, no promise was made, by the day of the call.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

Tally = Counter[tuple[date, str, str]]
"""So many by day, kind and name."""
LONDON: Final = ZoneInfo("Europe/London")
GOODBYE: Final = "-"
"""Where a turn leads after which the line hangs up, as the caller chose."""
LONGEST_REACH: Final = 999
"""Hours; who was reached later counts as this."""
_PERSON: Final = "transfer_conversation"
_TRANSFER: Final = "transfer_"


@dataclass(slots=True)
class Course:
    """One call, from the notes of it in the order in which they were made."""

    first: datetime
    last: datetime
    turn: int = -1
    went: str = ""
    transfer: str = ""
    final: str = ""
    kinds: set[str] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)

    def add(self, row: Any, topics: Mapping[str, str]) -> None:
        """One note more."""
        self.last = max(self.last, row.at)
        self.kinds.add(row.kind)
        self.topics.update(topics[node] for node in (row.node, row.went) if node in topics)
        if row.kind.startswith(_TRANSFER):
            self.transfer = row.kind.removeprefix(_TRANSFER)
        if row.turn >= self.turn:
            self.turn, self.went, self.final = row.turn, row.went or row.node, row.kind

    @property
    def end(self) -> tuple[str, str]:
        """The kind and name of how it ended."""
        if self.went == GOODBYE:
            return "end", "goodbye"
        return ("end", "person") if self.final == _PERSON else ("left", self.went)


def day_of(moment: datetime) -> date:
    """The day in London."""
    return moment.astimezone(LONDON).date()


def midnight(day: date) -> datetime:
    """When a day begins in London; days are 23 or 25 hours long when the clocks change."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


def gather(courses: dict[str, Course], rows: Iterable[Any], topics: Mapping[str, str]) -> None:
    """Put notes to the calls that they are of."""
    for row in rows:
        course = courses.get(row.call_sid)
        if course is None:
            course = courses[row.call_sid] = Course(row.at, row.at)
        course.add(row, topics)


def of_calls(courses: Iterable[Course]) -> Tally:
    """The numbers of these calls."""
    tally: Tally = Counter()
    for course in courses:
        day = day_of(course.first)
        tally[day, "calls", ""] += 1
        tally[day, *course.end] += 1
        for topic in course.topics:
            tally[day, "topic", topic] += 1
        for kind, note in (("again", "again"), ("slower", "slower"), ("silent", "noinput")):
            tally[day, kind, ""] += note in course.kinds
        if course.transfer:
            tally[day, "transfer", course.transfer] += 1
    return +tally


def of_requests(rows: Iterable[Any], today: date) -> Tally:
    """The numbers of these requests; each row has also when staff first tried, and first spoke to the caller."""
    tally: Tally = Counter()
    for row in rows:
        if row.confirmed is None:
            tally[day_of(row.created), "wish", ""] += 1
            continue
        day = day_of(row.confirmed)
        tally[day, "promise", _kept(row, today)] += 1
        tally[day, "council", row.council] += 1
        for topic in set(row.topic.split(",")):
            tally[day, "asked", topic] += 1
        if row.spoke is not None:
            tally[day, "reach", str(_hours(row.spoke - row.confirmed))] += 1
    return tally


def _kept(row: Any, today: date) -> str:
    """What became of a promise: to speak to the caller by the end of a day."""
    if row.spoke is not None and day_of(row.spoke) <= row.due:
        return "kept"
    if row.tried is not None and day_of(row.tried) <= row.due:
        return "tried"
    return "broken" if row.due < today else "open"


def _hours(passed: timedelta) -> int:
    return min(max(int(passed.total_seconds() // 3600), 0), LONGEST_REACH)
