"""Text messages that callers asked for: counted, sent once, and never sent again without looking first."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, select, text, update

from ivr.store import jobs
from ivr.store.tables import Utc, texts

JOB: Final = "text"
"""The kind of job that sends one."""
STAFF: Final = "notice"
"""What stands for a prompt in a text to staff, which takes nothing from what callers may have."""
DAY: Final = timedelta(hours=24)

TextStatus = Literal["queued", "sending", "unknown", "sent", "refused", "closed"]
"""`sending`: handed to Twilio, no answer noted yet. `unknown`: the answer was lost. `closed`: this number takes no
texts, which is nobody's mistake. The last three are the end: the number is forgotten."""
OVER: Final = frozenset({"sent", "refused", "closed"})

_ASK: Final = text(
    "INSERT INTO texts (id, call_sid, prompt, mark, number, body, status, created)"
    " VALUES (:id, :call_sid, :prompt, :mark, :number, :body, 'queued', :now) ON CONFLICT (call_sid, prompt) DO NOTHING"
).bindparams(bindparam("now", type_=Utc))
_ASKED: Final = select(texts.c.id).where(texts.c.call_sid == bindparam("call"), texts.c.prompt == bindparam("words"))
_SINCE: Final = texts.c.created > bindparam("since", type_=Utc)
_TO_NUMBER: Final = select(func.count()).where(texts.c.mark == bindparam("marked"), _SINCE)
_TO_ALL: Final = select(func.count()).select_from(texts).where(_SINCE, texts.c.prompt != STAFF)
_BY_ID: Final = select(texts).where(texts.c.id == bindparam("row"))
_SENDING: Final = (
    update(texts)
    .where(texts.c.id == bindparam("row"), texts.c.status == "queued")
    .values(status="sending", tries=texts.c.tries + 1, sending=bindparam("now", type_=Utc))
)
_TELL: Final = (
    update(texts)
    .where(texts.c.id == bindparam("row"), texts.c.status.not_in(OVER))
    .values(status=bindparam("came_to"), sid=bindparam("told_sid"), trouble=bindparam("why"))
)
_FORGET_NUMBER: Final = (
    update(texts).where(texts.c.id == bindparam("row"), texts.c.status.in_(OVER)).values(number="", body="")
)
_SIDS: Final[BindParameter[str]] = bindparam("sids", expanding=True)
_KNOWN: Final = select(texts.c.sid).where(texts.c.sid.in_(_SIDS))
_TROUBLED: Final = (
    select(texts)
    .where(texts.c.status.in_(("unknown", "refused")))
    .order_by(texts.c.created.desc(), texts.c.id)
    .limit(bindparam("limit"))
)
_FORGET: Final = delete(texts).where(texts.c.created < bindparam("before", type_=Utc))


@dataclass(frozen=True, slots=True)
class TextAsked:
    """A text to be sent: for which prompt of which call, to whom, in which words. `mark`: see `Marks`."""

    call_sid: str
    prompt: str
    number: str
    mark: str
    body: str


@dataclass(frozen=True, slots=True)
class Caps:
    """Most texts within 24 hours: to one number, and of the whole line."""

    number: int = 3
    line: int = 500


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A text as it is remembered. `number` and `body` are empty once it is over."""

    id: str
    prompt: str
    number: str
    body: str
    status: TextStatus
    tries: int
    sid: str
    trouble: str
    created: datetime
    sending: datetime | None

    @property
    def over(self) -> bool:
        """Whether nothing more is to be done."""
        return self.status in OVER


@dataclass(frozen=True, slots=True)
class Delivery:
    """What handing a text over came to. `later`: it was certainly not taken, so it may be tried again.

    `trouble` is a few words without a number; `seconds` is how long to wait, where that was said.
    """

    status: Literal["sent", "later", "refused", "closed", "unknown"]
    sid: str = ""
    trouble: str = ""
    seconds: float | None = None


def ask(connection: Connection, asked: TextAsked, caps: Caps, now: datetime) -> bool:
    """Have a text sent, once for each prompt of a call. False when that would be one too many."""
    if connection.execute(_ASKED, {"call": asked.call_sid, "words": asked.prompt}).first() is not None:
        return True
    given = {"marked": asked.mark, "since": now - DAY}
    if connection.execute(_TO_NUMBER, given).scalar_one() >= caps.number:
        return False
    if connection.execute(_TO_ALL, {"since": now - DAY}).scalar_one() >= caps.line:
        return False
    return tell(connection, asked, now)


def tell(connection: Connection, asked: TextAsked, now: datetime) -> bool:
    """Have a text sent, whatever was sent before: to staff, who are counted elsewhere."""
    row = uuid.uuid4().hex
    values = {"id": row, "call_sid": asked.call_sid, "prompt": asked.prompt, "mark": asked.mark}
    connection.execute(_ASK, values | {"number": asked.number, "body": asked.body, "now": now})
    return jobs.enqueue(connection, JOB, f"{JOB} {row}", {"text": row}, now)


def by_id(connection: Connection, text_id: str) -> TextMessage | None:
    """One text, or None when it was deleted."""
    row = connection.execute(_BY_ID, {"row": text_id}).mappings().first()
    return TextMessage(**{name: row[name] for name in TextMessage.__dataclass_fields__}) if row else None


def sending(connection: Connection, text_id: str, now: datetime) -> bool:
    """It is about to be handed over. False when that is not this worker's to do: it is not queued."""
    return connection.execute(_SENDING, {"row": text_id, "now": now}).rowcount == 1


def told(connection: Connection, text_id: str, delivery: Delivery) -> None:
    """What became of it; once it is over the number and the words are forgotten."""
    status = "queued" if delivery.status == "later" else delivery.status
    given = {"row": text_id, "came_to": status, "told_sid": delivery.sid, "why": delivery.trouble}
    connection.execute(_TELL, given)
    connection.execute(_FORGET_NUMBER, {"row": text_id})


def known(connection: Connection, sids: Collection[str]) -> frozenset[str]:
    """Which of these messages of Twilio's are noted already, each with a text of its own."""
    return frozenset(connection.execute(_KNOWN, {"sids": list(sids)}).scalars())


def troubled(connection: Connection, limit: int) -> list[TextMessage]:
    """Texts that may not have arrived, the newest first."""
    rows = connection.execute(_TROUBLED, {"limit": limit}).mappings()
    return [TextMessage(**{name: row[name] for name in TextMessage.__dataclass_fields__}) for row in rows]


def forget(connection: Connection, before: datetime) -> int:
    """Delete texts asked for before then; how many."""
    return connection.execute(_FORGET, {"before": before}).rowcount
