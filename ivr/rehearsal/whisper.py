"""The other leg of a transfer: what the person who answers hears first, and whether they take the call."""

from dataclasses import dataclass
from typing import Final

from ivr.rehearsal.ear import Ear
from ivr.rehearsal.fields import Parties
from ivr.rehearsal.keys import gather, hears_keys
from ivr.rehearsal.twiml import Element, TwilioRefuses
from ivr.rehearsal.wire import Wire

MOST_DOCUMENTS: Final = 10


@dataclass(slots=True)
class Whisper:
    """One whisper leg. `presses` are the keys of the person answering; none is silence, as of a voicemail."""

    wire: Wire
    parties: Parties
    ear: Ear
    presses: str = ""

    def taken(self, address: str, document: str) -> bool:
        """Whether the two are connected: the whisper ends without hanging up."""
        path, extra = self.wire.path_of(address, document), dict[str, str]()
        for _ in range(MOST_DOCUMENTS):
            played = self.wire.ask(path, {**self.parties.fields("in-progress"), **extra}, whisper=True)
            following = self._hear(played.document, path)
            if isinstance(following, bool):
                return following
            path, extra = following
        raise TwilioRefuses("the whisper never comes to an end", 11215)

    def _hear(self, root: Element, path: str) -> bool | tuple[str, dict[str, str]]:
        for verb in root:
            match verb.tag:
                case "Hangup":
                    return False
                case "Gather":
                    digits = self._keys(verb, path)
                    if digits or verb.get("actionOnEmptyResult") == "true":
                        return self.wire.path_of(verb.get("action", ""), path), {"Digits": digits}
                case _:
                    self.ear.hear(self.ear.sound_of(verb, self._address(verb, path)))
        return True

    def _keys(self, verb: Element, path: str) -> str:
        for child in verb:
            self.ear.hear(self.ear.sound_of(child, self._address(child, path)))
        pressed, self.presses = gather(verb, self.presses), ""
        return pressed.digits if hears_keys(verb) else ""

    def _address(self, verb: Element, document: str) -> str:
        return self.wire.sound_path(verb.text or "", document)
