"""Checks of words where they stand: how many choices are announced, abbreviations, facts, and what is sent."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, get_args

from ivr.flow.check_finding import Finding, Subject, error, line, node, prompt, warning
from ivr.flow.events import CallerKind
from ivr.flow.line import Flow
from ivr.flow.nodes import READ_BACK, Menu, Message, Node, NodeId, PromptId, TextMessage
from ivr.flow.script import node_says
from ivr.flow.speech import offered
from ivr.flow.state import State
from ivr.flow.wording import Sentence, Words

COUNTS: Final[dict[str, dict[str, int]]] = {
    "en": {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6},
    "pl": {"jeden": 1, "dwa": 2, "dwie": 2, "trzy": 3, "cztery": 4, "pięć": 5},
    "ro": {"unu": 1, "o": 1, "două": 2, "doua": 2, "trei": 3, "patru": 4, "cinci": 5},
}
"""How a language counts choices."""
CHOICES: Final = {
    "en": r"(\w+) (?:choices|options)",
    "pl": r"(\w+) (?:możliwości|opcje|opcji|wybory|wyborów)",
    "ro": r"(\w+) (?:opțiuni|opţiuni|variante|posibilități|alegeri)",
}
UNSAID: Final = 2
"""Choices that need not be counted aloud."""
_CAPITALS: Final = re.compile(r"\b[A-Z]{2,8}s?\b")
_ALSO_WORDS: Final = frozenset({"SMS"})
"""Capitals that are a word of their own in languages other than English."""
_SMALL: Final = frozenset({"and", "of", "the", "for", "a"})
_PRIVATE: Final = re.compile(
    r"\b(?:sen|send|special|needs?|educat\w*|mediation|disab\w*|child(?:ren)?|plan|ehc|tribunal|appeal|autis\w*|school)\b",
    re.IGNORECASE,
)
_OWN_VOICE: Final = re.compile(r"\b(?:I|me|press|[Tt]his line|our|we|You may want)\b|\?$")


def standing(flow: Flow, language: str) -> Iterator[Finding]:
    """What is wrong with the words of a language in the places where they are said."""
    words = flow.words[language]
    for name, one in flow.nodes.items():
        if isinstance(one, Menu):
            yield from _counted(flow, name, one, language)
        if isinstance(one, TextMessage):
            yield from _neutral(words, one, language)
        yield from _abbreviations(words, name, one, language)
        if isinstance(one, Message) and (one.topic or one.waits) and language.startswith("en"):
            yield from _cited(words, one, language)
    yield from _translated(flow, language)
    yield from _facts(flow, language)
    yield from _tapered(flow, language)


def _counted(flow: Flow, name: NodeId, menu: Menu, language: str) -> Iterator[Finding]:
    """The number of choices is said, and is right for every caller."""
    tongue = language[:2]
    if tongue not in COUNTS or menu.yes_no:
        return
    counts = {len(offered(menu, State(name, caller=caller))) for caller in get_args(CallerKind)}
    for number, ask in enumerate(menu.ask):
        for count in _announced(_text(flow.words[language], ask), tongue):
            if counts != {count}:
                text = f"'{ask}' announces {count} choices; '{name}' has {' or '.join(map(str, sorted(counts)))}"
                yield error("count", node(name, "ask", number), f"{text} ({language})")
            return
    if min(counts) > UNSAID:
        text = f"'{name}' does not say that there are {min(counts)} choices ({language})"
        yield warning("count-unsaid", node(name, "ask"), text)


def _announced(text: str, tongue: str) -> list[int]:
    found = re.findall(CHOICES[tongue], text.casefold())
    counts = COUNTS[tongue] | {str(number): number for number in range(10)}
    return [counts[word] for word in found if word in counts]


def _text(words: Words, name: PromptId) -> str:
    wording = words.prompts.get(name)
    return " ".join(sentence.text for sentence in wording.says) if wording else ""


def _abbreviations(words: Words, name: NodeId, one: Node, language: str) -> Iterator[Finding]:
    """An abbreviation is said in full first, in the same node."""
    before = ""
    for say in node_says(one):
        wording = words.prompts.get(say.prompt)
        for number, sentence in enumerate(wording.says if wording else ()):
            for found in _CAPITALS.finditer(sentence.text):
                if found[0] in _ALSO_WORDS and not language.startswith("en"):
                    continue
                if not expanded(found[0].rstrip("s"), f"{before} {sentence.text[: found.start()]}"):
                    text = f"'{found[0]}' is not said in full before, in '{name}'"
                    yield error("abbreviation", prompt(language, say.prompt, number), text)
            before = f"{before} {sentence.text}"


def expanded(letters: str, before: str) -> bool:
    """Whether words whose first letters are these stand in a text; small words between them do not count."""
    initials = "".join(word[0] for word in re.findall(r"\w+", before.casefold()) if word not in _SMALL)
    return letters.casefold() in initials


def _cited(words: Words, message: Message, language: str) -> Iterator[Finding]:
    """Every sentence of a leaflet that informs rests on a fact; what the line says of itself does not inform."""
    names = dict.fromkeys(name for part in message.parts for name in part.says if name not in READ_BACK)
    for name in names:
        wording = words.prompts.get(name)
        for number, sentence in enumerate(wording.says if wording else ()):
            if not sentence.facts and not _own(sentence):
                told = any(term.casefold() in sentence.text.casefold() for term in words.terms)
                make = error if told else warning
                text = f"'{_short(sentence.text)}' names no fact that it rests on"
                yield make("no-fact", prompt(language, name, number), text)


def _own(sentence: Sentence) -> bool:
    return bool(_OWN_VOICE.search(sentence.text))


def _translated(flow: Flow, language: str) -> Iterator[Finding]:
    """A translation rests on the same facts as the first language, prompt by prompt."""
    first = flow.words[flow.line.languages[0]]
    for name, wording in flow.words[language].prompts.items():
        known = first.prompts.get(name)
        wanted = {fact for sentence in known.says for fact in sentence.facts} if known else set()
        found = {fact for sentence in wording.says for fact in sentence.facts}
        if wanted != found:
            text = (
                f"'{name}' rests on other facts than in {flow.line.languages[0]}: {', '.join(sorted(wanted ^ found))}"
            )
            yield error("facts-differ", prompt(language, name), text)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 (a line of a terminal)


def _facts(flow: Flow, language: str) -> Iterator[Finding]:
    """Every fact for callers is spoken somewhere."""
    words = flow.words[language]
    cited = {fact for wording in words.prompts.values() for sentence in wording.says for fact in sentence.facts}
    for fact in flow.facts.values():
        if fact.spoken != "staff" and fact.id not in cited:
            text = f"the fact '{fact.id}' is not said in {language}: {_short(fact.fact)}"
            yield error("fact-unsaid", Subject("words", language, ("prompts",)), text)
        if fact.spoken == "staff" and fact.id in cited:
            text = f"the fact '{fact.id}' is for staff, and is said to callers"
            yield error("fact-for-staff", Subject("words", language, ("prompts",)), text)


def _neutral(words: Words, message: TextMessage, language: str) -> Iterator[Finding]:
    """A text message may be read by anyone: nothing in it tells what the call was about."""
    found = _PRIVATE.search(_text(words, message.text)) if language.startswith("en") else None
    if found:
        text = f"'{found[0]}' tells what the call was about; anyone may read a text message"
        yield error("not-neutral", prompt(language, message.text), text)


def _tapered(flow: Flow, language: str) -> Iterator[Finding]:
    """Each try has other words, and no more of them."""
    words = flow.words[language]
    for name in ("no_input", "no_match"):
        texts = [_text(words, one) for one in getattr(flow.line, name)]
        for number, (before, after) in enumerate(pairwise(texts), 1):
            if before == after:
                yield error("same-again", line(name, number), f"try {number + 1} says the same as before ({language})")
            elif len(after.split()) > len(before.split()):
                text = f"try {number + 1} has more words than the one before; say less each time ({language})"
                yield warning("same-again", line(name, number), text)
