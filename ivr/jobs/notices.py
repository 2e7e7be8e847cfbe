"""Notices to staff: what there is to tell, whom, and in which words. No notice says anything of anybody who called.

Every quarter of an hour one worker looks. Whoever is to be told of something gets one notice of all of it: at most one
e-mail in each quarter of an hour, and one text in each hour.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ivr.flow.line import Flow
from ivr.flow.workdays import open_state
from ivr.jobs.runner import Done, Result
from ivr.line import LONDON
from ivr.numbers import ringable
from ivr.sealing import Sealing
from ivr.settings.mail import NoticeSettings
from ivr.store import Choices, Due, Job, Notices, Reader
from ivr.store.choices import DIGEST, mobile_of
from ivr.store.notices import Counts, Text

NOTICES: Final = "notices"
"""The kind of job that looks what there is to tell: one for each quarter of an hour."""
BACK: Final = timedelta(hours=24)
"""How far back a request that came while nobody answers is told of."""
EMAIL_SPAN: Final = timedelta(minutes=15)
TEXT_SPAN: Final = timedelta(hours=1)
LEADS: Final = ("lead", "administrator")


def span_of(now: datetime, span: timedelta) -> str:
    """A word for the stretch of time around now: the same for all workers, whatever the clocks of a place do."""
    seconds = int(now.timestamp() // span.total_seconds() * span.total_seconds())
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%MZ}"


def planned(now: datetime, settings: NoticeSettings) -> dict[str, str]:
    """The look of this quarter of an hour, and once its time has come the digest of the day: kinds by key."""
    local = now.astimezone(LONDON)
    digest = {f"{DIGEST}-{local.date()}": DIGEST} if local.time() >= settings.digest_at else {}
    return {f"{NOTICES}-{span_of(now, EMAIL_SPAN)}": NOTICES} | digest


@dataclass(frozen=True, slots=True)
class Telling:
    """The jobs that look what staff are to be told. `url`: of the line. `ways`: whether it has e-mail, and texts."""

    notices: Notices
    choices: Choices
    sealing: Sealing
    flow: Callable[[], Flow]
    settings: NoticeSettings
    url: str
    ways: tuple[bool, bool]
    now: Callable[[], datetime]

    def look(self, job: Job) -> Result:  # noqa: ARG002 - the same every time
        """Tell whoever wants to know; stopped anywhere and done again, nobody is told twice."""
        now, readers = self.now(), self.choices.readers()
        if not readers:
            return Done()
        flow, (by_email, by_text) = self.flow(), self.ways
        due = self._due(flow, now)
        for reader in readers:
            if by_email and reader.choice.email:
                self.notices.tell(reader, due, span_of(now, EMAIL_SPAN), None, now)
            if by_text and reader.choice.text and (number := self._mobile(reader)):
                said = Text(number, lambda counts: text_of(flow.line.name, self.url, counts))
                self.notices.tell(reader, due, span_of(now, TEXT_SPAN), said, now)
        return Done()

    def digest(self, job: Job) -> Result:  # noqa: ARG002 - the same every day
        """The summary of the day, for whoever wants it."""
        now = self.now()
        today = now.astimezone(LONDON).date()
        counts = self.notices.summary(today)
        for reader in self.choices.readers():
            if DIGEST in reader.choice.email:
                theirs = counts if reader.role in LEADS else {name: counts[name] for name in counts if name != "dead"}
                self.notices.digest(reader, theirs, today, now)
        return Done()

    def _due(self, flow: Flow, now: datetime) -> Due:
        """What there is to tell now. Broken promises wait for the morning: nobody rings a family at night."""
        local = now.astimezone(LONDON)
        arrived: tuple[str, ...] = ()
        if flow.line.hours:
            came = self.notices.arrived(now - BACK)
            arrived = tuple(one for one, at in came if open_state(flow, at.astimezone(LONDON)) != "open")
        near = local.date() if local.time() >= self.settings.near_at else None
        overdue = local.date() if local.time() >= self.settings.digest_at else None
        return Due(arrived, near, overdue)

    def _mobile(self, reader: Reader) -> str:
        """Their number; empty when the key that closed it is gone."""
        try:
            return ringable(self.sealing.open_words(reader.choice.mobile, mobile_of(reader.id))) or ""
        except ValueError:
            return ""


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count} requests"


def lines_of(counts: Counts) -> list[str]:
    """Each reason as a sentence, the most urgent first."""
    said: Mapping[str, Callable[[int], str]] = {
        "overdue": lambda count: f"{_requests(count)}: the promise is overdue.",
        "near": lambda count: f"{_requests(count)}: the promise ends today.",
        "arrived": lambda count: f"{_requests(count)} came while nobody answers the telephone.",
    }
    return [words(counts[reason]) for reason, words in said.items() if counts.get(reason)]


def text_of(line: str, url: str, counts: Counts) -> str:
    """The words of a text."""
    return f"{line} staff: {' '.join(lines_of(counts))} {url}/staff"


def digest_lines(counts: Counts) -> list[str]:
    """The numbers of a day."""
    given_up = [f"Background work that was given up: {counts['dead']}."] if counts.get("dead") else []
    return [
        f"Waiting for a call: {counts.get('open', 0)}.",
        f"Overdue: {counts.get('overdue', 0)}.",
        f"Promised by the end of today: {counts.get('near', 0)}.",
        f"Incomplete, because the caller hung up: {counts.get('incomplete', 0)}.",
        *given_up,
    ]
