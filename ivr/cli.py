"""The command line: `ivr`. Each command is loaded only when it is asked for, so that help is quick."""

import importlib
import importlib.util
from dataclasses import dataclass
from typing import Any, Final, cast

import click

MISTAKE: Final = 2
"""Exit code when a command could not do its work: wrong settings, wrong words, no database."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a command is, and its line in the help."""

    module: str
    about: str


_PLACES: Final = {
    "prepare": _Place("ivr.commands", "Make data and audio ready, before the line is served."),
    "call": _Place("ivr.rehearsal.commands", "Call the line from this terminal."),
    "script": _Place("ivr.pages.commands", "Everything that the line says, as text."),
    "map": _Place("ivr.pages.commands", "The whole flow as a picture."),
    "check": _Place("ivr.prompts.commands", "Check what the line says and where each key leads."),
    "audio": _Place("ivr.audio.commands", "Build and check what callers hear."),
    "queue": _Place("ivr.commands", "List callback requests."),
    "staff": _Place("ivr.staff.commands", "Who may sign in to the pages of staff."),
    "worker": _Place("ivr.commands", "Do background work, such as text messages, in a process of its own."),
    "jobs": _Place("ivr.background", "List background work that was given up, and try again."),
    "reseal": _Place("ivr.background", "Close recordings with a new key."),
    "mark": _Place("ivr.health.commands", "How the log names a call."),
    "doctor": _Place("ivr.doctor.commands", "What still stands in the way of real calls."),
    "provision": _Place("ivr.phone.commands", "Send the calls of a Twilio number to this line."),
    "fallback": _Place("ivr.phone.commands", "What the number answers when this line is down."),
    "export": _Place("ivr.privacy", "Everything that is kept about a number, for the caller."),
    "forget": _Place("ivr.privacy", "Delete everything that is kept about a number."),
    "hold": _Place("ivr.privacy", "Keep a request whatever is due."),
    "backup": _Place("ivr.safekeeping", "Everything the line keeps, in one file."),
    "restore": _Place("ivr.safekeeping", "Put a backup back."),
    "db": _Place("ivr.commands", "Make the database ready."),
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
