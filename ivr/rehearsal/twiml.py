"""Holds an answer of the line against what Twilio accepts. Each problem is a plain sentence with its error number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree

from ivr.rehearsal.verbs import NEEDED, SSML, VERBS, WHISPER
from ivr.rehearsal.voices import fault_of

Element = ElementTree.Element

LARGEST: Final = 64_000
"""Most bytes of a document (error 11750)."""
LONGEST_SAY: Final = {"basic": 4096, "Polly": 3000, "Google": 5000}
LONGEST_SAY_IN_A_URL: Final = 4500
MOST_NUMBERS: Final = 10
E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
MOST_HINTS: Final = 500
LONGEST_HINT: Final = 100
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
CODES: Final = {
    ("Gather", "finishOnKey"): 13310,
    ("Gather", "hints"): 13330,
    ("Gather", "language"): 13331,
    ("Gather", "speechTimeout"): 13327,
    ("Gather", "actionOnEmptyResult"): 13338,
    ("Record", "finishOnKey"): 13613,
    ("Say", "voice"): 13511,
    ("prosody", "rate"): 13513,
}
"""Twilio's own number for a wrong value; 12200 (schema) for all others."""
LAST: Final = frozenset({"Dial", "Redirect", "Hangup", "Reject"})
"""Nothing after these is ever reached: Dial goes on at its action, the others leave the document."""


class TwilioRefuses(Exception):  # noqa: N818 - read aloud: raise TwilioRefuses
    """Twilio would not play this answer. The message says why; `code` is Twilio's error number, 0 where it has none."""

    def __init__(self, sentence: str, code: int = 0) -> None:
        super().__init__(f"{sentence} (Twilio error {code})" if code else sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that Twilio would refuse or quietly get wrong."""

    sentence: str
    code: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the line sent back: status, headers by lower-case name, bytes."""

    status: int
    headers: dict[str, str]
    body: bytes


def read(answer: Answer, *, whisper: bool = False) -> Element:
    """The <Response> of an answer that Twilio would accept; otherwise TwilioRefuses with every problem."""
    envelope = envelope_problem(answer)
    if envelope:
        raise TwilioRefuses(envelope.sentence, envelope.code)
    root = parse(answer.body)
    found = list(problems(root, whisper=whisper))
    if found:
        raise TwilioRefuses("; ".join(one.sentence for one in found), found[0].code)
    return root


def envelope_problem(answer: Answer) -> Problem | None:
    """The first problem of status, type or size."""
    if answer.status != HTTPStatus.OK:
        return _wrong_status(answer.status)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"text/xml", "application/xml"}:
        return Problem(f"the answer is of type {kind or 'nothing'}, not text/xml", 12300)
    if len(answer.body) > LARGEST:
        return Problem(f"the answer has {len(answer.body)} bytes, more than {LARGEST}", 11750)
    return None


def _wrong_status(status: int) -> Problem:
    if status in range(300, 400):
        return Problem(f"the line sends Twilio elsewhere with status {status}: keys and words get lost", 11200)
    return Problem(f"the line answers with status {status}, not 200", 11217 if status in range(400, 500) else 11200)


def parse(body: bytes) -> Element:
    """The document as a tree; TwilioRefuses when it is not well formed, starts with a space, or defines entities."""
    if not body or body[:1].isspace():
        raise TwilioRefuses("the document is empty or starts with a space", 12100)
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise TwilioRefuses("the document defines its own entities", 12100)
    try:
        return ElementTree.fromstring(body)  # noqa: S314 - documents with entities are refused above
    except (ElementTree.ParseError, ValueError) as mistake:
        raise TwilioRefuses(f"the document is not well formed: {mistake}", 12100) from mistake


def problems(root: Element, *, whisper: bool = False) -> Iterator[Problem]:
    """Everything Twilio would refuse in a parsed document."""
    if root.tag != "Response":
        yield Problem(f"the document starts with <{root.tag}>, not <Response>", 12100)
        return
    yield from _order(root)
    yield from _inside(root)
    if whisper:
        for verb in root:
            if verb.tag not in WHISPER:
                yield Problem(f"a whisper may not use <{verb.tag}>", 12200)


def _order(root: Element) -> Iterator[Problem]:
    for verb in list(root)[:-1]:
        if verb.tag in LAST:
            yield Problem(f"nothing after <{verb.tag}> is ever reached", 12200)
    if any(verb.tag == "Reject" for verb in list(root)[1:]):
        yield Problem("<Reject> must come first: once the line has spoken, the call is answered", 12200)


def _inside(element: Element) -> Iterator[Problem]:
    verb = VERBS[element.tag]
    yield from _attributes(element)
    yield from _text(element)
    for child in element:
        if child.tag not in VERBS:
            yield Problem(f"there is no <{child.tag}> that this stand-in plays", 12200)
        elif child.tag not in verb.inside:
            yield Problem(f"<{child.tag}> may not stand inside <{element.tag}>", 12200)
        else:
            yield from _inside(child)
    yield from _own_rules(element)


