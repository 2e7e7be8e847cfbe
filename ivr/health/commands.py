"""The command about the log: `ivr mark`."""

import re
from typing import Final

import click

from ivr.config import Config

_SID: Final = re.compile(r"CA[0-9a-f]{32}", re.ASCII)


class NoCallError(Exception):
    """What was given is no id of a call."""


@click.command()
@click.argument("call", metavar="ID")
def mark(call: str) -> None:
    """Say how the log names a call: the log holds no id of Twilio's, but a mark made of it with SECRET_KEY.

    \b
    Find the lines of a call:  journalctl -u plainline | grep "$(ivr mark CA…)"
    """
    from ivr.watching.safe import Marks

    if not _SID.fullmatch(call):
        raise NoCallError("An id of a call is CA and 32 hexadecimal digits, as Twilio's console shows it.")
    click.echo(Marks(Config.from_env().secret_key)(call))
