"""The command line: `ivr`. Each command is loaded only when it is asked for, so that help is quick."""

import importlib
import importlib.util
import json
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import click

from ivr.config import Config

if TYPE_CHECKING:
    from ivr.flow.line import Flow
    from ivr.store import Request, Store

MISTAKE: Final = 2
"""Exit code when a command could not do its work: wrong settings, wrong words, no database."""

STATUSES: Final = ("incomplete", "new", "claimed", "attempted", "done", "closed")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a command is, and its line in the help."""

    module: str
    about: str


_PLACES: Final = {
    "prepare": _Place("ivr.cli", "Make data and audio ready, before the line is served."),
    "call": _Place("ivr.rehearsal.commands", "Call the line from this terminal."),
    "script": _Place("ivr.pages.commands", "Everything that the line says, as text."),
    "map": _Place("ivr.pages.commands", "The whole flow as a picture."),
    "check": _Place("ivr.prompts.commands", "Check what the line says and where each key leads."),
    "audio": _Place("ivr.audio.commands", "Build and check what callers hear."),
    "queue": _Place("ivr.cli", "List callback requests."),
    "worker": _Place("ivr.cli", "Do background work, such as text messages, in a process of its own."),
    "db": _Place("ivr.cli", "Make the database ready."),
}


class Ivr(click.Group):
    """A group that knows its commands by name and loads one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click gives it
        """The commands that this line has, in the order of a newcomer's need."""
        return [name for name, place in _PLACES.items() if _there(place.module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, loaded now."""
        if cmd_name not in self.list_commands(ctx):
            return None
        return cast("click.Command", getattr(importlib.import_module(_PLACES[cmd_name].module), cmd_name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _PLACES[name].about) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a mistake that this line has words for is one plain message, not a traceback."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if not type(error).__module__.startswith("ivr."):
                raise
            click.echo(str(error), err=True)
            ctx.exit(MISTAKE)


def _there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@click.group(cls=Ivr, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A phone line that anyone can use.

    \b
    Try it without a telephone:  ivr call
    See who waits for a call:    ivr queue
    Help for one command:        ivr queue --help
    """


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For a machine: one JSON list.")
@click.option("--status", multiple=True, type=click.Choice(STATUSES), help="Only these; may be given again.")
def queue(status: tuple[str, ...], *, as_json: bool) -> None:
    """List callback requests, the one due first at the top.

    \b
    Everything still waiting:  ivr queue
    Only new requests:         ivr queue --status new
    For a spreadsheet:         ivr queue --json > queue.json
    """
    rows = [_row(request) for request in _requests(status)]
    click.echo(json.dumps(rows, ensure_ascii=False, indent=2) if as_json else _table(rows))


_PAGE: Final = 200
_SHOWN: Final = ("reference", "phone", "status", "council", "topic", "best_time", "safe_message", "due")


def _requests(status: tuple[str, ...]) -> "list[Request]":
    from ivr.store import Store

    store = Store.open(Config.from_env().database_url)
    try:
        return list(_all(store, status))
    finally:
        store.close()


def _all(store: "Store", status: tuple[str, ...]) -> "Iterator[Request]":
    page = store.queue(status or None, None, _PAGE)
    while page:
        yield from page
        page = store.queue(status or None, page[-1].cursor, _PAGE)


def _row(request: "Request") -> dict[str, object]:
    """A request as a machine reads it: times in ISO form, UTC; the due day as a date."""
    return {
        "reference": request.reference,
        "phone": request.phone,
        "status": request.status,
        "council": request.council,
        "topic": request.topic,
        "best_time": request.best_time,
        "safe_message": request.safe_message,
        "needs": list(request.needs),
        "language": request.language,
        "created": request.created.isoformat(),
        "due": request.due.isoformat() if request.due else None,
    }


def _table(rows: list[dict[str, object]]) -> str:
    if not rows:
        return "No callback request."
    lines = [_SHOWN, *(tuple(str(row[name] or "-") for name in _SHOWN) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_SHOWN))]
    return "\n".join(_spaced(line, widths) for line in lines)


def _spaced(line: Iterable[str], widths: list[int]) -> str:
    return "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()


@click.command()
def prepare() -> None:
    """Make data and audio ready, before the line is served; then say where to call it. Safe to repeat.

    \b
    The usual one:         ivr prepare
    With another voice:    VOICE=gtts ivr prepare
    """
    from ivr.prompts.load import load
    from ivr.store import migrate

    config = Config.from_env()
    migrate(config.database_url)
    _build_audio(load(config.prompts_dir), config)
    click.echo(_where_to_call(config))


def _build_audio(flow: "Flow", config: Config) -> None:
    """Audio that cannot be made now stops nothing: the line has other voices for those words."""
    from ivr.audio.build import build
    from ivr.audio.voice import RESERVE, VoiceError

    if config.voice == "twilio":
        return
    try:
        build(flow, config.audio_dir, RESERVE if config.voice == "shipped" else config.voice)
    except VoiceError as error:
        click.echo(f"Some words have no audio yet; Twilio's voice says them. {error}", err=True)


def _where_to_call(config: Config) -> str:
    here = f"http://127.0.0.1:{config.port}"
    if not config.rehearsal:
        return f"The line is at {here}. In Twilio, the number's voice webhook is POST {config.public_url}/voice"
    command = Path(sys.argv[0])
    shown = command.relative_to(Path.cwd()) if command.is_relative_to(Path.cwd()) else command
    return "\n".join(
        (
            f"A rehearsal of the line is at {here}: no telephone reaches it.",
            f"Call it from another terminal:  {shown} call",
            f"Where Twilio would call it:     POST {here}/voice",
        )
    )


@click.group()
def db() -> None:
    """Make the database ready.

    \b
    Make it, or bring it up to date:  ivr db upgrade
    """


@db.command()
def upgrade() -> None:
    """Make the database, or bring it up to date. Safe to repeat.

    \b
    The usual one:  ivr db upgrade
    Another:        DATABASE_URL=postgresql://line@db.example.org/line ivr db upgrade
    """
    from ivr.store import migrate

    migrate(Config.from_env().database_url)
    click.echo("The database is ready.")


@click.command()
def worker() -> None:
    """Do background work until stopped. The served line does it itself, unless it is served with WORKER=off.

    \b
    The usual one:  ivr worker
    """
    from ivr.jobs import Runner, works
    from ivr.phone.rest import texts
    from ivr.store import Store

    config = Config.from_env()
    store = Store.open(config.database_url)
    runner = Runner(store, works(store, texts(config)))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    runner.start()
    with suppress(KeyboardInterrupt):
        click.echo("Background work is being done. To stop: Ctrl-C.")
        threading.Event().wait()
    runner.stop()
    store.close()
