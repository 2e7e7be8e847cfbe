"""`ivr audio …`: make, check and exchange what callers hear."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ivr.audio.build import USUAL, Report, advice, build_utterances, utterances
from ivr.audio.clip import Entry, Utterance
from ivr.audio.folder import AudioFolder, read_manifest
from ivr.audio.voice import VOICES, VoiceError
from ivr.prompts.load import load

if TYPE_CHECKING:
    from ivr.audio.check import Checked, Means
    from ivr.audio.lexicon import Word
    from ivr.audio.recogniser import Recogniser

Use = dict[str, dict[str, int]]
"""For each lexicon word: in how many texts it is, how often it was said to the recogniser, and heard right."""
WRONG: Final = 1
"""Exit code when the audio or a recording is not good enough."""
SHOWN: Final = 15
"""How many of the worst files the report shows."""
_folder = partial(click.option, type=click.Path(file_okay=False, path_type=Path), show_default=True)
PROMPTS = _folder("--prompts", default=Path("prompts"), help="Folder of what the line says.")
AUDIO = _folder("--audio", "folder", default=Path("audio"), help="Folder of what callers hear.")


@click.group()
def audio() -> None:
    """What callers hear: build it, check it, or have it recorded by a person.

    A recording in audio/recorded wins over the shipped voice in audio/spoken, which wins over the reserve voice in
    audio/built. Words without any audio are said by Twilio's own voice.

    \b
    After a change of words:  ivr audio build
    """


@audio.command("build")
@click.option("--voice", type=click.Choice((USUAL, *VOICES)), default=USUAL, show_default=True, help="Who speaks.")
@click.option("--all", "everything", is_flag=True, help="Speak every text in this voice, also where shipped audio is.")
@PROMPTS
@AUDIO
def build_command(voice: str, *, everything: bool, prompts: Path, folder: Path) -> None:
    """Make the audio of words that changed.

    \b
    Only what shipped audio does not say:    ivr audio build
    Everything in the reserve voice:         ivr audio build --voice nanotts --all
    The shipped voice, to be committed:      ivr audio build --voice kokoro
    Google Translate's voice, online:        ivr audio build --voice gtts
    """
    report = _build(utterances(load(prompts)), folder, voice, everything=everything)
    click.echo(f"{report.made} files made, {report.kept} unchanged, {report.seconds:.1f} s.")
    for name, count in sorted(report.voices.items()):
        click.echo(f"  {count:4} in {name}")
    for told in advice(report):
        click.echo(told)


def _build(wanted: list[Utterance], folder: Path, voice: str, *, everything: bool) -> Report:
    with click.progressbar(range(1), label="Speaking") as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        try:
            return build_utterances(wanted, folder, voice, everything=everything, progress=progress)
        except VoiceError as problem:
            raise click.ClickException(f"{problem}\nNothing changed: the line still plays the audio it had.") from None


@audio.command("check")
@click.option("--listener", type=click.Choice(("base", "tiny")), default="base", show_default=True, help="Recogniser.")
@click.option("--pace", type=click.Choice(("both", "normal", "slow")), default="both", show_default=True)
@click.option("--every", type=click.IntRange(min=1), default=1, show_default=True, help="Check each n-th file only.")
@click.option("--afresh", is_flag=True, help="Hear everything again, also what was heard before.")
@click.option("--measure-only", is_flag=True, help="Levels, silences and pace, without a recogniser.")
@click.option("--json", "as_json", is_flag=True, help="For a machine: one JSON document.")
@click.option("--limits", type=click.Path(path_type=Path), default=Path("pyproject.toml"), help="Where limits stand.")
@AUDIO
def check_command(  # noqa: PLR0913 (one a switch)
    listener: str, pace: str, every: int, limits: Path, folder: Path, *, afresh: bool, measure_only: bool, as_json: bool
) -> None:
    """Play every file over bad telephone lines to a recogniser, and measure it. The worst come first.

    Lines: G.711 mu-law and A-law (each prompt is judged), noise at 20 dB (judged as a whole, for the shipped voice) and
    5 % lost packets (only reported). Limits are in [tool.plainline.audio] of pyproject.toml. Exit code 1 when something
    is over a limit. What was heard is kept in audio/built, so the next check hears only what is new.

    \b
    For example:  ivr audio check --measure-only
    """
    from ivr.audio.check import check, faults, means, read_limits
    from ivr.audio.lexicon import read_lexicon

    with _plainly():
        allowed, words = read_limits(limits), read_lexicon(AudioFolder(folder).lexicon)
        entries = [entry for entry in _entries(folder) if pace in {"both", entry.pace}]
        ears = None if measure_only else _ears(listener, AudioFolder(folder).heard, afresh=afresh)
        found = check(entries[::every], folder, ears, words, allowed.terms)
        rows = sorted(found if as_json else _shown(found, len(entries[::every])), key=lambda row: -row.worst)
    wrong = faults(rows, allowed)
    (_print_json if as_json else _print)(rows, means(rows), wrong, _in_use(entries, rows, words))
    if wrong:
        raise SystemExit(WRONG)


@contextmanager
def _plainly() -> Iterator[None]:
    """What is wrong with a file, said without the places in the program that noticed it."""
    from ivr.audio.recogniser import RecogniserError

    try:
        yield
    except (RecogniserError, ValueError, OSError) as problem:
        raise click.ClickException(str(problem)) from None


def _ears(listener: str, memory: Path, *, afresh: bool) -> "Recogniser":
    from ivr.audio.recogniser import Remembering, Whisper

    if afresh:
        memory.unlink(missing_ok=True)
    return Remembering(Whisper("tiny" if listener == "tiny" else "base"), memory)


def _shown(found: "Iterator[Checked]", of: int) -> "list[Checked]":
    with click.progressbar(found, length=of, label="Listening") as shown:
        return list(shown)


def _entries(folder: Path) -> list[Entry]:
    place = AudioFolder(folder)
    entries = read_manifest(place.manifest) or read_manifest(place.shipped)
    if not entries:
        raise click.ClickException("there is no audio yet: run `ivr audio build`")
    return entries


def _in_use(entries: list[Entry], rows: "list[Checked]", words: "tuple[Word, ...]") -> dict[str, dict[str, int]]:
    from ivr.audio.check import lexicon_heard, lexicon_use

    heard = lexicon_heard(rows, words)
    return {
        word: {"texts": count, "said": heard[word][0], "heard": heard[word][1]}
        for word, count in lexicon_use(entries, words).items()
    }


def _print_json(rows: "list[Checked]", whole: "Means", wrong: list[str], lexicon: Use) -> None:
    rates = [
        {"voice": voice, "line": line, "word_error_rate": round(rate, 2)} for (voice, line), rate in whole.rates.items()
    ]
    files = [{**asdict(row), "worst": round(row.worst, 2)} for row in rows]
    document = {"faults": wrong, "rates": rates, "words_a_minute": whole.paces, "lexicon": lexicon, "files": files}
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))


def _print(rows: "list[Checked]", whole: "Means", wrong: list[str], lexicon: Use) -> None:
    for row in rows[:SHOWN]:
        sound = row.measures
        click.echo(
            f"{row.worst:5.1f} % {sound.level:6.1f} dBov {sound.peak:6.1f} dBFS {row.pace:4.0f} w/min"
            f"  {row.entry.pace:6} {row.entry.prompt}: {row.entry.text}"
        )
        for one in row.heard:
            if one.wrong:
                click.echo(f"        {one.line:5} heard: {one.text}")
    for (voice, line), rate in whole.rates.items():
        click.echo(f"{voice} over {line}: {rate:.2f} % of words wrong")
    for pace, words in whole.paces.items():
        click.echo(f"{pace} pace: {words:.0f} words a minute")
    for word, use in lexicon.items():
        heard = f", heard right {use['heard']} times of {use['said']}" if use["said"] else ""
        click.echo(f"Lexicon: {word} in {use['texts'] or 'no'} text{'' if use['texts'] == 1 else 's'}{heard}")
    click.echo("\n".join(f"OVER THE LIMIT: {fault}" for fault in wrong) or "All within the limits.")


@audio.command("sheet")
@click.option("--json", "as_json", is_flag=True, help="For a machine: one JSON list.")
@PROMPTS
@AUDIO
def sheet_command(prompts: Path, folder: Path, *, as_json: bool) -> None:
    """Print the script for a voice artist: every prompt, and the name its file must have.

    \b
    For example:  ivr audio sheet
    """
    from ivr.audio.takes import ADVICE, sheet

    rows = sheet(utterances(load(prompts)), folder)
    if as_json:
        lines = [{"file": row.file, "pace": row.pace, "text": row.utterance.text} for row in rows]
        click.echo(json.dumps(lines, ensure_ascii=False, indent=1))
        return
    click.echo(ADVICE)
    for row in rows:
        click.echo(f"{row.file}\n    {row.utterance.text}\n")


@audio.command("import")
@click.argument("offered", type=click.Path(exists=True, file_okay=False, path_type=Path))
@PROMPTS
@AUDIO
def import_command(offered: Path, prompts: Path, folder: Path) -> None:
    """Take a voice artist's files from the folder OFFERED: check each, keep the good ones, say which to record again.

    Any sound format is taken. File names are those of `ivr audio sheet`, with any ending. Then run `ivr audio build`.

    \b
    For example:  ivr audio import takes
    """
    from ivr.audio.takes import sheet, take_in

    wanted = sheet(utterances(load(prompts)), folder)
    with _plainly():
        takes = take_in(offered, wanted, folder)
    bad = [take for take in takes if take.complaints]
    for take in bad:
        name = click.format_filename(take.file.relative_to(offered))
        click.echo(f"RECORD AGAIN {name}: {'; '.join(take.complaints)}")
    click.echo(f"{len(takes) - len(bad)} recordings taken, {len(bad)} to record again. Now run: ivr audio build")
    if bad or not takes:
        raise SystemExit(WRONG)
