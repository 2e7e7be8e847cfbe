"""The line's own settings: `line.yaml` as dataclasses, and the whole flow."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

from ivr.flow.nodes import Message, Node, NodeId, PromptId, about
from ivr.flow.wording import Fact, FactId, Words

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """When staff answer the telephone on some days of the week."""

    days: tuple[Weekday, ...] = field(metadata=about("days of the week"))
    opens: time = field(metadata=about("local time, for example 09:00"))
    closes: time = field(metadata=about("local time, for example 17:00; later than `opens`"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A dated notice, said first while it lasts."""

    says: PromptId = field(metadata=about("prompt said before the welcome"))
    starts: date = field(metadata=about("first day, for example 2026-12-21"))
    ends: date = field(metadata=about("last day"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """The telephone that a transfer rings."""

    number: str = field(metadata=about("in international form, for example +441604367125"))
    seconds: int = field(default=30, metadata=about("how long it rings, 20 to 60 seconds"))
    whisper: bool = field(default=False, metadata=about("whether the person answering presses 1 to take the call"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Prompts that the line says anywhere."""

    slower: PromptId = field(metadata=about("before the same words, more slowly"))
    normal: PromptId = field(metadata=about("before the same words, at normal pace"))
    restart: PromptId = field(metadata=about("when the place in the call is not known any more, before the main menu"))
    did_you_say: PromptId = field(metadata=about("when a spoken choice is unsure; its words hold {name}"))
    yes_or_no: PromptId = field(metadata=about("after did_you_say: the keys for yes and no"))
    more_time: PromptId = field(metadata=about("when a caller asks for more time"))
    waiting: PromptId = field(metadata=about("when nobody could be reached and the caller stays silent"))
    go_on: PromptId = field(metadata=about("after the first part of a leaflet: how to go on, or back"))
    not_noted: PromptId = field(metadata=about("when an answer could not be stored, before going on"))
    whisper: PromptId = field(metadata=about("said to the person answering a transfer, when whisper is on"))
    help: PromptId = field(metadata=about("help where a menu has none of its own"))
    message_here: PromptId | None = field(
        default=None, metadata=about("before a caller hears the message that they recorded: <message>")
    )
    message_later: PromptId | None = field(
        default=None, metadata=about("in its place while it cannot be played yet; needed where there is a <message>")
    )
    where: PromptId | None = field(
        default=None, metadata=about("when a caller asks where they are in a leaflet; holds {part} and {parts}")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A warning of the check that is put up with, for a reason and until a day."""

    check: str = field(metadata=about("the name of the check, as the warning shows it"))
    subject: str = field(metadata=about("the node or prompt that the warning is about"))
    reason: str = field(metadata=about("why it is put up with"))
    until: date = field(metadata=about("last day, for example 2027-03-31; after it the warning is an error"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Settings of the whole line: `line.yaml`."""

    name: str = field(metadata=about("the line's name, as it is said and shown"))
    start: NodeId = field(metadata=about("the first node of a call"))
    main: NodeId = field(metadata=about("the main menu, where a call starts again"))
    person: NodeId = field(metadata=about("where 0 leads, and the third failure"))
    nobody: NodeId = field(metadata=about("where a call goes once a person was rung and not reached"))
    goodbye: NodeId | None = field(
        default=None, metadata=about("where the universal word goodbye leads: the end of a call, never by mistake")
    )
    languages: tuple[str, ...] = field(metadata=about("languages, the first is the default: words/<language>.yaml"))
    ringing: Ringing = field(metadata=about("the telephone that a transfer rings"))
    phrases: Phrases = field(metadata=about("prompts that the line says anywhere"))
    no_input: tuple[PromptId, ...] = field(metadata=about("after silence, one a try; the next failure is a person"))
    no_match: tuple[PromptId, ...] = field(metadata=about("prompts after a key or word that is no choice, one a try"))
    guidance_dated: date = field(metadata=about("when the guidance was last updated, for example 2023-04-28"))
    callback_days: int = field(default=2, metadata=about("working days within which staff ring back"))
    hours: tuple[Opening, ...] = field(default=(), metadata=about("when staff answer; none stated means always try"))
    closures: tuple[date, ...] = field(default=(), metadata=about("days when nobody answers, besides bank holidays"))
    privacy: PromptId | None = field(
        default=None,
        metadata=about(
            "prompt that says what is kept of a caller; which wording they were told is kept with a request"
        ),
    )
    resume: NodeId | None = field(
        default=None,
        metadata=about("yes-or-no menu for a call that dropped in a leaflet and rings again; yes goes on there"),
    )
    notice: Notice | None = field(default=None, metadata=about("a dated notice said first"))
    waivers: tuple[Waiver, ...] = field(default=(), metadata=about("warnings of the check that are put up with"))


@dataclass(frozen=True, slots=True)
class Flow:
    """Everything the engine decides from. Immutable, so a call never sees half a change."""

    line: Line
    nodes: dict[NodeId, Node]
    words: dict[str, Words]
    facts: dict[FactId, Fact]
    bank_holidays: frozenset[date] = frozenset()
    version: str = ""

    def is_leaflet(self, name: NodeId) -> bool:
        """Whether a call may wait there, between two parts."""
        node = self.nodes.get(name)
        return isinstance(node, Message) and node.waits

    @property
    def topics(self) -> dict[str, str]:
        """What a call that reached a leaflet is about, by the leaflet's node."""
        return {name: node.topic for name, node in self.nodes.items() if isinstance(node, Message) and node.topic}
