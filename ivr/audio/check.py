"""Is the line understood? Every file is played over bad lines to a recogniser, and measured."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from ivr.audio.badline import LINES, Line, heard_over
from ivr.audio.clip import Entry
from ivr.audio.folder import AudioFolder
from ivr.audio.heard import digits, errors, normal, without
from ivr.audio.lexicon import Word, in_use
from ivr.audio.measure import Measures, measure, words_a_minute
from ivr.audio.measure import words as count
from ivr.audio.recogniser import Recogniser
from ivr.audio.sound import SoundError, decode
from ivr.audio.voice import RESERVE, open_voice

FEW_WORDS: Final = 7
"""Shorter prompts have no pace worth measuring."""
JUDGED: Final[frozenset[Line]] = frozenset({"mulaw", "alaw"})
"""Lines on which each prompt must be understood; the others are reported, and noise has a mean of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`[tool.plainline.audio]` of pyproject.toml. Error rates in percent, levels in dB, times in seconds."""

    mean: float = 2.0
    mean_reserve: float = 6.0
    one_prompt: float = 15.0
    mean_in_noise: float = 5.0
    level_low: float = -24.0
    level_high: float = -20.0
    peak: float = -2.0
    silence_before: float = 0.3
    silence_after: float = 0.7
    normal_pace_low: float = 140.0
    normal_pace_high: float = 160.0
    slow_pace_low: float = 118.0
    slow_pace_high: float = 132.0
    one_normal_high: float = 190.0
    one_slow_high: float = 170.0
    terms: tuple[str, ...] = ("ehc", "sen", "iass", "northamptonshire", "northampton")


@dataclass(frozen=True, slots=True)
class Heard:
    """One file over one line: what was written down, and how many of how many words were wrong."""

    line: Line
    text: str
    wrong: int
    words: int
    wrong_outside_terms: int
    digits_right: bool

    @property
    def rate(self) -> float:
        """Word error rate in percent."""
        return 100 * self.wrong / max(1, self.words)


@dataclass(frozen=True, slots=True)
class Checked:
    """One file: its measures and how it was understood."""

    entry: Entry
    measures: Measures
    pace: float
    heard: tuple[Heard, ...]

    @property
    def worst(self) -> float:
        """The highest word error rate on a judged line."""
        return max((one.rate for one in self.heard if one.line in JUDGED), default=0.0)


@dataclass(frozen=True, slots=True)
class Means:
    """Over all files: word error rates by voice and line in percent, words a minute by pace."""

    rates: dict[tuple[str, Line], float]
    paces: dict[str, float]


def read_limits(pyproject: Path) -> Limits:
    """The limits of this line, or the usual ones. Raises ValueError for a limit that is not known."""
    try:
        found = tomllib.loads(pyproject.read_text(encoding="utf-8")).get("tool", {}).get("plainline", {})
    except FileNotFoundError:
        return Limits()
    except tomllib.TOMLDecodeError as problem:
        raise ValueError(f"{pyproject}: {problem}") from problem
    given = found.get("audio", {})
    unknown = set(given) - {field.name for field in fields(Limits)}
    if unknown:
        raise ValueError(f"{pyproject}: [tool.plainline.audio] does not know {', '.join(sorted(unknown))}")
    numbers = {name: value for name, value in given.items() if name != "terms"}
    wrong = [name for name, value in numbers.items() if type(value) not in {int, float}]
    if wrong:
        raise ValueError(f"{pyproject}: in [tool.plainline.audio] {', '.join(wrong)} must be a number")
    return Limits(terms=tuple(given.get("terms", Limits().terms)), **numbers)


def check(
    entries: Iterable[Entry],
    folder: Path,
    recogniser: Recogniser | None,
    words: tuple[Word, ...],
    terms: tuple[str, ...],
    lines: tuple[Line, ...] = LINES,
) -> Iterator[Checked]:
    """Check files one after the other. Without a recogniser they are only measured. Raises SoundError."""
    place = AudioFolder(folder)
    for entry in entries:
        path = place.find(entry.file)
        if path is None:
            raise SoundError(f"{entry.path} is listed, but there is no such file: run `ivr audio build`")
        sound = decode(path)
        measures = measure(sound)
        spoken = measures.seconds - measures.leading - measures.trailing
        heard = (
            ()
            if recogniser is None
            else (_judge(entry.text, line, recogniser.hear(heard_over(line, sound)), words, terms) for line in lines)
        )
        yield Checked(entry, measures, words_a_minute(entry.text, spoken), tuple(heard))


def _judge(text: str, line: Line, heard: str, words: tuple[Word, ...], terms: tuple[str, ...]) -> Heard:
    meant, found = normal(text, words), normal(heard, words)
    return Heard(
        line=line,
        text=heard,
        wrong=errors(meant, found),
        words=len(meant),
        wrong_outside_terms=errors(without(terms, meant), without(terms, found)),
        digits_right=digits(meant) == digits(found),
    )


def means(checked: Iterable[Checked]) -> Means:
    """What the whole line is judged by."""
    rows = list(checked)
    rates = {
        (voice, line): _rate([one for row in rows if row.entry.voice == voice for one in row.heard if one.line == line])
        for voice in sorted({row.entry.voice for row in rows})
        for line in sorted({one.line for row in rows for one in row.heard})
    }
    return Means(rates, {pace: _pace([row for row in rows if row.entry.pace == pace]) for pace in ("normal", "slow")})


def _rate(heard: list[Heard]) -> float:
    return 100 * sum(one.wrong for one in heard) / max(1, sum(one.words for one in heard))


def _pace(rows: list[Checked]) -> float:
    """Words a minute over all sentences; digits are said slowly on purpose and are not part of it."""
    counted = [row for row in rows if not digits(normal(row.entry.text)) and row.pace]
    spoken = [(row.measures.seconds - row.measures.leading - row.measures.trailing) for row in counted]
    said = sum(row.pace * seconds for row, seconds in zip(counted, spoken, strict=True))
    return said / sum(spoken) if spoken else 0.0


def faults(checked: Iterable[Checked], limits: Limits) -> list[str]:
    """Everything that is over a limit, in plain sentences."""
    rows = list(checked)
    found = [fault for row in rows for fault in _faults_of(row, limits)]
    reserve = open_voice(RESERVE).label
    whole = means(rows)
    for (voice, line), rate in whole.rates.items():
        highest = limits.mean_reserve if voice == reserve else limits.mean
        highest = highest if line in JUDGED else limits.mean_in_noise if _noise_counts(voice, line) else 100.0
        if rate > highest:
            found.append(f"{voice} over {line}: {rate:.1f} % of words wrong, at most {highest:g} % is allowed")
    return [*found, *_pace_faults(whole, limits)]


def _noise_counts(voice: str, line: Line) -> bool:
    return line == "noise" and voice != open_voice(RESERVE).label


def _pace_faults(whole: Means, limits: Limits) -> Iterator[str]:
    allowed = {
        "normal": (limits.normal_pace_low, limits.normal_pace_high),
        "slow": (limits.slow_pace_low, limits.slow_pace_high),
    }
    for pace, words in whole.paces.items():
        low, high = allowed[pace]
        if words and not low <= words <= high:
            yield f"{pace} pace is {words:.0f} words a minute; {low:.0f} to {high:.0f} are allowed"


def _faults_of(row: Checked, limits: Limits) -> Iterator[str]:
    name, measures = row.entry.path, row.measures
    if not limits.level_low <= measures.level <= limits.level_high:
        yield f"{name}: level {measures.level:.1f} dBov, not {limits.level_low:g} to {limits.level_high:g}"
    if measures.peak > limits.peak:
        yield f"{name}: peak {measures.peak:.1f} dBFS is over {limits.peak:g}"
    yield from _hurry(row, limits)
    if measures.leading > limits.silence_before or measures.trailing > limits.silence_after:
        yield f"{name}: {measures.leading:.2f} s silence before and {measures.trailing:.2f} s after the words"
    for one in row.heard:
        if one.line in JUDGED and 100 * one.wrong_outside_terms > limits.one_prompt * one.words:
            yield f"{name}: {one.rate:.0f} % of words wrong over {one.line}: heard {one.text!r} for {row.entry.text!r}"
        if one.line in JUDGED and not one.digits_right:
            yield f"{name}: a digit is heard wrong over {one.line}: {one.text!r} for {row.entry.text!r}"


def _hurry(row: Checked, limits: Limits) -> Iterator[str]:
    """A prompt that is spoken too fast. Short ones have no pace worth measuring, and no prompt is too calm."""
    highest = limits.one_normal_high if row.entry.pace == "normal" else limits.one_slow_high
    if row.pace > highest and count(row.entry.text) >= FEW_WORDS:
        yield f"{row.entry.path}: {row.pace:.0f} words a minute, at most {highest:.0f} at the {row.entry.pace} pace"


def lexicon_heard(checked: Iterable[Checked], words: tuple[Word, ...]) -> dict[str, tuple[int, int]]:
    """For each lexicon word: how often it was said over the judged lines, and how often it was heard as written."""
    rows = list(checked)
    return {word.write: _heard(word, rows, words) for word in words}


def _heard(word: Word, rows: list[Checked], words: tuple[Word, ...]) -> tuple[int, int]:
    meant = " ".join(normal(word.write, words))
    told = [
        f" {' '.join(normal(one.text, words))} "
        for row in rows
        if in_use([row.entry.text], [word])[word.write]
        for one in row.heard
        if one.line in JUDGED
    ]
    return len(told), sum(f" {meant} " in text for text in told)


def lexicon_use(entries: Iterable[Entry], words: tuple[Word, ...]) -> dict[str, int]:
    """In how many texts each lexicon word is said."""
    return in_use({entry.text for entry in entries}, words)