def _attributes(element: Element) -> Iterator[Problem]:
    allowed = VERBS[element.tag].attributes
    given = {"xml:lang" if name == XML_LANG else name: value for name, value in element.attrib.items()}
    for name, value in given.items():
        if name not in allowed:
            yield Problem(f"<{element.tag}> has no attribute {name}", 12200)
        elif not allowed[name].accepts(value):
            wrong = f"{name} of <{element.tag}> is {value!r}, not {allowed[name].words}"
            yield Problem(wrong, CODES.get((element.tag, name), 12200))
    for name in NEEDED.get(element.tag, ()):
        if name not in given:
            yield Problem(f"<{element.tag}> needs {name}", 12200)


def _text(element: Element) -> Iterator[Problem]:
    loose = (element.text or "") + "".join(child.tail or "" for child in element)
    if loose.strip() and not VERBS[element.tag].says:
        yield Problem(f"<{element.tag}> may not hold text: {loose.strip()[:40]!r}", 12200)


def _own_rules(element: Element) -> Iterator[Problem]:
    match element.tag:
        case "Say":
            yield from _say(element)
        case "Play":
            yield from _play(element)
        case "Gather":
            yield from _gather(element)
        case "Record":
            yield from _record(element)
        case "Dial":
            yield from _dial(element)
        case "Redirect" if not (element.text or "").strip():
            yield Problem("<Redirect> leads nowhere", 12200)
        case _:
            return


def _say(element: Element) -> Iterator[Problem]:
    words = "".join(element.itertext())
    voice = element.get("voice", "man")
    if not words.strip():
        yield Problem("<Say> says nothing", 13520)
    most = LONGEST_SAY.get(voice.partition(".")[0], LONGEST_SAY["basic"])
    if len(words) > most or len(quote(words)) > LONGEST_SAY_IN_A_URL:
        yield Problem(f"<Say> has {len(words)} characters, too many for {voice}", 13521)
    fault = fault_of(voice, element.get("language", "en-US"))
    if fault:
        yield Problem(fault, 13511)
    yield from _ssml(element, voice)


def _ssml(element: Element, voice: str) -> Iterator[Problem]:
    inner = {child.tag for child in element.iter() if child.tag in SSML}
    if inner and "." not in voice:
        yield Problem(f"the voice {voice} reads no <{min(inner)}>", 13520)
    if voice.endswith("-Neural") and "emphasis" in inner:
        yield Problem("a neural voice does not know <emphasis>", 13520)


def _play(element: Element) -> Iterator[Problem]:
    address = (element.text or "").strip()
    if not address and not element.get("digits"):
        yield Problem("<Play> plays nothing", 12200)
    if any(sign in address for sign in " <>"):
        yield Problem(f"<Play> has an address with a space: {address[:60]!r}", 11100)


def _gather(element: Element) -> Iterator[Problem]:
    hears = element.get("input", "dtmf")
    yield from _speech(element)
    if "speech" in hears and element.get("finishOnKey"):
        yield Problem("finishOnKey is ignored once a caller speaks: leave it empty with speech", 13310)
    if "dtmf" not in hears and (element.get("numDigits") or element.get("finishOnKey")):
        yield Problem("numDigits and finishOnKey mean nothing without keys", 13310)
    if any(child.get("digits") for child in element):
        yield Problem("<Play digits> may not stand inside <Gather>", 12200)


def _speech(element: Element) -> Iterator[Problem]:
    if "speech" not in element.get("input", "dtmf"):
        return
    hints = [hint for hint in element.get("hints", "").split(",") if hint.strip()]
    if len(hints) > MOST_HINTS or any(len(hint.strip()) > LONGEST_HINT for hint in hints):
        yield Problem(f"hints are at most {MOST_HINTS} phrases of {LONGEST_HINT} characters", 13330)
    if element.get("speechModel") and not element.get("speechTimeout", "").isdecimal():
        yield Problem("a speechModel needs a speechTimeout in whole seconds", 13327)


def _record(element: Element) -> Iterator[Problem]:
    if element.get("transcribe") == "true":
        yield Problem("transcribe understands American English only")


def _dial(element: Element) -> Iterator[Problem]:
    numbers = ["".join(one.itertext()).strip() for one in element] or [(element.text or "").strip()]
    if len(numbers) > MOST_NUMBERS:
        yield Problem(f"<Dial> rings at most {MOST_NUMBERS} numbers", 13223)
    for number in numbers:
        if not E164.fullmatch(number):
            yield Problem(f"<Dial> rings {number!r}, not a number such as +441604367125", 13223)
