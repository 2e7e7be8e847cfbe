"""A turn as TwiML. Every text passes the one builder of `verbs`, which escapes it."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final
from xml.etree import ElementTree as ET

from ivr.audio.lexicon import Word
from ivr.audio.library import Library
from ivr.flow.line import Flow
from ivr.flow.nodes import PromptId
from ivr.flow.spoken import text_of
from ivr.flow.state import State, encode
from ivr.flow.turn import End, Listen, Quiet, Recorded, Ring, Say, Spell, Spoken, TakeMessage, Turn
from ivr.line import Answer
from ivr.phone.pronounced import Speaker, pronounce
from ivr.phone.ready import OWN, Ready
from ivr.phone.verbs import add, clean, dial, pause, written

RATES: Final = {"normal": "90%", "slow": "75%"}
"""Twilio's voices speak faster than 150 words a minute; these bring them near 150 and 125."""
SPEECH_ENDS: Final = {"normal": "3", "slow": "5"}
"""Seconds of quiet after words that end them; short words need about 1, hesitation more."""
_HINT_LENGTH: Final = 100
_DIGITS: Final = "0123456789"
_OWN: Final = Recorded(OWN)
"""Stands in documents that are kept for what one caller only is told."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the line is reached, and which number it shows when it rings a person."""

    base: str
    """The address that Twilio calls, without a slash at the end."""
    caller_id: str

    def url(self, path: str, state: str = "") -> str:
        """An action address; the encoded state goes into it, and Twilio signs it."""
        return f"{self.base}{path}" + (f"?s={state}" if state else "")


class Voice:
    """Says prompts: the audio file where there is one, Twilio's voice where not."""

    def __init__(self, library: Library | None, words: tuple[Word, ...] = ()) -> None:
        self._library = library
        self._words = words
        self.speaker = Speaker()

    @property
    def audio(self) -> Hashable:
        """Changes whenever other files may be played than before, or another voice speaks."""
        return self.speaker.second, self._library.version if self._library else None

    def say(self, parent: ET.Element, flow: Flow, spoken: Iterable[Spoken], state: State) -> None:
        """Add what is spoken to `parent`, in order."""
        for word in spoken:
            self._one(parent, flow, word, state)

    def _one(self, parent: ET.Element, flow: Flow, word: Spoken, state: State) -> None:
        match word:
            case Say():
                self._text(parent, flow, text_of(flow, word, state.language), state, word.language)
            case Quiet(seconds=seconds):
                pause(parent, seconds)
            case Spell(digits=digits):
                self._spell(parent, flow, digits, state)
            case Recorded(url=url):
                add(parent, "Play", url)

    def _text(self, parent: ET.Element, flow: Flow, text: str, state: State, language: str = "") -> None:
        spoken_in = language or state.language
        clip = self._library.find(spoken_in, state.pace, text) if self._library else None
        if clip is not None:
            add(parent, "Play", clip.url)
            return
        say = add(parent, "Say", voice=self.speaker.name(flow.words[spoken_in]), language=spoken_in)
        pronounce(add(say, "prosody", rate=RATES[state.pace]), clean(text), self._words)

    def _spell(self, parent: ET.Element, flow: Flow, digits: str, state: State) -> None:
        """Digits one by one, a pause between groups; all from files or all in Twilio's voice, never a mixture."""
        for number, group in enumerate(digits.split()):
            if number:
                pause(parent, 1)
            self._group(parent, flow, group, state)

    def _group(self, parent: ET.Element, flow: Flow, group: str, state: State) -> None:
        if self.has(flow, group, state):
            for digit in group:
                self._text(parent, flow, _digit(flow, digit, state), state)
        else:
            self._text(parent, flow, " ".join(group), state)

    def has(self, flow: Flow, digits: str, state: State) -> bool:
        """Whether there is a file for each of these digits."""
        find = self._library.find if self._library else None
        return find is not None and all(find(state.language, state.pace, _digit(flow, one, state)) for one in digits)


def _is_of_one_caller(word: Spoken) -> bool:
    """Whether this is said to one caller only, and so not to be kept for others."""
    return type(word) is Spell or type(word) is Recorded


