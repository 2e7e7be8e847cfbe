"""What the installed `twilio` package knows of TwiML: the verbs that each verb may hold, and their attributes."""

import inspect
import re

from twilio.twiml import voice_response as twilio

_HOLDERS = {
    "Response": twilio.VoiceResponse,
    "Gather": twilio.Gather,
    "Dial": twilio.Dial,
    "Say": twilio.Say,
    "prosody": twilio.SsmlProsody,
    "Number": twilio.Number,
    "Record": twilio.Record,
}
_OWN = {"self", "message", "url", "phone_number", "words", "kwargs"}
_RENAMED = {"Redirect": set(), "Number": {"url"}, "Play": set()}


def _snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def problems(element, path=""):
    """What Twilio's own package would not make, as sentences; none for a good document."""
    here = f"{path}/{element.tag}"
    for child in element:
        if element.tag not in _HOLDERS:
            yield f"{here} holds nothing, but {child.tag} is in it"
            continue
        verb = getattr(_HOLDERS[element.tag], _snake(child.tag), None) or getattr(
            _HOLDERS[element.tag], f"{_snake(child.tag)}_", None
        )
        if verb is None:
            yield f"{here} cannot hold {child.tag}"
            continue
        known = {name for name in inspect.signature(verb).parameters if name not in _OWN} | _RENAMED.get(
            child.tag, set()
        )
        for attribute in child.attrib:
            if _snake(attribute) not in known:
                yield f"{here}/{child.tag} has no attribute {attribute}"
        yield from problems(child, here)
