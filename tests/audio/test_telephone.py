"""The telephone chain: level, band, peaks, silence, and the file that Twilio plays."""

import io

import numpy as np
import pytest
import soundfile

from ivr.audio.measure import _crossing, active_level, convolve, is_silent, measure, peak, speech_span, words
from ivr.audio.pauses import DIGIT, OPTION, Pauses, pauses
from ivr.audio.sound import Sound, SoundError, decode, encode_master, to_pcm
from ivr.audio.telephone import RATE, _resample, assemble, in_band, level, narrow, telephone
from tests.audio.sample import utterance


def tone(hertz: float, seconds: float = 1.0, rate: int = 24000, loud: float = 0.3) -> Sound:
    return Sound(loud * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate), rate)


def noise(seconds: float, rms: float, rate: int = RATE) -> Sound:
    return Sound(np.random.default_rng(1).standard_normal(int(seconds * rate)) * rms, rate)


def spoken(seconds: float = 1.0) -> Sound:
    """Noise in syllables: speech enough for a level meter."""
    sound = noise(seconds, 0.05, 24000)
    beat = np.clip(np.sin(2 * np.pi * 4 * np.arange(len(sound.samples)) / 24000), 0.02, 1)
    return Sound(sound.samples * beat, 24000)


class TestLevel:
    def test_continuous_noise_has_its_own_level(self) -> None:
        assert active_level(noise(10, 10 ** (-26 / 20))) == pytest.approx(-26, abs=0.3)

    def test_pauses_do_not_lower_the_level_of_speech(self) -> None:
        sound = noise(10, 10 ** (-26 / 20))
        on_and_off = np.where(np.arange(len(sound.samples)) // (2 * RATE) % 2 == 0, sound.samples, 0)
        assert active_level(Sound(on_and_off, RATE)) == pytest.approx(-26.5, abs=0.6)

    def test_one_loud_moment_of_a_long_file_is_not_its_level(self) -> None:
        energy = 10 ** (-22 / 10) * 200_000
        active = np.array([230_000.0, 220_000.0, 200_000.0, 180_000.0, 1_600.0])
        thresholds = np.array([-42.0, -36.0, -30.0, -24.0, -18.0])
        assert _crossing(energy, active, thresholds) == pytest.approx(-22.5, abs=0.2)

    def test_silence_has_no_level_and_stays_silence(self) -> None:
        silence = Sound(np.zeros(RATE), RATE)
        assert active_level(silence) == -100
        assert not level(silence).samples.any()

    def test_what_nobody_hears_is_not_made_loud(self) -> None:
        room = noise(1, 1e-6)
        assert active_level(room) == -100
        assert np.array_equal(level(room).samples, room.samples)
        assert is_silent(room)
        assert is_silent(Sound(np.zeros(RATE), RATE))
        assert not is_silent(noise(1, 1e-3))

    @pytest.mark.parametrize("loud", [0.001, 0.05, 0.99])
    def test_every_file_has_the_level_of_the_line(self, loud: float) -> None:
        quiet_or_loud = Sound(spoken().samples * loud / 0.2, 24000)
        assert measure(decode(telephone([(0, quiet_or_loud)], Pauses()))).level == pytest.approx(-22, abs=0.3)

    def test_a_high_peak_is_turned_down_and_not_clipped(self) -> None:
        sound = spoken(3)
        sound.samples[30000:30030] = 1.0
        file = decode(telephone([(0, sound)], Pauses()))
        assert peak(file) <= -2.0
        assert measure(file).level == pytest.approx(-22, abs=0.3)


class TestBand:
    @pytest.mark.parametrize("hertz", [500, 1000, 3000])
    def test_the_telephone_band_passes(self, hertz: float) -> None:
        assert _gain(hertz) == pytest.approx(0, abs=0.5)

    @pytest.mark.parametrize("hertz", [50, 150, 3800, 4500, 5000, 7000, 11000])
    def test_everything_else_is_gone_and_nothing_is_folded_back(self, hertz: float) -> None:
        assert _gain(hertz) < -30


def _gain(hertz: float) -> float:
    """Decibels of a tone after resampling and band-pass, beside a 1 kHz tone that sets the level."""
    after = in_band(_resample(tone(hertz)))[1000:-1000]
    return float(20 * np.log10(np.sqrt(np.mean(after**2)) * np.sqrt(2) / 0.3 + 1e-9))


class TestSilence:
    def test_a_file_has_the_lead_in_and_tail_of_its_kind(self) -> None:
        measures = measure(decode(telephone([(0, spoken())], Pauses(lead=0.15, tail=0.5))))
        assert measures.leading == pytest.approx(0.18, abs=0.03)
        assert measures.trailing == pytest.approx(0.53, abs=0.05)

    def test_a_voices_own_silence_is_cut_off(self) -> None:
        padded = Sound(np.concatenate([np.zeros(24000), spoken().samples, np.zeros(24000)]), 24000)
        assert narrow(padded).seconds == pytest.approx(narrow(spoken()).seconds, abs=0.1)

    def test_the_pause_before_a_sentence_is_in_the_file(self) -> None:
        one, pause = narrow(spoken()), 0.4
        assert assemble([(0, one), (pause, one)], Pauses(0, 0, 0)).seconds == pytest.approx(
            2 * one.seconds + pause, abs=0.01
        )

    def test_options_end_with_half_a_second(self) -> None:
        assert pauses(utterance("For yes, press 1.", "option.yes", "1")) == OPTION
        assert OPTION.tail >= 0.5

    def test_digits_are_close_together(self) -> None:
        assert pauses(utterance("three", "digit.3")) == DIGIT
        assert DIGIT.lead + DIGIT.tail <= 0.3

    def test_nothing_spans_nothing(self) -> None:
        assert speech_span(Sound(np.zeros(3), RATE)) == (0, 0)
        assert speech_span(Sound(np.zeros(RATE), RATE)) == (0, 0)


class TestFile:
    def test_is_an_8_khz_mu_law_mono_wav(self) -> None:
        found = soundfile.info(io.BytesIO(telephone([(0, spoken())], Pauses())))
        assert (found.samplerate, found.channels, found.subtype, found.format) == (8000, 1, "ULAW", "WAV")

    def test_is_the_same_bytes_again(self) -> None:
        assert telephone([(0, spoken())], Pauses()) == telephone([(0, spoken())], Pauses())

    def test_bytes_that_are_no_sound_are_refused(self) -> None:
        with pytest.raises(SoundError, match="no sound file"):
            decode(b"<html>")

    def test_what_is_too_loud_is_cut_off_and_does_not_turn_over(self) -> None:
        assert to_pcm(Sound(np.array([2.0, -2.0, 0.0]), RATE)) == b"\xff\x7f\x00\x80\x00\x00"

    def test_an_empty_sound_is_refused(self) -> None:
        with pytest.raises(SoundError, match="empty"):
            decode(encode_master(Sound(np.zeros(0), RATE)))

    def test_a_sound_without_end_is_refused(self) -> None:
        with pytest.raises(SoundError, match="longer than 2 seconds"):
            decode(encode_master(noise(3, 0.01)), longest=2)


def test_convolution_is_the_usual_one() -> None:
    left, right = np.arange(5.0), np.array([1.0, -1.0])
    assert np.allclose(convolve(left, right), np.convolve(left, right))


def test_each_spoken_digit_is_a_word() -> None:
    assert words("Ring 0 1 6 0 4, 3 6 7. The councils' line isn't far-off.") == 14