def _digit(flow: Flow, digit: str, state: State) -> str:
    return text_of(flow, Say(PromptId(f"digit.{digit}")), state.language)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes answers as TwiML documents for one line."""

    place: Place
    voice: Voice
    ready: Ready = field(default_factory=Ready, compare=False)

    def document(self, answer: Answer) -> bytes:
        """The whole document of a turn: as it was written for another call, with this one's state, or written anew."""
        turn = answer.turn
        audio = self.voice.audio
        pieces = self.ready.again(answer.flow, audio, turn, self.place)
        if pieces:
            return encode(turn.state).encode("ascii").join(pieces)
        own = [word for word in turn.speech if _is_of_one_caller(word)]
        speech = tuple(_OWN if _is_of_one_caller(word) else word for word in turn.speech) if own else turn.speech
        key = (speech, turn.action, turn.state.pace, turn.state.language, self.place)
        anew = replace(answer, turn=replace(turn, speech=speech)) if own else answer
        pieces = self.ready.find(answer.flow, audio, key, lambda mark: self.written(anew, mark))
        if not own:
            self.ready.remember(answer.flow, audio, turn, self.place, pieces)
        document = encode(turn.state).encode("ascii").join(pieces)
        return self._filled(document, own, answer) if own else document

    def _filled(self, document: bytes, own: list[Spoken], answer: Answer) -> bytes:
        """A document with what one caller only is told, word for word in the places that were left for it."""
        first, *rest = document.split(self._gap(answer))
        said = {word: self._spelled(word, answer) if type(word) is Spell else self._alone(word, answer) for word in own}
        return first + b"".join(said[word] + piece for word, piece in zip(own, rest, strict=True))

    def _gap(self, answer: Answer) -> bytes:
        """What stands in the place of what one caller only is told."""
        [gap] = self.ready.find(answer.flow, self.voice.audio, "gap", lambda _mark: self._alone(_OWN, answer))
        return gap

    def _spelled(self, word: Spell, answer: Answer) -> bytes:
        """Digits as they stand within a document, put together from what was written of each of them before."""
        state = answer.turn.state
        key = ("digits", state.pace, state.language)
        digits = self.ready.find(answer.flow, self.voice.audio, key, lambda mark: self._digits(answer, mark))
        if len(digits) <= len(_DIGITS):
            return self._alone(word, answer)
        groups = [b"".join([digits[int(digit)] for digit in group]) for group in word.digits.split()]
        return digits[-1].join(groups)

    def _digits(self, answer: Answer, mark: str) -> bytes:
        """Each digit by itself, and the pause between two groups; nothing where any of them has no file."""
        if not self.voice.has(answer.flow, _DIGITS, answer.turn.state):
            return b""
        words: list[Spoken] = [*map(Spell, _DIGITS), Quiet(1)]
        return mark.encode().join(self._alone(word, answer) for word in words)

    def _alone(self, word: Spoken, answer: Answer) -> bytes:
        """What is spoken, as it stands within a document."""
        parent = ET.Element("_")
        self.voice.say(parent, answer.flow, (word,), answer.turn.state)
        whole: bytes = ET.tostring(parent, encoding="utf-8", xml_declaration=False)
        return whole.removeprefix(b"<_>").removesuffix(b"</_>") if len(parent) else b""

    def written(self, answer: Answer, state: str) -> bytes:
        """The document written anew; `state` goes into its addresses."""
        turn = answer.turn
        response = ET.Element("Response")
        match turn.action:
            case Listen() as listen:
                inside = _gather(response, listen, turn, self.place.url("/voice/turn", state))
                self._say(inside, answer)
            case TakeMessage() as take:
                self._say(response, answer)
                self._record(response, take, state)
            case Ring() as ring:
                self._say(response, answer)
                self._dial(response, ring, state)
            case End():
                self._say(response, answer)
                add(response, "Hangup")
            case other:
                raise TypeError(f"{other} cannot be said: it has to be settled first")
        return written(response)

    def whisper(self, flow: Flow) -> bytes:
        """What the person answering a transfer hears: who is calling, and 1 to take the call; silence refuses it."""
        response = ET.Element("Response")
        action = self.place.url("/voice/whisper/answer")
        inside = add(response, "Gather", input="dtmf", numDigits="1", timeout="10", action=action, method="POST")
        state = State(flow.line.start, language=flow.line.languages[0])
        self.voice.say(inside, flow, (Say(flow.line.phrases.whisper),), state)
        add(response, "Hangup")
        return written(response)

    def _say(self, parent: ET.Element, answer: Answer) -> None:
        self.voice.say(parent, answer.flow, answer.turn.speech, answer.turn.state)

    def _record(self, response: ET.Element, take: TakeMessage, state: str) -> None:
        """A recording with nothing in it makes no request of its own: the redirect is what follows silence."""
        add(
            response,
            "Record",
            action=self.place.url("/voice/message", state),
            method="POST",
            maxLength=str(take.seconds),
            timeout=str(take.quiet),
            finishOnKey="#",
            playBeep="true",
            recordingStatusCallback=self.place.url("/voice/recording"),
            recordingStatusCallbackMethod="POST",
            recordingStatusCallbackEvent="completed absent",
        )
        add(response, "Redirect", self.place.url("/voice/turn", state), method="POST")

    def _dial(self, response: ET.Element, ring: Ring, state: str) -> None:
        number = dial(response, ring.number, ring.seconds, self.place.url("/voice/rang", state), self.place.caller_id)
        if ring.whisper:
            number.attrib.update(url=self.place.url("/voice/whisper"), method="POST")


def _gather(response: ET.Element, listen: Listen, turn: Turn, action: str) -> ET.Element:
    """A key or words, whichever comes first; an empty result is sent too, so silence never falls off the end."""
    state = turn.state
    shared = {"timeout": str(listen.wait), "action": action, "method": "POST", "actionOnEmptyResult": "true"}
    keys = {"numDigits": "1", "finishOnKey": ""} if listen.keys == 1 else {"finishOnKey": "#"}
    if not listen.speech:
        return add(response, "Gather", input="dtmf", **keys, **shared)
    words = {"language": state.language, "speechTimeout": SPEECH_ENDS[state.pace]}
    hints = ", ".join(hint for hint in listen.hints if len(hint) <= _HINT_LENGTH)
    hinted = {"hints": hints} if hints else {}
    return add(response, "Gather", input="dtmf speech", **keys, **shared, **words, **hinted)
