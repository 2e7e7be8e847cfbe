"""What happens at one node: its words in order, what it does without words, and its ways on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ivr.flow.line import Flow
from ivr.flow.nodes import (
    MESSAGE,
    NUMBER,
    NUMBER_ENDING,
    READ_BACK,
    REFERENCE,
    CallbackRequest,
    CallbackWish,
    Goodbye,
    Hours,
    LanguageChoice,
    Menu,
    Message,
    Node,
    NodeId,
    PhoneNumber,
    PromptId,
    Recording,
    TextMessage,
    Transfer,
)
from ivr.flow.speech import LANGUAGE_OFFER, spoken_languages
from ivr.flow.turn import Say
from ivr.pages.chapters import Entry
from ivr.pages.sentences import Reader, Told
from ivr.pages.ways import Way, ways


@dataclass(frozen=True, slots=True)
class Spoken:
    """One prompt as it is said, with its sentences; or, without a `say`, a remark in place of words."""

    say: Say | None
    sentences: tuple[Told, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Words that are said together. `label` says when, and is empty for what is said on arrival."""

    label: str
    spoken: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class Onward:
    """A way on, and the entry it leads to; `sentences` are the words that offer a choice."""

    way: Way
    entry: Entry
    sentences: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """One node: its entry, its kind in words, its blocks and its ways on."""

    entry: Entry
    kind: str
    remark: str
    blocks: tuple[Block, ...]
    ways: tuple[Onward, ...]


_READ_BACK = {
    NUMBER: "The number that was keyed, digit by digit.",
    NUMBER_ENDING: "The last three digits of the number of this call.",
    REFERENCE: "The reference, digit by digit.",
    MESSAGE: "The message that was spoken.",
}


def stop(reader: Reader, entries: dict[NodeId, Entry], name: NodeId) -> Stop:
    """Everything about one node."""
    node = reader.flow.nodes[name]
    blocks = tuple(block for block in _blocks(reader, node) if block.spoken)
    onward = tuple(_onward(reader, entries, way) for way in ways(reader.flow, name))
    return Stop(entries[name], kind_of(node), _remark(reader.flow, name), blocks, onward)


def _onward(reader: Reader, entries: dict[NodeId, Entry], way: Way) -> Onward:
    return Onward(way, entries[way.goto], reader.say(way.offer) if way.offer else ())


def kind_of(node: Node) -> str:
    """What sort of stop a node is, in two or three words."""
    match node:
        case Menu():
            return "yes or no" if node.yes_no else "question"
        case Message() if node.waits:
            return f"leaflet, {len(node.parts)} {'part' if len(node.parts) == 1 else 'parts'}"
        case Message():
            return "words"
        case PhoneNumber():
            return "keys"
        case Recording():
            return "recording"
        case Transfer():
            return "a call to the councils"
        case Goodbye():
            return "end"
        case _:
            return "no words"


def _remark(flow: Flow, name: NodeId) -> str:
    match flow.nodes[name]:
        case Menu() if name == flow.line.resume:
            return "Yes goes on where the last call stopped. No begins at the main menu."
        case Message(waits=True, parts=(_, _, *_)):
            return "The line stops after each part, and the caller chooses when to go on."
        case Hours():
            return "The line looks at the clock; nothing is said." if flow.line.hours else NO_HOURS
        case CallbackWish():
            return "Nothing is said yet. From here on, a call that drops is still called back."
        case CallbackRequest():
            return "The request is stored before another word is said."
        case PhoneNumber():
            return "The caller keys the number, and ends it with hash."
        case Recording(seconds=seconds):
            return f"After a beep, the caller speaks for up to {seconds} seconds. Hash ends it."
        case Transfer():
            return f"The councils’ telephone rings for up to {flow.line.ringing.seconds} seconds."
        case Goodbye():
            return "The line hangs up, because the caller chose to finish."
        case LanguageChoice() if len(spoken_languages(flow)) == 1:
            return "Nothing is asked here while only one language is approved."
        case _:
            return ""


NO_HOURS = "No opening hours are stated, so the line always tries, except on bank holidays and other days off."


def _blocks(reader: Reader, node: Node) -> Iterator[Block]:
    match node:
        case Menu():
            yield Block("", _read(reader, node.ask))
            yield Block("When the caller asks for help", _read(reader, (node.help,) if node.help else ()))
            yield from _failures(reader, node.no_input, node.no_match)
        case Message():
            yield from _parts(reader, node)
        case PhoneNumber():
            yield Block("", _read(reader, node.ask))
            yield Block("After a number that staff cannot ring, one a try", _read(reader, node.not_a_number))
            yield from _failures(reader, node.no_input, ())
        case Recording() | Transfer():
            yield Block("", _read(reader, node.ask))
        case LanguageChoice():
            yield Block("", (*_read(reader, node.ask), *_languages(reader)))
        case TextMessage():
            yield Block("The text message", _read(reader, (node.text,)))
        case Goodbye():
            yield Block("", _read(reader, node.says))
        case _:
            return


def _failures(reader: Reader, no_input: tuple[PromptId, ...], no_match: tuple[PromptId, ...]) -> Iterator[Block]:
    yield Block("After silence, one a try", _read(reader, no_input))
    yield Block("After a key or word that is no choice, one a try", _read(reader, no_match))


def _parts(reader: Reader, node: Message) -> Iterator[Block]:
    many = node.waits and len(node.parts) > 1
    for number, part in enumerate(node.parts, 1):
        quiet = (Spoken(None, remark=f"{part.quiet} seconds of quiet."),) if part.quiet > 1 else ()
        label = f"Part {number} of {len(node.parts)}" if many else ""
        yield Block(label, (*_read(reader, part.says), *quiet))


def _read(reader: Reader, prompts: Iterable[PromptId]) -> tuple[Spoken, ...]:
    return tuple(
        Spoken(None, remark=_READ_BACK[prompt]) if prompt in READ_BACK else read(reader, Say(prompt))
        for prompt in prompts
    )


def read(reader: Reader, say: Say) -> Spoken:
    """One prompt as it is said."""
    return Spoken(say, reader.say(say))


def _languages(reader: Reader) -> Iterator[Spoken]:
    """The offers of all approved languages, each in its own words; none where nothing is asked."""
    languages = spoken_languages(reader.flow)
    if len(languages) > 1:
        for key, language in enumerate(languages, 1):
            yield read(reader, Say(LANGUAGE_OFFER, key=str(key), language=language))
