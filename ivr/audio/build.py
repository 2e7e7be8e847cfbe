"""Building the audio of the line: only what changed, all or nothing in the manifest."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.audio.clip import Entry, Utterance
from ivr.audio.folder import AudioFolder, changed_before, write_manifest
from ivr.audio.lexicon import LexiconError, Word, read_lexicon
from ivr.audio.plan import Plan, entries_of, plan, take_stock
from ivr.audio.voice import RESERVE, SHIPPED, Voice, VoiceError, open_voice
from ivr.flow.line import Flow
from ivr.flow.script import script

USUAL: Final = "shipped"
"""Another name for the reserve voice: shipped audio where there is some, the reserve voice for the rest."""
KEPT: Final = 7 * 24 * 3600
"""Seconds for which a file stays after the manifest lost it: calls and caches may still ask for it."""

NOTED: Final = 20
"""After so many files it is noted what is made: a build that is killed is then gone on with."""

Progress = Callable[[int, int], None]
"""Told how many files are made, of how many."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did. `waiting` texts are heard in the reserve voice until the shipped voice has said them."""

    made: int
    kept: int
    voices: dict[str, int]
    waiting: tuple[Utterance, ...]
    silent: tuple[Utterance, ...]
    outdated: tuple[str, ...]
    seconds: float


def utterances(flow: Flow) -> list[Utterance]:
    """Every text that the line may say, in every approved language."""
    approved = [language for language, words in flow.words.items() if words.status == "approved"]
    return [
        Utterance(language, line.prompt, line.text, line.key, line.option, "-of-".join(map(str, line.say.place or ())))
        for language in approved
        for line in script(flow, language)
    ]


def build(flow: Flow, folder: Path, voice: str = RESERVE, *, everything: bool = False) -> Report:
    """Make all audio of a flow in `folder` (`audio/`). Raises VoiceError; the old audio then stays."""
    return build_utterances(utterances(flow), folder, voice, everything=everything)


def build_utterances(
    wanted: Iterable[Utterance],
    folder: Path,
    voice: str = RESERVE,
    *,
    everything: bool = False,
    processes: int = 0,
    progress: Progress = lambda _done, _all: None,
) -> Report:
    """As `build`, for given texts. `everything`: speak all in this voice, also where shipped audio exists."""
    began = time.monotonic()
    place = AudioFolder(folder)
    voice = RESERVE if voice == USUAL else voice
    speaker = open_voice(voice)
    with _in_plain_words(place):
        planned = plan(wanted, take_stock(place), speaker, voice, _lexicon(place), everything=everything)
        made = _make(planned, speaker, voice, processes, place, progress)
        entries = [*made, *(job.made for job in planned.jobs if job.made)]
        _keep(place, voice, planned, entries)
    return _report(planned, made, entries, time.monotonic() - began)


@contextmanager
def _in_plain_words(place: AudioFolder) -> Iterator[None]:
    """What the machine refuses, as a VoiceError that says what to do."""
    try:
        yield
    except OSError as problem:
        where = f"{problem.filename or place.root}: {problem.strerror or problem}"
        raise VoiceError(f"{where}. Make room there, or let this account write there, and build again.") from problem
    except BrokenExecutor as problem:
        raise VoiceError(
            "The system ended a process that was speaking, perhaps for want of memory. "
            "Build again: what was spoken until now is kept."
        ) from problem


def _lexicon(place: AudioFolder) -> tuple[Word, ...]:
    try:
        return read_lexicon(place.lexicon)
    except LexiconError as problem:
        raise VoiceError(str(problem)) from problem


def _make(
    planned: Plan, speaker: Voice, voice: str, processes: int, place: AudioFolder, progress: Progress
) -> list[Entry]:
    """Make what is missing. What was made before a failure is noted, so that the next build goes on from there."""
    if not planned.missing:
        return []
    # Loads numpy and the voice: an unchanged line is checked without them.
    from ivr.audio.render import render

    made: list[Entry] = []
    try:
        for entry in render(planned.missing, speaker, voice, processes):
            made.append(entry)
            progress(len(made), len(planned.missing))
            if len(made) % NOTED == 0:
                _note(place, made)
    finally:
        if len(made) < len(planned.missing):
            _note(place, made)
    return made


def _note(place: AudioFolder, made: list[Entry]) -> None:
    """So much is made, should this build not come to its end."""
    before = {entry.path: entry for entry in entries_of(place.unfinished)}
    write_manifest(place.unfinished, list((before | {entry.path: entry for entry in made}).values()))


def _keep(place: AudioFolder, voice: str, planned: Plan, entries: list[Entry]) -> None:
    """Only now does the line change what it plays."""
    if voice == SHIPPED:
        spoken = {job.file for job in planned.jobs if job.source != "recorded"}
        write_manifest(place.shipped, [entry for entry in entries if entry.file in spoken])
        _prune(place.spoken, spoken, older_than=0)
    write_manifest(place.manifest, entries)
    place.unfinished.unlink(missing_ok=True)
    _prune(place.built, {entry.file for entry in entries}, older_than=KEPT)


def _prune(folder: Path, listed: set[str], older_than: float) -> None:
    oldest = time.time() - older_than
    for path in folder.glob("*/*.wav"):
        if path.relative_to(folder).as_posix() not in listed and changed_before(path, oldest):
            path.unlink(missing_ok=True)
    for path in folder.rglob(".*.part"):
        if changed_before(path, time.time() - KEPT):
            path.unlink(missing_ok=True)


def _report(planned: Plan, made: list[Entry], entries: list[Entry], seconds: float) -> Report:
    reserve = open_voice(RESERVE).label
    behind = {entry.text for entry in entries if entry.voice == reserve}
    return Report(
        made=len(made),
        kept=len(entries) - len(made),
        voices=dict(Counter(entry.voice for entry in entries)),
        waiting=tuple({job.utterance: None for job in planned.jobs if job.utterance.text in behind}),
        silent=tuple(planned.silent),
        outdated=tuple(planned.outdated),
        seconds=seconds,
    )


def advice(report: Report) -> list[str]:
    """What its author has to know and to do after a build, a paragraph each."""
    told = []
    if report.waiting:
        told += [
            f"Heard in the reserve voice until the shipped voice says them ({len(report.waiting)}):",
            *(f"  {utterance.name}: {utterance.text}" for utterance in report.waiting),
            "To have it say them: python3 dev.py voice",
            "Listen to what it made, and commit audio/spoken.",
        ]
    told += [
        f"audio/recorded/{name} says words that have changed: record it again (ivr audio sheet)."
        for name in report.outdated
    ]
    if report.silent:
        told += [f"Without audio, so Twilio's own voice says them: {len(report.silent)} texts."]
    return told
