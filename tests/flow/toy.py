"""A small flow made by hand, with one node of every kind, for tests of the engine alone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from ivr.flow.line import Flow, Line, Opening, Phrases, Ringing
from ivr.flow.nodes import (
    CallbackRequest,
    CallbackWish,
    Goodbye,
    Hours,
    LanguageChoice,
    Menu,
    Message,
    Option,
    Part,
    PhoneNumber,
    Recording,
    TextMessage,
    Transfer,
)
from ivr.flow.wording import Sentence, Wording, Words

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC).astimezone(ZoneInfo("Europe/London"))


def option(key, says, goto, value=""):
    return Option(key=key, says=says, goto=goto, value=value)


def part(*says, quiet=0):
    return Part(says=says, quiet=quiet)


NODES = {
    "welcome": Message(parts=(part("welcome"),), goto="main", waits=False),
    "main": Menu(
        ask=("main",),
        options=(
            option("1", "to-leaflet", "leaflet"),
            option("2", "to-callback", "callback"),
            option("3", "to-sure", "sure"),
        ),
        help="main.help",
    ),
    "sure": Menu(ask=("sure",), options=(option("1", "yes", "leaflet"), option("2", "no", "bye")), yes_no=True),
    "leaflet": Message(parts=(part("one"), part("two", quiet=3), part("three")), goto="more", topic="mediation"),
    "more": Menu(
        ask=("more",),
        options=(option("1", "to-main", "main"), option("2", "to-bye", "bye"), option("3", "to-text", "text")),
    ),
    "person": Hours(open="transfer", closed="shut", holiday="shut"),
    "shut": Message(parts=(part("shut"),), goto="nobody", waits=False),
    "transfer": Transfer(ask=("ringing",), goto="more", busy="engaged", no_answer="unanswered", failed="broken"),
    "engaged": Message(parts=(part("engaged"),), goto="nobody", waits=False),
    "unanswered": Message(parts=(part("unanswered"),), goto="nobody", waits=False),
    "broken": Message(parts=(part("broken"),), goto="nobody", waits=False),
    "nobody": Menu(ask=("nobody",), options=(option("1", "to-callback", "callback"), option("2", "to-main", "main"))),
    "callback": CallbackWish(own="own", other="number", known="known"),
    "own": Menu(
        ask=("own", "<number-ending>"),
        options=(option("1", "yes", "store", "own"), option("2", "no", "number", "keyed")),
        keeps="number",
        yes_no=True,
    ),
    "number": PhoneNumber(
        ask=("number",), goto="right", failed="not-kept", not_a_number=("not-number-1", "not-number-2")
    ),
    "right": Menu(
        ask=("right", "<number>"), options=(option("1", "yes", "store"), option("2", "no", "number")), yes_no=True
    ),
    "store": CallbackRequest(goto="kept", merged="merged", failed="not-kept"),
    "kept": Message(parts=(part("kept"),), goto="council", waits=False),
    "merged": Message(parts=(part("merged"),), goto="council", waits=False),
    "not-kept": Message(parts=(part("not-kept"),), goto="person", waits=False),
    "council": Menu(
        ask=("council",),
        options=(option("1", "north", "needs", "north"), option("2", "west", "needs", "west")),
        keeps="council",
    ),
    "needs": Menu(
        ask=("needs",),
        options=(
            option("1", "relay", "needs", "relay"),
            option("2", "slower", "needs", "slower"),
            option("3", "none", "speak", "none"),
        ),
        keeps="needs",
    ),
    "speak": Recording(ask=("speak",), goto="done", empty="done"),
    "done": Message(parts=(part("reference", "<reference>", "<reference>"),), goto="more", waits=False),
    "known": Message(parts=(part("known", "<reference>"),), goto="more", waits=False),
    "text": TextMessage(text="text", goto="sent", cannot="unsent"),
    "sent": Message(parts=(part("sent"),), goto="more", waits=False),
    "unsent": Message(parts=(part("unsent"),), goto="more", waits=False),
    "language": LanguageChoice(goto="main", other="callback"),
    "bye": Goodbye(says=("bye",)),
    "resume": Menu(ask=("resume",), options=(option("1", "yes", "main"), option("2", "no", "main")), yes_no=True),
}

HEARS = {
    "to-leaflet": ("mediation", "the leaflet"),
    "language.other": ("another tongue",),
    "to-callback": ("call me back", "callback"),
    "to-bye": ("goodbye", "finish"),
    "north": ("north", "north northamptonshire"),
    "west": ("west", "west northamptonshire"),
}
UNIVERSAL = {
    "person": ("person", "operator"),
    "again": ("again", "repeat"),
    "slower": ("slower",),
    "normal": ("normal speed", "faster"),
    "back": ("go back",),
    "main_menu": ("main menu",),
    "help": ("help",),
    "more_time": ("more time",),
    "go_on": ("go on", "next"),
    "where": ("where am i",),
    "done": ("all done",),
    "goodbye": ("so long",),
    "yes": ("yes",),
    "no": ("no",),
}
PHRASES = Phrases(
    slower="slower",
    normal="normal",
    restart="restart",
    did_you_say="did-you-say",
    yes_or_no="yes-or-no",
    more_time="more-time",
    waiting="waiting",
    go_on="go-on",
    not_noted="not-noted",
    whisper="whisper",
    help="help",
    where="where",
)


def _prompts():
    ids = {prompt for node in NODES.values() for prompt in _named(node)}
    ids |= {f"digit.{digit}" for digit in range(10)} | {
        "silence-1",
        "silence-2",
        "pardon-1",
        "pardon-2",
        "language.offer",
        "language.other",
    }
    ids |= {getattr(PHRASES, name) for name in Phrases.__slots__}
    return {
        prompt: Wording(says=(Sentence(text=f"Words of {prompt}."),), hears=HEARS.get(prompt, ()), name=prompt)
        for prompt in ids
    }


def _named(node):
    for name in ("ask", "says", "not_a_number"):
        yield from getattr(node, name, ())
    yield from (choice.says for choice in getattr(node, "options", ()))
    yield from (prompt for piece in getattr(node, "parts", ()) for prompt in piece.says)
    yield from (getattr(node, name) for name in ("help", "text") if isinstance(getattr(node, name, None), str))


def toy(*, hours=(), closures=(), holidays=frozenset(), nodes=None, **line):
    """The flow, with opening hours or other settings where a test wants them."""
    settings = {
        "name": "the toy line",
        "start": "welcome",
        "main": "main",
        "person": "person",
        "nobody": "nobody",
        "languages": ("en-GB",),
        "ringing": Ringing(number="+441604367125"),
        "phrases": PHRASES,
        "no_input": ("silence-1", "silence-2"),
        "no_match": ("pardon-1", "pardon-2"),
        "resume": "resume",
        "goodbye": "bye",
        "guidance_dated": date(2023, 4, 28),
        "hours": hours,
        "closures": closures,
        **line,
    }
    words = Words(status="approved", approved_by="the tests", universal=UNIVERSAL, prompts=_prompts())
    return Flow(Line(**settings), {**NODES, **(nodes or {})}, {"en-GB": words}, {}, frozenset(holidays), "toy")


WEEKDAYS = Opening(days=("monday", "tuesday", "wednesday", "thursday", "friday"), opens=time(9), closes=time(17))
