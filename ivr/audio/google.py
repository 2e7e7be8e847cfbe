"""The voice of Google Translate through gTTS: British (`lang=en`, `tld=co.uk`), online, and with no promise of service.

gTTS itself leaves an empty file behind when it fails, waits for ever, does not check who answers, and does not slow
down when it is asked to. So only its making of requests is used; sending, checking and giving up are done here.
"""

import base64
import binascii
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import requests
from gtts import gTTS, gTTSError  # type: ignore[import-untyped]

from ivr.audio.lexicon import Word, respell
from ivr.audio.voice import VoiceError
from ivr.flow.state import Pace

if TYPE_CHECKING:
    from ivr.audio.sound import Sound

LANGUAGES: Final = {
    "en-GB": "en", "pl": "pl", "ro": "ro", "lt": "lt", "bn": "bn", "gu": "gu", "pa": "pa", "ur": "ur", "cy": "cy",
}  # fmt: skip
"""The line's languages and gTTS's names for them."""
PATIENCE: Final = 5.0
"""Seconds to wait for a connection, and for each piece of an answer."""
DEADLINE: Final = 20.0
"""Seconds for one whole answer, from looking up the name to its last byte, however slowly it drips."""
LARGEST: Final = 4_000_000
"""Bytes of one answer; a sentence of 100 characters has about 60,000."""
TRIES: Final = 3
SERVER_AT_FAULT: Final = 500
LONGEST_WAIT: Final = 30.0
"""Seconds that are waited when Google asks for patience; for longer, the build stops."""
WORD_SECONDS: Final = 0.08
"""No voice says a word faster: a shorter sound was cut off."""
ADVICE: Final = (
    "Try again later, or speak with the reserve voice: ivr audio build --voice nanotts. "
    "What was spoken until now is kept, so the next try is shorter."
)


class _NotNowError(Exception):
    """A failure that may be over soon. `wait`: seconds that the server asked for."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Google:
    """One sentence at a time: many at once is what gets a caller blocked. `rest` waits, in seconds."""

    label: str = "gtts en co.uk"
    at_once: int = 1
    tld: str = "co.uk"
    rest: Callable[[float], None] = time.sleep

    def settings(self, pace: Pace, _script: str) -> str:
        """All that shapes its sound, as far as it is known here."""
        return f"gtts {self.tld} {pace}"

    def speaks(self, language: str) -> bool:
        """Whether it can speak a language."""
        return language in LANGUAGES

    def script(self, text: str, words: Iterable[Word]) -> str:
        """Lexicon words respelled."""
        return respell(text, words)

    def speak(self, sentence: str, language: str, pace: Pace) -> "Sound":
        """One sentence as sound. Raises VoiceError when Google does not give it; nothing is left half done."""
        for tried in range(1, TRIES + 1):
            try:
                return _whole(sentence, list(self._answers(sentence, language, pace)))
            except _NotNowError as problem:
                wait = max(problem.wait, 2.0**tried)
                if tried == TRIES or wait > LONGEST_WAIT:
                    raise VoiceError(f"gTTS could not speak {sentence!r}: {problem}. {ADVICE}") from problem
                self.rest(wait)
        raise VoiceError(ADVICE)

    def _answers(self, sentence: str, language: str, pace: Pace) -> Iterator[bytes]:
        for request in _requests(sentence, LANGUAGES[language], self.tld, pace):
            yield _audio(_text(request))


class _Requests(gTTS):  # type: ignore[misc]
    """gTTS as a maker of requests: it cuts a text into pieces of 100 characters and packs each one up."""

    def prepared(self) -> list[requests.PreparedRequest]:
        """One request a piece."""
        return list(self._prepare_requests())


def _requests(sentence: str, language: str, tld: str, pace: Pace) -> list[requests.PreparedRequest]:
    try:
        return _Requests(sentence, lang=language, tld=tld, slow=pace == "slow").prepared()
    except (AssertionError, ValueError, gTTSError) as problem:
        raise VoiceError(f"gTTS cannot speak {sentence!r}: {problem or 'there is nothing to say'}") from problem


def _text(request: requests.PreparedRequest) -> str:
    """The whole answer to a request within DEADLINE. Raises _NotNowError or VoiceError.

    Asked in a thread of its own: a name that is not found, or an answer that drips, would hold this one for hours.
    """
    told: SimpleQueue[str | Exception] = SimpleQueue()
    Thread(target=lambda: told.put(_told(request)), daemon=True).start()
    try:
        answer = told.get(timeout=DEADLINE)
    except Empty:
        raise _NotNowError(f"the answer was not complete after {DEADLINE:.0f} seconds") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _told(request: requests.PreparedRequest) -> str | Exception:
    try:
        return _exchange(request)
    except (VoiceError, _NotNowError) as problem:
        return problem


def _exchange(request: requests.PreparedRequest) -> str:
    """What a server whose name was checked answers."""
    with requests.Session() as session:
        # The certificate is checked (gTTS itself does not), also behind a council's own proxy.
        settings: Any = session.merge_environment_settings(str(request.url), {}, True, True, None)
        try:
            with session.send(request, timeout=PATIENCE, allow_redirects=False, **settings) as answer:
                return _body(answer)
        except requests.exceptions.SSLError as problem:
            raise VoiceError(f"whoever answered gTTS is not Google: {problem}. {ADVICE}") from problem
        except requests.RequestException as problem:
            raise _NotNowError(f"no answer ({type(problem).__name__})") from problem


def _body(answer: requests.Response) -> str:
    if answer.status_code in {408, 425, 429} or answer.status_code >= SERVER_AT_FAULT:
        raise _NotNowError(f"Google asks for patience (status {answer.status_code})", _patience(answer.headers))
    if answer.status_code != requests.codes.ok:
        raise VoiceError(f"Google refuses gTTS (status {answer.status_code}). {ADVICE}")
    whole = b""
    for chunk in answer.iter_content(8192):
        whole += chunk
        if len(whole) > LARGEST:
            raise VoiceError(f"the answer to gTTS is far too long to be a sentence. {ADVICE}")
    return whole.decode("utf-8", errors="replace")


def _patience(headers: Mapping[str, str]) -> float:
    """Seconds that the server asks for: in seconds, or as a time after its own; 0 when it does not say."""
    asked = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]+", asked):
        return float(asked)
    try:
        return (parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("Date", ""))).total_seconds()
    except (ValueError, TypeError):
        return 0.0


def _audio(text: str) -> bytes:
    """The MP3 in an answer. An answer without one is a page that says no in some other way."""
    found = re.search(r'jQ1olc","\[\\"([A-Za-z0-9+/=]+)\\"]', text)
    if not found:
        raise _NotNowError("the answer holds no sound")
    try:
        return base64.b64decode(found[1], validate=True)
    except binascii.Error as problem:
        raise _NotNowError("the sound in the answer is damaged") from problem


def _whole(sentence: str, answers: list[bytes]) -> "Sound":
    """The pieces of a sentence as one sound. Each MP3 is read by itself: its header names its own length only."""
    import numpy as np

    from ivr.audio.measure import is_silent, words
    from ivr.audio.sound import Sound, SoundError, decode

    try:
        pieces = [decode(answer) for answer in answers]
    except SoundError as problem:
        raise _NotNowError(str(problem)) from problem
    sound = Sound(np.concatenate([piece.samples for piece in pieces]), pieces[0].rate)
    if sound.seconds < words(sentence) * WORD_SECONDS:
        raise _NotNowError("the sound is cut off")
    if is_silent(sound):
        raise _NotNowError("nothing is heard in the sound")
    return sound
