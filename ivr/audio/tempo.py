"""How fast each sentence is said, and where it begins: both are read from the durations that the shipped voice plans.

At one speed for all, this voice hurries short words ("that we can ring you back on": 250 words a minute) and drags long
ones ("disagreement resolution": 100). So each sentence is given the speed that brings it near the pace of the line.
"""

import re
from typing import Final

import numpy as np

from ivr.audio.measure import words
from ivr.audio.sound import Samples

SLOWEST: Final = 0.52
FASTEST: Final = 0.95
"""Speeds at which a recogniser has no more words wrong than at the voice's own (docs/voices.md)."""
FRAME: Final = 0.025
"""The voice plans in frames of this many seconds."""
UNHEARD: Final = (1, 3)
"""Planned sounds at the start and at the end that are silence."""
SPILL: Final = 0.16
"""Seconds that a sentence is longer than planned, measured over the line; it varies by 5 % of the sentence."""
VOWELS: Final = frozenset("aæɐɑɒɔəᵊɚɛɜɪiᵻuʊʌeoAIOQWY")
VOWELS_A_WORD: Final = 1.26
"""On this line."""
LEAD: Final = 0.1
"""Seconds before its planned start in which a first sound can already be heard."""
FADE: Final = 0.02


def spoken_words(sentence: str) -> int:
    """Words of a sentence in the voice's own notation, where a lexicon word is a link to its phonemes."""
    return words(re.sub(r"\]\(/.*?/\)", "", sentence))


def speed(planned: Samples, sentence: str, phonemes: str, words_a_minute: float) -> float:
    """The speed at which a sentence comes nearest to its pace. `planned`: frames of each sound at speed 1.

    Long words count for more than short ones, by a third: nobody should hear "disagreement resolution" rattled off.
    """
    vowels = sum(sound in VOWELS for sound in phonemes)
    length = (2 * spoken_words(sentence) + vowels / VOWELS_A_WORD) / 3
    wanted = 60 * length / words_a_minute
    every = np.round(np.arange(SLOWEST, FASTEST + 0.001, 0.01), 2)
    return float(min(every, key=lambda one: abs(seconds(planned, float(one)) - wanted)))


def seconds(planned: Samples, at: float) -> float:
    """How long a sentence can be heard at a speed."""
    first, last = UNHEARD
    return FRAME * float(frames(planned[first:-last], at).sum()) + SPILL


def frames(planned: Samples, at: float) -> Samples:
    """Whole frames of each sound at a speed, as the voice rounds them; no sound is left out."""
    return np.maximum(1.0, np.round(planned / at))


def from_start(samples: Samples, unwanted: Samples, at: float, rate: int) -> Samples:
    """The sound from shortly before its first word. `unwanted`: planned frames of each sound before that.

    Spoken slowly, this voice says "uh" in the silence at the start.
    """
    start = max(0, round((FRAME * float(frames(unwanted, at).sum()) - LEAD) * rate))
    kept = samples[start:].copy()
    fade = min(len(kept), round(FADE * rate))
    kept[:fade] *= np.linspace(0.0, 1.0, fade)
    return kept
