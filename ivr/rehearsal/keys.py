"""How <Gather> and <Record> take keys."""

from dataclasses import dataclass
from typing import Final

from ivr.rehearsal.twiml import Element

ANY_KEY: Final = "1234567890*#"
DEFAULT_WAIT: Final = "5"


@dataclass(frozen=True, slots=True)
class Gathered:
    """Keys that a <Gather> took, keys left for the next one, and whether it had to wait for more."""

    digits: str
    left: str
    waited: bool


def gather(element: Element, keys: str) -> Gathered:
    """Keys pressed one after the other: numDigits and finishOnKey end an entry; a finishing key first is no input."""
    finish = element.get("finishOnKey", "#")
    most = int(element.get("numDigits", "0"))
    got = ""
    for place, key in enumerate(keys, start=1):
        if key in finish:
            return Gathered(got, keys[place:], waited=False)
        got += key
        if len(got) == most:
            return Gathered(got, keys[place:], waited=False)
    return Gathered(got, "", waited=True)


def hears_keys(element: Element) -> bool:
    """Whether a <Gather> listens to keys."""
    return "dtmf" in element.get("input", "dtmf")


def hears_words(element: Element) -> bool:
    """Whether a <Gather> listens to words."""
    return "speech" in element.get("input", "dtmf")


def wait_of(element: Element) -> int:
    """Seconds of quiet after which a <Gather> or <Record> gives up."""
    return int(element.get("timeout", DEFAULT_WAIT))


def ends_recording(element: Element, key: str) -> bool:
    """Whether a key ends a <Record>; any key does unless finishOnKey says otherwise."""
    return bool(key) and key in element.get("finishOnKey", ANY_KEY)
