"""`ivr audio …`: make, check and exchange what callers hear."""

from pathlib import Path

import click
from click._termui_impl import ProgressBar

from ivr.audio.build import Report, build_utterances, utterances
from ivr.audio.clip import Utterance
from ivr.audio.voice import RESERVE, SHIPPED, VOICES, VoiceError
from ivr.prompts.load import load

PROMPTS = click.option(
    "--prompts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("prompts"),
    show_default=True,
    help="Folder of what the line says.",
)
AUDIO = click.option(
    "--audio",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("audio"),
    show_default=True,
    help="Folder of what callers hear.",
)


@click.group()
def audio() -> None:
    """What callers hear: build it, check it, or have it recorded by a person.

    A recording in audio/recorded wins over the shipped voice in audio/spoken, which wins over the reserve voice in
    audio/built. Words without any audio are said by Twilio's own voice.
    """


@audio.command("build")
@click.option("--voice", type=click.Choice(tuple(VOICES)), default=RESERVE, show_default=True, help="Who speaks.")
@click.option("--all", "everything", is_flag=True, help="Speak every text in this voice, also where shipped audio is.")
@PROMPTS
@AUDIO
def build_command(voice: str, everything: bool, prompts: Path, folder: Path) -> None:
    """Make the audio of words that changed.

    With the reserve voice (nanotts) only texts that the shipped audio does not say are spoken. `--voice kokoro`
    renders the shipped voice into audio/spoken, to be committed. `--voice gtts` speaks the whole line through
    Google Translate's voice and needs the internet.
    """
    report = _build(utterances(load(prompts)), folder, voice, everything)
    click.echo(f"{report.made} files made, {report.kept} unchanged, {report.seconds:.1f} s.")
    for name, count in sorted(report.voices.items()):
        click.echo(f"  {count:4} in {name}")
    _advise(report)


def _build(wanted: list[Utterance], folder: Path, voice: str, everything: bool) -> Report:
    shown: ProgressBar[int] = click.progressbar(length=1, label="Speaking", show_eta=True)
    with shown as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        try:
            return build_utterances(wanted, folder, voice, everything=everything, progress=progress)
        except (VoiceError, ValueError) as problem:
            raise click.ClickException(f"{problem}\nNothing changed: the line still plays the audio it had.") from None


def _advise(report: Report) -> None:
    if report.waiting:
        click.echo(f"{len(report.waiting)} texts are in the reserve voice. For the shipped voice: pip install")
        click.echo(f'"plainline[render]", then `ivr audio build --voice {SHIPPED}`, and commit audio/spoken:')
    for utterance in report.waiting:
        click.echo(f"  {utterance.name}: {utterance.text}")
    if report.silent:
        click.echo(f"{len(report.silent)} texts have no audio: Twilio's own voice says them.")
