"""Twilio's verbs as its documentation gives them: attributes, allowed values, and what may stand inside what."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rule:
    """What an attribute may hold: words for people, a pattern for the whole value."""

    words: str
    pattern: re.Pattern[str]

    def accepts(self, value: str) -> bool:
        """Whether Twilio would take this value."""
        return self.pattern.fullmatch(value) is not None


def rule(words: str, pattern: str) -> Rule:
    """A rule from a regular expression that must match the whole value."""
    return Rule(words, re.compile(pattern))


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb or noun. `inside` are the elements it may hold; `says` whether it holds text."""

    attributes: dict[str, Rule]
    inside: frozenset[str] = frozenset()
    says: bool = False


URL: Final = rule("a web address or a path without spaces", r"[^\s<>\"]{1,4000}")
METHOD: Final = rule("GET or POST", r"GET|POST")
TRUTH: Final = rule("true or false", r"true|false")
FROM_ONE: Final = rule("a whole number from 1 up", r"[1-9]\d{0,5}")
FROM_ZERO: Final = rule("a whole number from 0 up", r"\d{1,6}")
LOOP: Final = rule("a whole number from 1 to 1000 (0 repeats for ever)", r"[1-9]\d{0,2}|1000")
LANGUAGE: Final = rule("a language such as en-GB", r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
FINISH: Final = rule("keys 0-9, * and #, or nothing", r"[0-9*#]*")
SPACED: Final = r"(?: (?!$)|$)"
"""Between the words of a list: one space, or the end."""

NUMBER_EVENTS: Final = rule(
    "initiated, ringing, answered or completed, with spaces", rf"(?:(?:initiated|ringing|answered|completed){SPACED})+"
)
RECORD_EVENTS: Final = rule("in-progress, completed or absent", rf"(?:(?:in-progress|completed|absent){SPACED})+")
TRIM: Final = rule("trim-silence or do-not-trim", r"trim-silence|do-not-trim")
BREAK_TIME: Final = rule(
    "a time of at most 10 seconds, such as 500ms or 2s", r"(?:\d{1,4}|10000)ms|(?:\d(?:\.\d+)?|10)s"
)
RATE: Final = rule("a pace such as slow or 85% (20% to 200%)", r"x-slow|slow|medium|fast|x-fast|(?:[2-9]\d|1\d\d|200)%")
ANYTHING: Final = rule("anything", r"[\s\S]*")

SSML_WORDS: Final = frozenset({"break", "emphasis", "lang", "phoneme", "prosody", "say-as", "sub", "w"})
SSML: Final = SSML_WORDS | {"p", "s"}
SPOKEN: Final = frozenset({"Say", "Play", "Pause"})

_CALLBACK: Final = {"recordingStatusCallback": URL, "recordingStatusCallbackMethod": METHOD}

GATHER: Final = Verb(
    {
        "input": rule("dtmf, speech or dtmf speech", r"dtmf|speech|dtmf speech|speech dtmf"),
        "action": URL,
        "method": METHOD,
        "timeout": FROM_ONE,
        "speechTimeout": rule("a whole number from 1 up, or auto", r"[1-9]\d{0,2}|auto"),
        "maxSpeechTime": FROM_ONE,
        "profanityFilter": TRUTH,
        "finishOnKey": FINISH,
        "numDigits": FROM_ONE,
        "partialResultCallback": URL,
        "partialResultCallbackMethod": METHOD,
        "language": LANGUAGE,
        "hints": ANYTHING,
        "actionOnEmptyResult": TRUTH,
        "speechModel": rule("a speech model's name", r"[A-Za-z0-9_-]{1,60}"),
    },
    SPOKEN,
)

RECORD: Final = Verb(
    {
        "action": URL,
        "method": METHOD,
        "timeout": FROM_ZERO,
        "finishOnKey": FINISH,
        "maxLength": FROM_ONE,
        "playBeep": TRUTH,
        "trim": TRIM,
        "transcribe": TRUTH,
        "transcribeCallback": URL,
        "recordingStatusCallbackEvent": RECORD_EVENTS,
        **_CALLBACK,
    }
)

DIAL: Final = Verb(
    {
        "action": URL,
        "method": METHOD,
        "timeout": rule("a whole number from 5 to 600", r"[5-9]|[1-9]\d|[1-5]\d\d|600"),
        "hangupOnStar": TRUTH,
        "timeLimit": rule("a whole number from 1 to 86400", r"[1-9]\d{0,3}|[1-7]\d{4}|8[0-5]\d{3}|86[0-3]\d\d|86400"),
        "callerId": rule("a number such as +441604367125", r"\+[1-9]\d{6,14}|client:\S+"),
        "record": rule(
            "do-not-record, or how to record",
            r"do-not-record|record-from-(?:answer|ringing)(?:-dual)?|true|false",
        ),
        "trim": TRIM,
        "recordingStatusCallbackEvent": RECORD_EVENTS,
        **_CALLBACK,
        "recordingTrack": rule("inbound, outbound or both", r"inbound|outbound|both"),
        "answerOnBridge": TRUTH,
        "ringTone": rule("a country such as gb", r"[a-z]{2}(?:-old)?|automatic"),
        "sequential": TRUTH,
        "referUrl": URL,
        "referMethod": METHOD,
    },
    frozenset({"Number"}),
    says=True,
)

NUMBER: Final = Verb(
    {
        "sendDigits": rule("keys, with w and W for pauses", r"[0-9*#wW]+"),
        "url": URL,
        "method": METHOD,
        "statusCallbackEvent": NUMBER_EVENTS,
        "statusCallback": URL,
        "statusCallbackMethod": METHOD,
        "byoc": rule("a trunk's SID", r"BY[0-9a-f]{32}"),
    },
    says=True,
)

SAY: Final = Verb(
    {"voice": rule("a voice's name", r"[A-Za-z0-9.\-]{3,80}"), "loop": LOOP, "language": LANGUAGE}, SSML, says=True
)

VERBS: Final[dict[str, Verb]] = {
    "Response": Verb({}, SPOKEN | {"Gather", "Record", "Dial", "Redirect", "Hangup", "Reject"}),
    "Say": SAY,
    "Play": Verb({"loop": LOOP, "digits": rule("keys, with w and W for pauses", r"[0-9*#wW]+")}, says=True),
    "Pause": Verb({"length": FROM_ONE}),
    "Gather": GATHER,
    "Record": RECORD,
    "Dial": DIAL,
    "Number": NUMBER,
    "Redirect": Verb({"method": METHOD}, says=True),
    "Hangup": Verb({}),
    "Reject": Verb({"reason": rule("rejected or busy", r"rejected|busy")}),
    "break": Verb(
        {"time": BREAK_TIME, "strength": rule("a strength", r"none|x-weak|weak|medium|strong|x-strong")},
    ),
    "emphasis": Verb({"level": rule("a level", r"strong|moderate|reduced")}, SSML_WORDS, says=True),
    "lang": Verb({"xml:lang": LANGUAGE}, SSML, says=True),
    "p": Verb({}, SSML_WORDS | {"s"}, says=True),
    "s": Verb({}, SSML_WORDS, says=True),
    "phoneme": Verb({"alphabet": rule("an alphabet", r"ipa|x-sampa|x-amazon-\w+"), "ph": ANYTHING}, says=True),
    "prosody": Verb({"volume": ANYTHING, "rate": RATE, "pitch": ANYTHING}, SSML, says=True),
    "say-as": Verb({"interpret-as": rule("a way of reading", r"[a-z\-]+"), "format": ANYTHING}, says=True),
    "sub": Verb({"alias": ANYTHING}, says=True),
    "w": Verb({"role": ANYTHING}, SSML_WORDS - {"lang", "w"}, says=True),
}
"""Every element this stand-in can play, by its exact name."""

WHISPER: Final = frozenset({"Say", "Play", "Gather", "Hangup"})
"""The only verbs that a <Number url> document may use."""

NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "phoneme": ("ph",),
    "say-as": ("interpret-as",),
    "sub": ("alias",),
    "lang": ("xml:lang",),
}
"""Attributes without which an element means nothing."""
