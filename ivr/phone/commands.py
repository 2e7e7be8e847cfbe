"""`ivr provision` sets the Twilio number; `ivr fallback` prints what it answers when we are down."""

import sys
from typing import Final

import click

from ivr.config import Config
from ivr.phone.bin import static_document
from ivr.phone.number import Change, Owned, TwilioAccount, TwilioSilent, changes
from ivr.prompts.load import load

FAILED: Final = 1


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask before the change.")
def provision(*, yes: bool) -> None:
    """Send the calls of TWILIO_NUMBER, and the news of them, to this line. Shows what it will change, and asks first.

    \b
    See, then say yes or no:  ivr provision
    In a script:              ivr provision --yes
    """
    config = Config.from_env()
    if config.rehearsal or not config.caller_id:
        raise click.ClickException("this needs TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, PUBLIC_URL and TWILIO_NUMBER")
    try:
        _provision(config, TwilioAccount(config), yes=yes)
    except TwilioSilent as trouble:
        click.echo(
            f"Twilio could not be asked: {trouble}. Nothing more was changed; it is safe to try again.", err=True
        )
        sys.exit(FAILED)


def _provision(config: Config, twilio: TwilioAccount, *, yes: bool) -> None:
    owned = _owned(config, twilio)
    wrong = changes(config, owned)
    if not wrong:
        click.echo("The number's calls and news come to this line already. Nothing to change.")
        return
    click.echo("\n".join(_shown(change) for change in wrong))
    if not yes:
        click.confirm("Change this at Twilio now?", abort=True)
    if changes(config, twilio.direct(owned, wrong)):
        raise click.ClickException(
            "Twilio took the change, and yet does not show it; look at the number in its console"
        )
    click.echo("Done. Ring the number and listen; ivr doctor says what is left.")


def _owned(config: Config, twilio: TwilioAccount) -> Owned:
    owned = twilio.owned(config.caller_id)
    if owned is None:
        raise click.ClickException(
            "this account does not have TWILIO_NUMBER: buy or port it first, or correct the setting"
        )
    return owned


def _shown(change: Change) -> str:
    return f"{change.what}\n  now:    {change.now or 'nothing'}\n  wanted: {change.wanted}"


@click.command()
def fallback() -> None:
    """Print a TwiML document for a TwiML Bin: with it the number answers, and rings a person, when this line is down.

    \b
    Print it:                ivr fallback
    Then, in Twilio's console: TwiML Bins, create, paste; set the Bin as the number's "Primary handler fails".
    """
    click.echo(static_document(load(Config.from_env().prompts_dir)).decode("utf-8"))
