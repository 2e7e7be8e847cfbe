"""Making the files of a plan, side by side. Runs in processes of its own, so everything here can be pickled."""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path
from typing import Final

from ivr.audio.clip import Entry
from ivr.audio.folder import sha256, write_whole
from ivr.audio.lexicon import pieces, spelled
from ivr.audio.measure import is_silent
from ivr.audio.pauses import LONGER_WHEN_SLOW, pauses
from ivr.audio.plan import Job
from ivr.audio.sound import Sound, SoundError, decode
from ivr.audio.telephone import telephone
from ivr.audio.voice import Voice, VoiceError, open_voice

FEW: Final = 6
"""Up to this many files are made here: starting processes would take longer."""
RECORDED: Final = "recorded"


def render(jobs: list[Job], voice: Voice, name: str, processes: int = 0) -> Iterator[Entry]:
    """Make every file, in no certain order. Raises VoiceError at the first that cannot be made."""
    wanted = processes or voice.at_once or os.cpu_count() or 1
    if wanted == 1 or len(jobs) <= FEW:
        yield from (make(job, name) for job in jobs)
        return
    # "spawn" starts clean processes: "fork" would copy the locks of whatever threads run here.
    with ProcessPoolExecutor(wanted, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(make, job, name) for job in jobs]
        try:
            yield from (done.result() for done in as_completed(waiting))
        finally:
            pool.shutdown(cancel_futures=True)


def make(job: Job, name: str) -> Entry:
    """Make one file and describe it."""
    content = telephone(_sounds(job, name), pauses(job.utterance))
    write_whole(job.target, content)
    return entry(job, content, name)


def entry(job: Job, content: bytes, name: str) -> Entry:
    """The manifest entry of a file just made."""
    return Entry(
        path=f"/audio/{job.file}",
        prompt=job.utterance.prompt,
        language=job.utterance.language,
        pace=job.pace,
        text=job.utterance.text,
        seconds=round(decode(content).seconds, 3),
        voice=RECORDED if job.source == "recorded" else _voice(name).label,
        sha256=sha256(job.target),
    )


def _sounds(job: Job, name: str) -> Iterator[tuple[float, Sound]]:
    """What the file holds, each sound with the pause before it."""
    if job.recording is not None:
        yield (0.0, _recording(job.recording))
        return
    longer = LONGER_WHEN_SLOW if job.pace == "slow" else 1.0
    for piece in pieces(job.script, longer * pauses(job.utterance).between):
        text, pace = spelled(piece.text, job.pace) if piece.spelled else (piece.text, job.pace)
        sound = _voice(name).speak(text, job.utterance.language, pace)
        if is_silent(sound):
            raise VoiceError(f"{_voice(name).label} said nothing for {text!r}; say it in other words")
        yield (piece.pause, sound)


def _recording(file: Path) -> Sound:
    mend = "record it again or take it away"
    try:
        sound = decode(file)
    except SoundError as problem:
        raise VoiceError(f"{file}: {problem}; {mend}") from problem
    if is_silent(sound):
        raise VoiceError(f"{file}: nothing is heard; {mend}")
    return sound


@cache
def _voice(name: str) -> Voice:
    return open_voice(name)
