"""Each sentence of the shipped voice has its own speed, and begins with its first word."""

import numpy as np
import pytest

from ivr.audio.tempo import FASTEST, LEAD, SLOWEST, frames, from_start, seconds, speed, spoken_words


def planned(*spoken: float) -> np.ndarray:
    """A plan with the silence that this voice puts around a sentence."""
    return np.array([13.0, *spoken, 25.0, 9.0, 1.0])


SHORT_WORDS = "I can see it if it is on."
SOUNDS = "I kæn siː ɪt ɪf ɪt ɪz ɒn"


@pytest.mark.parametrize("words_a_minute", [131.0, 156.0])
def test_a_sentence_comes_to_the_pace_that_is_wanted(words_a_minute: float) -> None:
    plan = planned(*np.linspace(1.0, 3.8, 30))
    at = speed(plan, SHORT_WORDS, SOUNDS, words_a_minute)
    assert SLOWEST < at < FASTEST
    length = (2 * 8 + 8 / 1.26) / 3
    assert seconds(plan, at) == pytest.approx(60 * length / words_a_minute, rel=0.03)


def test_slow_is_slower() -> None:
    plan = planned(*np.linspace(1.0, 3.8, 30))
    assert speed(plan, SHORT_WORDS, SOUNDS, 131) < speed(plan, SHORT_WORDS, SOUNDS, 156)


def test_a_sentence_of_long_words_is_given_more_time_for_each() -> None:
    plan = planned(*np.linspace(1.0, 3.8, 30))
    few_vowels, many_vowels = "kt" * 15, "ka" * 15
    assert speed(plan, SHORT_WORDS, many_vowels, 156) < speed(plan, SHORT_WORDS, few_vowels, 156)


@pytest.mark.parametrize(("frames_each", "limit"), [(0.5, SLOWEST), (9.0, FASTEST)])
def test_no_speed_at_which_the_voice_breaks(frames_each: float, limit: float) -> None:
    assert speed(planned(*[frames_each] * 30), SHORT_WORDS, SOUNDS, 156) == limit


def test_every_sound_has_at_least_one_frame() -> None:
    assert frames(np.array([0.1, 1.0, 2.6]), 1.0).tolist() == [1, 1, 3]
    assert frames(np.array([2.0]), 0.5).tolist() == [4]


def test_a_link_to_phonemes_counts_as_its_words() -> None:
    assert spoken_words("An [E H C](/ˌiː ˌAʧ sˈiː/) plan, press one.") == 7


def test_what_is_heard_before_the_first_word_is_cut_off_softly() -> None:
    rate, at = 24000, 0.5
    kept = from_start(np.ones(3 * rate), planned(3.0)[:1], at, rate)
    before = 13 / at * 0.025 - LEAD
    assert len(kept) == pytest.approx((3 - before) * rate, abs=1)
    assert kept[0] == 0
    assert np.all(np.diff(kept[:480]) >= 0)
    assert np.all(kept[480:] == 1)


def test_a_sound_that_begins_at_once_is_whole() -> None:
    assert len(from_start(np.ones(100), np.array([1.0]), 1.0, 24000)) == 100
