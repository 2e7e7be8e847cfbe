"""What this line asks of its own documents, beyond what Twilio asks: nobody is hurried, nobody falls off the end.

Numbers are rows of the guidelines on access; each is a plain sentence here.
"""

from collections.abc import Iterator
from typing import Final

from ivr.rehearsal.twiml import Element

SHORTEST_WAIT: Final = 10
"""Seconds to answer (row 14)."""
RINGING: Final = range(20, 61)
"""Seconds of ringing (row 40)."""
LONGEST_MESSAGE: Final = 120
LONGEST_SAY: Final = 2500
SPOKEN: Final = frozenset({"Say", "Play"})


def lapses(root: Element, language: str = "en-GB") -> Iterator[str]:
    """Everything in a document that this line does not do to its callers."""
    for verb in root.iter():
        match verb.tag:
            case "Gather":
                yield from _gather(verb, language)
            case "Record":
                yield from _record(verb)
            case "Dial":
                yield from _dial(verb)
            case "Say":
                yield from _say(verb)
            case _:
                continue
    yield from _end(root)


def _gather(verb: Element, language: str) -> Iterator[str]:
    if int(verb.get("timeout", "5")) < SHORTEST_WAIT:
        yield f"a caller has {verb.get('timeout', '5')} seconds to answer, not {SHORTEST_WAIT} (row 14)"
    if not verb.get("action") or verb.get("actionOnEmptyResult") != "true":
        yield "silence asks nothing of the line (row 54)"
    one_key = verb.get("numDigits") == "1" and verb.get("finishOnKey") == ""
    entry = verb.get("input", "dtmf") == "dtmf" and verb.get("finishOnKey") == "#" and not verb.get("numDigits")
    if not one_key and not entry:
        yield "a question takes one key, or keys alone ended by hash (rows 53 and 56)"
    if "speech" in verb.get("input", "dtmf") and verb.get("language") != language:
        yield f"words are heard in {verb.get('language')}, not {language} (row 52)"
    if not any(child.tag in SPOKEN for child in verb):
        yield "a question is said outside its <Gather>, where a key cannot stop it (row 13)"


def _record(verb: Element) -> Iterator[str]:
    if int(verb.get("maxLength", "3600")) > LONGEST_MESSAGE:
        yield f"a message may be longer than {LONGEST_MESSAGE} seconds (row 72)"
    if int(verb.get("timeout", "5")) < SHORTEST_WAIT:
        yield "a message ends after a short quiet (row 72)"
    if verb.get("finishOnKey") != "#" or verb.get("playBeep") == "false" or not verb.get("action"):
        yield "a message has its beep, its action, and ends with hash (row 72)"
    if verb.get("transcribe"):
        yield "a message is not transcribed by Twilio (row 73)"


def _dial(verb: Element) -> Iterator[str]:
    if not verb.get("action"):
        yield "nothing follows a transfer (row 43)"
    if int(verb.get("timeout", "30")) not in RINGING:
        yield "a transfer rings from 20 to 60 seconds (row 40)"
    if not verb.get("callerId"):
        yield "a transfer does not show our own number (row 44)"
    if verb.get("record", "do-not-record") != "do-not-record":
        yield "a transfer is recorded (row 46)"


def _say(verb: Element) -> Iterator[str]:
    if not verb.get("voice") or not verb.get("language"):
        yield "a voice or language is left to the account's settings (row 52)"
    if len("".join(verb.itertext())) > LONGEST_SAY:
        yield f"more than {LONGEST_SAY} characters in one breath (row 48)"


def _end(root: Element) -> Iterator[str]:
    verbs = list(root)
    if not verbs:
        yield "the document has no way on"
        return
    heard = any(verb.tag in SPOKEN for verb in verbs[:-1])
    match verbs[-1].tag:
        case "Dial" if not heard:
            yield "a transfer starts without a word (row 39)"
        case "Hangup" if not heard:
            yield "the call ends without a goodbye (row 18)"
        case "Gather" | "Redirect" | "Dial" | "Hangup":
            return
        case last:
            yield f"the document ends with <{last}> and the call with it (row 54)"
