"""`ivr call`: the line in a terminal."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import click

from ivr.config import Config
from ivr.prompts.findings import PromptsError
from ivr.rehearsal.dialog import Dialog, saved_call
from ivr.rehearsal.fields import WITHHELD
from ivr.rehearsal.notebook import Notebook
from ivr.rehearsal.reach import Reach, in_this_process, running
from ivr.rehearsal.replay import WentAnotherWay, play
from ivr.rehearsal.speaker import PLAYERS, Speaker, find_player
from ivr.rehearsal.terminal import Terminal
from ivr.rehearsal.transfer import OUTCOMES
from ivr.settings.given import is_text, parts

LONDON: Final = ZoneInfo("Europe/London")
CALLERS: Final = f"a number such as +447700900123, or one of: {', '.join(WITHHELD)}"


class TypedError(Exception):
    """What came from the keyboard, or the pipe in its place, is no text."""


class _Moment(click.ParamType):
    """A time; without a zone it is London's."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} is not a time such as 2026-12-25T10:30", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The options as they were given."""

    caller: str
    transfer: tuple[str, ...]
    whisper: str
    now: datetime | None
    url: str | None
    script: Path | None
    record: Path | None
    as_json: bool
    audio: bool
    verbose: bool


@click.command()
@click.option("--from", "caller", default="+447700900123", show_default=True, help=f"Who calls: {CALLERS}.")
@click.option(
    "--transfer",
    type=click.Choice(tuple(OUTCOMES)),
    multiple=True,
    default=("conversation",),
    show_default=True,
    help="How ringing a person ends; give it again for the second time, the third and so on.",
)
@click.option("--whisper", default="1", show_default=True, help="Keys of the person who answers; '' for a machine.")
@click.option("--now", type=_Moment(), help="What time it is to be, for example 2026-12-25T10:30.")
@click.option("--url", help="A line that runs already, for example http://127.0.0.1:8000; else one starts here.")
@click.option(
    "--script", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Play a dialog file and check it."
)
@click.option("--record", type=click.Path(dir_okay=False, path_type=Path), help="Write the call down as a dialog file.")
@click.option("--json", "as_json", is_flag=True, help="For a machine: one JSON object a turn.")
@click.option("--audio", is_flag=True, help="Play the real sounds, where this machine has a player.")
@click.option("-v", "--verbose", is_flag=True, help="Show the TwiML of every answer.")
def call(**given: Any) -> None:
    """Call the line from this terminal.

    \b
    Just call:                     ivr call
    From a hidden number:          ivr call --from withheld
    Nobody answers the transfer:   ivr call --transfer no-answer
    Check a sample dialog:         ivr call --script tests/calls/needs.yaml

    Type keys (0-9, *, #) or words; Enter alone is silence, Ctrl-D hangs up.
    """
    wanted = _Wanted(**given)
    line = _line(wanted.url)
    if wanted.script:
        _replay(line, wanted.script)
    else:
        _talk(line, wanted)


def _line(url: str | None) -> Reach:
    if url and not parts(url).hostname:
        raise click.BadParameter("an address is needed, such as http://127.0.0.1:8000", param_hint="--url")
    config = Config.from_env()
    if url:
        return running(config, url)
    from ivr.factory import create_app

    return in_this_process(config, create_app)


def _talk(line: Reach, wanted: _Wanted) -> None:
    caller = WITHHELD.get(wanted.caller, wanted.caller)
    notebook = Notebook(wanted.caller, wanted.transfer, wanted.whisper, wanted.now)
    ringing = line.call(caller, wanted.transfer, wanted.whisper, wanted.now)
    terminal = Terminal(ringing, click.echo, notebook, wanted.as_json, wanted.verbose)
    if wanted.audio:
        terminal.after_turn = _speaker(line).play
    terminal.run(_typed)
    if wanted.record:
        wanted.record.write_text(notebook.text("A call.", ringing.rang, ringing.ended_by), encoding="utf-8")


def _typed(prompt: str) -> str:
    """What was typed; bytes that are no text end the call."""
    try:
        line = input(prompt)
    except UnicodeDecodeError:
        line = "\udcff"
    if not is_text(line):
        raise TypedError("What was typed is no text in UTF-8: call again, and write it in UTF-8")
    return line


def _speaker(line: Reach) -> Speaker:
    program = find_player()
    if not program:
        raise click.ClickException(f"--audio needs one of these programs: {', '.join(PLAYERS)}")
    return Speaker(program, line.transport.fetch)


def _replay(line: Reach, script: Path) -> None:
    dialog = _saved(script)
    try:
        played = play(dialog, lambda: line.call(dialog.caller, dialog.transfer, dialog.whisper, dialog.now), line.words)
    except WentAnotherWay as other:
        raise click.ClickException(f"{script.name}: {other}") from other
    for said in played.said:
        click.echo(said)
    click.echo(f"[{dialog.story} As written.]")


def _saved(script: Path) -> Dialog:
    try:
        return saved_call(script.read_bytes(), str(script))
    except PromptsError as mistakes:
        raise click.ClickException(str(mistakes)) from mistakes
