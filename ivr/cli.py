"""The command line: `ivr`. Each command is loaded only when it is asked for, so that help is quick."""

import importlib
import importlib.util
import os
import sys
from dataclasses import dataclass
from typing import Any, Final, cast

import click

from ivr.settings.given import is_text
from ivr.settings.unusable import unusable, wrong_with

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
    "costs": _Place("ivr.doctor.costing", "What a call and a month cost."),
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

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Words that are no text can be neither kept nor shown: they are refused before any command sees them."""
        if wrong := [word for word in args if not is_text(word)]:
            click.echo(f"{wrong[0]!a} is no text in UTF-8: write it again", err=True)
            ctx.exit(MISTAKE)
        return super().parse_args(ctx, args)

    def main(self, *args: Any, **given: Any) -> Any:
        """Run the command; a mistake that this line has words for is one plain message, not a traceback.

        A pipe that nobody reads any more was seen to by click, quietly.
        """
        try:
            return super().main(*args, **given)
        except Exception as error:
            words = _words(error)
            if not words:
                raise
            _let_go_of_output()
            click.echo(words, err=True)
            sys.exit(MISTAKE)


def _words(error: Exception) -> str:
    """What is wrong and what mends it; empty for what is a fault of ours."""
    if isinstance(error, OSError):
        return wrong_with(error)
    if type(error).__name__ == "StoreUnavailable" and error.__cause__ is not None:
        config = importlib.import_module("ivr.config").Config.from_env()
        what, mend = unusable(error, config.database_url)
        return f"{what}: {mend} ({error})"
    return str(error) if type(error).__module__.startswith("ivr.") else ""


def _let_go_of_output() -> None:
    """What cannot be written any more must not be tried again when Python ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
