"""What the page is told after each step: what is heard, in order, then what the line waits for."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ivr.rehearsal.browser.wishes import RANG, TRANSFERS
from ivr.rehearsal.ear import BEEP, RECORDING, Heard
from ivr.rehearsal.keys import ANY_KEY, hears_keys, hears_words, wait_of
from ivr.rehearsal.player import LONGEST_RECORDING
from ivr.rehearsal.replay import plain
from ivr.rehearsal.standin import Call
from ivr.rehearsal.twiml import Element

Told = dict[str, Any]
"""A piece of a reply, ready for JSON."""


def plays(everything: Sequence[Heard]) -> list[Told]:
    """What is to be played and shown. `caption` is what is read, at the first of the sounds that it stands for."""
    return [
        {**_play(heard), "caption": caption, "seconds": heard.sound.seconds, "stops": heard.stops}
        for heard, caption in zip(everything, captions(everything), strict=True)
    ]


def captions(everything: Sequence[Heard]) -> Iterator[str]:
    """Digits said one by one are read as one number; everything else stands by its own sound."""
    for single, group in groupby(everything, key=_is_digit_or_quiet):
        sounds = [heard.sound for heard in group]
        if single:
            yield plain(" ".join(sound.text for sound in sounds if sound.text))
            yield from ("" for _ in sounds[1:])
        else:
            yield from (" ".join(sound.text.split()) for sound in sounds)


def _is_digit_or_quiet(heard: Heard) -> bool:
    return " " not in heard.sound.text and not heard.rings and heard.sound is not BEEP


def _play(heard: Heard) -> Told:
    sound = heard.sound
    message = RECORDING.search(sound.path)
    if heard.rings:
        return {"kind": "ring", "how": RANG.get(heard.rings, heard.rings)}
    if sound is BEEP:
        return {"kind": "beep"}
    if message:
        return {"kind": "message", "sid": message[0].rpartition("/")[2]}
    if sound.path:
        return {"kind": "clip", "path": sound.path}
    return {"kind": "voice", "words": sound.text, "language": sound.language} if sound.text else {"kind": "quiet"}


def listens(call: Call) -> Told:
    """What the line waits for now; seconds and keys as its document states them."""
    verb = call.listens
    if verb is None:
        return {"kind": ""}
    match verb.tag:
        case "Gather":
            return {"kind": "gather", **_gather(verb)}
        case "Record":
            longest = int(verb.get("maxLength", LONGEST_RECORDING))
            return {
                "kind": "record",
                "longest": longest,
                "wait": wait_of(verb),
                "finish": verb.get("finishOnKey", ANY_KEY),
            }
        case _:
            return {"kind": "ring", "how": TRANSFERS.get(call.player.transfers[0], "")}


def _gather(verb: Element) -> Told:
    return {
        "keys": hears_keys(verb),
        "words": hears_words(verb),
        "digits": int(verb.get("numDigits", "0")),
        "finish": verb.get("finishOnKey", "#"),
        "wait": wait_of(verb),
        "language": verb.get("language", ""),
    }


def recorded(call: Call, before: int) -> str:
    """Twilio's id of the message that was left in this step, so that the page can keep its sound by that name."""
    return next((one.form["RecordingSid"] for one in call.exchanges[before:] if "RecordingSid" in one.form), "")


def known_by(everything: Sequence[Heard]) -> tuple[str, str] | None:
    """The last thing said, as a step of a dialog: by its prompt where it has one, so that its words may change."""
    for heard in reversed(everything):
        sound = heard.sound
        if " " in sound.text and sound is not BEEP and not RECORDING.search(sound.path):
            return ("hears_prompt", sound.prompt) if sound.prompt else ("hears", sound.text)
    return None
