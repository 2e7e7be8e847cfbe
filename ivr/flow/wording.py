"""The words of the line: sentences by prompt id, one file a language, and the facts each sentence rests on."""

from dataclasses import dataclass, field
from typing import Literal, NewType

from ivr.flow.nodes import PromptId, about

FactId = NewType("FactId", str)

Command = Literal[
    "person",
    "again",
    "slower",
    "normal",
    "back",
    "main_menu",
    "help",
    "more_time",
    "go_on",
    "where",
    "done",
    "unsure",
    "goodbye",
    "yes",
    "no",
]
"""Universal words: understood at every prompt that takes speech, where they answer something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence. In YAML a sentence without facts may be written as plain text."""

    text: str = field(metadata=about("the words; {key}, {name}, {phone}, {days}, {line} and {dated} are filled in"))
    facts: tuple[FactId, ...] = field(default=(), metadata=about("the facts of facts.yaml that it rests on"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What one prompt says in one language."""

    says: tuple[Sentence, ...] = field(metadata=about("the sentences, one after the other, in one audio file"))
    hears: tuple[str, ...] = field(default=(), metadata=about("words by which a caller may choose this option"))
    name: str = field(default="", metadata=about("what the option is called in `Did you say {name}?`"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All words of one language: `words/<language>.yaml`."""

    status: Literal["draft", "approved"] = field(metadata=about("only approved words are said to callers"))
    approved_by: str = field(default="", metadata=about("who approved them; needed when approved"))
    title: str = field(default="", metadata=about("the language's own name for itself, for the language choice"))
    voice: str = field(default="", metadata=about("Twilio voice where there is no audio: Polly.Amy-Neural"))
    second_voice: str = field(default="", metadata=about("voice used when the first is withdrawn"))
    terms: tuple[str, ...] = field(
        default=(), metadata=about("terms of art that do not count as hard words: mediation")
    )
    universal: dict[Command, tuple[str, ...]] = field(metadata=about("what a caller may say anywhere"))
    prompts: dict[PromptId, Wording] = field(metadata=about("prompt id and its words"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact of the guidance."""

    id: FactId = field(metadata=about("stable id; sentences cite it"))
    spoken: Literal["callers", "staff", "both"] = field(metadata=about("who may be told"))
    fact: str = field(metadata=about("the fact, in plain words"))
