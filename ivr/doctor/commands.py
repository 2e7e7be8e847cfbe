"""`ivr doctor`: what still stands between this machine and answering real calls."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Final

import click

from ivr.config import Config, ConfigError
from ivr.doctor import account, here, outside
from ivr.doctor.finding import Finding, mend
from ivr.doctor.mail import mail
from ivr.line import LONDON, clock

IN_THE_WAY: Final = 1
"""Exit code while something must be mended."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For a machine: one JSON list.")
def doctor(*, as_json: bool) -> None:
    """Say, in order, what still stands between this machine and answering real calls, each with what mends it.

    Asks Twilio, the line's own public address and its mail server; changes nothing, sends nothing.

    \b
    Before going live, and after every change:  ivr doctor
    In a script:                                ivr doctor --json
    """
    found = list(examined(clock()))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=2))
    else:
        click.echo("\n".join([*map(str, found), "", verdict(found)]))
    if any(one.state == "mend" for one in found):
        sys.exit(IN_THE_WAY)


def examined(now: datetime) -> Iterator[Finding]:
    """Everything, in the order in which it is to be mended; settings that are wrong come alone."""
    try:
        config = Config.from_env()
    except ConfigError as error:
        yield from (mend("settings", line, "set it, then run this again") for line in str(error).splitlines())
        return
    today = now.astimezone(LONDON).date()
    yield from here.settings(config)
    yield from here.database(config)
    yield from here.words(config, today)
    yield from outside.outside(config, now)
    yield from account.account(config)
    yield from mail(config)


def verdict(found: list[Finding]) -> str:
    """The last line: whether real calls can be answered."""
    left, thoughts = (sum(one.state == state for one in found) for state in ("mend", "think"))
    decide = f"; {thoughts} to think about" if thoughts else ""
    if left:
        return f"Not yet: {left} to mend{decide}. Begin at the top."
    return f"This machine can answer real calls{decide}. Ring the number and listen."
