"""Checks of what sentences claim: numbers that the facts have, nothing invented, nothing left in another language."""

import re
from collections.abc import Iterator
from typing import Final

from ivr.flow.check_finding import Finding, Subject, error, prompt, warning
from ivr.flow.check_sentences import parted
from ivr.flow.line import Flow
from ivr.flow.nodes import READ_BACK, Menu, Message, Node, PhoneNumber, PromptId, Recording, TextMessage, Transfer
from ivr.flow.spoken import dated, digits_of
from ivr.flow.wording import Sentence, Words

_SPELLED: Final = re.compile(r"(?<!\w)\d(?:[ ,]+\d(?!\w))+")
_INVENTED: Final = re.compile(
    r"\b(?:weeks?|months?|years?|pounds?|pence|cost|costs|fees?|refund\w*|guarantee\w*|compensation|lawyers?|solicitors?"
    r"|always|usually|most (?:families|parents|people|schools|councils|disagreements))\b",
    re.IGNORECASE,
)
_TIMES: Final = re.compile(
    r"\b(?:weekdays?|weekends?|o'clock|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|office hours"
    r"|(?:from|until|till|to) (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midday)"
    r"(?: thirty| fifteen)?(?: o'clock| in the \w+)?(?=[.,]| on | to | until | and ))",
    re.IGNORECASE,
)
_ENDED: Final = re.compile(r"[.?!:…][\"'”’)]*$")
_TWICE: Final = re.compile(r"\b(?!that\b|had\b)([^\W\d]{3,}|to|of|in|is|it|we|an|or|for) \1\b", re.IGNORECASE)
_ALIKE: Final = 3
"""Words from which a sentence in two languages cannot be the same by chance."""


def claims(flow: Flow, language: str) -> Iterator[Finding]:
    """What is wrong with what the words of a language claim."""
    for name, wording in flow.words[language].prompts.items():
        for number, sentence in enumerate(wording.says):
            about = prompt(language, name, number)
            yield from _numbers(flow, sentence, about)
            yield from _shape(sentence, about, last=number == len(wording.says) - 1)
            if dated(flow.line.guidance_dated, language) in sentence.text:
                yield error("literal-promise", about, "the date would not change with the settings; write {dated}")
            if language.startswith("en") and not sentence.facts:
                yield from _invented(flow, name, sentence, about)
    yield from _left_over(flow, language)
    yield from _cut_short(flow, language)


def _numbers(flow: Flow, sentence: Sentence, about: Subject) -> Iterator[Finding]:
    """A number in a sentence that rests on facts stands in one of them."""
    if not sentence.facts:
        return
    known = re.sub(r"\D", "", " ".join(flow.facts[fact].fact for fact in sentence.facts if fact in flow.facts))
    text = re.sub(r"\{\w+\}", " ", sentence.text)
    for number in re.findall(r"\d+", _SPELLED.sub(_joined, text)):
        if number not in known:
            yield error("fact-number", about, f"'{number}' is in none of its facts: {', '.join(sentence.facts)}")
    rung = re.sub(r"\D", "", digits_of(flow.line.ringing.number))
    if "{phone}" in sentence.text and rung not in known:
        text = f"{{phone}} is {rung} by line.yaml, and its facts do not say so: {', '.join(sentence.facts)}"
        yield warning("fact-number", about, text)


def _joined(found: re.Match[str]) -> str:
    return re.sub(r"\D", "", found[0])


def _shape(sentence: Sentence, about: Subject, *, last: bool) -> Iterator[Finding]:
    """Sentences that a voice would run together, and words left standing twice."""
    if not last and not _ENDED.search(sentence.text):
        yield error("no-stop", about, f"'{sentence.text}' runs into the next sentence; end it with a full stop")
    if sentence.text[:1].islower() and " " in sentence.text:
        yield error("no-stop", about, f"'{sentence.text}' begins in the middle; start it with a capital letter")
    if twice := _TWICE.search(sentence.text):
        yield error("said-twice", about, f"'{twice[0]}': take one out")


def _invented(flow: Flow, name: PromptId, sentence: Sentence, about: Subject) -> Iterator[Finding]:
    """Times, money and duties are never the line's own to say; hours are, once they are stated, and in a notice."""
    stated = bool(flow.line.hours) or (flow.line.notice is not None and name == flow.line.notice.says)
    for piece in parted(sentence.text):
        found = _INVENTED.search(piece) or (None if stated else _TIMES.search(piece))
        if found:
            text = f"'{found[0]}' is told to callers, and rests on no fact: name the fact in `facts`, or take it out"
            yield error("no-fact", about, text)


def _left_over(flow: Flow, language: str) -> Iterator[Finding]:
    """Sentences that nobody has translated."""
    first = flow.line.languages[0]
    for name, wording in flow.words[language].prompts.items() if language != first else ():
        known = flow.words[first].prompts.get(name)
        same = {_bare(sentence.text) for sentence in known.says} if known else set()
        for number, sentence in enumerate(wording.says):
            if len(sentence.text.split()) >= _ALIKE and _bare(sentence.text) in same:
                text = f"'{sentence.text}' is still as in {first}; say it in {language}"
                yield error("not-translated", prompt(language, name, number), text)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _cut_short(flow: Flow, language: str) -> Iterator[Finding]:
    """Words that end without a stop lead to something that is read back: `Your reference number is`."""
    words = flow.words[language]
    for name, one in flow.nodes.items():
        for said in _rows(one):
            for place, here in enumerate(said):
                after = said[place + 1] if place + 1 < len(said) else None
                if here not in READ_BACK and after not in READ_BACK and (text := _open_end(words, here)):
                    told = f"'{text}' leads to nothing in '{name}': read something back after it, or end the sentence"
                    yield error("no-stop", prompt(language, here), told)


def _rows(one: Node) -> Iterator[tuple[PromptId, ...]]:
    match one:
        case Message(parts=parts):
            yield from (part.says for part in parts)
        case Menu(ask=ask) | PhoneNumber(ask=ask) | Recording(ask=ask) | Transfer(ask=ask):
            yield ask
        case TextMessage(text=text):
            yield (text,)
        case _:
            return


def _open_end(words: Words, name: PromptId) -> str:
    wording = words.prompts.get(name)
    last = wording.says[-1].text if wording else ""
    return "" if not last or _ENDED.search(last) else last
