"""A request in plain words, as staff read it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from ivr.flow.line import Flow
from ivr.flow.nodes import Menu, Message, NodeId, PhoneNumber, Recording, Transfer
from ivr.flow.spoken import text_of
from ivr.flow.turn import Say
from ivr.flow.workdays import is_working_day
from ivr.line import LONDON
from ivr.store import Wording
from ivr.store.facts import Recording as Spoken
from ivr.store.listing import Standing
from ivr.store.outcomes import DISPOSITIONS, OUTCOMES, Outcome

COUNCILS: Final = {
    "north": "North Northamptonshire",
    "west": "West Northamptonshire",
    "unsure": "Not sure which council",
}
TOPICS: Final = {
    "mediation": "Mediation",
    "disagreement": "Disagreement resolution",
    "difference": "How the two differ",
    "decisions": "How decisions are made",
    "school": "A complaint at a school",
    "advice": "Advice and support",
}
NEEDS: Final = {
    "interpreter": "Needs an interpreter",
    "polish": "Polish",
    "romanian": "Romanian",
    "other_language": "Another language: ask which",
    "relay": "Uses text relay",
    "slower": "Would like us to speak slowly",
    "large_print": "Large print, if anything is posted",
}
LANGUAGES: Final = {"en-GB": "English", "pl-PL": "Polish", "ro-RO": "Romanian"}
BEST_TIMES: Final = {"morning": "In the morning", "afternoon": "In the afternoon", "any": "Any time"}
DIALS: Final = {
    "asked": "It is not known whether the call was made",
    "ringing": "Called from this page",
    "refused": "The call was refused",
    "unknown": "It is not known whether the call was made",
    "failed": "The call was not made",
}
KINDS: Final = {
    "claim": "Claimed",
    "release": "Given back",
    "attempt": "Tried",
    "note": "Note",
    "transcript": "Typed what a message says",
    "close": "Closed",
    "reopen": "Opened again",
    "dial": "Called by click",
}
ASKED: Final = {
    "council": "when asked which council it is about",
    "best_time": "when asked when to call",
    "safe_message": "when asked whether a message is safe",
    "needs": "when asked what would help",
    "number": "when asked which number to call",
}
WORDS: Final[dict[str, Outcome]] = {one.id: one for one in OUTCOMES.values()}
ENDS: Final[dict[str, str]] = {str(name): text for name, text in DISPOSITIONS.items()}
NOON: Final = 12
EVENING: Final = 17
_NO_DAY: Final = date.max


def word(names: Mapping[str, str], value: str, nothing: str = "Not said") -> str:
    """A stored word as staff read it; one that is not known stays as it is."""
    return names.get(value, value) if value else nothing


def listed(names: Mapping[str, str], value: str, nothing: str = "Not said") -> str:
    """Several stored words, with commas."""
    return ", ".join(word(names, one) for one in value.split(",")) if value else nothing


def day_of(day: date) -> str:
    """`Thursday 26 November`."""
    return f"{day:%A} {day.day} {day:%B}"


def when(moment: datetime) -> str:
    """`Tuesday 24 November at 10:30`, by the clocks of staff."""
    local = moment.astimezone(LONDON)
    return f"{day_of(local.date())} at {local:%H:%M}"


def promise(due: date | None, today: date) -> tuple[str, str]:
    """What was promised, and how urgent that is: overdue, today or nothing."""
    if due is None:
        return "No call was promised yet", ""
    said, left = f"Promised by {day_of(due)}", (due - today).days
    if left < 0:
        return f"{said} – {_days(-left)} overdue", "overdue"
    if left == 0:
        return f"{said} – that is today", "today"
    return (f"{said} – tomorrow", "") if left == 1 else (f"{said} – {_days(left)} left", "")


def is_best_time(best_time: str, now: datetime) -> bool:
    """Whether this is a time at which the caller said to call."""
    return best_time in best_times(now) or not best_time


def best_times(now: datetime) -> tuple[str, ...]:
    """Which best times are now."""
    hour = now.astimezone(LONDON).hour
    return ("morning", "any") if hour < NOON else ("afternoon", "any") if hour < EVENING else ("any",)


def stopped(flow: Flow, node_id: str) -> str:
    """Where a call ended, in the words of staff: never the name of a node."""
    match flow.nodes.get(NodeId(node_id)):
        case Menu(keeps=kept) if kept in ASKED:
            return f"Hung up {ASKED[kept]}"
        case PhoneNumber():
            return "Hung up while typing a number"
        case Recording():
            return "Hung up while leaving a message"
        case Transfer():
            return "Hung up while we rang a person"
        case Menu(ask=ask) if ask:
            return f"Hung up after “{_first(text_of(flow, Say(ask[-1]), flow.line.languages[0]))}”"
        case _:
            return "Hung up before the end"


def heard(flow: Flow, nodes: tuple[str, ...]) -> list[tuple[str, str]]:
    """The leaflets that a caller heard: each with where it stands in the script."""
    leaflets = [name for name in nodes if isinstance(flow.nodes.get(NodeId(name)), Message)]
    return [(_title(flow, name), f"/script#node-{name}") for name in leaflets]


def notice(version: str, told: Wording | None) -> tuple[str, str, str]:
    """Which privacy notice a caller was told; its words where they are kept, and their language."""
    if not version:
        return "It is not known which wording they were told", "", ""
    if told is None:
        return f"They were told wording {version}, whose words are not kept here", "", ""
    since = told.since.astimezone(LONDON)
    spoken = f"They were told this in {word(LANGUAGES, told.language)}. It is wording {version}"
    return f"{spoken}, which was first told on {day_of(since.date())} {since:%Y}:", told.words, told.language


def spoken_state(message: Spoken) -> str:
    """What there is of a spoken message, honestly."""
    states = {
        "expected": "A message was spoken; it is on its way here.",
        "in-progress": "A message is being spoken, or is on its way here.",
        "completed": f"A message of {message.seconds} seconds was spoken.",
        "absent": "The caller was asked for a message and said nothing.",
        "failed": "A message could not be recorded.",
    }
    return states.get(message.status, "There is no more to be known about a message.")


def stands(standing: Standing, names: Mapping[str, str], me: str) -> str:
    """How work on a request stands."""
    if standing.claimed_by:
        whose = "you" if standing.claimed_by == me else names.get(standing.claimed_by, "somebody")
        until = f"{standing.claimed_until.astimezone(LONDON):%H:%M}" if standing.claimed_until else ""
        return f"Claimed by {whose} until {until}"
    if standing.request.status in {"done", "closed"}:
        return f"Closed: {word(ENDS, standing.disposition).lower()}"
    return "Free to claim"


def tries(count: int) -> str:
    """How often a caller was tried."""
    return {0: "Not tried yet", 1: "Tried once", 2: "Tried twice"}.get(count, f"Tried {count} times")


def outcome(kind: str, value: str) -> str:
    """What a row of the history came to."""
    if kind == "attempt" and value in WORDS:
        return WORDS[value].words
    return (ENDS | DIALS).get(value, value)


def next_working(flow: Flow, moment: datetime) -> datetime:
    """A time for the next try at which people work: nine to five on a working day, counted as promises count them."""
    local = moment.astimezone(LONDON)
    if local.hour >= EVENING:
        local = (local + timedelta(days=1)).replace(hour=9, minute=0)
    if local.hour < 9:  # noqa: PLR2004 - nine in the morning
        local = local.replace(hour=9, minute=0)
    while not is_working_day(flow, local.date()):
        local = (local + timedelta(days=1)).replace(hour=9, minute=0)
    return local


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _title(flow: Flow, name: str) -> str:
    node = flow.nodes[NodeId(name)]
    topic = getattr(node, "topic", "") or ""
    if topic in TOPICS:
        return TOPICS[topic]
    if isinstance(node, Message) and node.parts:
        return _first(text_of(flow, Say(node.parts[0].says[0]), flow.line.languages[0]))
    return "A part of the guidance"


def _first(text: str) -> str:
    """The first sentence, shortened."""
    sentence = text.split(". ", maxsplit=1)[0].rstrip(".")
    return sentence if len(sentence) <= 70 else f"{sentence[:67].rsplit(' ', 1)[0]} …"  # noqa: PLR2004 - one line
