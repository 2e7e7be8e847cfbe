"""What to build: for every text and pace, which voice says it, in which file, and whether the file is there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ivr.audio.clip import PACES, Entry, Utterance, digest, file_name
from ivr.audio.folder import AudioFolder, read_manifest, read_takes, sha256
from ivr.audio.lexicon import ALONE, ASKING, DIGIT_GROUP, DIGITS, SPELLING, Word
from ivr.audio.pauses import CHAIN, pauses
from ivr.audio.voice import RESERVE, SHIPPED, Voice
from ivr.flow.state import Pace

Source = Literal["recorded", "spoken", "voice"]


@dataclass(frozen=True, slots=True)
class Job:
    """One file of the line. `made` is its manifest entry when the file is there already and sound."""

    utterance: Utterance
    pace: Pace
    source: Source
    target: Path
    file: str
    made: Entry | None = None
    recording: Path | None = None
    script: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All files of the line. `silent` texts have no audio: Twilio's own voice says them.

    `outdated` recordings say words that have changed since, so they are not played.
    """

    jobs: list[Job]
    silent: list[Utterance] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[Job]:
        """The files that have to be made."""
        return [job for job in self.jobs if job.made is None]


@dataclass(frozen=True, slots=True)
class Stock:
    """What the folder holds: entries of sound files, by file name, and of the shipped voice, by what they say."""

    folder: AudioFolder
    made: dict[str, Entry]
    spoken: dict[tuple[str, Pace, str], Entry]
    takes: dict[str, str]
    """The words that each imported recording says. A recording put there by hand is taken to say the right ones."""


def take_stock(folder: AudioFolder) -> Stock:
    """Read the manifests; entries whose file is missing, cut short or changed are left out."""
    shipped = [entry for entry in entries_of(folder.shipped) if _whole(folder.spoken / entry.file, entry)]
    here = (*entries_of(folder.manifest), *entries_of(folder.unfinished))
    places = (folder.built, folder.spoken)
    made = [entry for entry in here if any(_whole(place / entry.file, entry) for place in places)]
    return Stock(
        folder,
        {entry.file: entry for entry in (*shipped, *made)},
        {(entry.language, entry.pace, entry.text): entry for entry in shipped},
        read_takes(folder),
    )


def entries_of(manifest: Path) -> list[Entry]:
    """What a manifest lists; a damaged one lists nothing and is made anew."""
    try:
        return read_manifest(manifest)
    except ValueError:
        return []


def _whole(path: Path, entry: Entry) -> bool:
    return path.is_file() and sha256(path) == entry.sha256


def plan(
    utterances: Iterable[Utterance], stock: Stock, voice: Voice, name: str, words: tuple[Word, ...], *, everything: bool
) -> Plan:
    """Recordings win; then shipped audio, unless another voice than the reserve was asked for; then the voice."""
    jobs: list[Job] = []
    silent: list[Utterance] = []
    prefers_shipped = name == RESERVE and not everything
    utterances = distinct(utterances)
    for utterance in utterances:
        for pace in PACES:
            job = _recorded(utterance, pace, stock) or (_shipped(utterance, pace, stock) if prefers_shipped else None)
            if job is None and voice.speaks(utterance.language):
                job = _voiced(utterance, pace, stock, voice, name, words)
            job = job or _shipped(utterance, pace, stock)
            if job is not None:
                jobs.append(job)
            elif pace == "normal":
                silent.append(utterance)
    return Plan(jobs, silent, _outdated(utterances, stock))


def distinct(utterances: Iterable[Utterance]) -> list[Utterance]:
    """One utterance a text: the first that says it."""
    return list({(one.language, one.text): one for one in reversed(list(utterances))}.values())[::-1]


def is_outdated(utterance: Utterance, pace: Pace, stock: Stock) -> bool:
    """Whether there is a recording of this prompt that says other words."""
    return stock.takes.get(stock.folder.take(utterance, pace), utterance.text) != utterance.text


def _outdated(utterances: Iterable[Utterance], stock: Stock) -> list[str]:
    return [
        stock.folder.take(utterance, pace)
        for utterance in utterances
        for pace in PACES
        if is_outdated(utterance, pace, stock) and stock.folder.recording(utterance, pace).is_file()
    ]


def _recorded(utterance: Utterance, pace: Pace, stock: Stock) -> Job | None:
    recording = stock.folder.recording(utterance, pace)
    if not recording.is_file() or is_outdated(utterance, pace, stock):
        return None
    file = file_name(utterance, pace, digest(recording.read_bytes(), utterance.text, CHAIN, str(pauses(utterance))))
    return Job(utterance, pace, "recorded", stock.folder.built / file, file, stock.made.get(file), recording)


def _shipped(utterance: Utterance, pace: Pace, stock: Stock) -> Job | None:
    entry = stock.spoken.get((utterance.language, pace, utterance.text))
    if entry is None:
        return None
    return Job(utterance, pace, "spoken", stock.folder.spoken / entry.file, entry.file, entry)


def _voiced(utterance: Utterance, pace: Pace, stock: Stock, voice: Voice, name: str, words: tuple[Word, ...]) -> Job:
    script = voice.script(utterance.text, words)
    spelling = ALONE if script in DIGITS else SPELLING if DIGIT_GROUP.search(script) else ""
    shape = (voice.label, voice.settings(pace, script), pace, CHAIN, str(pauses(utterance)))
    asking = ASKING if re.search(r"[?!]", script) else ""
    content = digest(*shape, utterance.text, script + spelling + asking)
    file = file_name(utterance, pace, content)
    place = stock.folder.spoken if name == SHIPPED else stock.folder.built
    return Job(utterance, pace, "voice", place / file, file, stock.made.get(file), script=script)
